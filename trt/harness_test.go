package trt_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/tensor"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

var majors = []int{10, 11}

// onEachMajor runs a test on the simulated libraries of both majors. The test must leave nothing on the device.
func onEachMajor(t *testing.T, f func(t *testing.T, lib *trt.Library), options ...trttest.Option) {
	t.Helper()
	for _, major := range majors {
		t.Run(fmt.Sprintf("TensorRT %d", major), func(t *testing.T) {
			lib := trttest.Start(t, append([]trttest.Option{trttest.Major(major)}, options...)...)
			f(t, lib)
			assertNothingLeft(t, lib)
		})
	}
}

// deviceCounters are the simulated device's own counts.
type deviceCounters struct {
	Live  map[string]int64 `json:"live"`
	Total map[string]int64 `json:"total"`
}

func countersOf(t testing.TB, lib *trt.Library) deviceCounters {
	t.Helper()
	text, err := lib.CUDA().Runtime().SimCounters()
	require.NoError(t, err)
	var c deviceCounters
	require.NoError(t, json.Unmarshal([]byte(text), &c))
	return c
}

func assertNothingLeft(t testing.TB, lib *trt.Library) {
	t.Helper()
	counters := countersOf(t, lib)
	for name, n := range counters.Live {
		assert.Zero(t, n, name)
	}
	for _, mistake := range []string{"absent_methods", "early_destroys"} {
		assert.Zero(t, counters.Total[mistake], mistake)
	}
}

// copyPlan has a batch of 1 to 8 rows that it copies from input to output.
func copyPlan() sim.Plan {
	return sim.Plan{
		Tensors: []sim.Tensor{
			{Name: "x", Mode: "input", Type: "float32", Shape: []int64{-1, 16}},
			{Name: "y", Mode: "output", Type: "float32", Shape: []int64{-1, 16}},
		},
		Profiles: []sim.Profile{{Inputs: []sim.Range{{Tensor: "x", Min: []int64{1, 16}, Opt: []int64{4, 16}, Max: []int64{8, 16}}}}},
		Function: sim.FunctionCopy,
		Memory:   sim.Memory{DeviceBytes: 1 << 20, WeightsBytes: 1 << 20},
	}
}

// zeroPlan takes no time.
const zeroPlan = "../testdata/plans/zero.sim.json"

// outputOf returns an output of the last inference of a lane.
func outputOf(t testing.TB, lanes bench.Lanes, lane int, name string) tensor.Values {
	t.Helper()
	outputs, err := lanes.(*trt.Lanes).Outputs(lane)
	require.NoError(t, err)
	for _, output := range outputs {
		if output.Name == name {
			return output
		}
	}
	require.Failf(t, "no output", "%s", name)
	return tensor.Values{}
}

func closeAll(t testing.TB, closers ...interface{ Close() error }) {
	t.Helper()
	for _, c := range closers {
		assert.NoError(t, c.Close())
	}
}
