package serve

import (
	"errors"
	"fmt"
	"slices"

	"github.com/trtbench/trtbench/internal/statenames"
	"github.com/trtbench/trtbench/internal/suggest"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// FindStates returns the recurrent states of a model with these tensors, which have shapes for one session, in the order of the
// inputs. Of those given, the names count: each must name an input and an output of the same type and shape. When given is nil,
// the states are those that names, types and shapes tell: state and state_next, h_in and h_out, past_k and present_k.
func FindStates(given []State, inputs, outputs []record.Tensor) ([]State, error) {
	if given == nil {
		var found []State
		for _, p := range statenames.Pairs(names(inputs), names(outputs), func(p statenames.Pair) bool {
			return alike(&inputs[p.Input], &outputs[p.Output])
		}) {
			in := inputs[p.Input]
			found = append(found, State{Input: in.Name, Output: outputs[p.Output].Name, Tensor: in})
		}
		return found, nil
	}
	var states []State
	var faults []error
	for i, s := range given {
		in, err := matchState(s, inputs, outputs)
		for _, other := range given[:i] {
			if other.Input == s.Input || other.Output == s.Output {
				err = fmt.Errorf("it has a tensor in common with %s:%s", other.Input, other.Output)
			}
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("state %s:%s: %w", s.Input, s.Output, err))
			continue
		}
		states = append(states, State{Input: s.Input, Output: s.Output, Tensor: in})
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	slices.SortFunc(states, func(a, b State) int {
		return slices.Index(names(inputs), a.Input) - slices.Index(names(inputs), b.Input)
	})
	return states, nil
}

// matchState returns the input of a state, and an error unless the output can be its next value.
func matchState(s State, inputs, outputs []record.Tensor) (record.Tensor, error) {
	i, k := slices.Index(names(inputs), s.Input), slices.Index(names(outputs), s.Output)
	switch {
	case i < 0:
		return record.Tensor{}, fmt.Errorf("the model has no input %q, only %q%s", s.Input, names(inputs), suggest.Hint(s.Input, names(inputs)))
	case k < 0:
		return record.Tensor{}, fmt.Errorf("the model has no output %q, only %q%s", s.Output, names(outputs), suggest.Hint(s.Output, names(outputs)))
	case !alike(&inputs[i], &outputs[k]):
		return record.Tensor{}, fmt.Errorf("for one stream the input is %s of %s, the output %s of %s; expected the same",
			tensor.FormatShape(inputs[i].Shape), inputs[i].Type, tensor.FormatShape(outputs[k].Shape), outputs[k].Type)
	}
	return inputs[i], nil
}

// alike reports whether one tensor can be the other's next value.
func alike(a, b *record.Tensor) bool { return a.Type == b.Type && slices.Equal(a.Shape, b.Shape) }

func names(tensors []record.Tensor) []string {
	all := make([]string, len(tensors))
	for i, t := range tensors {
		all[i] = t.Name
	}
	return all
}
