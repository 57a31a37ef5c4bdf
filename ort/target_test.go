package ort

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/x448/float16"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/internal/fill"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

func TestDescribe(t *testing.T) {
	target := open(t, reference, TargetOptions{IntraOpThreads: 2, GraphLevel: GraphExtended})
	d := target.Describe()
	assert.Equal(t, "ONNX Runtime", d.Backend)
	assert.Equal(t, "1.32.0", d.Version)
	assert.Equal(t, "libonnxruntime.so.1.32.0", filepath.Base(d.Library))
	assert.False(t, d.Simulated)
	assert.Equal(t, record.CPU, d.Device.Kind)
	assert.NotEmpty(t, d.Device.Name)
	assert.Equal(t, []record.Stage{record.StageCompute}, d.Stages)
	assert.Equal(t, int64(170287), d.Model.Bytes)
	assert.Equal(t, []record.Tensor{
		{Name: "signal", Input: true, Type: "int32", Shape: []int{1, 2400, 1}},
		{Name: "state", Input: true, Type: "float16", Shape: []int{1, 219729}},
		{Name: "logprobs", Type: "float32", Shape: []int{1, 10, 35}},
		{Name: "state_next", Type: "float16", Shape: []int{1, 219729}},
	}, d.Tensors)
	assert.Equal(t, []string{"intra-op threads: 2", "inter-op threads: 1", "graph optimization: extended",
		"execution provider: cpu"}, d.Notes)
}

func TestEveryElementType(t *testing.T) {
	target := open(t, tiny+"types.onnx", TargetOptions{})
	out := infer(t, openLanes(t, target, bench.Setup{}), 0)
	require.Len(t, out, len(elements))
	for _, e := range elements {
		want := make([]byte, 6*e.size)
		require.NoError(t, fill.Random(want, e.name))
		got := out["out_"+e.name]
		assert.Equal(t, outputOf("out_"+e.name, e.name, []int{2, 3}, want), got)
	}
}

func TestScalars(t *testing.T) {
	target := open(t, tiny+"scalar.onnx", TargetOptions{Inputs: map[string]tensor.Values{
		"x": {Data: littleEndian(t, []float32{1, 2, 3})}, "factor": {Data: littleEndian(t, float32(10))},
	}})
	assert.Equal(t, []record.Tensor{
		{Name: "x", Input: true, Type: "float32", Shape: []int{3}},
		{Name: "factor", Input: true, Type: "float32", Shape: []int{}},
		{Name: "scaled", Type: "float32", Shape: []int{3}},
		{Name: "sum", Type: "float32", Shape: []int{}},
	}, target.Describe().Tensors)
	lanes := openLanes(t, target, bench.Setup{})
	out := infer(t, lanes, 0)
	assert.Equal(t, []float32{10, 20, 30}, decode[float32](t, out["scaled"]))
	assert.Equal(t, []float32{60}, decode[float32](t, out["sum"]))

	require.NoError(t, lanes.SetInput(0, "factor", littleEndian(t, float32(-1))))
	assert.Equal(t, []float32{-6}, decode[float32](t, infer(t, lanes, 0)["sum"]))
}

