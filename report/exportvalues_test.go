package report

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// littleEndian lays values out as a tensor's buffer.
func littleEndian(t *testing.T, values any) []byte {
	t.Helper()
	data, err := binary.Append(nil, binary.LittleEndian, values)
	require.NoError(t, err)
	return data
}

func values(name, typ string, shape []int, data []byte) tensor.Values {
	return tensor.Values{Tensor: record.Tensor{Name: name, Type: typ, Shape: shape}, Data: data}
}

func valuesJSON(t *testing.T, tensors ...tensor.Values) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, WriteValues(&out, tensors))
	require.True(t, json.Valid(out.Bytes()), out.String())
	return out.String()
}

// list returns the elements as they stand in the JSON file.
func list(t *testing.T, v tensor.Values) string {
	t.Helper()
	_, after, found := strings.Cut(valuesJSON(t, v), `"values" : [ `)
	require.True(t, found)
	text, _, _ := strings.Cut(after, " ]\n")
	return text
}

func logged(t *testing.T, tensors ...tensor.Values) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, LogValues(&Log{Out: &out, Err: &out}, tensors))
	lines := strings.Split(out.String(), "\n")
	for i, line := range lines {
		lines[i] = stamp.ReplaceAllString(line, "")
	}
	return strings.Join(lines, "\n")
}

var (
	infinity = float32(math.Inf(1))
	minusNaN = math.Float32frombits(0xFFC00000)
)

// The file is the one that the real trtexec wrote, but for what makes it invalid JSON.
func TestWriteValuesVectors(t *testing.T) {
	data := littleEndian(t, []float32{-1, 0.5, 1e-7, 123456.789, infinity, minusNaN})
	for _, name := range []string{"output.v10.json", "output.v11.json"} {
		want := strings.NewReplacer("-nan", `"NaN"`, "inf", `"Infinity"`).Replace(readVector(t, "exports/"+name))
		assert.Equal(t, want, valuesJSON(t, values("y", "float32", []int{2, 3}, data)), name)
	}
}

func TestWriteSeveralTensors(t *testing.T) {
	assert.Equal(t, `[
  { "name" : "a \"b\"\\<c>"
  , "dimensions" : ""
  , "values" : [ 7 ]
  }
, { "name" : "none"
  , "dimensions" : "2x0"
  , "values" : [  ]
  }
]
`, valuesJSON(t, values(`a "b"\<c>`, "int32", nil, littleEndian(t, int32(7))), values("none", "int64", []int{2, 0}, nil)))
	assert.Equal(t, "[\n]\n", valuesJSON(t))
}

func TestElements(t *testing.T) {
	for _, c := range []struct {
		typ  string
		data []byte
		want string
	}{
		{"float64", littleEndian(t, []float64{1e300, -0.1, math.Inf(-1)}), `1e+300, -0.1, "-Infinity"`},
		{"float32", littleEndian(t, []float32{0, float32(math.Copysign(0, -1)), 1e-5, 1234567}), "0, -0, 1e-05, 1.23457e+06"},
		{"float16", littleEndian(t, []uint16{0x3C00, 0xC000, 0x0001, 0x7BFF, 0x7C00, 0xFC00, 0x7E00}), `1, -2, 5.96046e-08, 65504, "Infinity", "-Infinity", "NaN"`},
		{"bfloat16", littleEndian(t, []uint16{0x3F80, 0xC000, 0x3DCD, 0x7F80, 0x7FC0}), `1, -2, 0.100098, "Infinity", "NaN"`},
		{"float8", []byte{0x38, 0xB8, 0x00, 0x80, 0x01, 0x07, 0x08, 0x7E, 0xFE, 0x7F, 0xFF, 0x3C}, `1, -1, 0, -0, 0.00195312, 0.0136719, 0.015625, 448, -448, "NaN", "NaN", 1.5`},
		{"float8e4m3", []byte{0x38}, "1"},
		{"float4", []byte{0x10, 0x32, 0x54, 0x76, 0x98}, "0, 0.5, 1, 1.5, 2, 3, 4, 6, -0, -0.5"},
		{"float4e2m1", []byte{0xFA}, "-1, -6"},
		{"float8e8m0", []byte{127, 128, 126, 0xFF}, `1, 2, 0.5, "NaN"`},
		{"int64", littleEndian(t, []int64{math.MaxInt64, math.MinInt64}), "9223372036854775807, -9223372036854775808"},
		{"int32", littleEndian(t, []int32{math.MaxInt32, math.MinInt32}), "2147483647, -2147483648"},
		{"int16", littleEndian(t, []int16{math.MaxInt16, math.MinInt16}), "32767, -32768"},
		{"int8", []byte{65, 0x80, 0xFF}, "65, -128, -1"},
		{"int4", []byte{0x10, 0x87, 0xFE}, "0, 1, 7, -8, -2, -1"},
		{"uint64", littleEndian(t, uint64(math.MaxUint64)), "18446744073709551615"},
		{"uint32", littleEndian(t, uint32(math.MaxUint32)), "4294967295"},
		{"uint16", littleEndian(t, uint16(math.MaxUint16)), "65535"},
		{"uint8", []byte{0, 65, 255}, "0, 65, 255"},
		{"bool", []byte{0, 1, 2}, "0, 1, 1"},
	} {
		t.Run(c.typ, func(t *testing.T) {
			n := len(strings.Split(c.want, ", "))
			assert.Equal(t, c.want, list(t, values("y", c.typ, []int{n}, c.data)))
		})
	}
}

