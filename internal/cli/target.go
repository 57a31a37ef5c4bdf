package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/ort"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// Names of the backends on the command line.
const (
	backendTensorRT    = "tensorrt"
	backendONNXRuntime = "onnxruntime"
)

// openedTarget is a target together with the library it needs.
type openedTarget struct {
	bench.Target
	engine  *trt.Target    // nil for an ONNX model
	notes   []string       // about how the engine came to be
	closers []func() error // in the order in which they are called
}

// Describe adds what the command knows about the model.
func (t *openedTarget) Describe() record.Description {
	d := t.Target.Describe()
	d.Notes = append(d.Notes[:len(d.Notes):len(d.Notes)], t.notes...)
	return d
}

// Close closes the target, then its library.
func (t *openedTarget) Close() error {
	var errs []error
	for _, c := range t.closers {
		errs = append(errs, c())
	}
	t.closers = nil
	return errors.Join(errs...)
}

// openTarget loads what the model needs and the model itself.
func openTarget(ctx context.Context, f *runFlags, log *report.Log) (*openedTarget, error) {
	m := &f.model
	switch {
	case m.engine != "" && m.backend == backendONNXRuntime:
		return nil, usage(fmt.Errorf("--backend=%s runs ONNX models; an engine needs --backend=%s", backendONNXRuntime, backendTensorRT))
	case m.engine != "" || m.built != nil:
		return openEngine(ctx, m, f.measure.Compat, log)
	default:
		return openONNX(m, log)
	}
}

func openONNX(m *modelFlags, log *report.Log) (*openedTarget, error) {
	shapes, err := m.shapesOf()
	if err != nil {
		return nil, usage(err)
	}
	given, err := m.inputs.load()
	if err != nil {
		return nil, err
	}
	library, err := ort.Load(ort.LoadOptions{Paths: m.libraryPath, Verbose: m.verbose})
	if err != nil {
		return nil, err
	}
	target, err := ort.NewTarget(library, m.onnx, ort.TargetOptions{
		Shapes: shapes, Seed: uint32(m.inputs.seed), Zero: m.inputs.zero, Inputs: given.values, Ranges: given.ranges, Seeds: given.seeds,
		IntraOpThreads: m.intraThreads, InterOpThreads: m.interThreads, GraphLevel: ort.GraphLevel(m.graphLevel),
		Provider: m.provider, Logger: newLogger(log),
	})
	if err != nil {
		return nil, errors.Join(err, library.Close())
	}
	return &openedTarget{Target: target, closers: []func() error{target.Close, library.Close}}, nil
}
