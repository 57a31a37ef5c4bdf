package sim

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// planFiles are the plans of the project.
func planFiles(t testing.TB) []string {
	t.Helper()
	found, err := filepath.Glob("../../testdata/plans/*.sim.json")
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

func TestPlanFilesAreValid(t *testing.T) {
	for _, file := range planFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.True(t, IsPlan(text))
			plan, err := Parse(text)
			require.NoError(t, err)

			written, err := json.Marshal(plan)
			require.NoError(t, err)
			assert.True(t, IsPlan(written))
			again, err := Parse(written)
			require.NoError(t, err)
			assert.Equal(t, plan, again)
		})
	}
}

func TestIsPlan(t *testing.T) {
	for text, want := range map[string]bool{
		`{"trtbench_simulated_plan": 1`:       true,
		" {\n\t\"trtbench_simulated_plan\" :": true,
		`{"name": "x"`:                        false,
		`{"trtbench_simulated_pla`:            false,
		"ftrt":                                false,
		"":                                    false,
	} {
		assert.Equal(t, want, IsPlan([]byte(text)), text)
	}
}

// One tensor in and out, to put faulty members behind.
const tinyPlan = `{"trtbench_simulated_plan": 1, "name": "tiny", "tensors": [
	{"name": "x", "mode": "input", "type": "float32", "shape": [-1, 4]},
	{"name": "n", "mode": "input", "type": "int64", "shape": [2], "location": "host", "shape_tensor": true},
	{"name": "y", "mode": "output", "type": "float32", "shape": [-1, 4]}],
	"profiles": [{"inputs": [{"tensor": "x", "min": [1, 4], "opt": [2, 4], "max": [8, 4]}],
		"values": [{"tensor": "n", "min": [1, 1], "opt": [2, 2], "max": [9, 9]}]}]MORE}`

// faultyPlans are texts that no reader may take, and what the error has to say.
var faultyPlans = []struct{ name, text, want string }{
	{"nothing", "", "ends where a value is expected"},
	{"no JSON", "hello", "invalid character"},
	{"an array", "[]", "cannot unmarshal array"},
	{"no mark", `{"name": "x"}`, "trtbench_simulated_plan is 0"},
	{"another version", `{"trtbench_simulated_plan": 2}`, "trtbench_simulated_plan is 2"},
	{"no tensors", `{"trtbench_simulated_plan": 1}`, "tensors: none"},
	{"goes on", tiny("") + "{}", "goes on after the value"},
	{"cut short", tiny("")[:100], "the text ends"},
	{"unknown key", tiny(`, "tims": {}`), `unknown field "tims"`},
	{"key in capitals", tiny(`, "Time": {}`), `"Time": keys are in lower case`},
	{"key twice", tiny(`, "name": "x"`), `"name" appears twice`},
	{"null", tiny(`, "time": null`), "null"},
	{"half a surrogate", tiny(`, "comment": "\ud800"`), "broken character"},
	{"not UTF-8", tiny(", \"comment\": \"\xff\""), "not UTF-8"},
	{"negative time", tiny(`, "time": {"base_us": -1}`), "time.base_us is -1"},
	{"spread over one", tiny(`, "time": {"spread": 1.5}`), "time.spread is 1.5"},
	{"unknown distribution", tiny(`, "time": {"distribution": "cauchy"}`), `time.distribution is "cauchy"`},
	{"shares", tiny(`, "layers": [{"name": "a", "share": 0.5}]`), "shares add up to 0.5"},
	{"unknown function", tiny(`, "function": "attention"`), `function is "attention"`},
	{"wrong interface", tiny(`, "function": "streaming_acoustic"`), `needs the input "signal"`},
	{"profile memory", tiny(`, "memory": {"profile_device_bytes": [1, 2]}`), "has 2 numbers, expected 1"},
	{"unknown call", tiny(`, "faults": [{"call": "destroy", "error": "fail"}]`), `call is "destroy"`},
	{"unknown fault", tiny(`, "faults": [{"call": "enqueue", "error": "explode"}]`), `error is "explode"`},
	{"slow without a number", tiny(`, "faults": [{"call": "enqueue", "error": "slow:"}]`), `error is "slow:"`},
	{"bad version", tiny(`, "tensorrt": "ten"`), `tensorrt is "ten"`},
	{"float for a count", tiny(`, "aux_streams": 1.5`), "cannot unmarshal number 1.5"},
	{"too many streams", tiny(`, "aux_streams": 65`), "aux_streams is 65"},
	{"unknown build flag", tiny(`, "build": {"optimization_level": 3, "flags": ["turbo"]}`), `build.flags[0] is "turbo"`},
	{"level six", tiny(`, "build": {"optimization_level": 6}`), "build.optimization_level is 6"},
	{"unknown tiling", tiny(`, "build": {"optimization_level": 3, "tiling": "most"}`), `build.tiling is "most"`},
	{"precision of no type", tiny(`, "layers": [{"name": "a", "share": 1, "precision": "fp16"}]`), `layers[0].precision is "fp16"`},
	{"layer tensor without a type", tiny(`, "layers": [{"name": "a", "share": 1, "inputs": [{"name": "x"}]}]`), `layers[0].inputs[0].type is ""`},
	{"name twice", strings.Replace(tiny(""), `"name": "y"`, `"name": "x"`, 1), `"x" appears twice`},
	{"no mode", strings.Replace(tiny(""), `"mode": "output"`, `"mode": ""`, 1), `mode is ""`},
	{"unknown type", strings.Replace(tiny(""), `"float32"`, `"float"`, 1), `type is "float"`},
	{"dimension below -1", strings.Replace(tiny(""), `"shape": [-1, 4]`, `"shape": [-2, 4]`, 1), "shape[0] is -2"},
	{"nine dimensions", strings.Replace(tiny(""), `"shape": [2]`, `"shape": [1,1,1,1,1,1,1,1,1]`, 1), "9 dimensions"},
	{"huge", strings.Replace(tiny(""), `"shape": [2]`, `"shape": [2000000, 2000000]`, 1), "more than 2^40 elements"},
	{"profile outside the shape", strings.Replace(tiny(""), `"max": [8, 4]`, `"max": [8, 5]`, 1), "does not fit"},
	{"profile upside down", strings.Replace(tiny(""), `"min": [1, 4]`, `"min": [3, 4]`, 1), "min <= opt <= max"},
	{"profile of a stranger", strings.Replace(tiny(""), `"tensor": "x"`, `"tensor": "z"`, 1), `no input is named "z"`},
	{"profile lacks values", strings.Replace(tiny(""), `"values"`, `"inputs"`, 1), `"inputs" appears twice`},
	{"data shapes of a fixed output", strings.Replace(tiny(""), `"output", "type": "float32", "shape": [-1, 4]`,
		`"output", "type": "float32", "shape": [4], "data_shapes": [[4]]`, 1), "without an unknown dimension"},
	{"output without a source", strings.Replace(tiny(""), `"output", "type": "float32", "shape": [-1, 4]`, `"output", "type": "float32", "shape": [4, -1]`, 1),
		"no input has an unknown dimension there"},
}