func TestFreeDimensions(t *testing.T) {
	var log bytes.Buffer
	target := open(t, tiny+"dynamic.onnx", TargetOptions{
		Shapes: map[string][]int64{"x": {2, 5, 4}, "b*": {2, 4}},
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	out := infer(t, openLanes(t, target, bench.Setup{}), 0)
	assert.Equal(t, []int{2, 5, 4}, out["y"].Shape)
	assert.Equal(t, []int64{5}, decode[int64](t, out["length"]))
	assert.Empty(t, log.String())

	target = open(t, tiny+"dynamic.onnx", TargetOptions{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	out = infer(t, openLanes(t, target, bench.Setup{}), 0)
	assert.Equal(t, []int{1, 1, 4}, out["y"].Shape)
	assert.Contains(t, log.String(), "level=WARN")
	assert.Contains(t, log.String(), "input=x model=-1x-1x4 run=1x1x4")
	assert.Contains(t, log.String(), "input=bias model=-1x4 run=1x4")
}

func TestEmptyTensors(t *testing.T) {
	target := open(t, tiny+"dynamic.onnx", TargetOptions{Shapes: map[string][]int64{"x": {2, 0, 4}, "bias": {2, 4}}})
	out := infer(t, openLanes(t, target, bench.Setup{}), 0)
	assert.Equal(t, outputOf("y", "float16", []int{2, 0, 4}, nil), out["y"])
	assert.Equal(t, []int64{0}, decode[int64](t, out["length"]))
}

func TestShapesThatShowAtRunTime(t *testing.T) {
	target := open(t, tiny+"nonzero.onnx", TargetOptions{
		Shapes: map[string][]int64{"x": {4}}, Inputs: map[string]tensor.Values{"x": {Data: littleEndian(t, []float32{0, 1, -1, 2})}},
	})
	out := infer(t, openLanes(t, target, bench.Setup{}), 0)
	assert.Equal(t, []int{1, 2}, out["at"].Shape)
	assert.Equal(t, []int64{1, 3}, decode[int64](t, out["at"]))

	target = open(t, tiny+"reshape.onnx", TargetOptions{
		Shapes: map[string][]int64{"shape": {3}}, Inputs: map[string]tensor.Values{"shape": {Data: littleEndian(t, []int64{3, 1, 2})}},
	})
	assert.Equal(t, []int{3, 1, 2}, infer(t, openLanes(t, target, bench.Setup{}), 0)["y"].Shape, "unknown rank")
}

func TestWeightsInAFileOfTheirOwn(t *testing.T) {
	halves := func(values ...float32) []byte {
		var bits []uint16
		for _, v := range values {
			bits = append(bits, float16.Fromfloat32(v).Bits())
		}
		return littleEndian(t, bits)
	}
	target := open(t, tiny+"external.onnx", TargetOptions{
		Shapes: map[string][]int64{"x": {2, 2}}, Inputs: map[string]tensor.Values{"x": {Data: halves(1, 1, -1, 0.5)}},
	})
	out := infer(t, openLanes(t, target, bench.Setup{}), 0)
	assert.Equal(t, outputOf("y", "float16", []int{2, 2}, halves(2, 3, -2, 1.5)), out["y"])
}

// An input that is changed so that the shape of an output changes does not fit the run any more.
func TestShapeThatChangesIsAnError(t *testing.T) {
	target := open(t, tiny+"nonzero.onnx", TargetOptions{
		Shapes: map[string][]int64{"x": {3}}, Inputs: map[string]tensor.Values{"x": {Data: littleEndian(t, []float32{0, 1, 0})}},
	})
	lanes := openLanes(t, target, bench.Setup{})
	require.NoError(t, lanes.Enqueue(0, 0))
	require.NoError(t, lanes.SetInput(0, "x", littleEndian(t, []float32{1, 1, 1})))
	assert.ErrorContains(t, lanes.Enqueue(0, 0), "ort: run ../testdata/models/tiny/nonzero.onnx on lane 0: ")
}

func TestValuesOfInputs(t *testing.T) {
	shapes := map[string][]int64{"x": {3}}
	for name, c := range map[string]struct {
		options TargetOptions
		want    []int64
	}{
		"trtexec's own": {TargetOptions{}, []int64{2}}, // -0.99998, -0.73692, 0.51121
		"zero":          {TargetOptions{Zero: []string{"x"}}, []int64{}},
		"range":         {TargetOptions{Ranges: map[string]Range{"*": {Min: 1, Max: 2}}}, []int64{0, 1, 2}},
		"seed":          {TargetOptions{Seed: 1622650073}, []int64{1}}, // continues: -0.08270, 0.06553, -0.56208
	} {
		t.Run(name, func(t *testing.T) {
			c.options.Shapes = shapes
			out := infer(t, openLanes(t, open(t, tiny+"nonzero.onnx", c.options), bench.Setup{}), 0)
			assert.Equal(t, c.want, decode[int64](t, out["at"]))
		})
	}
}

func TestRunInTheMeasuringLoop(t *testing.T) {
	const lanesNumber, rounds = 2, 20
	target := open(t, reference, TargetOptions{IntraOpThreads: 1})
	for _, threads := range []bool{false, true} {
		recording, err := bench.Run(context.Background(), target, bench.Options{
			Compat: bench.Compat10, Iterations: bench.Set(rounds), Duration: bench.Set[time.Duration](0),
			WarmUp: bench.Set[time.Duration](0), Lanes: bench.Set(lanesNumber), Threads: threads,
		})
		require.NoError(t, err)
		require.Len(t, recording.Samples, lanesNumber*rounds)
		for _, s := range recording.Samples {
			assert.Positive(t, s.Compute)
			assert.InDelta(t, s.Compute, float64(s.EnqueueEnd-s.EnqueueStart)/1e6, 1e-4)
		}
	}
}
