package gpuverify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trtbench/trtbench/trt"
)

// chunkDuration is the audio in one item of a batch of the models that are run.
const chunkDuration = 300 * time.Millisecond

// Options say what is verified, and with what.
type Options struct {
	Majors []int // of TensorRT that are looked for: 10, 11
	// Load loads a TensorRT of a major. The verification closes it.
	Load   func(ctx context.Context, major int) (*trt.Library, error)
	Device string // its number, UUID or PCI address

	ReferenceModel string   // file of streaming_acoustic.onnx
	Folder         string   // for what is made on the way: models, engines, timing caches, about 300 MB; the caller removes it
	ONNXRuntime    []string // files or folders where ONNX Runtime is searched first

	Quick bool   // less is run, and shorter
	Tool  string // that this process runs under, which slows it; times are not judged then

	Argv   []string // for the evidence
	Driver string   // version of NVIDIA's driver, if known

	Progress func(stage string)    // told what begins, if set
	Keep     func(*Evidence) error // called after each stage with the evidence so far, if set; an error ends the verification
}

// Validate returns every fault of the options.
func (o *Options) Validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf("gpuverify: "+format, args...)) }
	if len(o.Majors) == 0 {
		fault("no major of TensorRT is given; expected 10, 11 or both")
	}
	for _, major := range o.Majors {
		if major != 10 && major != 11 {
			fault("major is %d; expected 10 or 11", major)
		}
	}
	if o.Load == nil {
		fault("nothing loads TensorRT; set Load")
	}
	if o.ReferenceModel == "" || o.Folder == "" {
		fault("the reference model is %q and the folder %q; both are needed", o.ReferenceModel, o.Folder)
	}
	return errors.Join(faults...)
}
