package ort

import (
	"errors"
	"fmt"

	ortgo "github.com/yalue/onnxruntime_go"
	"golang.org/x/sys/unix"
)

// boundTensor is memory for one input or output together with ONNX Runtime's view of it.
type boundTensor struct {
	tensorSpec
	value  ortgo.Value
	memory []byte        // pages outside Go's heap; nil for a scalar
	read   func() []byte // returns the value of a scalar
}

// newTensor makes a tensor that holds data, or zeros when data is nil.
func newTensor(spec tensorSpec, data []byte) (*boundTensor, error) {
	t := &boundTensor{tensorSpec: spec}
	if len(spec.shape) == 0 {
		if spec.element.scalar == nil {
			return nil, fmt.Errorf("%s is a scalar of type %s, which the binding to ONNX Runtime cannot make", spec.name, spec.element.name)
		}
		return t, t.set(data)
	}
	// An empty tensor has an address too. Populated pages keep the first inference free of page faults.
	memory, err := unix.Mmap(-1, 0, max(spec.bytes, 1), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE|unix.MAP_POPULATE)
	if err != nil {
		return nil, fmt.Errorf("%d bytes for %s: %w", spec.bytes, spec.name, err)
	}
	t.memory = memory
	copy(memory, data)
	t.value, err = ortgo.NewCustomDataTensor(spec.shape, memory, spec.element.code)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("tensor %s: %w", spec.name, err), unix.Munmap(memory))
	}
	return t, nil
}

// set stores a copy of data. For a scalar that makes a new value, which has to be bound again.
func (t *boundTensor) set(data []byte) error {
	if t.memory != nil {
		copy(t.memory, data)
		return nil
	}
	if data == nil {
		data = make([]byte, t.bytes)
	}
	value, read, err := t.element.scalar(data)
	if err != nil {
		return fmt.Errorf("scalar %s: %w", t.name, err)
	}
	old := t.value
	t.value, t.read = value, read
	if old != nil {
		return old.Destroy()
	}
	return nil
}

// data returns a copy of the values.
func (t *boundTensor) data() []byte {
	if t.memory == nil {
		return t.read()
	}
	return append([]byte(nil), t.memory[:t.bytes]...)
}

func (t *boundTensor) close() error {
	err := t.value.Destroy()
	if t.memory != nil {
		err = errors.Join(err, unix.Munmap(t.memory))
		t.memory = nil
	}
	return err
}

// newTensors makes several tensors, or none.
func newTensors(specs []tensorSpec, values [][]byte) ([]*boundTensor, error) {
	var tensors []*boundTensor
	for i, spec := range specs {
		var data []byte
		if values != nil {
			data = values[i]
		}
		t, err := newTensor(spec, data)
		if err != nil {
			return nil, errors.Join(err, closeTensors(tensors))
		}
		tensors = append(tensors, t)
	}
	return tensors, nil
}

func closeTensors(tensors []*boundTensor) error {
	var errs []error
	for _, t := range tensors {
		errs = append(errs, t.close())
	}
	return errors.Join(errs...)
}