// An odd number of half bytes ends in the middle of a byte.
func TestOddNumberOfHalfBytes(t *testing.T) {
	assert.Equal(t, "1, 2, 3", list(t, values("y", "int4", []int{3}, []byte{0x21, 0x03})))
}

func TestLayouts(t *testing.T) {
	bytes := make([]byte, 64)
	for i := range bytes {
		bytes[i] = byte(i)
	}
	for _, c := range []struct {
		name   string
		shape  []int
		layout tensor.Layout
		want   string
	}{
		{"in order", []int{2, 3}, tensor.Layout{}, "0, 1, 2, 3, 4, 5"},
		{"row-major strides", []int{2, 3}, tensor.Layout{Strides: []int{3, 1}}, "0, 1, 2, 3, 4, 5"},
		{"columns first", []int{2, 3}, tensor.Layout{Strides: []int{1, 2}}, "0, 2, 4, 1, 3, 5"},
		{"padded rows", []int{2, 3}, tensor.Layout{Strides: []int{8, 1}}, "0, 1, 2, 8, 9, 10"},
		{"a scalar", []int{}, tensor.Layout{Strides: []int{}}, "0"},
		// Three channels in vectors of four, two columns: a column holds the channels of one vector side by side.
		{"channels in vectors of four", []int{3, 2}, tensor.Layout{Strides: []int{2, 1}, Dimension: 0, Components: 4}, "0, 4, 1, 5, 2, 6"},
		{"more channels than a vector holds", []int{5, 2}, tensor.Layout{Strides: []int{2, 1}, Dimension: 0, Components: 4}, "0, 4, 1, 5, 2, 6, 3, 7, 8, 12"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := values("y", "uint8", c.shape, bytes)
			v.Layout = c.layout
			assert.Equal(t, c.want, list(t, v))
		})
	}
}

func laidOut(shape []int, bytes int, layout tensor.Layout) tensor.Values {
	v := values("y", "int8", shape, make([]byte, bytes))
	v.Layout = layout
	return v
}

func TestValuesThatDoNotFit(t *testing.T) {
	huge := math.MaxInt
	for _, c := range []struct {
		name string
		v    tensor.Values
		want string
	}{
		{"type", values("y", "string", []int{1}, []byte{1}), `elements of type "string"`},
		{"too short", values("y", "float32", []int{2, 3}, make([]byte, 23)), "23 bytes; expected more for 2x3 of float32"},
		{"too short by half a byte", values("y", "int4", []int{3}, make([]byte, 1)), "1 bytes"},
		{"unknown size", values("y", "int8", []int{-1}, make([]byte, 1)), "shape -1; expected the sizes that were computed"},
		{"too many", values("y", "int8", []int{huge, 3}, make([]byte, 1)), "more elements than can be counted"},
		{"strides", laidOut([]int{2}, 2, tensor.Layout{Strides: []int{1, 1}}), "2 strides for 1 dimensions"},
		{"stride of nothing", laidOut([]int{2}, 2, tensor.Layout{Strides: []int{0}}), "expected 1 or more"},
		{"short for strides", laidOut([]int{2, 2}, 9, tensor.Layout{Strides: []int{8, 1}}), "9 bytes"},
		{"short for vectors", laidOut([]int{5}, 4, tensor.Layout{Strides: []int{1}, Components: 4}), "4 bytes"},
		{"overlapping", laidOut([]int{3, 3}, 5, tensor.Layout{Strides: []int{1, 1}}), "5 bytes"},
		{"huge strides", laidOut([]int{3, 3}, 9, tensor.Layout{Strides: []int{huge, huge}}), "9 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := WriteValues(&bytes.Buffer{}, []tensor.Values{c.v})
			require.ErrorContains(t, err, `report: values of tensor "y": `)
			assert.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, LogValues(&Log{Out: &bytes.Buffer{}}, []tensor.Values{c.v}), c.want)
		})
	}
}

