package trt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// array are values as a file of NumPy's has them.
func array(typ string, shape []int, data []byte) tensor.Values {
	return tensor.Values{Tensor: record.Tensor{Type: typ, Shape: shape}, Data: data}
}

// The shape of a file counts where none is given, and its elements come out again.
func TestInputsFromFiles(t *testing.T) {
	plan := copyPlan()
	for i := range plan.Tensors {
		plan.Tensors[i].Shape[1] = 3
	}
	plan.Profiles[0].Inputs[0] = sim.Range{Tensor: "x", Min: []int64{1, 3}, Opt: []int64{1, 3}, Max: []int64{8, 3}}
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		values, err := inputs.Load("x:../tensor/npy/testdata/columns.npy")
		require.NoError(t, err)
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, plan), trt.TargetOptions{Inputs: values})
		require.NoError(t, err)
		outputs, err := bench.Infer(t.Context(), target)
		require.NoError(t, err)
		require.Len(t, outputs, 1)
		assert.Equal(t, record.Tensor{Name: "y", Type: "float32", Shape: []int{2, 3}}, outputs[0].Tensor)
		elements, err := outputs[0].Elements()
		require.NoError(t, err)
		assert.Equal(t, []float64{0, 1, 2, 3, 4, 5}, slices.Collect(elements.Floats()))

		// Other values for the next run.
		require.NoError(t, target.SetInputs(map[string]tensor.Values{"x": {Data: make([]byte, 24)}}))
		outputs, err = bench.Infer(t.Context(), target)
		require.NoError(t, err)
		assert.Equal(t, make([]byte, 24), outputs[0].Data)
		for name, c := range map[string]struct {
			values map[string]tensor.Values
			want   string
		}{
			"name":  {map[string]tensor.Values{"z": {}}, "trt: set inputs: values: no input is named z; the inputs are x"},
			"size":  {map[string]tensor.Values{"x": {Data: make([]byte, 48)}}, "48 bytes were given, the input takes 24: twice as many as 2x3 of float32 need"},
			"shape": {map[string]tensor.Values{"x": array("float32", []int{1, 3}, make([]byte, 12))}, "shape 1x3 was given, the input is run with 2x3"},
			"type":  {map[string]tensor.Values{"x": array("int32", []int{2, 3}, make([]byte, 24))}, "elements of type int32 were given, the input takes float32"},
		} {
			assert.ErrorContains(t, target.SetInputs(c.values), c.want, name)
		}
		outputs, err = bench.Infer(t.Context(), target)
		require.NoError(t, err)
		assert.Equal(t, make([]byte, 24), outputs[0].Data, "nothing has changed")
		closeAll(t, target)
		assert.ErrorIs(t, target.SetInputs(nil), trt.ErrClosed)
	})
}

func TestShapeOfAFileThatDoesNotFit(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		values := map[string]tensor.Values{"x": array("float32", []int{9, 16}, make([]byte, 9*64))}
		_, err := trt.NewTarget(lib, 0, trttest.Plan(t, copyPlan()), trt.TargetOptions{Inputs: values})
		assert.ErrorContains(t, err, "shape of x: 9x16 was given, dimension 0 must be 1 to 8")

		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, copyPlan()), trt.TargetOptions{Inputs: values, Shapes: trt.Shapes{"x": {2, 16}}})
		require.NoError(t, err)
		_, err = target.Open(t.Context(), setups["transfers"])
		assert.ErrorContains(t, err, "shape 9x16 was given, the input is run with 2x16")
		closeAll(t, target)
	})
}

