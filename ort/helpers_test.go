package ort

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

const (
	models    = "../testdata/models/"
	tiny      = models + "tiny/"
	reference = models + "streaming_acoustic.onnx"
)

// libraryFile returns the ONNX Runtime that make deps fetched, and skips the test when it has not.
func libraryFile(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			break
		}
		require.NotEqual(t, "/", folder, "no go.mod above the working directory")
		folder = filepath.Dir(folder)
	}
	path := filepath.Join(folder, ".deps", "lib", "libonnxruntime.so")
	if _, err := os.Stat(path); err != nil {
		t.Skip("ONNX Runtime is not there; fetch it: make deps")
	}
	return path
}

func load(t testing.TB) *Library {
	t.Helper()
	lib, err := Load(LoadOptions{Paths: []string{libraryFile(t)}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, lib.Close()) })
	return lib
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func open(t testing.TB, path string, options TargetOptions) *Target {
	t.Helper()
	if options.Logger == nil {
		options.Logger = quiet
	}
	target, err := NewTarget(load(t), path, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, target.Close()) })
	return target
}

func openLanes(t testing.TB, target *Target, setup bench.Setup) *Lanes {
	t.Helper()
	setup.Lanes, setup.Slots = max(setup.Lanes, 1), max(setup.Slots, 1)
	lanes, err := target.Open(context.Background(), setup)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, lanes.Close()) })
	return lanes.(*Lanes)
}

// infer runs one inference on a lane and returns the outputs by name.
func infer(t testing.TB, lanes *Lanes, lane int) map[string]tensor.Values {
	t.Helper()
	require.NoError(t, lanes.Enqueue(lane, 0))
	values, err := lanes.Outputs(lane)
	require.NoError(t, err)
	byName := map[string]tensor.Values{}
	for _, v := range values {
		byName[v.Name] = v
	}
	return byName
}

func littleEndian(t testing.TB, values any) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, binary.Write(&b, binary.LittleEndian, values))
	return b.Bytes()
}

func decode[T any](t testing.TB, v tensor.Values) []T {
	t.Helper()
	values := make([]T, len(v.Data)/binary.Size(*new(T)))
	_, err := binary.Decode(v.Data, binary.LittleEndian, values)
	require.NoError(t, err)
	return values
}

// outputOf is an output as Outputs returns it.
func outputOf(name, typ string, shape []int, data []byte) tensor.Values {
	return tensor.Values{Tensor: record.Tensor{Name: name, Type: typ, Shape: shape}, Data: data}
}
