package trt_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/profile"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/tensor"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// exported returns a file that the real trtexec of the library's major wrote, for an engine with 64 bytes in and 24 out.
func exported(t *testing.T, lib *trt.Library, kind string) string {
	t.Helper()
	text, err := os.ReadFile("../testdata/vectors/trtexec/exports/" + kind + map[int]string{10: ".v10", 11: ".v11"}[lib.Version().Major] + ".json")
	require.NoError(t, err)
	return string(text)
}

// threeRounds are the options of the recorded runs.
func threeRounds() bench.Options {
	return bench.Options{Iterations: bench.Set(3), Duration: bench.Set[time.Duration](0), WarmUp: bench.Set[time.Duration](0)}
}

const xyPlan = "../testdata/plans/xy.sim.json"

// The values that the engine computed are trtexec's, with the copies and without, and so is the file but for what is no JSON.
func TestExportOutput(t *testing.T) {
	numbers := []float32{-1, 0.5, 1e-7, 123456.789, float32(math.Inf(1)), math.Float32frombits(0xFFC00000)}
	data, err := binary.Append(nil, binary.LittleEndian, numbers)
	require.NoError(t, err)
	plan := sim.Plan{
		Tensors: []sim.Tensor{
			{Name: "x", Mode: "input", Type: "float32", Shape: []int64{2, 3}},
			{Name: "y", Mode: "output", Type: "float32", Shape: []int64{2, 3}},
		},
		Function: sim.FunctionCopy,
	}
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		want := strings.NewReplacer("-nan", `"NaN"`, "inf", `"Infinity"`).Replace(exported(t, lib, "output"))
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, plan), trt.TargetOptions{Inputs: map[string]tensor.Values{"x": {Data: data}}})
		require.NoError(t, err)
		for _, transfers := range []bool{true, false} {
			options := threeRounds()
			options.Transfers, options.FetchInputs, options.FetchOutputs = bench.Set(transfers), true, true
			recording, err := bench.Run(t.Context(), target, options)
			require.NoError(t, err)
			var file bytes.Buffer
			require.NoError(t, report.WriteValues(&file, recording.Outputs))
			assert.Equal(t, want, file.String())
			require.Len(t, recording.Inputs, 1)
			assert.Equal(t, data, recording.Inputs[0].Data)
			assert.True(t, recording.Inputs[0].Input)
		}
		closeAll(t, target)
	})
}

// The passes are those of trtexec: one for each round with 10; with 11, where layers are timed in a run of their own, one more round and
// the trial inference of the graph.
func TestExportProfile(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, xyPlan, trt.TargetOptions{})
		require.NoError(t, err)
		options := threeRounds()
		var layers *profile.Profile
		if options.ProfilesSeparately(target.Describe()) {
			assert.Equal(t, 11, lib.Version().Major)
			layers, err = bench.ProfileLayers(t.Context(), target, options)
			require.NoError(t, err)
		} else {
			options.ProfileLayers = true
			recording, err := bench.Run(t.Context(), target, options)
			require.NoError(t, err)
			assert.Len(t, recording.Samples, 3, "the measured run is reported as well")
			assert.Equal(t, bench.CodeProfiled, recording.Verdict.Reasons[0].Code)
			layers = recording.Layers
		}
		var file bytes.Buffer
		require.NoError(t, report.WriteProfile(&file, layers))
		assert.Equal(t, exported(t, lib, "profile"), file.String())
		closeAll(t, target)
	})
}

// A run that is profiled leaves nothing behind for the next.
func TestProfileInEveryMode(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, xyPlan, trt.TargetOptions{})
		require.NoError(t, err)
		for name, setup := range setups {
			t.Run(name, func(t *testing.T) {
				setup.ProfileLayers = true
				lanes, err := target.Open(t.Context(), setup)
				require.NoError(t, err)
				checkSamples(t, rounds(t, lanes, setup, 4), setup)
				layers, err := lanes.(*trt.Lanes).Layers()
				require.NoError(t, err)
				want := 4
				if setup.Graph {
					want++ // the trial inference
				}
				assert.Equal(t, want, layers.Passes, "of lane 0 only")
				require.Len(t, layers.Layers, 2)
				assert.InDelta(t, 0.75, layers.Layers[0].AverageMs, 1e-6)
				assert.Equal(t, "relu1", layers.Layers[1].Name)
				closeAll(t, lanes)
				_, err = lanes.(*trt.Lanes).Layers()
				require.ErrorIs(t, err, trt.ErrClosed)

				setup.ProfileLayers = false
				lanes, err = target.Open(t.Context(), setup)
				require.NoError(t, err)
				rounds(t, lanes, setup, 2)
				_, err = lanes.(*trt.Lanes).Layers()
				require.ErrorContains(t, err, "opened without timing them")
				closeAll(t, lanes)
			})
		}
		closeAll(t, target)
	})
}

func TestExportLayerInfo(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, xyPlan, trt.TargetOptions{})
		require.NoError(t, err)
		layers, err := target.Inspect()
		require.NoError(t, err)
		assert.JSONEq(t, exported(t, lib, "layers"), layers)
		closeAll(t, target)
		_, err = target.Inspect()
		assert.ErrorIs(t, err, trt.ErrClosed)
	})
}
