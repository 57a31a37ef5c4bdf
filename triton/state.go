package triton

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trtbench/trtbench/internal/statenames"
	"github.com/trtbench/trtbench/internal/suggest"
	"github.com/trtbench/trtbench/tensor"
	"github.com/trtbench/trtbench/triton/data"
)

// StatePair is a recurrent state: what a request's output has, the next request of the session has as its input.
type StatePair struct{ Input, Output string }

// String returns the pair as ParseStates takes it.
func (p StatePair) String() string { return p.Input + ":" + p.Output }

// ParseStates reads pairs of an input and the output that feeds it, "state:state_next,cell:cell_next".
func ParseStates(s string) ([]StatePair, error) {
	var pairs []StatePair
	for _, text := range strings.Split(s, ",") {
		in, out, found := strings.Cut(text, ":")
		if !found || in == "" || out == "" || strings.Contains(out, ":") {
			return nil, fmt.Errorf("triton: states %q: found %q, expected input:output", s, text)
		}
		for _, p := range pairs {
			if p.Input == in || p.Output == out {
				return nil, fmt.Errorf("triton: states %q: %s and %s have a tensor in common", s, p, text)
			}
		}
		pairs = append(pairs, StatePair{in, out})
	}
	return pairs, nil
}

// CheckStates returns an error unless each pair names an input and an output that can be each other's: the same type and shape,
// complete, of elements with a fixed size.
func CheckStates(pairs []StatePair, ins, outs []data.Tensor) error {
	var faults []error
	for _, p := range pairs {
		in, out := byName(ins, p.Input), byName(outs, p.Output)
		switch {
		case in == nil:
			faults = append(faults, fmt.Errorf("state %s: the model has no input %q, only %q%s", p, p.Input, names(ins), suggest.Hint(p.Input, names(ins))))
		case out == nil:
			faults = append(faults, fmt.Errorf("state %s: the model has no output %q, only %q%s", p, p.Output, names(outs), suggest.Hint(p.Output, names(outs))))
		case in.Type != out.Type || !slices.Equal(in.Shape, out.Shape):
			faults = append(faults, fmt.Errorf("state %s: the input is %s of %s, the output %s of %s; expected the same", p,
				tensor.FormatShape(in.Shape), in.Type, tensor.FormatShape(out.Shape), out.Type))
		case !in.Fixed() || data.Size(in.Type) == 0:
			faults = append(faults, fmt.Errorf("state %s: %s of %s has no fixed size", p, tensor.FormatShape(in.Shape), in.Type))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("triton: %w", err)
	}
	return nil
}

// DetectStates finds inputs that are fed by an output of the same type and shape whose name says so: state and state_next, h_in and
// h_out, past_k and present_k. An input or output that would be in two pairs is in none.
func DetectStates(ins, outs []data.Tensor) []StatePair {
	pair := func(p statenames.Pair) StatePair { return StatePair{ins[p.Input].Name, outs[p.Output].Name} }
	var found []StatePair
	for _, p := range statenames.Pairs(names(ins), names(outs), func(p statenames.Pair) bool {
		return CheckStates([]StatePair{pair(p)}, ins, outs) == nil
	}) {
		found = append(found, pair(p))
	}
	return found
}

func byName(tensors []data.Tensor, name string) *data.Tensor {
	for i := range tensors {
		if tensors[i].Name == name {
			return &tensors[i]
		}
	}
	return nil
}

func names(tensors []data.Tensor) []string {
	all := make([]string, len(tensors))
	for i, t := range tensors {
		all[i] = t.Name
	}
	return all
}
