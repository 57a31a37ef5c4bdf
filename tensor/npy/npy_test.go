package npy

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// file lays out a file as NumPy does.
func file(version byte, header string, elements ...byte) []byte {
	data := append([]byte(magic), version, 0)
	header += "\n"
	if version == 1 {
		data = binary.LittleEndian.AppendUint16(data, uint16(len(header)))
	} else {
		data = binary.LittleEndian.AppendUint32(data, uint32(len(header)))
	}
	return append(append(data, header...), elements...)
}

func plain(descr, shape string, elements ...byte) []byte {
	return file(1, fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape), elements...)
}

func count(n int) []byte {
	bytes := make([]byte, n)
	for i := range bytes {
		bytes[i] = byte(i)
	}
	return bytes
}

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		file  []byte
		typ   string
		shape []int
		want  []byte
	}{
		"float32":        {plain("<f4", "(2, 1)", count(8)...), "float32", []int{2, 1}, count(8)},
		"one dimension":  {plain("<f2", "(3,)", count(6)...), "float16", []int{3}, count(6)},
		"scalar":         {plain("<i8", "()", count(8)...), "int64", []int{}, count(8)},
		"bool":           {plain("|b1", "(2,)", 0, 1), "bool", []int{2}, []byte{0, 1}},
		"int8":           {plain("|i1", "(2,)", 0, 255), "int8", []int{2}, []byte{0, 255}},
		"bfloat16":       {plain("<V2", "(2,)", count(4)...), "", []int{2}, count(4)},
		"nothing":        {plain("<f8", "(4, 0, 9)"), "float64", []int{4, 0, 9}, []byte{}},
		"Python 2":       {plain("<u4", "(1L, 2L)", count(8)...), "uint32", []int{1, 2}, count(8)},
		"big-endian":     {plain(">i4", "(2,)", count(8)...), "int32", []int{2}, []byte{3, 2, 1, 0, 7, 6, 5, 4}},
		"big-endian int": {plain(">u1", "(2,)", 1, 2), "uint8", []int{2}, []byte{1, 2}},
		"version 2":      {file(2, `{"shape": (1,), "fortran_order": False, "descr": "<i2"}`, 1, 2), "int16", []int{1}, []byte{1, 2}},
		"version 3":      {file(3, "{'descr': '<u2', 'fortran_order': False, 'shape': (1,)}", 1, 2), "uint16", []int{1}, []byte{1, 2}},
		// [[0 1 2] [3 4 5]] column by column.
		"columns first":     {file(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", 0, 3, 1, 4, 2, 5), "uint8", []int{2, 3}, count(6)},
		"columns first, 3D": {file(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 1, 2), }", 0, 2, 1, 3), "uint8", []int{2, 1, 2}, count(4)},
		"columns first, both": {file(1, "{'descr': '>u2', 'fortran_order': True, 'shape': (2, 2), }", 1, 0, 5, 4, 3, 2, 7, 6),
			"uint16", []int{2, 2}, count(8)},
	} {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(c.file)
			got, err := Parse(c.file)
			require.NoError(t, err)
			assert.Equal(t, tensor.Values{Tensor: record.Tensor{Type: c.typ, Shape: c.shape}, Data: c.want}, got)
			assert.Equal(t, before, c.file, "left alone")
		})
	}
}

