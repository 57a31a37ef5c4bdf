package trt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/onnx"
)

// Build compiles an ONNX model to an engine for one device and writes it to w, as trtexec --saveEngine does to a file. Nothing is
// written before the engine is whole; when the writing fails, the error wraps that of w.
//
// The errors: an *[onnx.Error] for a file that is no model, or a broken one; a *[ModelError] for one that TensorRT's parser does not
// understand; *[BuildOptionError]s and *[ProfileError]s, all of them joined, for options that do not fit the model or the loaded
// TensorRT; a *[TimingCacheError] for a timing-cache file of another TensorRT or device; *[Error] for what TensorRT refuses; without
// a driver or a device, that of CUDA. When ctx ends, the build stops at its next step, and the error matches that of ctx.
//
// A build takes minutes for a large model, and memory of the device. Build may be called from several goroutines: the builds of a
// process run one after another, because TensorRT measures tactics while it builds, and each would spoil the other's times.
func (l *Library) Build(ctx context.Context, device int, model string, w io.Writer, o BuildOptions) (_ *Built, err error) {
	if err := o.Validate(l.version); err != nil {
		return nil, err
	}
	b := &build{lib: l, ctx: ctx, ordinal: device, path: model, options: &o}
	if err := l.logger.takeTurn(ctx); err != nil {
		return nil, b.stopped(err)
	}
	defer l.logger.endTurn()
	runtime.LockOSThread() // the current device belongs to the thread
	defer runtime.UnlockOSThread()
	if b.node, err = openNode(l.node, "build of "+model); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.node.close(b.free)) }()
	warnings := l.sink.collect()
	defer warnings()
	for _, step := range []func() error{b.open, b.parse, b.configure, b.compile, b.keepTimingCache} {
		if err := ctx.Err(); err != nil {
			return nil, b.stopped(err)
		}
		if err := step(); err != nil {
			return nil, err
		}
	}
	b.built.Warnings = append(b.built.Warnings, warnings()...)
	if _, err := io.Copy(w, bytes.NewReader(b.plan)); err != nil {
		return nil, fmt.Errorf("trt: build %s: write the engine: %w", model, err)
	}
	return &b.built, nil
}

// build is one build under way.
type build struct {
	lib     *Library
	ctx     context.Context
	ordinal int
	path    string
	options *BuildOptions
	node    *node
	built   Built

	device  *cuda.Device
	hash    <-chan hashed
	builder csrc.Object
	network csrc.Object
	config  csrc.Object
	parser  csrc.Parser
	monitor *csrc.Monitor
	inputs  []csrc.NetworkTensor
	outputs []csrc.NetworkTensor
	cache   *timingCache // nil when no file was asked for
	memory  csrc.Object  // holds the plan
	plan    []byte       // lives as long as memory
}

// open brings up the device, then the builder: without a device, TensorRT returns no object and gives no reason in its answer.
func (b *build) open() (err error) {
	if _, err := onnx.Read(b.path); err != nil {
		return err
	}
	if b.device, err = b.lib.cuda.Device(b.ordinal); err != nil {
		return unavailable(fmt.Errorf("trt: build %s: %w", b.path, err))
	}
	if err := b.device.Use(); err != nil {
		return unavailable(fmt.Errorf("trt: build %s: %w", b.path, err))
	}
	b.hash = hashFile(b.path)
	err = b.lib.operate("create builder", func() (status int, err error) {
		b.builder, status, err = b.lib.nvinfer.CreateBuilder(b.lib.logger.logger)
		return status, err
	})
	if err != nil {
		return err
	}
	flags, strong := uint32(0), b.stronglyTyped()
	if strong {
		flags = 1 << valueIn(b.lib.version, networkFlag, "STRONGLY_TYPED")
	}
	b.built.TensorRT, b.built.StrongTyping = b.lib.version, strong
	err = b.try("create network", func() (status int) {
		b.network, status = b.lib.nvinfer.CreateNetwork(b.builder, flags)
		return status
	})
	if err != nil {
		return err
	}
	return b.try("create configuration", func() (status int) {
		b.config, status = b.lib.nvinfer.CreateConfig(b.builder)
		return status
	})
}

// stronglyTyped reports whether the types are the model's alone.
func (b *build) stronglyTyped() bool { return b.options.StronglyTyped || b.lib.version.Major >= 11 }

// compile builds the engine.
func (b *build) compile() error {
	b.monitor = b.newMonitor()
	if b.monitor == nil {
		return fmt.Errorf("trt: build %s: %w", b.path, errHostMemory)
	}
	if err := b.set("set progress monitor", func() int { return b.lib.nvinfer.SetMonitor(b.config, b.monitor) }); err != nil {
		return err
	}
	start := time.Now()
	err := b.try("build "+b.path, func() (status int) {
		b.memory, status = b.lib.nvinfer.BuildSerialized(b.builder, b.network, b.config)
		return status
	})
	b.built.BuildTime = time.Since(start)
	if ended := b.ctx.Err(); ended != nil {
		return b.stopped(ended)
	}
	if err != nil {
		return err
	}
	err = b.try("read the engine of "+b.path, func() (status int) {
		b.plan, status = b.lib.nvinfer.HostMemory(b.memory)
		return status
	})
	b.built.PlanBytes = int64(len(b.plan))
	return err
}

// stopped is the error of a build whose context ended.
func (b *build) stopped(err error) error {
	return fmt.Errorf("trt: build %s: stopped: %w", b.path, err)
}

// try runs an operation of TensorRT.
func (b *build) try(operation string, f func() int) error { return b.lib.try(operation, f) }

// set runs an operation of TensorRT that has no answer but what it logs: an error in the log is its refusal.
func (b *build) set(operation string, f func() int) error {
	if err := b.try(operation, f); err != nil {
		return err
	}
	if log := b.lib.sink.takeError(); log != "" {
		return &Error{Operation: operation, Log: log}
	}
	return nil
}

// free gives back what the build got, as far as it came, users before what they use.
func (b *build) free() error {
	b.memory.Destroy()
	b.parser.Destroy()
	b.network.Destroy()
	b.config.Destroy()
	b.builder.Destroy()
	if b.cache != nil {
		b.cache.object.Destroy()
	}
	if b.monitor != nil {
		b.monitor.Close()
	}
	if b.hash != nil {
		<-b.hash
	}
	b.lib.sink.flush()
	return nil
}
