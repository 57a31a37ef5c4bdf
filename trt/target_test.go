package trt_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

const copyPlan = `{"trtbench_simulated_plan": 1, "function": "copy",
	"tensors": [{"name": "x", "mode": "input", "type": "float32", "shape": [-1, 16]}, {"name": "y", "mode": "output", "type": "float32", "shape": [-1, 16]}],
	"profiles": [{"inputs": [{"tensor": "x", "min": [1, 16], "opt": [4, 16], "max": [8, 16]}]}]}`

// onEachMajor runs a test on the simulated libraries of both majors.
func onEachMajor(t *testing.T, f func(t *testing.T, lib *trt.Library), options ...trttest.Option) {
	t.Helper()
	for _, major := range []int{10, 11} {
		t.Run(fmt.Sprintf("TensorRT %d", major), func(t *testing.T) {
			f(t, trttest.Start(t, append(options, trttest.Major(major))...))
		})
	}
}

func TestTargetRuns(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, trttest.PlanFile(t, copyPlan), trt.TargetOptions{Shapes: trt.Shapes{"x": {2, 16}}})
		require.NoError(t, err)
		defer target.Close()
		d := target.Describe()
		assert.True(t, d.Simulated)
		fmt.Printf("%+v\n", d)
		recording, err := bench.Run(t.Context(), target, bench.Options{Duration: bench.Set(time.Duration(0)), WarmUp: bench.Set(time.Duration(0)), Iterations: bench.Set(5)})
		require.NoError(t, err)
		for _, s := range recording.Samples {
			fmt.Printf("%+v\n", s)
		}
	})
}