// Values of an input that carries sizes are the sizes; those of a vectorised input are put where the engine wants them.
func TestInputsOfEveryKind(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		pixels := make([]byte, 2*3*16)
		for i := range pixels {
			pixels[i] = byte(i)
		}
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, factsPlan()), trt.TargetOptions{
			Inputs: map[string]tensor.Values{
				"image": array("int8", []int{2, 3, 4, 4}, pixels),
				"size":  {Data: binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, 7), 9)},
			},
			WeightStreamingBudget: weights(t, "50%"),
		})
		require.NoError(t, err)
		assert.Contains(t, target.Describe().Notes, "weight-streaming budget: 256 KiB of 512 KiB (asked for: 50%)")
		options := threeRounds()
		options.FetchInputs, options.FetchOutputs = true, true
		r, err := bench.Run(t.Context(), target, options)
		require.NoError(t, err)
		require.Len(t, r.Inputs, 3)

		image := r.Inputs[0]
		assert.Equal(t, 4, image.Layout.Components)
		assert.Equal(t, 1, image.Layout.Dimension)
		assert.Len(t, image.Data, 2*4*16, "padded to vectors of four channels")
		elements, err := image.Elements()
		require.NoError(t, err)
		want := []float64{}
		for i := range pixels {
			want = append(want, float64(int8(i)))
		}
		assert.Equal(t, want, slices.Collect(elements.Floats()))

		assert.Equal(t, []byte{7, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0}, r.Inputs[1].Data)
		assert.Equal(t, "state", r.Inputs[2].Name)
		assert.Equal(t, []string{"class", "state_next"}, []string{r.Outputs[0].Name, r.Outputs[1].Name})

		err = target.SetInputs(map[string]tensor.Values{"size": {Data: make([]byte, 16)}})
		assert.ErrorContains(t, err, "values of size: it carries sizes, which stay those of the target")
		closeAll(t, target)

		_, err = trt.NewTarget(lib, 0, trttest.Plan(t, factsPlan()), trt.TargetOptions{
			Inputs: map[string]tensor.Values{"size": {Data: make([]byte, 15)}}})
		assert.ErrorContains(t, err, "values of size: 15 bytes do not hold sizes of type int64")
	})
}

func weights(t *testing.T, budget string) *trt.WeightBudget {
	t.Helper()
	b, err := trt.ParseWeightBudget(budget)
	require.NoError(t, err)
	return &b
}

func TestSeedsAndWarnings(t *testing.T) {
	plan := copyPlan()
	for i, name := range []string{"token_ids", "y"} {
		plan.Tensors[i].Name, plan.Tensors[i].Type = name, "int32"
	}
	plan.Profiles[0].Inputs[0].Tensor = "token_ids"
	var log bytes.Buffer
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		outputs := map[string][]byte{}
		for name, options := range map[string]trt.TargetOptions{
			"plain": {}, "seed": {Seeds: map[string]uint32{"token*": 5}},
			"range": {Ranges: map[string]trt.Range{"token_ids": {Min: 0, Max: 9}}},
		} {
			log.Reset()
			target, err := trt.NewTarget(lib, 0, trttest.Plan(t, plan), options)
			require.NoError(t, err)
			assert.Equal(t, name != "range", bytes.Contains(log.Bytes(), []byte("input token_ids (int32) is named like an index")), log.String())
			values, err := bench.Infer(t.Context(), target)
			require.NoError(t, err)
			outputs[name] = values[0].Data
			closeAll(t, target)
		}
		assert.NotEqual(t, outputs["plain"], outputs["seed"])
	}, trttest.Logger(slog.New(slog.NewTextHandler(&log, nil))))
}

