package trt

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Build compiles an ONNX model to an engine for one device and writes it to w, as trtexec --saveEngine does to a file. Nothing is
// written before the engine is whole; when the writing fails, the error wraps that of w.
//
// The errors: a *[ModelError] for a file that is no model, or that TensorRT's parser does not understand; *[BuildOptionError]s,
// all of them joined, for options that do not fit the model or the loaded TensorRT; a *[TimingCacheError] for a timing-cache file of
// another TensorRT or device; *[Error] for what TensorRT refuses; without a driver or a device, that of CUDA. When ctx ends, the
// build stops at its next step, and the error matches that of ctx.
//
// A build takes minutes for a large model, and memory of the device. Builds may run at the same time, and slow each other.
func (l *Library) Build(ctx context.Context, device int, model string, w io.Writer, o BuildOptions) (*Built, error) {
	if err := o.Validate(l.version); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("trt: build %s: %w", model, errors.ErrUnsupported)
}
