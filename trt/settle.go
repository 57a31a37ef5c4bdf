package trt

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/record"
)

// settle decides what is run: profile, weights, shapes, and with a first context the shapes of the outputs.
func (t *Target) settle() error {
	log := t.runtime.lib.log
	if err := t.engine.checkProfile(t.options.Profile); err != nil {
		return err
	}
	if n := t.engine.info.Profiles; n > 1 && t.options.Profile == 0 {
		log.Warn(fmt.Sprintf("trt: the engine has %d optimization profiles and the first is used; choose another one if that is not meant", n))
	}
	if budget := t.options.WeightStreamingBudget; budget != nil {
		if err := t.engine.SetWeightBudget(*budget); err != nil {
			return err
		}
		var err error
		if t.weightBudget, err = t.engine.WeightBudget(); err != nil {
			return err
		}
	}
	t.raisePersistingLimit()
	inputs, outputs, err := t.profileTensors()
	if err != nil {
		return err
	}
	if err := t.settleShapes(inputs); err != nil {
		return err
	}
	if err := t.placeSizes(inputs); err != nil {
		return err
	}
	c, err := t.newContext()
	if err != nil {
		return err
	}
	t.release(c)
	for _, tensor := range slices.Concat(inputs, outputs) {
		b, err := c.bind(tensor)
		if err != nil {
			return err
		}
		t.bound = append(t.bound, b)
	}
	return nil
}

// settleShapes decides the shapes of the inputs and warns of what was decided without being asked for.
func (t *Target) settleShapes(inputs []Tensor) error {
	source := t.options.source()
	if err := source.Unknown(names(inputs)); err != nil {
		return fmt.Errorf("trt: %w", err)
	}
	given, err := t.options.shapes(inputs)
	if err != nil {
		return err
	}
	var warnings []string
	if t.inputs, warnings, err = resolveShapes(given, inputs, t.options.Profile); err != nil {
		return err
	}
	var filled []record.Tensor
	for _, input := range inputs {
		if !input.carriesShape() {
			filled = append(filled, record.Tensor{Name: input.Name, Input: true, Type: input.Type.String()})
		}
	}
	for _, warning := range append(warnings, source.Warnings(filled)...) {
		t.runtime.lib.log.Warn("trt: " + warning)
	}
	return nil
}

// raisePersistingLimit sets aside L2 cache on the device for what contexts may use of it, as trtexec does since 11.
func (t *Target) raisePersistingLimit() {
	bytes, lib := t.persistentCache(), t.runtime.lib
	if bytes == 0 || lib.version.Major < 11 {
		return
	}
	if err := t.runtime.device.SetPersistingL2(bytes); err != nil {
		lib.log.Warn("trt: the device does not set aside L2 cache for contexts; they use less than was asked for",
			"bytes", bytes, "error", err)
	}
}

// profileTensors returns the inputs and the outputs with the layout that they have in the profile in use.
func (t *Target) profileTensors() (inputs, outputs []Tensor, err error) {
	for i, tensor := range t.engine.tensors {
		if t.options.Profile != 0 {
			if tensor, err = t.engine.readTensor(i, t.options.Profile); err != nil {
				return nil, nil, err
			}
		}
		if tensor.Input {
			inputs = append(inputs, tensor)
		} else {
			outputs = append(outputs, tensor)
		}
	}
	return inputs, outputs, nil
}

// placeSizes puts the values of inputs that carry sizes where contexts can read them.
func (t *Target) placeSizes(inputs []Tensor) error {
	for _, input := range inputs {
		if !input.carriesShape() {
			continue
		}
		values := t.inputs[input.Name].values
		bytes := make([]byte, 0, 8*len(values))
		for _, v := range values {
			switch input.Type {
			case Int32:
				bytes = binary.LittleEndian.AppendUint32(bytes, uint32(v))
			case Int64:
				bytes = binary.LittleEndian.AppendUint64(bytes, uint64(v))
			default:
				return fmt.Errorf("trt: input %s carries sizes as %v, expected int32 or int64", input.Name, input.Type)
			}
		}
		address := csrc.PageableAlloc(uint64(len(bytes)))
		if address == 0 {
			return fmt.Errorf("trt: input %s: no memory for %d bytes", input.Name, len(bytes))
		}
		t.sizes[input.Name] = address
		copy(csrc.Bytes(address, len(bytes)), bytes)
	}
	return nil
}

// newContext makes a context for the shapes that are run.
func (t *Target) newContext() (*Context, error) {
	c, err := t.engine.NewContext(t.options.AllocationStrategy)
	if err != nil {
		return nil, t.explainMemory(err)
	}
	if err := t.prepare(c); err != nil {
		_ = c.Close() // the first error is the one to tell
		return nil, t.explainMemory(err)
	}
	return c, nil
}

// configure sets what does not depend on shapes.
func (t *Target) configure(c *Context) error {
	if err := c.SetNVTXVerbosity(t.options.NVTXVerbosity); err != nil {
		return err
	}
	if err := c.SetPersistentCache(t.persistentCache()); err != nil {
		return err
	}
	return c.SetProfile(t.options.Profile)
}

func (t *Target) prepare(c *Context) error {
	if err := t.configure(c); err != nil {
		return err
	}
	for _, tensor := range t.engine.tensors {
		input, ok := t.inputs[tensor.Name]
		switch {
		case !ok:
			continue
		case t.sizes[tensor.Name] != 0:
			if err := c.SetAddress(tensor.Name, t.sizes[tensor.Name]); err != nil {
				return err
			}
		}
		if tensor.Dynamic() {
			if err := c.SetShape(tensor.Name, input.shape); err != nil {
				return err
			}
		}
	}
	if err := c.InferShapes(); err != nil {
		return err
	}
	return c.UseMemory()
}

// bind asks for the shape of a tensor and the size of its memory.
func (c *Context) bind(t Tensor) (boundTensor, error) {
	b := boundTensor{Tensor: t}
	var err error
	if b.shape, err = c.Shape(t.Name); err != nil {
		return b, err
	}
	if slices.Min(append([]int64{0}, b.shape...)) < 0 {
		b.open = true
		return b, nil
	}
	if b.strides, err = c.Strides(t.Name); err != nil {
		return b, err
	}
	bytes, err := t.bufferBytes(b.shape, b.strides)
	if err == nil && bytes > math.MaxInt {
		err = fmt.Errorf("trt: tensor %s: %d bytes are more than this machine can address", t.Name, bytes)
	}
	b.bytes = int(bytes)
	return b, err
}
