package onnx

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/internal/filehash"
)

const (
	models    = "../testdata/models/"
	reference = models + "streaming_acoustic.onnx"
	tiny      = models + "tiny/"
)

func TestReadReference(t *testing.T) {
	m, err := Read(reference)
	require.NoError(t, err)
	assert.EqualValues(t, 170287, m.Bytes)
	assert.EqualValues(t, 8, m.IRVersion)
	assert.Equal(t, "make_streaming_acoustic", m.Producer)
	assert.Equal(t, []Opset{{"", 17}}, m.Opsets)
	assert.Equal(t, "ai.onnx", m.Opsets[0].Name())
	assert.Equal(t, []Property{{"hidden", "64"}, {"layers", "4"}, {"precision", "fp32"}}, m.Metadata)
	assert.Equal(t, []string{
		"signal int32 [batch_size, 2400, 1]", "state float16 [batch_size, 219729]",
		"logprobs float32 [batch_size, 10, 35]", "state_next float16 [batch_size, 219729]",
	}, texts(m))
	assert.Len(t, m.Graph.Nodes, 90)
	assert.Equal(t, []Usage{{"Cast", 14}, {"Add", 12}, {"Mul", 10}, {"Slice", 10}, {"MatMul", 8}}, m.Operators()[:5])
	assert.Equal(t, []ParameterSum{{Float32, 21, 39120, 156480}, {Int32, 10, 2445, 9780}, {Int64, 36, 45, 360}}, m.ParameterSums())
	assert.Empty(t, m.External)
	assert.Empty(t, m.Functions)
}

func TestReadTiny(t *testing.T) {
	for name, want := range map[string][]string{
		"dynamic":  {"x float16 [batch, length, 4]", "bias float16 [batch, 4]", "y float16 [batch, length, 4]", "length int64 [1]"},
		"scalar":   {"x float32 [3]", "factor float32 scalar", "scaled float32 [3]", "sum float32 scalar"},
		"nonzero":  {"x float32 [n]", "at int64 [1, ?]"},
		"reshape":  {"x float32 [6]", "shape int64 [rank]", "y float32 unknown rank"},
		"text":     {"x string [2]", "y string [2]"},
		"sequence": {"x float32 [2]", "y sequence of float32 "},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := Read(tiny + name + ".onnx")
			require.NoError(t, err)
			assert.Equal(t, want, texts(m))
		})
	}
}

func TestReadExternalWeights(t *testing.T) {
	m, err := Read(tiny + "external.onnx")
	require.NoError(t, err)
	assert.Equal(t, []ExternalFile{{"external.weights", filepath.Clean(tiny + "external.weights"), 4, 1}}, m.External)
	assert.Equal(t, &External{"external.weights", 0, 4}, m.Graph.Initializers[0].External)

	folder := t.TempDir()
	model, err := os.ReadFile(tiny + "external.onnx")
	require.NoError(t, err)
	path := filepath.Join(folder, "m.onnx")
	require.NoError(t, os.WriteFile(path, model, 0o600))
	_, err = Read(path)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "of which these are missing: external.weights; put them beside the model")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "external.weights"), []byte{1, 2, 3}, 0o600))
	_, err = Read(path)
	assert.ErrorContains(t, err, "external.weights is cut short by at least 1 bytes")

	outside := bytes.ReplaceAll(model, []byte("external.weights"), []byte("../rnal.weights!"))
	require.NoError(t, os.WriteFile(path, outside, 0o600))
	_, err = Read(path)
	assert.Equal(t, WeightsOutside, faultOf(t, err))
}

func TestHash(t *testing.T) {
	sum, err := Hash(t.Context(), reference)
	require.NoError(t, err)
	assert.Equal(t, "7efee0318175986c82994687e7d5ba3ad0b48c7e7d6bf135a7eb243810ffcfee", sum, "that of the file")
	whole, err := Hash(t.Context(), tiny+"external.onnx")
	require.NoError(t, err)
	alone, size, err := filehash.SHA256(t.Context(), tiny+"external.onnx")
	require.NoError(t, err)
	assert.EqualValues(t, 169, size)
	assert.NotEqual(t, alone, whole, "the weights count")
	ended, end := context.WithCancel(t.Context())
	end()
	_, err = Hash(ended, reference)
	assert.ErrorIs(t, err, context.Canceled)
}

// texts writes the inputs and outputs of a model.
func texts(m *Model) []string {
	var all []string
	for _, v := range append(append([]Value(nil), m.Graph.Inputs...), m.Graph.Outputs...) {
		all = append(all, v.Name+" "+v.Type.ElementText()+" "+v.Type.Shape())
	}
	return all
}

func faultOf(t *testing.T, err error) Fault {
	t.Helper()
	var e *Error
	require.True(t, errors.As(err, &e), "%v", err)
	return e.Fault
}
