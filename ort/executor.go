package ort

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	ortgo "github.com/yalue/onnxruntime_go"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/serve"
)

var _ serve.Executor = (*Executor)(nil)

// ExecutorOptions are the settings of a model that runs batches of sessions.
type ExecutorOptions struct {
	// States are the recurrent pairs, of which only the names of input and output count. nil: those that names, types and shapes
	// tell; empty but not nil: none, every input comes with the chunk.
	States []serve.State

	MaxBatch int                // largest batch, where the model leaves it open; by default serve.DefaultMaxBatch
	Shapes   map[string][]int64 // of inputs, for one session: leading dimension 1. As in TargetOptions

	IntraOpThreads int        // of each instance; 0 leaves it to ONNX Runtime: one for each physical core
	InterOpThreads int        // as in TargetOptions, like the next two
	GraphLevel     GraphLevel //
	Provider       string     //
}

// Executor is an ONNX model that runs batches of sessions and keeps their recurrent states in this machine's memory. It is safe for
// concurrent use. Close it after its instances and before its library.
type Executor struct {
	target  *Target // opened with the largest batch
	states  []statePair
	inputs  []tensorSpec // that a chunk brings, in the order of the model
	outputs []tensorSpec // that a result holds, likewise
	model   serve.Model
	largest int
}

// statePair is a recurrent state.
type statePair struct{ in, out tensorSpec }

// NewExecutor loads a model and finds out what a chunk consists of. Close the executor after use.
//
// Every tensor must have the batch as its leading dimension: open in all of them, or the same number, up to which smaller batches
// are then filled. Other open dimensions are 1 unless Shapes says more. The error names every fault found.
func NewExecutor(lib *Library, path string, options ExecutorOptions) (*Executor, error) {
	x := &Executor{}
	if err := x.open(lib, path, &options); err != nil {
		if x.target != nil {
			err = errors.Join(err, x.target.Close())
		}
		return nil, fmt.Errorf("ort: open executor: %w", err)
	}
	return x, nil
}

func (x *Executor) open(lib *Library, path string, options *ExecutorOptions) error {
	o, err := TargetOptions{
		Zero: []string{"*"}, IntraOpThreads: options.IntraOpThreads, InterOpThreads: options.InterOpThreads,
		GraphLevel: options.GraphLevel, Provider: options.Provider,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), // the open dimension is the batch
	}.normal()
	if err != nil {
		return err
	}
	fixed, err := x.settleShapes(lib, path, options, &o)
	if err != nil {
		return err
	}
	if x.target, err = newTarget(lib, path, o); err != nil {
		return err
	}
	for _, t := range slices.Concat(x.target.inputs, x.target.outputs) {
		if len(t.shape) == 0 || t.shape[0] != int64(x.largest) {
			return fmt.Errorf("%s: tensor %s is %s in a batch of %d, expected the batch as its leading dimension", path, t.name, formatShape(t.shape), x.largest)
		}
	}
	if err := x.settleModel(options.States); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	x.model.Batches = []int{x.largest}
	if !fixed {
		x.model.Batches = nil
		for n := range x.largest {
			x.model.Batches = append(x.model.Batches, n+1)
		}
	}
	return nil
}

// settleShapes finds out the largest batch and sets the shapes of the inputs in it. It reports whether the model fixes the batch.
func (x *Executor) settleShapes(lib *Library, path string, options *ExecutorOptions, o *TargetOptions) (fixed bool, err error) {
	if err := lib.acquire(); err != nil {
		return false, err
	}
	defer lib.release()
	model, err := inspect(path)
	if err != nil {
		return false, err
	}
	probe, err := TargetOptions{GraphLevel: GraphNone}.session()
	if err != nil {
		return false, err
	}
	defer probe.Destroy()
	infos, _, err := ortgo.GetInputOutputInfoWithOptions(path, probe)
	if err != nil {
		return false, explain(model, err)
	}
	one := *o
	one.Shapes = options.Shapes
	specs, faults := inputSpecs(infos, &one)
	if err := errors.Join(faults...); err != nil {
		return false, err
	}
	if x.largest, fixed, err = largestBatch(infos, options.MaxBatch); err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	o.Shapes = map[string][]int64{}
	for i, spec := range specs {
		shape := slices.Clone(spec.shape)
		if infos[i].Dimensions[0] < 0 && shape[0] != 1 {
			return false, fmt.Errorf("shape of %s: %s, expected that of one stream, with 1 in front", spec.name, formatShape(shape))
		}
		shape[0] = int64(x.largest)
		o.Shapes[spec.name] = shape
	}
	return fixed, nil
}

