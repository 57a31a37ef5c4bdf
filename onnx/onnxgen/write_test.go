package onnxgen

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/onnx"
	"github.com/trtbench/trtbench/ort"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

func TestWrite(t *testing.T) {
	for name, c := range map[string]struct {
		options       Options
		width, blocks int
		batch         string
		weights       onnx.ParameterSum // those of the type that most have
	}{
		"smallest":    {Options{}, 64, 11, "batch", onnx.ParameterSum{Type: onnx.Float32, Tensors: 49, Elements: 251521, Bytes: 1006084}},
		"fp16":        {Options{Precision: FP16}, 128, 6, "batch", onnx.ParameterSum{Type: onnx.Float16, Tensors: 29, Elements: 526337, Bytes: 1052674}},
		"fixed batch": {Options{Megabytes: 12, Batch: 8}, 256, 18, "8", onnx.ParameterSum{Type: onnx.Float32, Tensors: 77, Elements: 3057665, Bytes: 12230660}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := onnx.Read(write(t, c.options))
			require.NoError(t, err)
			assert.Equal(t, c.width, c.options.Width())
			assert.Equal(t, c.blocks, c.options.dimensions().blocks)
			assert.Equal(t, []onnx.Opset{{Version: opset}}, m.Opsets)
			assert.Equal(t, []onnx.ParameterSum{c.weights}, m.ParameterSums())
			require.Len(t, m.Graph.Inputs, 2)
			require.Len(t, m.Graph.Outputs, 2)
			assert.Equal(t, "["+c.batch+", 2400]", m.Graph.Inputs[0].Type.Shape())
			assert.Equal(t, "["+c.batch+", 35]", m.Graph.Outputs[0].Type.Shape())
			assert.Equal(t, "float32", m.Graph.Outputs[1].Type.ElementText())
		})
	}
}

// TestSize holds the size that is asked for against what is written, without writing it.
func TestSize(t *testing.T) {
	for _, megabytes := range []int{1, 2, 3, 5, 10, 50, 64, 100, 500, maxMegabytes} {
		for _, precision := range []Precision{FP32, FP16} {
			n := Options{Megabytes: megabytes, Precision: precision}.dimensions().network()
			bytes := 0
			for i := range n.weights {
				_, data := n.weights[i].encode(n.half)
				bytes += data
			}
			assert.GreaterOrEqual(t, bytes, megabytes*1_000_000)
			assert.Less(t, bytes, megabytes*1_000_000*14/10, "%d MB in %s", megabytes, precision)
			assert.Less(t, bytes, 1<<31-1<<20, "an ONNX file holds 2 GiB")
		}
	}
}

// TestSameBytes keeps the models that reports name from changing.
func TestSameBytes(t *testing.T) {
	for want, o := range map[string]Options{
		"7bd9af07b3277ca4fae19250c8307a19766bb95d7a28e2dc66e18db47e4b2da0": {},
		"e6b8204a983cac8189c604784aa855bbbb68d14153f0ed6cdd0c90c35f546460": {Seed: 1, Precision: FP16, Batch: 4},
	} {
		digest := sha256.New()
		require.NoError(t, Write(digest, o))
		assert.Equal(t, want, hex.EncodeToString(digest.Sum(nil)))
	}
}

func TestRefusedOptions(t *testing.T) {
	err := Write(io.Discard, Options{Megabytes: 2000, Batch: -1, Precision: "int8"})
	for _, want := range []string{"2000 megabytes; expected 1 to 1900", "batch is -1", `precision "int8"; expected fp32 or fp16`} {
		assert.ErrorContains(t, err, want)
	}
	full := errors.New("disk full")
	assert.ErrorIs(t, Write(failing{full}, Options{}), full)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestOutputs runs the model on ONNX Runtime and compares every value with the formula.
func TestOutputs(t *testing.T) {
	for name, c := range map[string]struct {
		options Options
		within  float64
	}{
		"fp32": {Options{Seed: 7}, 1e-5},
		"fp16": {Options{Seed: 7, Precision: FP16}, 2e-2},
	} {
		t.Run(name, func(t *testing.T) {
			const batch = 3
			width := c.options.Width()
			random := rand.New(rand.NewPCG(1, 2))
			signal, state := uniform(random, batch*Samples), uniform(random, batch*width)
			outputs := run(t, write(t, c.options), batch, map[string][]float64{"signal": signal, "state": state})
			e := newEvaluation(c.options)
			for i := range batch {
				probabilities, next := e.run(signal[i*Samples:][:Samples], state[i*width:][:width])
				assert.InDeltaSlice(t, probabilities, outputs["probabilities"][i*Tokens:][:Tokens], c.within)
				assert.InDeltaSlice(t, next, outputs["state_next"][i*width:][:width], c.within)
				assert.Greater(t, spread(probabilities), 0.01, "the outputs must tell one chunk from another")
			}
		})
	}
}

// write writes a model into a folder of the test.
func write(t *testing.T, o Options) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, o))
	path := filepath.Join(t.TempDir(), "model.onnx")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	return path
}

// run runs one inference on ONNX Runtime and returns the outputs by name.
func run(t *testing.T, model string, batch int, inputs map[string][]float64) map[string][]float64 {
	t.Helper()
	library, err := filepath.Abs("../../.deps/lib/libonnxruntime.so")
	require.NoError(t, err)
	if _, err := os.Stat(library); err != nil {
		t.Skip("ONNX Runtime is not there; fetch it: make deps")
	}
	lib, err := ort.Load(ort.LoadOptions{Paths: []string{library}})
	require.NoError(t, err)
	defer lib.Close()
	options := ort.TargetOptions{Inputs: map[string]tensor.Values{}, Shapes: map[string][]int64{}, Logger: slog.New(slog.DiscardHandler)}
	for name, values := range inputs {
		var data []byte
		for _, v := range values {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
		}
		options.Inputs[name] = tensor.Values{Tensor: record.Tensor{Type: "float32", Shape: []int{batch, len(values) / batch}}, Data: data}
	}
	target, err := ort.NewTarget(lib, model, options)
	require.NoError(t, err)
	defer target.Close()
	opened, err := target.Open(t.Context(), bench.Setup{Lanes: 1, Slots: 1})
	require.NoError(t, err)
	defer opened.Close()
	lanes := opened.(*ort.Lanes)
	require.NoError(t, lanes.Enqueue(0, 0))
	tensors, err := lanes.Outputs(0)
	require.NoError(t, err)
	outputs := map[string][]float64{}
	for i := range tensors {
		elements, err := tensors[i].Elements()
		require.NoError(t, err)
		for v := range elements.Floats() {
			outputs[tensors[i].Name] = append(outputs[tensors[i].Name], v)
		}
	}
	return outputs
}

// uniform returns numbers of single precision between -1 and 1.
func uniform(random *rand.Rand, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(2*random.Float32() - 1)
	}
	return values
}

func spread(values []float64) float64 {
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	return high - low
}
