package csrc

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/onnx"
)

// buildParseONNX compiles csrc/check/parse_onnx to a file, unless it is there already. It runs NVIDIA's parser on a network of ours,
// which takes no GPU.
func buildParseONNX(t *testing.T, program string) {
	t.Helper()
	if _, err := os.Stat(program); err == nil {
		return
	}
	sources, err := filepath.Glob("check/parse_onnx*.cc")
	require.NoError(t, err)
	for _, part := range []string{"dl", "abi", "logger", "cudart", "nvinfer", "nvinfer_callbacks", "nvinfer_builder", "nvinfer_network"} {
		sources = append(sources, part+".cc")
	}
	arguments := append([]string{"-std=c++17", "-Wall", "-Wextra", "-Werror", "-o", program}, append(sources, "-ldl")...)
	output, err := exec.CommandContext(t.Context(), cmp.Or(os.Getenv("CXX"), "g++"), arguments...).CombinedOutput()
	require.NoError(t, err, "%s", output)
}

// The real parsers know every operator of the project's models but that of sequences, which TensorRT does not have.
func TestRealParsersKnowTheModels(t *testing.T) {
	models, err := filepath.Glob("../testdata/models/*.onnx")
	require.NoError(t, err)
	more, err := filepath.Glob("../testdata/models/tiny/*.onnx")
	require.NoError(t, err)
	var operators []string
	for _, path := range append(models, more...) {
		model, err := onnx.Read(path)
		require.NoError(t, err)
		for _, usage := range model.Operators() {
			operators = append(operators, usage.Operator)
		}
	}
	slices.Sort(operators)
	operators = slices.Compact(operators)
	require.Contains(t, operators, "MatMul")
	program := filepath.Join(t.TempDir(), "parse_onnx")
	for _, real := range realTensorRT {
		t.Run(real.folder, func(t *testing.T) {
			parser := realFile(t, real.folder, "libnvonnxparser.so."+real.major)
			buildParseONNX(t, program)
			arguments := append([]string{parser, strconv.Itoa(real.version), "/dev/null", "Frobnicate"}, operators...)
			output, err := exec.CommandContext(t.Context(), program, arguments...).CombinedOutput()
			require.NoError(t, err, "%s", output)
			var unknown []string
			for line := range strings.Lines(string(output)) {
				if name, found := strings.CutPrefix(line, "unknown "); found {
					unknown = append(unknown, strings.TrimSpace(name))
				}
			}
			assert.Equal(t, []string{"Frobnicate", "SequenceConstruct"}, unknown)
		})
	}
}

// The real parsers of both majors read models through the slots of the shim, and tell what is wrong with them.
func TestRealParsers(t *testing.T) {
	half, err := os.ReadFile("../testdata/models/tiny/half.onnx")
	require.NoError(t, err)
	external, err := os.ReadFile("../testdata/models/tiny/external.onnx")
	require.NoError(t, err)
	tests := map[string]struct {
		model []byte
		want  []string // in the order of the lines
	}{
		"model": {half, []string{"parsed yes\nlayers 1\ninput x type=1 shape=\noutput y type=1 shape=\n"}},
		"cut short": {half[:40], []string{"parsed no\nfault code=3 node=-1", "file=onnxProtoUtils.hpp line=",
			"function=deserializeOnnxModel", "Failed to parse the ONNX model"}},
		"weights are missing": {external, []string{"parsed no\nfault code=5 node=-1", "file=ModelImporter.cpp", "Failed to import initializer: weight",
			"input x type=1 shape=nx2\n"}},
		"unknown operator": {bytes.Replace(half, []byte("Identity"), []byte("Frobnica"), 1), []string{
			"parsed no\nfault code=6 node=0 name= operator=Frobnica file=onnxOpCheckers.cpp", "Plugin not found"}},
		// Text may decode as a message of unknown fields; the parser takes it for an empty model.
		"text": {[]byte("hello\n"), []string{"parsed yes\nlayers 0\nplugins"}},
	}
	program := filepath.Join(t.TempDir(), "parse_onnx")
	for _, real := range realTensorRT {
		t.Run(real.folder, func(t *testing.T) {
			parser := realFile(t, real.folder, "libnvonnxparser.so."+real.major)
			buildParseONNX(t, program)
			for name, test := range tests {
				t.Run(name, func(t *testing.T) {
					model := filepath.Join(t.TempDir(), "model.onnx")
					require.NoError(t, os.WriteFile(model, test.model, 0o600))
					output, err := exec.CommandContext(t.Context(), program, parser, strconv.Itoa(real.version), model).CombinedOutput()
					require.NoError(t, err, "%s", output)
					rest := output
					for _, want := range append(test.want, "plugins answered\ndestroyed\n") {
						at := bytes.Index(rest, []byte(want))
						if !assert.GreaterOrEqual(t, at, 0, "%q in:\n%s", want, output) {
							return
						}
						rest = rest[at:]
					}
				})
			}
		})
	}
}
