package trt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/internal/named"
	"github.com/trtbench/trtbench/tensor"
)

// source is where the values of the inputs come from.
func (o *TargetOptions) source() *inputs.Source {
	return &inputs.Source{Values: o.Inputs, Zero: o.Zero, Seed: o.Seed, Seeds: o.Seeds, Ranges: o.Ranges}
}

// shapes returns the shapes that were given, and where there is none those of the values that were given.
func (o *TargetOptions) shapes(inputs []Tensor) (Shapes, error) {
	source := o.source()
	shapes := maps.Clone(o.Shapes)
	for _, input := range inputs {
		if _, _, given := named.Lookup(o.Shapes, input.Name); given {
			continue
		}
		shape, known := source.Shape(input.Name)
		if values, _, given := named.Lookup(o.Inputs, input.Name); given && input.carriesShape() {
			var err error
			if shape, err = input.sizesIn(values.Data); err != nil {
				return nil, err
			}
			known = true
		}
		if known {
			if shapes == nil {
				shapes = Shapes{}
			}
			shapes[input.Name] = shape
		}
	}
	return shapes, nil
}

// sizesIn reads the sizes that values for the input carry.
func (t Tensor) sizesIn(data []byte) ([]int64, error) {
	size := t.Type.Bits() / 8
	if t.Type != Int32 && t.Type != Int64 || len(data)%size != 0 {
		return nil, fmt.Errorf("trt: values of %s: %d bytes do not hold sizes of type %v", t.Name, len(data), t.Type)
	}
	sizes := make([]int64, 0, len(data)/size)
	for ; len(data) > 0; data = data[size:] {
		if t.Type == Int32 {
			sizes = append(sizes, int64(int32(binary.LittleEndian.Uint32(data))))
		} else {
			sizes = append(sizes, int64(binary.LittleEndian.Uint64(data)))
		}
	}
	return sizes, nil
}

// SetInputs replaces the values that were given for inputs, for the runs that are opened from now on. The shapes that are run stay:
// values of another size, and values of an input that carries sizes, are an error.
func (t *Target) SetInputs(values map[string]tensor.Values) error {
	if err := t.node.use(); err != nil {
		return err
	}
	changed := t.source()
	changed.Values = values
	faults := []error{changed.Unknown(names(t.inputTensors()))}
	for _, b := range t.bound {
		if _, _, given := named.Lookup(values, b.Name); !b.Input || !given {
			continue
		}
		if b.carriesShape() {
			faults = append(faults, fmt.Errorf("values of %s: it carries sizes, which stay those of the target", b.Name))
		} else {
			faults = append(faults, changed.Fill(&tensor.Values{Tensor: b.describe(), Data: make([]byte, b.bytes), Layout: b.layout()}))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("trt: set inputs: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.options.Inputs = values
	return nil
}

// source is where the values of the inputs come from.
func (t *Target) source() *inputs.Source {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.options.source()
}

func (t *Target) inputTensors() []Tensor {
	var tensors []Tensor
	for _, b := range t.bound {
		if b.Input {
			tensors = append(tensors, b.Tensor)
		}
	}
	return tensors
}
