package trt_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/onnx"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// writeFile writes a file that lives as long as the test.
func writeFile(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return content
}

func TestBuildRefusesWhatIsNoModel(t *testing.T) {
	speech := readFile(t, speechModel)
	tests := map[string]struct {
		path string
		want onnx.Fault
	}{
		"missing":    {filepath.Join(t.TempDir(), "no.onnx"), onnx.FileMissing},
		"folder":     {t.TempDir(), onnx.FileIsFolder},
		"engine":     {writeFile(t, "e.onnx", append([]byte("ftrt"), make([]byte, 40)...)), onnx.NotONNX},
		"simulated":  {trttest.Plan(t, copyPlan()), onnx.NotONNX},
		"text":       {writeFile(t, "t.onnx", []byte("a model, honestly")), onnx.NotONNX},
		"cut short":  {writeFile(t, "c.onnx", speech[:len(speech)/2]), onnx.FileCutShort},
		"no weights": {writeFile(t, "external.onnx", readFile(t, "../testdata/models/tiny/external.onnx")), onnx.WeightsMissing},
	}
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				_, err := lib.Build(t.Context(), 0, test.path, io.Discard, trt.BuildOptions{})
				var broken *onnx.Error
				require.ErrorAs(t, err, &broken)
				assert.Equal(t, test.path, broken.Path)
				assert.Equal(t, test.want, broken.Fault)
			})
		}
	})
}

func TestBuildRefusesWhatTheParserDoes(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		_, err := lib.Build(t.Context(), 0, "../testdata/models/tiny/text.onnx", io.Discard, trt.BuildOptions{})
		var model *trt.ModelError
		require.ErrorAs(t, err, &model)
		assert.Equal(t, "../testdata/models/tiny/text.onnx", model.Path)
		assert.ErrorContains(t, err, "STRING")
	})
}

// What the parser has to say comes with the node, its operator and the place.
func TestBuildNamesTheUnsupportedOperator(t *testing.T) {
	path := writeFile(t, "u.onnx", bytes.Replace(readFile(t, halfModel), []byte("Identity"), []byte("Frobnica"), 1))
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		_, err := lib.Build(t.Context(), 0, path, io.Discard, trt.BuildOptions{})
		var model *trt.ModelError
		require.ErrorAs(t, err, &model)
		require.NotEmpty(t, model.Faults)
		fault := model.Faults[0]
		assert.Equal(t, "Frobnica", fault.Operator)
		assert.True(t, fault.Unknown)
		assert.Equal(t, 0, fault.Node)
		assert.NotEmpty(t, fault.Text)
		assert.NotEmpty(t, fault.File)
		assert.Positive(t, fault.Line)
		assert.Contains(t, fault.String(), "(operator Frobnica)")
	})
}

func TestModelErrorTexts(t *testing.T) {
	fault := trt.ParserFault{
		Node: 3, NodeName: "enc/x", Operator: "Foo", Unknown: true, Code: 6, Text: "Plugin not found", File: "a.cpp", Line: 7,
	}
	for want, err := range map[string]trt.ModelError{
		`trt: model m.onnx: node 3 "enc/x" (operator Foo): TensorRT's parser does not know this operator; ` +
			`replace it in the model, or load a plugin that has it: invalid node: Plugin not found [a.cpp:7] (and 1 more)`: {
			Path: "m.onnx", Faults: []trt.ParserFault{fault, fault}},
		"trt: model m.onnx: not an ONNX model: bad": {
			Path: "m.onnx", Faults: []trt.ParserFault{{Node: -1, Code: 3, Text: "bad"}}},
		"trt: model m.onnx: TensorRT's parser refused it and says: no": {Path: "m.onnx", Log: "no"},
		"trt: model m.onnx: TensorRT's parser refused it and gave no reason": {
			Path: "m.onnx"},
		"trt: model m.onnx: empty": {Path: "m.onnx", Fault: "empty"},
	} {
		assert.EqualError(t, &err, want)
	}
	assert.Equal(t, "parser error 99", trt.ParserCode(99).String())
}