// largestBatch returns the batch that the model fixes, or else what is asked for.
func largestBatch(inputs []ortgo.InputOutputInfo, asked int) (largest int, fixed bool, err error) {
	if asked < 0 {
		return 0, false, fmt.Errorf("largest batch %d, expected 1 or more", asked)
	}
	if len(inputs) == 0 {
		return 0, false, errors.New("the model has no inputs")
	}
	for _, in := range inputs {
		if len(in.Dimensions) == 0 || in.Dimensions[0] != inputs[0].Dimensions[0] || in.Dimensions[0] == 0 {
			return 0, false, fmt.Errorf("inputs %s %s and %s %s have no leading dimension in common that could be the batch",
				inputs[0].Name, formatShape(inputs[0].Dimensions), in.Name, formatShape(in.Dimensions))
		}
	}
	batch := int(inputs[0].Dimensions[0])
	switch {
	case batch < 0 && asked == 0:
		return serve.DefaultMaxBatch, false, nil
	case batch < 0:
		return asked, false, nil
	case asked > batch:
		return 0, false, fmt.Errorf("largest batch %d, but the model fixes the batch to %d", asked, batch)
	}
	return batch, true, nil
}

// settleModel sorts the tensors into states and what a chunk brings and gets.
func (x *Executor) settleModel(given []serve.State) error {
	x.inputs, x.outputs = slices.Clone(x.target.inputs), slices.Clone(x.target.outputs)
	states, err := serve.FindStates(given, describeRows(x.inputs, true), describeRows(x.outputs, false))
	if err != nil {
		return err
	}
	for _, s := range states {
		x.states = append(x.states, statePair{in: take(&x.inputs, s.Input), out: take(&x.outputs, s.Output)})
	}
	x.model.States, x.model.Inputs, x.model.Outputs = states, describeRows(x.inputs, true), describeRows(x.outputs, false)
	return nil
}

// describeRows describes tensors for one session.
func describeRows(specs []tensorSpec, input bool) []record.Tensor {
	tensors := describe(specs, input)
	for i := range tensors {
		tensors[i].Shape[0] = 1
	}
	return tensors
}

// take removes the tensor of that name, which is there.
func take(specs *[]tensorSpec, name string) tensorSpec {
	i := slices.IndexFunc(*specs, func(s tensorSpec) bool { return s.name == name })
	taken := (*specs)[i]
	*specs = slices.Delete(*specs, i, i+1)
	return taken
}

// Describe says what runs. Shapes are those of the largest batch.
func (x *Executor) Describe() record.Description { return x.target.Describe() }

// Model says what a chunk consists of.
func (x *Executor) Model() serve.Model { return x.model }

// Open allocates the states and, for each instance, a session of ONNX Runtime with threads of its own. When the states do not fit
// into the memory that is free, the error is a *serve.ShortOfMemoryError.
func (x *Executor) Open(ctx context.Context, setup serve.Setup) (serve.Instances, error) {
	if setup.Sessions < 1 || setup.Instances < 1 {
		return nil, fmt.Errorf("ort: open instances: %d of them for %d sessions, expected at least 1 of each", setup.Instances, setup.Sessions)
	}
	t := x.target
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, fmt.Errorf("ort: open instances: the executor is %w", ErrClosed)
	}
	opened := &executorInstances{executor: x, travel: setup.Travel}
	err := opened.allocate(setup.Sessions)
	for i := 0; err == nil && i < setup.Instances; i++ {
		if err = ctx.Err(); err == nil {
			err = opened.addInstance()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("ort: open instances: %w", errors.Join(err, opened.free()))
	}
	t.lanes++
	return opened, nil
}

// Close releases the model. It is an error while instances are open. A second call does nothing.
func (x *Executor) Close() error { return x.target.Close() }
