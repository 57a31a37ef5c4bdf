package cli

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/internal/filekind"
	"github.com/trtbench/trtbench/onnx"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/trt"
)

func (t *streamTarget) openTensorRT(ctx context.Context, process Process, f *streamFlags, log *report.Log) (*openedStream, error) {
	states, err := f.serve.pairs()
	if err != nil {
		return nil, usage(err)
	}
	options := trt.ExecutorOptions{States: states, MaxBatch: f.serve.maxBatch}
	builds, err := t.isModel()
	if err != nil {
		return nil, err
	}
	if builds {
		return t.openBuilt(ctx, process, f, options, log)
	}
	m := &modelFlags{engine: t.path, libraryPath: f.targets.libraryPath, simulated: f.targets.simulated, device: f.targets.device}
	library, device, err := loadTensorRT(ctx, m, bench.Compat(0), newLogger(log))
	if err != nil {
		return nil, err
	}
	executor, err := trt.NewExecutor(library, device, t.path, options)
	if err != nil {
		return nil, errors.Join(err, library.Close())
	}
	return t.serve(ctx, f, executor, executor.Close, library.Close)
}

// isModel reports whether the target is an ONNX model, of which an engine is built first.
func (t *streamTarget) isModel() (bool, error) {
	start, err := firstBytes(t.path)
	if err != nil {
		return false, err
	}
	switch filekind.Of(start) {
	case filekind.Engine, filekind.SimulatedPlan:
		return false, nil
	case filekind.ONNX:
		return true, nil
	}
	return filepath.Ext(t.path) == ".onnx", nil
}

// openBuilt builds an engine of an ONNX model, or takes it from the engine cache, and serves it.
func (t *streamTarget) openBuilt(ctx context.Context, process Process, f *streamFlags, options trt.ExecutorOptions, log *report.Log) (*openedStream, error) {
	model, err := onnx.Read(t.path)
	if err != nil {
		return nil, err
	}
	built, err := buildEngine(ctx, process, f.engineFlags(model), log)
	if err != nil {
		return nil, err
	}
	var executor *trt.Executor
	if built.path != "" {
		executor, err = trt.NewExecutor(built.lib, built.device, built.path, options)
	} else {
		executor, err = trt.NewExecutorFromPlan(built.lib, built.device, built.model+" (engine in memory)", built.plan, options)
	}
	if err != nil {
		return nil, errors.Join(err, built.Close())
	}
	o, err := t.serve(ctx, f, executor, executor.Close, built.Close)
	if err == nil {
		o.notices = append(built.notes, o.notices...)
	}
	return o, err
}

// engineFlags are the options of the build verb for the engine that serves a model.
func (f *streamFlags) engineFlags(model *onnx.Model) *runFlags {
	flags := &runFlags{verb: verbBuild, banner: banner{program: "trtbench"}} // which trtexec's line at the beginning is not written for
	flags.register(pflag.NewFlagSet("build", pflag.ContinueOnError))
	m := &flags.model
	m.onnx, m.libraryPath, m.simulated, m.device = model.Path, f.targets.libraryPath, f.targets.simulated, f.targets.device
	flags.build.cache = f.targets.cache
	if shapes := servedShapes(model, cmp.Or(f.serve.maxBatch, serve.DefaultMaxBatch)); len(shapes.max) > 0 {
		flags.build.profiles.given[0] = shapes
	}
	return flags
}

// servedShapes are the shapes of the inputs that are open, for batches up to the largest, for which the engine is tuned: at the
// capacity of a server most batches are. Other open dimensions are 1, as they are on ONNX Runtime.
func servedShapes(model *onnx.Model, largest int) *profileShapes {
	shapes := &profileShapes{min: trt.Shapes{}, opt: trt.Shapes{}, max: trt.Shapes{}}
	for _, input := range model.Graph.Inputs {
		var one, most []int64
		open := false
		for i, d := range input.Type.Dims {
			switch {
			case d.Fixed():
				one, most = append(one, d.Size), append(most, d.Size)
				continue
			case i == 0:
				one, most = append(one, 1), append(most, int64(largest))
			default:
				one, most = append(one, 1), append(most, 1)
			}
			open = true
		}
		if open {
			shapes.min[input.Name], shapes.opt[input.Name], shapes.max[input.Name] = one, most, most
		}
	}
	return shapes
}
