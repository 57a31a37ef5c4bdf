package onnx

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

func TestRefusedContent(t *testing.T) {
	whole, err := os.ReadFile(reference)
	require.NoError(t, err)
	deep := wire{}
	for range 60 {
		deep = wire{}.bytes(1, node("If", "x", "y").bytes(5, wire{}.bytes(6, deep)))
	}
	external := func(properties ...string) wire {
		w := tensor("w", Float32, 1).number(14, 1)
		for i := 0; i < len(properties); i += 2 {
			w = w.bytes(13, wire{}.text(1, properties[i]).text(2, properties[i+1]))
		}
		return model(wire{}.bytes(5, w))
	}
	for name, c := range map[string]struct {
		content []byte
		fault   Fault
		says    string
	}{
		"empty":              {nil, FileEmpty, "the file is empty, expected an ONNX model"},
		"HTML":               {[]byte("<!DOCTYPE html><html>"), NotONNX, "this is HTML or XML; a download may have returned a page"},
		"Git LFS":            {[]byte("version https://git-lfs.github.com/spec/v1\noid sha256:00"), NotONNX, "git lfs pull"},
		"zip":                {[]byte("PK\x03\x04rest"), NotONNX, "a zip archive (as PyTorch writes models)"},
		"engine":             {[]byte("ftrt\x00\x00\x00\x00rest of it"), NotONNX, "a TensorRT engine"},
		"simulated":          {[]byte(`{"trtbench_simulated_plan": 1}`), NotONNX, "a plan for the simulated device"},
		"JSON":               {[]byte(`{"a": 1}`), NotONNX, "JSON"},
		"text":               {[]byte("Hello, this is a model.\n"), NotONNX, `text that begins "Hello, this is a model."`},
		"zeros":              {make([]byte, 100), NotONNX, "full of zeros"},
		"random":             {[]byte{0x9c, 0x03, 0xe8, 0x1f, 0x77, 0xa0}, NotONNX, "it begins with bytes 9c 03 e8 1f"},
		"cut short":          {whole[:5000], FileCutShort, "the file is cut short: at offset 102 field 7 is said to take 170129 bytes, 4894 are left"},
		"cut in the start":   {[]byte{8, 8, 0x12}, NotONNX, ""},
		"cut in a number":    {append(model(nil), 0x40, 0x80), FileCutShort, "field 8 is cut short"},
		"no graph":           {wire{}.number(1, 8).text(2, "somebody"), NoGraph, "it holds no graph"},
		"inner length":       {model(wire{1<<3 | 2, 100, 0}), FileDamaged, "field 1 is said to take 100 bytes, 1 are left"},
		"endless number":     {model(bytes.Repeat([]byte{0xff}, 12)), FileDamaged, "is damaged"},
		"group":              {model(wire{1<<3 | 3}), FileDamaged, "which ONNX does not use"},
		"number for a text":  {model(wire{}.number(2, 7)), FileDamaged, "field 2 is of kind 0, expected 2"},
		"text for a number":  {model(wire{}.bytes(5, wire{}.text(2, "float"))), FileDamaged, "field 2 is of kind 2, expected 0"},
		"number for a graph": {wire{}.number(1, 8).bytes(8, nil).number(7, 3), FileDamaged, "field 7 is of kind 0, expected 2"},
		"damaged dimensions": {model(wire{}.bytes(5, wire{}.bytes(1, []byte{1, 0x80}))), FileDamaged, "a packed number is damaged"},
		"many dimensions":    {model(wire{}.bytes(5, wire{}.bytes(1, make([]byte, 20000)))), FileDamaged, "more than 1024 dimensions"},
		"too deep":           {model(deep), FileDamaged, "messages lie more than 100 deep in each other"},
		"external length":    {external("location", "w.bin", "length", "many"), FileDamaged, `the external length of tensor "w" is "many"`},
		"external offset":    {external("location", "w.bin", "offset", "-4"), FileDamaged, `the external offset of tensor "w" is "-4"`},
		"external no place":  {external("checksum", "00"), FileDamaged, `tensor "w" lies in another file that is not named`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode(bytes.NewReader(c.content), "m.onnx", int64(len(c.content)))
			assert.Equal(t, c.fault, faultOf(t, err))
			assert.ErrorContains(t, err, "onnx: model m.onnx: ")
			assert.ErrorContains(t, err, c.says)
		})
	}
}

func TestRefusedFiles(t *testing.T) {
	folder := t.TempDir()
	for path, want := range map[string]Fault{
		filepath.Join(folder, "missing.onnx"): FileMissing,
		folder:                                FileIsFolder,
		"/dev/null":                           NotONNX,
		filepath.Join(reference, "x"):         FileUnreadable,
	} {
		_, err := Read(path)
		assert.Equal(t, want, faultOf(t, err), path)
		_, err = Hash(t.Context(), path)
		assert.Equal(t, want, faultOf(t, err), path)
	}
}

// TestFileThatBecomesShorter reads a file that somebody cuts while it is read.
func TestFileThatBecomesShorter(t *testing.T) {
	content := model(wire{}.text(2, "graph").bytes(5, tensor("w", Float32, 1).bytes(9, make([]byte, 1<<20))).text(2, "renamed"))
	_, err := Decode(bytes.NewReader(content[:500_000]), "m.onnx", int64(len(content)))
	assert.Equal(t, FileCutShort, faultOf(t, err))
	assert.ErrorContains(t, err, "the file ends")

	long := protowire.AppendTag(wire{}.number(1, 8).text(2, "p"), 6, protowire.BytesType)
	long = append(protowire.AppendVarint(long, 200_000), make([]byte, 100_000)...)
	_, err = Decode(bytes.NewReader(long), "m.onnx", int64(len(long))+100_000)
	assert.Equal(t, FileCutShort, faultOf(t, err))
}

func TestDiskThatFails(t *testing.T) {
	broken := errors.New("input/output error")
	_, err := Decode(failing{broken}, "m.onnx", 100)
	assert.Equal(t, FileUnreadable, faultOf(t, err))
	assert.ErrorIs(t, err, broken)
	_, err = Decode(failsLater{broken, model(wire{}.text(2, strings.Repeat("x", 100_000)))}, "m.onnx", 200_000)
	assert.ErrorIs(t, err, broken)
}

type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }

// failsLater fails behind the first 64 KiB.
type failsLater struct {
	err     error
	content []byte
}

func (f failsLater) ReadAt(b []byte, offset int64) (int, error) {
	if offset+int64(len(b)) > windowBytes {
		return 0, f.err
	}
	n := copy(b, f.content[offset:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
