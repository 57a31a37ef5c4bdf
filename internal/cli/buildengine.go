package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/onnx"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/enginecache"
)

// builtEngine is an engine made of an ONNX model, beside the library that made it, which measures it as well.
type builtEngine struct {
	lib     *trt.Library
	device  int
	model   string             // path of the ONNX model
	path    string             // of its file; empty for an engine in memory
	plan    []byte             // of an engine in memory
	entry   *enginecache.Entry // of the cache, where it lies there
	best    trt.Shapes         // that the profile to run with is tuned for
	notes   []string           // for the header of the report
	unsaved error              // why --saveEngine failed; the engine is measured all the same
	foreign string             // why this machine cannot run it, if so
}

// Close gives up the library and the place in the cache. The targets of the engine must be closed.
func (b *builtEngine) Close() error {
	if b.entry != nil {
		b.entry.Close()
	}
	return b.lib.Close()
}

// open makes the engine a target. The library stays open when the target is closed.
func (b *builtEngine) open(options trt.TargetOptions) (*openedTarget, error) {
	var target *trt.Target
	var err error
	if b.path != "" {
		target, err = trt.NewTarget(b.lib, b.device, b.path, options)
	} else {
		target, err = trt.NewTargetFromPlan(b.lib, b.device, b.model+" (engine in memory)", b.plan, options)
	}
	if err != nil {
		return nil, adviseWithoutGPU(err)
	}
	return &openedTarget{Target: target, engine: target, notes: b.notes, closers: []func() error{target.Close}}, nil
}

// build is one build in progress.
type build struct {
	process Process
	log     *report.Log
	flags   *runFlags
	options trt.BuildOptions
	model   *onnx.Model
	hash    string // of the model
	device  string // that the engine is for
	engine  builtEngine

	plan bytes.Buffer
	made *trt.Built // nil for an engine of the cache
}

// buildEngine makes the engine that the command line asks for, or takes it from the cache. Close it after use.
func buildEngine(ctx context.Context, process Process, f *runFlags, log *report.Log) (_ *builtEngine, err error) {
	m := &f.model
	b := &build{process: process, log: log, flags: f, engine: builtEngine{model: m.onnx}}
	if b.options, err = f.build.options(m); err != nil {
		return nil, usage(err)
	}
	if err = checkPlugins(b.options.SerializePlugins); err != nil {
		return nil, err
	}
	if b.model, err = onnx.Read(m.onnx); err != nil {
		return nil, err
	}
	if err = keepApart(weightFiles(b.model), f.written()); err != nil {
		return nil, err
	}
	if b.hash, err = b.model.Hash(ctx); err != nil {
		return nil, err
	}
	if b.engine.lib, b.engine.device, err = loadBuilder(ctx, m, f.measure.Compat, newLogger(log)); err != nil {
		return nil, err
	}
	if err = b.run(ctx); err != nil {
		return nil, adviseWithoutGPU(errors.Join(err, b.engine.lib.Close()))
	}
	return &b.engine, nil
}

// weightFiles are the files that the weights of a model lie in, if not in its own.
func weightFiles(model *onnx.Model) []string {
	var paths []string
	for _, file := range model.External {
		paths = append(paths, file.Path)
	}
	return paths
}

// run settles what is built for which device, and builds it.
func (b *build) run(ctx context.Context) error {
	lib := b.engine.lib
	if err := b.options.Validate(lib.Version()); err != nil {
		return usage(err)
	}
	device, err := lib.CUDA().Device(b.engine.device)
	if err != nil {
		return err
	}
	properties, err := device.Properties()
	if err != nil {
		return err
	}
	b.device = fmt.Sprintf("%s, compute capability %v, %d multiprocessors", properties.Name, properties.ComputeCapability, properties.Multiprocessors)
	b.flags.begin(b.log, record.Description{Backend: bench.TensorRT, Version: lib.Version().String()}, b.process.Args)
	simulated := ""
	if lib.Simulated() {
		simulated = " (SIMULATED: the engine and its times are invented, no GPU is used)"
	}
	b.log.Info("Model: %s (%d bytes, SHA-256 %.12s…)", b.model.Path, b.model.Bytes, b.hash)
	b.log.Info("Builder: TensorRT %v%s", lib.Version(), simulated)
	b.log.Info("Device: %s", b.device)
	if profiles := b.options.Profiles; len(profiles) > 0 {
		b.engine.best = bestShapes(profiles[b.flags.model.profile])
	}
	switch {
	case b.options.StripWeights:
		b.engine.foreign = "an engine without its weights cannot be measured"
	case b.options.RuntimePlatform != trt.SameAsBuild:
		b.engine.foreign = "an engine for another system cannot be measured here"
	}
	return b.place(ctx)
}

// build makes the engine anew, into memory.
func (b *build) build(ctx context.Context) (err error) {
	show := startBuildProgress(b.process, b.log)
	options := b.options
	options.Progress = show.event
	b.plan.Reset()
	b.made, err = b.engine.lib.Build(ctx, b.engine.device, b.model.Path, &b.plan, options)
	show.stop()
	if err != nil {
		return err
	}
	b.log.Info("Finished parsing network model. Parse time: %s", report.Number(b.made.ParseTime.Seconds()))
	b.log.Info("Engine built in %s sec.", report.Number(b.made.BuildTime.Seconds()))
	b.log.Info("Created engine with size: %s MiB", report.Number(float64(b.plan.Len())/(1<<20)))
	if t := b.made.TimingCache; t.File != "" {
		b.log.Info("Timing cache %s: %s, %d bytes", t.File, t.State, cmp.Or(t.WroteBytes, t.ReadBytes))
	}
	return nil
}