func TestParseRefuses(t *testing.T) {
	header := func(text string) []byte { return file(1, text) }
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":             {nil, "not a file of NumPy"},
		"another file":        {[]byte("PK\x03\x04 is a zip"), "not a file of NumPy"},
		"cut in the version":  {[]byte(magic + "\x01\x00"), "cut short in the header"},
		"cut in the length":   {[]byte(magic + "\x02\x00\x01\x00"), "cut short in the header"},
		"cut in the header":   {plain("<f4", "(1,)")[:40], "cut short in the header"},
		"version":             {[]byte(magic + "\x04\x00\x00\x00"), "version 4 of the format, expected 1 to 3"},
		"long header":         {[]byte(magic + "\x02\x00\xff\xff\xff\xff"), "a header of 4294967295 bytes, expected at most 65536"},
		"cut in the elements": {plain("<f4", "(2,)", count(7)...), "7 bytes of elements, expected as many as 2 of <f4 has; is the file cut short?"},
		"more elements":       {plain("<f4", "(1,)", count(8)...), "8 bytes of elements, expected as many as 1 of <f4"},
		"too many to count":   {plain("<f8", fmt.Sprintf("(%d, 2)", math.MaxInt)), "0 bytes of elements"},
		"text":                {plain("<U4", "(1,)", count(16)...), `elements of type "<U4", expected numbers or bools`},
		"objects":             {plain("|O", "(1,)", count(8)...), `elements of type "|O"`},
		"complex":             {plain("<c8", "(1,)", count(8)...), `elements of type "<c8"`},
		"order of bytes":      {plain("!f4", "(1,)", count(4)...), "unknown order of bytes"},
		"fields":              {header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}"), "several fields; save one of them"},
		"no dictionary":       {header("[1]"), `expected "{"`},
		"key missing":         {header("{'descr': '<f4', 'shape': (1,)}"), "expected the keys descr, fortran_order and shape"},
		"key twice":           {header("{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}"), `the key "descr" comes twice`},
		"unknown key":         {header("{'dtype': '<f4'}"), `unknown key "dtype"`},
		"quote":               {header("{'descr"), "a quote is not closed"},
		"truth":               {header("{'fortran_order': 1}"), `expected "False"`},
		"negative size":       {header("{'shape': (-1,)}"), "expected a size"},
		"size out of range":   {header("{'shape': (99999999999999999999,)}"), "expected a size"},
		"many dimensions":     {header("{'shape': (" + strings.Repeat("1,", 65) + ")}"), "more than 64 dimensions"},
		"text behind":         {header("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} import os"), "text after the closing brace"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(c.file)
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, "npy: ")
		})
	}
	_, err := Parse(nil)
	assert.ErrorIs(t, err, ErrNotNumPy)
}

// Whatever the file is: no crash, and a result holds exactly the elements of its shape.
func FuzzParse(f *testing.F) {
	f.Add(plain("<f4", "(2, 1)", count(8)...))
	f.Add(plain(">i8", "()", count(8)...))
	f.Add(file(2, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", count(6)...))
	f.Add(plain("<f8", "(4, 0, 9)"))
	f.Add(plain("|O", "(1L, 99999999999)"))
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse(data)
		if err != nil {
			return
		}
		require.NotNil(t, v.Shape)
		require.LessOrEqual(t, len(v.Data), len(data))
		if v.Type != "" {
			elements, err := v.Elements()
			require.NoError(t, err)
			require.Equal(t, elements.Len()*tensor.Bits(v.Type), 8*len(v.Data))
		}
	})
}

// These files were saved by NumPy 2 itself.
func TestFilesOfNumPy(t *testing.T) {
	six := []byte{0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40, 0, 0, 0xa0, 0x40}
	for name, want := range map[string]tensor.Values{
		"rows":       {Tensor: record.Tensor{Type: "float32", Shape: []int{2, 3}}, Data: six},
		"columns":    {Tensor: record.Tensor{Type: "float32", Shape: []int{2, 3}}, Data: six},
		"big_endian": {Tensor: record.Tensor{Type: "float32", Shape: []int{2, 3}}, Data: six},
		"scalar":     {Tensor: record.Tensor{Type: "float16", Shape: []int{}}, Data: []byte{0, 0x3e}},
		"empty":      {Tensor: record.Tensor{Type: "bool", Shape: []int{0, 4}}, Data: []byte{}},
		"bfloat16":   {Tensor: record.Tensor{Shape: []int{2}}, Data: []byte{0x80, 0x3f, 0, 0xc0}},
		"float8":     {Tensor: record.Tensor{Shape: []int{2}}, Data: []byte{0x38, 0xc0}},
		"version2":   {Tensor: record.Tensor{Type: "uint16", Shape: []int{3}}, Data: []byte{0, 0, 1, 0, 2, 0}},
	} {
		got, err := Parse(read(t, name))
		require.NoError(t, err, name)
		assert.Equal(t, want, got, name)
	}
	transposed, err := Parse(read(t, "transposed"))
	require.NoError(t, err)
	assert.Equal(t, []int{4, 3, 2}, transposed.Shape)
	elements, err := transposed.Elements()
	require.NoError(t, err)
	var want []float64
	for i := range 24 { // element [k][j][i] was [i][j][k], which was 12·i + 4·j + k
		want = append(want, float64(12*(i%2)+4*(i/2%3)+i/6))
	}
	assert.Equal(t, want, slices.Collect(elements.Floats()))

	for name, want := range map[string]string{"words": `"<U2"`, "objects": `"|O"`, "fields": "several fields"} {
		_, err := Parse(read(t, name))
		assert.ErrorContains(t, err, want, name)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name + ".npy")
	require.NoError(t, err)
	return data
}
