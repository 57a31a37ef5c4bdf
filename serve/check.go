package serve

import (
	"fmt"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// check says why a chunk does not fit the model.
func (s *Server) check(c *Call) error {
	if len(c.Inputs) != len(s.inBytes) {
		return &ChunkError{fmt.Sprintf("%d inputs, the model takes %d", len(c.Inputs), len(s.inBytes))}
	}
	for i, data := range c.Inputs {
		if len(data) != s.inBytes[i] {
			return &ChunkError{fmt.Sprintf("%d bytes for %s, expected %d", len(data), s.model.Inputs[i].Name, s.inBytes[i])}
		}
	}
	if c.Outputs == nil {
		return nil
	}
	if len(c.Outputs) != len(s.outBytes) {
		return &ChunkError{fmt.Sprintf("room for %d outputs, the model has %d", len(c.Outputs), len(s.outBytes))}
	}
	for i, room := range c.Outputs {
		if room != nil && len(room) != s.outBytes[i] {
			return &ChunkError{fmt.Sprintf("room of %d bytes for %s, expected %d", len(room), s.model.Outputs[i].Name, s.outBytes[i])}
		}
	}
	return nil
}

// sizes returns the bytes of tensors.
func sizes(tensors []record.Tensor) ([]int, error) {
	all := make([]int, len(tensors))
	for i, t := range tensors {
		bits := tensor.Bits(t.Type)
		for _, d := range t.Shape {
			bits *= max(d, 0)
		}
		if bits == 0 || bits%8 != 0 {
			return nil, fmt.Errorf("%s: %s of %s has no size in whole bytes; every dimension must be known", t.Name, t.Type, tensor.FormatShape(t.Shape))
		}
		all[i] = bits / 8
	}
	return all, nil
}
