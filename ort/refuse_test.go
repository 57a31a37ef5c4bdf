package ort

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/tensor"
)

func TestRefusedOptions(t *testing.T) {
	lib := load(t)
	for name, c := range map[string]struct {
		model   string
		options TargetOptions
		want    []string
	}{
		"unknown tensor": {reference, TargetOptions{Shapes: map[string][]int64{"sginal": {1, 2400, 1}}},
			[]string{`ort: open model: shapes: no input is named sginal; the inputs are signal, state; did you mean "signal"?`}},
		"wildcard without a match": {reference, TargetOptions{Shapes: map[string][]int64{"audio*": {1}}},
			[]string{`shapes: no input is named audio*; the inputs are signal, state`}},
		"wrong rank": {reference, TargetOptions{Shapes: map[string][]int64{"signal": {1, 2400}}},
			[]string{"shape of signal: 1x2400 has 2 dimensions, the model wants 3: -1x2400x1"}},
		"scalar for a tensor": {reference, TargetOptions{Shapes: map[string][]int64{"signal": {}}},
			[]string{"shape of signal: scalar has 0 dimensions, the model wants 3: -1x2400x1"}},
		"fixed dimension": {reference, TargetOptions{Shapes: map[string][]int64{"state": {1, 5}}},
			[]string{"shape of state: dimension 1 is 5, in the model it is fixed to 219729: -1x219729"}},
		"negative": {reference, TargetOptions{Shapes: map[string][]int64{"state": {-4, 219729}}},
			[]string{"shape of state: dimension 0 is -4, expected 0 or more"}},
		"too large": {reference, TargetOptions{Shapes: map[string][]int64{"state": {1 << 40, 219729}}},
			[]string{"shape of state: 1099511627776x219729 with 2 bytes an element is more than this machine's memory of "}},
		"overflow": {reference, TargetOptions{Shapes: map[string][]int64{"state": {math.MaxInt64, 219729}}},
			[]string{"more than this machine's memory"}},
		"every fault": {reference, TargetOptions{Shapes: map[string][]int64{"signal": {1}, "state": {2}, "y": {1}}, Zero: []string{"z"},
			Ranges: map[string]Range{"r": {}}, Inputs: map[string]tensor.Values{"i": {}}},
			[]string{"shapes: no input is named y; the inputs are signal, state", "shape of signal", "shape of state", "zero: no input is named z", "ranges: no input is named r", "values: no input is named i"}},
		"batches that differ": {tiny + "dynamic.onnx", TargetOptions{Shapes: map[string][]int64{"x": {2, 1, 4}, "bias": {3, 4}}},
			[]string{"dynamic.onnx: a trial inference with x:2x1x4, bias:3x4 failed; do the shapes and values of the inputs fit together?"}},
		"values that do not fit": {tiny + "reshape.onnx", TargetOptions{Shapes: map[string][]int64{"shape": {2}}},
			[]string{"a trial inference with x:6, shape:2 failed"}},
		"size of values": {tiny + "scalar.onnx", TargetOptions{Inputs: map[string]tensor.Values{"x": {Data: make([]byte, 13)}}},
			[]string{"values of x: 13 bytes were given, the input takes 12 for 3 of float32"}},
		"range": {tiny + "scalar.onnx", TargetOptions{Ranges: map[string]Range{"x": {Min: 2, Max: 1}}},
			[]string{"values of x: fill: range 2 to 1 for float32: the lower end must be below the upper one in single precision"}},
		"graph level": {reference, TargetOptions{GraphLevel: "extend"},
			[]string{`unknown graph level "extend"; the levels are none, basic, extended, all; did you mean "extended"?`}},
		"threads": {reference, TargetOptions{IntraOpThreads: -1, InterOpThreads: 2000},
			[]string{"intra-op threads are -1, expected 0 to 1024", "inter-op threads are 2000, expected 0 to 1024"}},
		"CUDA": {reference, TargetOptions{Provider: "CUDA"},
			[]string{`provider "cuda" is not supported yet`, "libonnxruntime_providers_cuda.so", "use the provider cpu"}},
		"unknown provider": {reference, TargetOptions{Provider: "coreml"}, []string{`unknown provider "coreml", expected cpu`}},
		"text":             {tiny + "text.onnx", TargetOptions{}, []string{"x has elements of type ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, which cannot be measured"}},
		"sequence":         {tiny + "sequence.onnx", TargetOptions{}, []string{"y is no tensor but of kind ONNX_TYPE_SEQUENCE, which cannot be measured"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.Logger = quiet
			_, err := NewTarget(lib, c.model, c.options)
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}

func TestRefusedModels(t *testing.T) {
	lib := load(t)
	folder := t.TempDir()
	whole, err := os.ReadFile(reference)
	require.NoError(t, err)
	file := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, content, 0o644))
		return path
	}
	for path, want := range map[string]string{
		folder + "/missing.onnx":           "no such file or directory",
		folder:                             "is a directory, expected an ONNX file",
		"/dev/null":                        "is no regular file",
		file("empty", nil):                 "is empty, expected an ONNX file",
		file("engine", []byte("ftrt....")): "is a TensorRT engine, not an ONNX model: measure it with the TensorRT backend",
		file("lfs", []byte("version https://git-lfs.github.com/spec/v1\noid sha256:12")): "is a pointer of Git LFS",
		file("text", []byte("not a model\n")):                                            "(12 bytes) is no complete ONNX model: cut short, or another kind of file",
		file("zeros", make([]byte, 1000)):                                                "is no complete ONNX model",
		file("half", whole[:len(whole)/2]):                                               "is no complete ONNX model",
		file("short", whole[:len(whole)-1]):                                              "is no complete ONNX model",
		tiny + "half.onnx":                                                               "x is a scalar of type float16, which the binding to ONNX Runtime cannot make",
	} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			_, err := NewTarget(lib, path, TargetOptions{Logger: quiet})
			require.ErrorContains(t, err, "ort: open model: ")
			assert.ErrorContains(t, err, want)
		})
	}
}

// Wherever a download was cut, the answer is an error.
func TestEveryCutOfAModelIsRefused(t *testing.T) {
	lib := load(t)
	whole, err := os.ReadFile(tiny + "dynamic.onnx")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "cut.onnx")
	for n := range len(whole) {
		require.NoError(t, os.WriteFile(path, whole[:n], 0o644))
		_, err := NewTarget(lib, path, TargetOptions{Logger: quiet})
		assert.Error(t, err, "%d bytes", n)
	}
}