func TestLogValues(t *testing.T) {
	y := values("y", "float32", []int{2, 3}, littleEndian(t, []float32{-1, 0.5, 1e-7, 123456.789, infinity, minusNaN}))
	assert.Equal(t, `[I] Output Tensors:
[I] y: (2x3)
[I] -1 0.5 1e-07 123457 inf -nan
[I] 50%d: ()
[I] 65
`, logged(t, y, values("50%d", "uint8", nil, []byte{65})))
}

func TestValuesReportAFullDisk(t *testing.T) {
	y := values("y", "int8", []int{100_000}, make([]byte, 100_000))
	for _, left := range []int{0, 70_000} {
		assert.ErrorIs(t, WriteValues(&failingWriter{left}, []tensor.Values{y}), errFull)
		assert.ErrorIs(t, LogValues(&Log{Out: &failingWriter{left}}, []tensor.Values{y}), errFull)
	}
}

func TestRawNames(t *testing.T) {
	long := strings.Repeat("a", 100) + strings.Repeat("b", 100)
	names := RawNames([]record.Tensor{
		{Name: "signal", Input: true, Type: "int32", Shape: []int{1, 2400, 1}},
		{Name: "state_next", Type: "float16", Shape: []int{1, 219729}},
		{Name: "/model/out:0 ü", Type: "float32", Shape: []int{2}},
		{Name: "a/b", Type: "bool", Shape: []int{1}},
		{Name: "a_b", Type: "bool", Shape: []int{1}},
		{Name: "a.b", Type: "bool", Shape: []int{1}},
		{Name: "a:b", Type: "bool", Shape: []int{1}},
		{Name: "scalar", Type: "float8e4m3"},
		{Name: "odd", Type: "complex64", Shape: []int{1}},
		{Name: "../../etc/passwd", Type: "uint8", Shape: []int{1}},
		{Name: long, Type: "int64", Shape: []int{1}},
		{Name: long, Type: "int64", Shape: []int{1}},
	})
	assert.Equal(t, []string{
		"signal.input.1.2400.1.int32.raw",
		"state_next.output.1.219729.fp16.raw",
		"_model_out_0___.output.2.fp32.raw",
		"a_b.output.1.bool.raw",
		"a_b.output.1.bool.2.raw",
		"a.b.output.1.bool.raw",
		"a_b.output.1.bool.3.raw",
		"scalar.output..fp8.raw",
		"odd.output.1.complex64.raw",
		".._.._etc_passwd.output.1.uint8.raw",
		strings.Repeat("a", 73) + "..." + strings.Repeat("b", 54) + ".output.1.int64.raw",
		strings.Repeat("a", 73) + "..." + strings.Repeat("b", 52) + ".output.1.int64.2.raw",
	}, names)
}

func TestSaveRaw(t *testing.T) {
	folder := t.TempDir()
	paths, err := SaveRaw(folder, []tensor.Values{
		values("x", "int8", []int{2}, []byte{1, 2}),
		{Tensor: record.Tensor{Name: "y", Input: true, Type: "float16", Shape: []int{1}}, Data: []byte{3, 4}},
	})
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(folder, "x.output.2.int8.raw"), filepath.Join(folder, "y.input.1.fp16.raw")}, paths)
	for i, want := range [][]byte{{1, 2}, {3, 4}} {
		got, err := os.ReadFile(paths[i])
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err = SaveRaw(filepath.Join(folder, "missing"), []tensor.Values{values("x", "int8", []int{1}, []byte{1})})
	assert.ErrorContains(t, err, "make the folder first")
}

func FuzzWriteValues(f *testing.F) {
	f.Add("y", "float32", []byte{2, 3}, []byte{1, 2, 1}, []byte("0123456789abcdefghijklmn"))
	f.Add("a\"b", "int4", []byte{3}, []byte{}, []byte{1, 2})
	f.Fuzz(func(t *testing.T, name, typ string, shape, layout, data []byte) {
		v := values(name, typ, nil, data)
		for _, size := range shape {
			v.Shape = append(v.Shape, int(size))
		}
		if len(layout) > 2 {
			v.Layout = tensor.Layout{Dimension: int(layout[0]), Components: int(layout[1])}
			for _, stride := range layout[2:] {
				v.Layout.Strides = append(v.Layout.Strides, int(stride))
			}
		}
		var out bytes.Buffer
		if WriteValues(&out, []tensor.Values{v}) == nil {
			require.True(t, json.Valid(out.Bytes()), out.String())
		}
	})
}

func BenchmarkWriteValues(b *testing.B) {
	v := values("state", "float16", []int{16, 219729}, make([]byte, 2*16*219729))
	for b.Loop() {
		if err := WriteValues(&failingWriter{math.MaxInt}, []tensor.Values{v}); err != nil {
			b.Fatal(err)
		}
	}
}
