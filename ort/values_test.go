package ort

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// The shape of a file of NumPy's counts where none is given.
func TestInputsFromFiles(t *testing.T) {
	values, err := inputs.Load("x:testdata/x.npy,bias:testdata/bias.npy")
	require.NoError(t, err)
	target := open(t, tiny+"dynamic.onnx", TargetOptions{Inputs: values})
	assert.Equal(t, []int{2, 1, 4}, target.Describe().Tensors[0].Shape)
	outputs, err := bench.Infer(t.Context(), target)
	require.NoError(t, err)
	assert.Equal(t, []int{2, 1, 4}, outputs[0].Shape)

	x := values["x"]
	x.Type = "float32"
	values["x"] = x
	_, err = NewTarget(load(t), tiny+"dynamic.onnx", TargetOptions{Inputs: values, Logger: quiet})
	assert.ErrorContains(t, err, "values of x: elements of type float32 were given, the input takes float16")
}

func TestSetInputs(t *testing.T) {
	target := open(t, tiny+"scalar.onnx", TargetOptions{Zero: []string{"*"}})
	given := func(factor float32) map[string]tensor.Values {
		return map[string]tensor.Values{"x": {Data: littleEndian(t, []float32{1, 2, 3})}, "factor": {Data: littleEndian(t, factor)}}
	}
	for _, factor := range []float32{10, -1} {
		require.NoError(t, target.SetInputs(given(factor)))
		outputs, err := bench.Infer(t.Context(), target)
		require.NoError(t, err)
		assert.Equal(t, []float32{6 * factor}, decode[float32](t, outputs[1]))
	}
	assert.ErrorContains(t, target.SetInputs(map[string]tensor.Values{"x": {Data: make([]byte, 24)}, "z": {}}),
		"ort: set inputs: values: no input is named z; the inputs are x, factor\nvalues of x: 24 bytes were given, the input takes 12: twice as many")
	outputs, err := bench.Infer(t.Context(), target)
	require.NoError(t, err)
	assert.Equal(t, []float32{-6}, decode[float32](t, outputs[1]), "nothing has changed")
}

func TestValuesOfARun(t *testing.T) {
	target := open(t, reference, TargetOptions{IntraOpThreads: 1})
	options := bench.Options{
		Iterations: bench.Set(2), Duration: bench.Set[time.Duration](0), WarmUp: bench.Set[time.Duration](0), Lanes: bench.Set(2),
		FetchInputs: true, FetchOutputs: true,
	}
	r, err := bench.Run(context.Background(), target, options)
	require.NoError(t, err)
	var tensors []record.Tensor
	for _, v := range append(r.Inputs, r.Outputs...) {
		tensors = append(tensors, v.Tensor)
		elements, err := v.Elements()
		require.NoError(t, err)
		assert.Equal(t, elements.Len()*tensor.Bits(v.Type)/8, len(v.Data))
	}
	assert.Equal(t, target.Describe().Tensors, tensors)

	options.ProfileLayers = true
	_, err = bench.Run(context.Background(), target, options)
	require.ErrorIs(t, err, bench.ErrUnsupported)
	assert.ErrorContains(t, err, "bench: ONNX Runtime: times of layers")
}

func TestSeedsAndWarnings(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	outputs := map[string][]byte{}
	for name, options := range map[string]TargetOptions{
		"plain": {}, "seed": {Seeds: map[string]uint32{"s*": 7}}, "range": {Ranges: map[string]Range{"signal": {Min: 0, Max: 1}}},
	} {
		options.Logger = logger
		values, err := bench.Infer(t.Context(), open(t, reference, options))
		require.NoError(t, err)
		outputs[name] = values[0].Data
	}
	assert.NotEqual(t, outputs["plain"], outputs["seed"])
	assert.NotEqual(t, outputs["plain"], outputs["range"])
	assert.NotContains(t, log.String(), "named like an index", "audio is none")

	_, err := NewTarget(load(t), tiny+"dynamic.onnx", TargetOptions{Seeds: map[string]uint32{"y": 1}, Logger: quiet})
	assert.ErrorContains(t, err, "seeds: no input is named y; the inputs are x, bias")
}