// The run goes on when TensorRT does not tell the times of layers any more, and those it told are kept.
func TestProfilerThatStopsTelling(t *testing.T) {
	plan := copyPlan()
	plan.Layers = factsPlan().Layers
	plan.Faults = []sim.Fault{{Call: "reportToProfiler", At: 3, Error: "fail"}}
	var log bytes.Buffer
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, plan), trt.TargetOptions{})
		require.NoError(t, err)
		options := threeRounds()
		options.Iterations, options.ProfileLayers, options.FetchOutputs = bench.Set(5), true, true
		r, err := bench.Run(t.Context(), target, options)
		var refused *trt.Error
		require.ErrorAs(t, err, &refused)
		assert.ErrorContains(t, err, "bench: times of layers: trt: context 1 of engine")
		assert.GreaterOrEqual(t, len(r.Samples), 5)
		assert.Equal(t, 2, r.Layers.Passes)
		assert.NotNil(t, r.Outputs)
		assert.Contains(t, log.String(), "TensorRT does not tell the times of layers any more")
		closeAll(t, target)
	}, trttest.Logger(slog.New(slog.NewTextHandler(&log, nil))))
}

func TestTimeDeserialize(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		times, err := trt.TimeDeserialize(t.Context(), lib, 0, xyPlan)
		require.NoError(t, err)
		assert.Positive(t, times.First)
		assert.Positive(t, times.Average)
		assert.Equal(t, 20, times.Loads)

		// Two that do not count, the first, and twenty.
		for fails, want := range map[int64]bool{23: true, 24: false} {
			plan := copyPlan()
			plan.Faults = []sim.Fault{{Call: "deserialize", At: fails, Error: "fail"}}
			_, err = trt.TimeDeserialize(t.Context(), lib, 0, trttest.Plan(t, plan))
			assert.Equal(t, want, err != nil, "the reading that fails: %d", fails)
		}

		_, err = trt.TimeDeserialize(t.Context(), lib, 0, "missing.plan")
		assert.ErrorContains(t, err, "missing.plan")
		_, err = trt.TimeDeserialize(t.Context(), lib, 99, xyPlan)
		assert.ErrorContains(t, err, "99")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = trt.TimeDeserialize(ctx, lib, 0, xyPlan)
		assert.ErrorIs(t, err, context.Canceled)
	}, trttest.Logger(slog.New(slog.DiscardHandler)))
}

func TestSlowLoads(t *testing.T) {
	for name, c := range map[string]struct {
		first, average time.Duration
		slow           bool
	}{
		"twice":       {20 * time.Millisecond, 10 * time.Millisecond, false},
		"over twice":  {20*time.Millisecond + 1, 10 * time.Millisecond, true},
		"noise":       {300 * time.Microsecond, 10 * time.Microsecond, false},
		"faster":      {5 * time.Millisecond, 10 * time.Millisecond, false},
		"small files": {1200 * time.Microsecond, 100 * time.Microsecond, true},
	} {
		assert.Equal(t, c.slow, (&trt.LoadTimes{First: c.first, Average: c.average}).Slow(), name)
	}
}

func TestFindDevice(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		device, err := lib.CUDA().Device(0)
		require.NoError(t, err)
		properties, err := device.Properties()
		require.NoError(t, err)
		for _, name := range []string{"0", properties.UUID.String(), properties.PCI} {
			number, err := trt.FindDevice(lib, name)
			require.NoError(t, err, name)
			assert.Zero(t, number)
		}
		for name, want := range map[string]string{
			"7": "device 7", "-1": "device -1", "0000:99:00.0": "device 0000:99:00.0", "GPU-00000000-0000-0000-0000-000000000001": "device GPU-0",
			"first": "device first: expected a number, a UUID as nvidia-smi -L prints it, or a PCI address as 0000:3b:00.0", "": "device : expected",
		} {
			_, err := trt.FindDevice(lib, name)
			assert.ErrorContains(t, err, want, name)
		}
	})
}

func TestParseVerbosity(t *testing.T) {
	for name, want := range map[string]trt.Verbosity{"layer_names_only": trt.LayerNames, "none": trt.Nothing, "detailed": trt.Detailed, "verbose": trt.Detailed} {
		got, err := trt.ParseVerbosity(name)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := trt.ParseVerbosity("loud")
	assert.ErrorContains(t, err, `trt: verbosity "loud": expected layer_names_only, none or detailed`)
}
