package data

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

func one(t *testing.T, o Options, ins ...Tensor) Value {
	t.Helper()
	set, err := Make(ins, nil, o)
	require.NoError(t, err)
	require.Len(t, set.Streams, max(o.Variants, 1))
	return set.Streams[0][0][ins[0].Name]
}

func TestRandomIsFinite(t *testing.T) {
	for _, typ := range Types() {
		if typ == Bytes {
			continue
		}
		v := one(t, Options{}, Tensor{Name: "x", Type: typ, Shape: []int64{64, 64}})
		assert.Len(t, v.Data, 4096*Size(typ), typ)
		assert.Zero(t, NonFinite(typ, v.Data), typ)
		assert.NotEqual(t, make([]byte, len(v.Data)), v.Data, typ)
	}
}

// One in 32 of all bit patterns of a float16 is NaN or infinite.
func TestRawBytes(t *testing.T) {
	v := one(t, Options{RawBytes: true}, Tensor{Name: "x", Type: "FP16", Shape: []int64{1 << 16}})
	assert.InDelta(t, 1./32, NonFinite("FP16", v.Data), 0.004)
	assert.Equal(t, v, one(t, Options{RawBytes: true}, Tensor{Name: "x", Type: "FP16", Shape: []int64{1 << 16}}))
}

func TestNonFinite(t *testing.T) {
	assert.Equal(t, 0.5, NonFinite("FP32", []byte{0, 0, 0x80, 0x7f, 0, 0, 0x80, 0x3f}))
	assert.Equal(t, 0.5, NonFinite("FP64", []byte{1, 0, 0, 0, 0, 0, 0xf0, 0xff, 0, 0, 0, 0, 0, 0, 0xe0, 0x7f}))
	assert.Equal(t, 1., NonFinite("BF16", []byte{0x80, 0xff}))
	assert.Zero(t, NonFinite("FP16", []byte{0xff, 0x7b}))
	assert.Zero(t, NonFinite("INT8", []byte{0xff}))
	assert.Zero(t, NonFinite("FP16", nil))
}

func TestGenerate(t *testing.T) {
	x, text := Tensor{Name: "x", Type: "INT32", Shape: []int64{2}}, Tensor{Name: "t", Type: Bytes, Shape: []int64{3}}
	assert.Equal(t, make([]byte, 8), one(t, Options{Kind: Zero}, x).Data)
	assert.Equal(t, []byte{7, 0, 0, 0, 7, 0, 0, 0}, one(t, Options{Random: inputs.Source{Ranges: map[string]inputs.Range{"x": {Min: 7, Max: 7}}}}, x).Data)
	assert.Equal(t, strings.Repeat("\x02\x00\x00\x00hi", 3), string(one(t, Options{StringData: "hi"}, text).Data))
	assert.Len(t, one(t, Options{StringLength: 5}, text).Data, 3*9)
	assert.Len(t, one(t, Options{Kind: Zero}, text).Data, 3*132, "strings stay random")
	open := Tensor{Name: "x", Type: "INT8", Shape: []int64{-1, 2}}
	assert.Equal(t, []int64{3, 2}, one(t, Options{Shapes: map[string][]int64{"x": {3, 2}}}, open).Shape)
	given := map[string]tensor.Values{"x": {Tensor: record.Tensor{Type: "int8", Shape: []int{1, 2}}, Data: []byte{8, 9}}}
	assert.Equal(t, Value{[]int64{1, 2}, []byte{8, 9}}, one(t, Options{Random: inputs.Source{Values: given}}, open))

	set, err := Make([]Tensor{x}, nil, Options{Variants: 2})
	require.NoError(t, err)
	assert.NotEqual(t, set.Streams[0], set.Streams[1])
}

func TestMakeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in   Tensor
		o    Options
		want string
	}{
		"open":     {Tensor{Name: "x", Type: "INT8", Shape: []int64{-1}}, Options{}, `input "x": shape -1 is not complete; choose its sizes, as in --shape x:8,16`},
		"type":     {Tensor{Name: "x", Type: "FP4"}, Options{}, `input "x" has type FP4, which is not known; known are [BF16`},
		"name":     {Tensor{Name: "x", Type: "INT8"}, Options{Shapes: map[string][]int64{"y": {1}}}, `the model has no input "y", only ["x"]`},
		"shape":    {Tensor{Name: "x", Type: "INT8", Shape: []int64{-1, 2}}, Options{Shapes: map[string][]int64{"x": {1, 3}}}, `shape 1x3 of input "x" does not fit`},
		"negative": {Tensor{Name: "x", Type: "INT8"}, Options{StringLength: -1}, "expected 0 or more"},
		"huge":     {Tensor{Name: "x", Type: "INT8", Shape: []int64{1 << 40}}, Options{}, "too many elements"},
		"range":    {Tensor{Name: "x", Type: "INT8"}, Options{Random: inputs.Source{Ranges: map[string]inputs.Range{"y": {}}}}, "ranges: no input is named y"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Make([]Tensor{c.in}, nil, c.o)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestFolder(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	ins := []Tensor{{Name: "x", Type: "INT8", Shape: []int64{2}}, {Name: "t", Type: Bytes, Shape: []int64{2}}}
	outs := []Tensor{{Name: "y", Type: "INT8", Shape: []int64{1}}}
	read := func() (*Set, error) { return Make(ins, outs, Options{Kind: Files, Paths: []string{folder}}) }

	write("x", "ab")
	_, err := read()
	assert.ErrorContains(t, err, `has no file for input "t"`)
	write("t", "one\ntwo\r\n")
	set, err := read()
	require.NoError(t, err)
	assert.Equal(t, [][]Step{{{"x": {[]int64{2}, []byte("ab")}, "t": {[]int64{2}, []byte("\x03\x00\x00\x00one\x03\x00\x00\x00two")}}}}, set.Streams)
	assert.Nil(t, set.Expected)
	write("y", "z")
	set, err = read()
	require.NoError(t, err)
	assert.Equal(t, [][]Step{{{"y": {[]int64{1}, []byte("z")}}}}, set.Expected)
	write("x", "abc")
	_, err = read()
	assert.ErrorContains(t, err, "3 bytes, expected 2 for shape 2 of INT8")
	write("x", "ab")
	write("z", "")
	_, err = read()
	assert.ErrorContains(t, err, `the model has no input or output "z"`)
}

func TestGiven(t *testing.T) {
	x := Tensor{Name: "x", Type: "INT16", Shape: []int64{2}}
	good := Step{"x": {Shape: []int64{2}, Data: []byte{1, 0, 2, 0}}}
	set, err := Make([]Tensor{x}, nil, Options{Kind: Given, Streams: [][]Step{{good, good}, {good}}})
	require.NoError(t, err)
	assert.Equal(t, [][]Step{{good, good}, {good}}, set.Streams)
	for name, c := range map[string]struct {
		streams [][]Step
		want    string
	}{
		"none":    {nil, "no stream was given"},
		"empty":   {[][]Step{{good}, {}}, "stream 1 has no step"},
		"missing": {[][]Step{{{}}}, `stream 0, step 0: nothing for input "x"`},
		"short":   {[][]Step{{good, {"x": {Shape: []int64{2}, Data: []byte{1}}}}}, `stream 0, step 1: input "x": 1 bytes, expected 4`},
	} {
		_, err := Make([]Tensor{x}, nil, Options{Kind: Given, Streams: c.streams})
		assert.ErrorContains(t, err, c.want, name)
	}
	_, err = Make([]Tensor{{Name: "y", Type: "INT8", Shape: []int64{1}, Optional: true}, x}, nil, Options{Kind: Given, Streams: [][]Step{{good}}})
	assert.NoError(t, err, "what may be left out")
}
