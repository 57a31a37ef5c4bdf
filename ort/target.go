package ort

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	ortgo "github.com/yalue/onnxruntime_go"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

var (
	_ bench.Target      = (*Target)(nil)
	_ bench.InputSetter = (*Target)(nil)
)

// Target is an ONNX model that can be measured. It is safe for concurrent use. Close it after its lanes, before its
// library.
type Target struct {
	library *Library
	options TargetOptions
	model   record.Model
	inputs  []tensorSpec
	values  [][]byte // of the inputs
	outputs []tensorSpec
	session *ortgo.DynamicAdvancedSession

	mu     sync.Mutex
	lanes  int // opened runs
	closed bool
}

// NewTarget loads a model and settles the shapes and values of its inputs and the shapes of its outputs. When the file
// leaves the shape of an output open, the model is run once. The error names every fault found: in the options, in the
// file, in shapes and values that do not fit the model.
func NewTarget(lib *Library, path string, options TargetOptions) (*Target, error) {
	target, err := newTarget(lib, path, options)
	if err != nil {
		return nil, fmt.Errorf("ort: open model: %w", err)
	}
	return target, nil
}

func newTarget(lib *Library, path string, options TargetOptions) (_ *Target, err error) {
	if err := lib.acquire(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			lib.release()
		}
	}()
	options, err = options.normal()
	if err != nil {
		return nil, err
	}
	t := &Target{library: lib, options: options}
	if t.model, err = inspect(path); err != nil {
		return nil, err
	}
	outputs, err := t.settleInputs()
	if err != nil {
		return nil, err
	}
	if err := t.settleOutputs(outputs); err != nil {
		return nil, err
	}
	session, err := options.session()
	if err != nil {
		return nil, err
	}
	defer session.Destroy()
	t.session, err = ortgo.NewDynamicAdvancedSession(path, nil, nil, session)
	if err != nil {
		return nil, explain(t.model, err)
	}
	return t, nil
}

// settleInputs sets the inputs and their values and returns what the model says about its outputs.
func (t *Target) settleInputs() ([]ortgo.InputOutputInfo, error) {
	probe, err := TargetOptions{GraphLevel: GraphNone}.session()
	if err != nil {
		return nil, err
	}
	defer probe.Destroy()
	inputs, outputs, err := ortgo.GetInputOutputInfoWithOptions(t.model.Path, probe)
	if err != nil {
		return nil, explain(t.model, err)
	}
	specs, faults := inputSpecs(inputs, &t.options)
	for i := range outputs {
		if _, err := elementOf(&outputs[i]); err != nil {
			faults = append(faults, err)
		}
	}
	source := t.options.source()
	values, err := fillAll(source, specs)
	if err != nil {
		faults = append(faults, err)
	}
	t.inputs, t.values = specs, values
	for _, warning := range source.Warnings(describe(specs, true)) {
		t.options.Logger.Warn(warning)
	}
	return outputs, errors.Join(faults...)
}

// fillAll returns the values of the inputs.
func fillAll(source *inputs.Source, specs []tensorSpec) ([][]byte, error) {
	values := make([][]byte, len(specs))
	var faults []error
	for i, spec := range specs {
		values[i] = make([]byte, spec.bytes)
		faults = append(faults, source.Fill(&tensor.Values{Tensor: spec.describe(true), Data: values[i]}))
	}
	return values, errors.Join(faults...)
}

// SetInputs replaces the values that were given for inputs, for the runs that are opened from now on. The shapes that are run stay:
// values of another size are an error, and values that change the shape of an output make the inference fail.
func (t *Target) SetInputs(values map[string]tensor.Values) error {
	source := t.options.source()
	source.Values = values
	var names []string
	for _, in := range t.inputs {
		names = append(names, in.name)
	}
	filled, err := fillAll(source, t.inputs)
	if err = errors.Join(source.Unknown(names), err); err != nil {
		return fmt.Errorf("ort: set inputs: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return fmt.Errorf("ort: set inputs: the target is %w", ErrClosed)
	}
	t.values = filled
	return nil
}

// settleOutputs sets the outputs with their shapes.
func (t *Target) settleOutputs(outputs []ortgo.InputOutputInfo) error {
	var open []string
	for _, out := range outputs {
		if !isFixed(out.Dimensions) {
			open = append(open, out.Name)
		}
	}
	found, err := t.probe(open)
	if err != nil {
		return err
	}
	for i := range outputs {
		out := &outputs[i]
		e, err := elementOf(out)
		if err != nil {
			return err
		}
		shape := []int64(out.Dimensions)
		if !isFixed(shape) {
			shape, found = found[0], found[1:]
		}
		bytes, err := sizeOf(shape, e.size)
		if err != nil {
			return fmt.Errorf("shape of output %s: %w", out.Name, err)
		}
		t.outputs = append(t.outputs, tensorSpec{name: out.Name, element: e, shape: shape, bytes: bytes})
	}
	return nil
}

// probe runs the model once for the shapes of the named outputs.
func (t *Target) probe(outputs []string) ([][]int64, error) {
	if len(outputs) == 0 {
		return nil, nil
	}
	tensors, err := newTensors(t.inputs, t.values)
	if err != nil {
		return nil, err
	}
	shapes, err := outputShapes(t.model, tensors, outputs)
	if err != nil {
		err = fmt.Errorf("%s: a trial inference with %s failed; do the shapes and values of the inputs fit together? %w",
			t.model.Path, strings.Join(t.inputShapes(), ", "), err)
	}
	return shapes, errors.Join(err, closeTensors(tensors))
}

// inputShapes returns the inputs with the shapes that are run, as in "signal:1x2400x1".
func (t *Target) inputShapes() []string {
	var shapes []string
	for _, in := range t.inputs {
		shapes = append(shapes, in.name+":"+formatShape(in.shape))
	}
	return shapes
}

// Describe says what was measured, with every shape known.
func (t *Target) Describe() record.Description {
	d := record.Description{
		Backend: "ONNX Runtime",
		Version: t.library.Version(),
		Library: t.library.Path(),
		Device:  record.Device{Kind: record.CPU, Name: record.CPUName()},
		Model:   t.model,
		Stages:  []record.Stage{record.StageCompute},
		Notes:   t.options.notes(),
	}
	d.Tensors = append(describe(t.inputs, true), describe(t.outputs, false)...)
	return d
}

func describe(specs []tensorSpec, input bool) []record.Tensor {
	tensors := make([]record.Tensor, len(specs))
	for i, spec := range specs {
		tensors[i] = spec.describe(input)
	}
	return tensors
}

func (s tensorSpec) describe(input bool) record.Tensor {
	shape := make([]int, len(s.shape))
	for i, d := range s.shape {
		shape[i] = int(d)
	}
	return record.Tensor{Name: s.name, Input: input, Type: s.element.name, Shape: shape}
}

// Close releases the model. It is an error while lanes are open. A second call does nothing.
func (t *Target) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil
	}
	if t.lanes > 0 {
		return fmt.Errorf("ort: close target %s: %d of its runs are still open; close their lanes first", t.model.Path, t.lanes)
	}
	t.closed = true
	t.library.release()
	if err := t.session.Destroy(); err != nil {
		return fmt.Errorf("ort: close target %s: %w", t.model.Path, err)
	}
	return nil
}
