package triton

import (
	"fmt"
	"slices"

	"github.com/trtbench/trtbench/tensor"
	"github.com/trtbench/trtbench/triton/data"
)

// part is what a request has for a tensor.
type part struct {
	name, datatype string
	shape          []int64 // with the batch, where the model has one
	data           []byte  // nil for a state, which comes from elsewhere
	state          int     // which; -1: none
	place          region  // where the data are, when they do not travel
}

// content is what a request has for all tensors.
type content struct {
	inputs   []part // in the order of the model
	expected []part // outputs that the answer must have; nil: not known
}

// contents makes requests of the steps of each stream: batch steps, one after another and from the beginning again, are one
// request.
func contents(m *Model, set *data.Set, states []StatePair, batch int) ([][]content, error) {
	all := make([][]content, len(set.Streams))
	for i, steps := range set.Streams {
		count := len(steps) / gcd(len(steps), batch) // then the same requests come again
		for k := range count {
			items, expected := make([]data.Step, batch), make([]data.Step, batch)
			for j := range batch {
				n := (k*batch + j) % len(steps)
				items[j] = steps[n]
				if set.Expected != nil {
					expected[j] = set.Expected[i][n]
				}
			}
			c, err := join(m, items, expected, states)
			if err != nil {
				return nil, fmt.Errorf("stream %d, request %d: %w", i, k, err)
			}
			all[i] = append(all[i], c)
		}
	}
	return all, nil
}

// join makes one request of several items.
func join(m *Model, items, expected []data.Step, states []StatePair) (content, error) {
	var c content
	for _, in := range m.Inputs {
		if k := slices.IndexFunc(states, func(s StatePair) bool { return s.Input == in.Name }); k >= 0 {
			c.inputs = append(c.inputs, part{name: in.Name, datatype: in.Type, shape: m.withBatch(in.Shape, len(items)), state: k})
			continue
		}
		p, found, err := joinValues(m, &in, items)
		if err != nil {
			return c, fmt.Errorf("input %q: %w", in.Name, err)
		}
		if found {
			c.inputs = append(c.inputs, p)
		}
	}
	for _, out := range m.Outputs {
		p, found, err := joinValues(m, &out, expected)
		if err != nil {
			return c, fmt.Errorf("expected output %q: %w", out.Name, err)
		}
		if found {
			c.expected = append(c.expected, p)
		}
	}
	return c, nil
}

// joinValues puts the values of a tensor one after another; found is false when no item has one.
func joinValues(m *Model, t *data.Tensor, items []data.Step) (p part, found bool, err error) {
	p = part{name: t.Name, datatype: t.Type, state: -1, data: []byte{}}
	var shape []int64
	have := 0
	for _, item := range items {
		v, given := item[t.Name]
		if !given {
			continue
		}
		if have++; have == 1 {
			shape = v.Shape
		} else if !slices.Equal(shape, v.Shape) {
			return p, false, fmt.Errorf("items of one request have shapes %s and %s", tensor.FormatShape(shape), tensor.FormatShape(v.Shape))
		}
		p.data = append(p.data, v.Data...)
	}
	if have != 0 && have != len(items) {
		return p, false, fmt.Errorf("only %d of %d items of one request have it", have, len(items))
	}
	if have == 1 {
		p.data = items[0][t.Name].Data // not copied
	}
	p.shape = m.withBatch(shape, len(items))
	return p, have > 0, nil
}

// withBatch returns the shape that a tensor of so many items has on the wire.
func (m *Model) withBatch(shape []int64, items int) []int64 {
	if !m.batched() {
		return shape
	}
	return append([]int64{int64(items)}, shape...)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
