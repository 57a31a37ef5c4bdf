package data

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	testInputs = []Tensor{
		{Name: "x", Type: "FP32", Shape: []int64{2}},
		{Name: "n", Type: "INT8", Shape: []int64{-1}, Optional: true},
		{Name: "s", Type: "BYTES", Shape: []int64{1}, Optional: true},
		{Name: "h", Type: "FP16", Shape: []int64{3}, Optional: true},
		{Name: "b", Type: "BOOL", Shape: []int64{2}, Optional: true},
	}
	testOutputs = []Tensor{{Name: "y", Type: "INT32", Shape: []int64{1}}}
)

func floats(values ...float32) []byte {
	var data []byte
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return data
}

func TestParse(t *testing.T) {
	set, err := Parse(strings.NewReader(`{"data": [
		{"x": [1, -2.5], "n": {"content": [[1, -128], [3, 4]], "shape": [4]}, "timestamp": 12.5},
		{"x": {"b64": "AACAPwAAAEA="}, "s": ["añ"], "h": [0.5, "NaN", "-Infinity"], "b": [true, false], "model": "any", "timestamp": [20]}],
		"validation_data": [{"y": [7]}, {}]}`), testInputs, testOutputs)
	require.NoError(t, err)
	assert.Equal(t, [][]Step{{
		{"x": {[]int64{2}, floats(1, -2.5)}, "n": {[]int64{4}, []byte{1, 128, 3, 4}}},
		{"x": {[]int64{2}, floats(1, 2)}, "s": {[]int64{1}, []byte("\x03\x00\x00\x00añ")}, "b": {[]int64{2}, []byte{1, 0}},
			"h": {[]int64{3}, []byte{0x00, 0x38, 0x00, 0x7e, 0x00, 0xfc}}},
	}}, set.Streams)
	assert.Equal(t, [][]Step{{{"y": {[]int64{1}, []byte{7, 0, 0, 0}}}, {}}}, set.Expected)
	assert.Equal(t, []float64{12.5, 20}, set.Timestamps)
}

func TestParseStreams(t *testing.T) {
	set, err := Parse(strings.NewReader(`{"data": [[{"x": [1, 2]}, {"x": [3, 4]}], [{"x": [5, 6]}]]}`), testInputs, nil)
	require.NoError(t, err)
	require.Len(t, set.Streams, 2)
	assert.Len(t, set.Streams[0], 2)
	assert.Equal(t, floats(5, 6), set.Streams[1][0]["x"].Data)
	assert.Nil(t, set.Expected)
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                                    "is it cut short?",
		`{"data": [{"x": [1,`:                 "is it cut short?",
		`[]`:                                  "found [, expected {",
		`{}`:                                  "there is no data",
		`{"data": []}`:                        "there is no data",
		`{"data": [[]]}`:                      "stream 0 has no step",
		`{"data": [{}]}`:                      `stream 0, step 0 has no input "x"`,
		`{"dato": []}`:                        `unknown key "dato"`,
		`{"data": [{"y": [1]}]}`:              `step 0: the model has no input "y", only ["x"`,
		`{"data": [{"x": [1]}]}`:              `step 0: input "x": 4 bytes, expected 8 for shape 2 of FP32`,
		`{"data": [{"x": ["1", 2]}]}`:         `found the text "1", expected elements of type FP32`,
		`{"data": [{"x": [true, 2]}]}`:        "found true, expected elements of type FP32",
		`{"data": [{"x": [1e50, 2]}]}`:        "1e50 is no number that the type holds",
		`{"data": [{"x": [NaN, 2]}]}`:         "invalid character",
		`{"data": [{"x": {"content": 1}}]}`:   "found 1, expected [",
		`{"data": [{"x": {"shape": [2]}}]}`:   "neither content nor b64",
		`{"data": [{"x": {"b65": ""}}]}`:      `unknown key "b65"`,
		`{"data": [{"x": {"b64": "?"}}]}`:     "illegal base64",
		`{"data": [{"x": [1,2], "x": [1]}]}`:  `"x" comes twice`,
		`{"data": [{"x": [1, 2]}, [{}]]}`:     "found [, expected either steps or streams",
		`{"data": [{"x": [1, 2]}]} 5`:         "more text after the end",
		`{"data": [{"x": [1, 2], "n": [1]}]}`: "the model leaves sizes open, -1",
		`{"data": [{"x": [1, 2], "n": {"content": [1.5], "shape": [1]}}]}`:      "1.5 is no whole number from -128 to 127",
		`{"data": [{"x": [1, 2], "n": {"content": [128], "shape": [1]}}]}`:      "128 is no whole number from -128 to 127",
		`{"data": [{"x": [1, 2], "n": {"content": ["NaN"], "shape": [1]}}]}`:    "NaN is no whole number",
		`{"data": [{"x": [1, 2], "n": {"content": [], "shape": [-1]}}]}`:        "the model leaves sizes open",
		`{"data": [{"x": [1, 2], "n": {"content": [], "shape": [1, 1]}}]}`:      "shape 1x1, expected -1 without the batch",
		`{"data": [{"x": [1, 2], "h": [70000, 0, 0]}]}`:                         `70000 is too large for the type; write "Infinity"`,
		`{"data": [{"x": [1, 2], "b": [1, 0]}]}`:                                "found 1, expected elements of type BOOL",
		`{"data": [{"x": [1, 2], "s": {"b64": "AAEAAA=="}}]}`:                   "no string with its length before it",
		`{"data": [{"x": [1, 2], "timestamp": "soon"}]}`:                        `timestamp "soon", expected a number of milliseconds`,
		`{"data": [{"x": [1, 2]}], "validation_data": [{"y": [1]}, {"y":[1]}]}`: "does not have as many streams and steps",
		`{"data": [{"x": ` + strings.Repeat("[", 20) + `1]}]}`:                  "arrays in more than 16 arrays",
	} {
		_, err := Parse(strings.NewReader(text), testInputs, testOutputs)
		assert.ErrorContains(t, err, want, text)
		assert.ErrorContains(t, err, "input data: ", text)
	}
}

