// Package statenames finds the recurrent states of a model by the names of its tensors: inputs that are fed by an output of the
// inference before.
package statenames

import (
	"slices"
	"strings"
)

// Pair is an input and the output that feeds it, by their places among inputs and outputs.
type Pair struct{ Input, Output int }

// Pairs finds the inputs that are fed by an output whose name says so: state and state_next, h_in and h_out, past_k and present_k.
// Whether the two can be each other's, fits says. An input or output that would be in two pairs is in none.
func Pairs(inputs, outputs []string, fits func(Pair) bool) []Pair {
	var found []Pair
	for i, in := range inputs {
		for k, out := range outputs {
			if p := (Pair{i, k}); follows(strings.ToLower(in), strings.ToLower(out)) && fits(p) {
				found = append(found, p)
			}
		}
	}
	var clear []Pair
	for _, p := range found {
		shared := func(q Pair) bool { return q != p && (q.Input == p.Input || q.Output == p.Output) }
		if !slices.ContainsFunc(found, shared) {
			clear = append(clear, p)
		}
	}
	return clear
}

// follows reports whether the name of an output says that it comes after the input.
func follows(in, out string) bool {
	for _, s := range []string{in + "_next", "next_" + in, in + "_out", in + "_new", "new_" + in, "updated_" + in, in + ".1"} {
		if out == s {
			return true
		}
	}
	for _, words := range [][2]string{{"_in", "_out"}, {"in_", "out_"}, {"input_", "output_"}, {"_input", "_output"}, {"past", "present"}, {"prev", "next"},
		{"old_", "new_"}, {"h0", "hn"}, {"c0", "cn"}} {
		if strings.Contains(in, words[0]) && in != out && strings.Replace(in, words[0], words[1], 1) == out {
			return true
		}
	}
	return false
}