// builtPlan has all that the simulated builder adds.
var builtPlan = tiny(`, "layers": [{"name": "a", "share": 1, "precision": "float16", "tactic": "t",
	"inputs": [{"name": "x", "type": "float32", "shape": [-1, 4]}], "outputs": [{"name": "y", "type": "float16"}]}],
	"build": {"optimization_level": 5, "flags": ["fp16", "strongly_typed"], "workspace_bytes": 1024, "tiling": "fast"}`)

func tiny(more string) string { return strings.Replace(tinyPlan, "MORE", more, 1) }

func TestParseRefuses(t *testing.T) {
	_, err := Parse([]byte(tiny("")))
	require.NoError(t, err, "the plan that the faulty ones derive from")
	_, err = Parse([]byte(builtPlan))
	require.NoError(t, err)
	for _, c := range faultyPlans {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.text))
			require.Error(t, err)
			assert.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, "sim: parse plan: ")
		})
	}
}

func TestValidateReportsEveryFault(t *testing.T) {
	plan := Plan{TensorRT: "ten", Time: Time{BaseUs: -1}, Function: "attention"}
	err := plan.Validate()
	for _, want := range []string{"tensorrt is", "tensors: none", "time.base_us", "function is"} {
		assert.ErrorContains(t, err, want)
	}
}

// What Parse takes stays the same through writing and reading, and Parse never crashes.
func FuzzParse(f *testing.F) {
	for _, file := range planFiles(f) {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(tiny("")))
	f.Add([]byte(builtPlan))
	for _, c := range faultyPlans {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		plan, err := Parse(text)
		if err != nil {
			return
		}
		written, err := json.Marshal(plan)
		require.NoError(t, err)
		again, err := Parse(written)
		require.NoError(t, err)
		rewritten, err := json.Marshal(again)
		require.NoError(t, err)
		assert.Equal(t, string(written), string(rewritten))
	})
}
