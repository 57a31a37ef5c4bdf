package trt

import (
	"fmt"
	"slices"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/serve"
)

// settle finds out what a chunk consists of.
func (x *Executor) settle() error {
	var inputs, outputs []batchTensor
	for _, b := range x.target.bound {
		t, err := x.batched(b)
		if err != nil {
			return err
		}
		if t.Input {
			inputs = append(inputs, t)
		} else {
			outputs = append(outputs, t)
		}
	}
	states, err := serve.FindStates(x.options.States, describeAll(inputs), describeAll(outputs))
	if err != nil {
		return err
	}
	for _, s := range states {
		pair := statePair{in: take(&inputs, s.Input), out: take(&outputs, s.Output)}
		x.states = append(x.states, pair)
	}
	x.inputs, x.outputs = inputs, outputs
	x.model.States, x.model.Inputs, x.model.Outputs = states, describeAll(inputs), describeAll(outputs)
	return nil
}

// batched makes sure that each session's part of a tensor is a row of its own.
func (x *Executor) batched(b boundTensor) (batchTensor, error) {
	refuse := func(why string) (batchTensor, error) {
		return batchTensor{}, fmt.Errorf("tensor %s: %s; no batch of sessions can have it", b.Name, why)
	}
	varies := slices.ContainsFunc(x.target.bound, func(t boundTensor) bool { return t.Input && t.Tensor.Shape[0] < 0 })
	switch bits := b.Type.Bits(); {
	case b.Location == OnHost || b.Values:
		return refuse("it lies on the host or carries sizes")
	case b.open:
		return refuse("its size depends on the data")
	case len(b.shape) == 0 || b.shape[0] != int64(x.largest) || !b.Input && varies != (b.Tensor.Shape[0] < 0):
		return refuse(fmt.Sprintf("its shape is %s, expected the batch as its leading dimension", formatShape(b.Tensor.Shape)))
	case b.Layout.Components > 1 || !b.inOrder():
		return refuse(fmt.Sprintf("its format is %s, expected elements in order", b.Format))
	case elementCount(b.shape[1:])*int64(bits)%8 != 0:
		return refuse(fmt.Sprintf("%s of %v end within a byte", formatShape(b.shape[1:]), b.Type))
	}
	return batchTensor{boundTensor: b, row: b.bytes / x.largest}, nil
}

// describe is the tensor for one session.
func (b *batchTensor) describe() record.Tensor {
	t := b.boundTensor.describe()
	t.Shape[0] = 1
	return t
}

func describeAll(tensors []batchTensor) []record.Tensor {
	described := make([]record.Tensor, len(tensors))
	for i := range tensors {
		described[i] = tensors[i].describe()
	}
	return described
}

// take removes the tensor of that name, which is there.
func take(tensors *[]batchTensor, name string) batchTensor {
	i := slices.IndexFunc(*tensors, func(t batchTensor) bool { return t.Name == name })
	taken := (*tensors)[i]
	*tensors = slices.Delete(*tensors, i, i+1)
	return taken
}
