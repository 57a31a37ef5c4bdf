package inspect

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/onnx"
	"github.com/trtbench/trtbench/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what is written with a file of testdata.
func golden(t *testing.T, name string, write func(io.Writer) error) {
	t.Helper()
	var got bytes.Buffer
	require.NoError(t, write(&got))
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "make it with go test -update")
	assert.Equal(t, string(want), got.String())
}

func modelDocument(t *testing.T, name string) *Document {
	t.Helper()
	m, err := onnx.Read("../testdata/models/" + name)
	require.NoError(t, err)
	hash, err := m.Hash(t.Context())
	require.NoError(t, err)
	return NewModel(m, hash)
}

// engineDocument is an engine as TensorRT would tell of it, with all that a text can show.
func engineDocument(t *testing.T, layers, path string, bytes int64, sum string) *Document {
	t.Helper()
	list := layersOf(t, layers)
	return &Document{
		Kind: KindEngine,
		File: record.Model{Path: path, Bytes: bytes, SHA256: sum},
		Engine: &Engine{BuiltBy: "10.15.1", Build: 29, Read: &Loaded{
			Library: Library{Version: "10.15.1", Path: "/usr/lib/x86_64-linux-gnu/libnvinfer.so.10"},
			Device:  "NVIDIA Example, compute capability 9.0",
			Name:    "recogniser",
			Tensors: []Tensor{
				{Name: "signal", Input: true, Type: "float32", Shape: []int64{-1, 1, 2400}, Location: "device", Format: "Row major linear FP32 format (kLINEAR)"},
				{Name: "sizes", Input: true, Type: "int64", Shape: []int64{2}, Location: "host", Format: "Row major linear INT8 format (kLINEAR)", Values: true},
				{Name: "probs", Type: "float32", Shape: []int64{-1, 35}, Location: "device", Format: "Row major linear FP32 format (kLINEAR)"},
				{Name: "state_next", Type: "float16", Shape: []int64{}, Location: "device", Format: "Row major linear FP16 format (kLINEAR)", SharesMemory: "signal"},
			},
			Profiles: []Profile{
				{ContextBytes: 1 << 20, Inputs: []Bound{{"signal", []int64{1, 1, 2400}, []int64{8, 1, 2400}, []int64{16, 1, 2400}}, {"sizes", []int64{1, 1}, []int64{2, 2}, []int64{4, 4}}}},
				{ContextBytes: 4 << 20, Inputs: []Bound{{"signal", []int64{16, 1, 2400}, []int64{32, 1, 2400}, []int64{64, 1, 2400}}, {"sizes", []int64{1, 1}, []int64{2, 2}, []int64{4, 4}}}},
			},
			Memory:                Memory{ContextBytes: 4 << 20, StreamableWeightsBytes: 48 << 20},
			Layers:                Layers{Count: len(list), Verbosity: "detailed", List: list},
			HardwareCompatibility: "ampere+", Refittable: true, AuxStreams: 1,
		}},
	}
}

func engineA(t *testing.T) *Document {
	return engineDocument(t, "layers_a.json", "before.plan", 64_000_000, "1a5c0de000000000000000000000000000000000000000000000000000000000")
}

// engineB has other layers, and more.
func engineB(t *testing.T) *Document {
	d := engineDocument(t, "layers_b.json", "after.plan", 33_000_000, "2b5c0de000000000000000000000000000000000000000000000000000000000")
	r := d.Engine.Read
	r.Memory.ContextBytes, r.Refittable = 3<<20, false
	r.Tensors[0].Type = "float16"
	r.Tensors = append(r.Tensors[:3], Tensor{Name: "lengths", Type: "int32", Shape: []int64{-1}, Location: "device", Format: "Row major linear INT32"})
	r.Profiles = r.Profiles[:1]
	r.Profiles[0].Inputs[0].Max[0] = 32
	return d
}
