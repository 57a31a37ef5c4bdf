package serve_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/serve"
)

func TestFindStates(t *testing.T) {
	one := func(name string) record.Tensor { return record.Tensor{Name: name, Type: "float16", Shape: []int{1, 4}} }
	inputs := []record.Tensor{one("signal"), one("state"), one("cell")}
	outputs := []record.Tensor{one("scores"), one("cell_next"), one("state_next"), {Name: "long", Type: "float16", Shape: []int{1, 8}}}
	pair := func(in, out string) serve.State { return serve.State{Input: in, Output: out, Tensor: one(in)} }
	for name, c := range map[string]struct {
		given, want []serve.State
		err         string
	}{
		"found":  {nil, []serve.State{pair("state", "state_next"), pair("cell", "cell_next")}, ""},
		"none":   {[]serve.State{}, nil, ""},
		"given":  {[]serve.State{{Input: "cell", Output: "scores"}, {Input: "state", Output: "cell_next"}}, []serve.State{pair("state", "cell_next"), pair("cell", "scores")}, ""},
		"input":  {[]serve.State{{Input: "stat", Output: "state_next"}}, nil, `state stat:state_next: the model has no input "stat", only ["signal" "state" "cell"]; did you mean "state"?`},
		"output": {[]serve.State{{Input: "state", Output: "next"}}, nil, `the model has no output "next"`},
		"shape":  {[]serve.State{{Input: "state", Output: "long"}}, nil, "the input is 1x4 of float16, the output 1x8 of float16; expected the same"},
		"twice":  {[]serve.State{{Input: "state", Output: "state_next"}, {Input: "cell", Output: "state_next"}}, nil, "in common with state:state_next"},
	} {
		got, err := serve.FindStates(c.given, inputs, outputs)
		assert.Equal(t, c.want, got, name)
		if c.err == "" {
			assert.NoError(t, err, name)
		} else {
			assert.ErrorContains(t, err, c.err, name)
		}
	}
}