func TestFiles(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	a, b := write("a.json", `{"data": [{"x": [1, 2]}]}`), write("b.json", `{"data": [{"x": [3, 4]}, {"x": [5, 6]}]}`)
	set, err := Make(testInputs, nil, Options{Kind: Files, Paths: []string{a, b}})
	require.NoError(t, err)
	require.Len(t, set.Streams, 2)
	assert.Len(t, set.Streams[1], 2)

	checked := write("c.json", `{"data": [{"x": [1, 2]}], "validation_data": [{"y": [1]}]}`)
	_, err = Make(testInputs, testOutputs, Options{Kind: Files, Paths: []string{a, checked}})
	assert.ErrorContains(t, err, "either all files have validation_data or none")

	open := write("d.json", `{"data": [{"x": [1, 2], "n": [1, 2, 3]}]}`)
	set, err = Make(testInputs, nil, Options{Kind: Files, Paths: []string{open}, Shapes: map[string][]int64{"n": {3}}})
	require.NoError(t, err)
	assert.Equal(t, []byte{1, 2, 3}, set.Streams[0][0]["n"].Data)

	set, err = Make(testInputs, nil, Options{Kind: Files, Paths: []string{open}, Carried: []string{"n"}})
	require.NoError(t, err)
	assert.NotContains(t, set.Streams[0][0], "n", "what is carried needs no content")

	for name, o := range map[string]Options{"no file was named": {Kind: Files}, "no such file": {Kind: Files, Paths: []string{folder + "/missing"}}} {
		_, err := Make(testInputs, nil, o)
		assert.ErrorContains(t, err, name)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`{"data": [{"x": [1, -2.5], "n": {"content": [[1, -128], [3, 4]], "shape": [4]}, "timestamp": 12.5}], "validation_data": [{"y": [7]}]}`,
		`{"data": [[{"x": {"b64": "AACAPwAAAEA="}, "s": ["a"], "h": [0.5, "NaN", "-Infinity"], "b": [true, false], "model": "any"}]]}`,
		`{"data": [{"x": [`, `[]`, `{"data": [[], {}]}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, err := Parse(strings.NewReader(text), testInputs, testOutputs)
		if err != nil {
			return
		}
		for _, stream := range set.Streams {
			for _, step := range stream {
				for name, v := range step {
					in, err := find(testInputs, "input", name)
					require.NoError(t, err)
					require.NoError(t, in.check(v))
				}
			}
		}
	})
}
