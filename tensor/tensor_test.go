package tensor

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
)

func littleEndian(t *testing.T, values any) []byte {
	t.Helper()
	data, err := binary.Append(nil, binary.LittleEndian, values)
	require.NoError(t, err)
	return data
}

func values(typ string, shape []int, data []byte) *Values {
	return &Values{Tensor: record.Tensor{Name: "y", Type: typ, Shape: shape}, Data: data}
}

func elements(t *testing.T, v *Values) *Elements {
	t.Helper()
	e, err := v.Elements()
	require.NoError(t, err)
	return e
}

func texts(t *testing.T, v *Values) []string {
	t.Helper()
	list := []string{}
	for text := range elements(t, v).Texts(func(dst []byte, x float64) []byte { return strconv.AppendFloat(dst, x, 'g', -1, 64) }) {
		list = append(list, string(text))
	}
	return list
}

func TestNumbersAndTexts(t *testing.T) {
	for _, c := range []struct {
		typ     string
		data    []byte
		numbers []float64
		texts   []string
	}{
		{"float64", littleEndian(t, []float64{1e300, -0.1}), []float64{1e300, -0.1}, []string{"1e+300", "-0.1"}},
		{"float32", littleEndian(t, []float32{0.5, -2}), []float64{0.5, -2}, []string{"0.5", "-2"}},
		{"float16", littleEndian(t, []uint16{0x3C00, 0x7BFF}), []float64{1, 65504}, []string{"1", "65504"}},
		{"bfloat16", littleEndian(t, []uint16{0x3F80, 0xC000}), []float64{1, -2}, []string{"1", "-2"}},
		{"float8", []byte{0x38, 0x01, 0xFE}, []float64{1, 0x1p-9, -448}, []string{"1", "0.001953125", "-448"}},
		{"float4", []byte{0x21, 0x0F}, []float64{0.5, 1, -6}, []string{"0.5", "1", "-6"}},
		{"float8e8m0", []byte{127, 126}, []float64{1, 0.5}, []string{"1", "0.5"}},
		{"int64", littleEndian(t, []int64{math.MaxInt64, -3}), []float64{1 << 63, -3}, []string{"9223372036854775807", "-3"}},
		{"int32", littleEndian(t, []int32{math.MinInt32, 7}), []float64{-1 << 31, 7}, []string{"-2147483648", "7"}},
		{"int16", littleEndian(t, []int16{-1}), []float64{-1}, []string{"-1"}},
		{"int8", []byte{0x80, 65}, []float64{-128, 65}, []string{"-128", "65"}},
		{"int4", []byte{0x87, 0x0F}, []float64{7, -8, -1}, []string{"7", "-8", "-1"}},
		{"uint64", littleEndian(t, uint64(math.MaxUint64)), []float64{1 << 64}, []string{"18446744073709551615"}},
		{"uint32", littleEndian(t, uint32(math.MaxUint32)), []float64{1<<32 - 1}, []string{"4294967295"}},
		{"uint16", littleEndian(t, uint16(math.MaxUint16)), []float64{1<<16 - 1}, []string{"65535"}},
		{"uint8", []byte{255}, []float64{255}, []string{"255"}},
		{"bool", []byte{0, 1, 2}, []float64{0, 1, 1}, []string{"0", "1", "1"}},
	} {
		t.Run(c.typ, func(t *testing.T) {
			v := values(c.typ, []int{len(c.numbers)}, c.data)
			assert.Equal(t, c.numbers, slices.Collect(elements(t, v).Floats()))
			assert.Equal(t, c.texts, texts(t, v))
			assert.Equal(t, len(c.numbers), elements(t, v).Len())
			assert.Equal(t, (len(c.numbers)*Bits(c.typ)+7)/8, len(c.data))
		})
	}
}

func TestElementsCanBeLeftEarly(t *testing.T) {
	for _, layout := range []Layout{{}, {Strides: []int{3, 1}}} {
		v := values("uint8", []int{2, 3}, []byte{1, 2, 3, 4, 5, 6})
		v.Layout = layout
		n := 0
		for x := range elements(t, v).Floats() {
			if n++; x == 2 {
				break
			}
		}
		for range elements(t, v).Texts(nil) {
			break
		}
		assert.Equal(t, 2, n)
	}
}

func TestElementsRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		v    *Values
		want string
	}{
		"type":         {values("string", []int{1}, []byte{1}), `elements of type "string" are not known`},
		"too short":    {values("float32", []int{2, 3}, make([]byte, 23)), "23 bytes; expected more for 2x3 of float32"},
		"unknown size": {values("int8", []int{-1}, make([]byte, 1)), "shape -1; expected the sizes that were computed"},
	} {
		_, err := c.v.Elements()
		require.ErrorContains(t, err, `values of tensor "y": `, name)
		assert.ErrorContains(t, err, c.want, name)
	}
}

func TestPut(t *testing.T) {
	packed := []byte{1, 2, 3, 4, 5, 6}
	v := values("int8", []int{3, 2}, make([]byte, 8))
	v.Layout = Layout{Strides: []int{2, 1}, Dimension: 0, Components: 4} // three channels in vectors of four, two columns
	require.NoError(t, v.Put(packed))
	assert.Equal(t, []byte{1, 3, 5, 0, 2, 4, 6, 0}, v.Data)
	assert.Equal(t, []string{"1", "2", "3", "4", "5", "6"}, texts(t, v), "read back in order")

	v = values("int16", []int{3}, make([]byte, 6))
	require.NoError(t, v.Put(packed))
	assert.Equal(t, packed, v.Data)
	assert.ErrorContains(t, v.Put(packed[:5]), `values of tensor "y": 5 bytes do not hold 3 of int16`)
	assert.ErrorContains(t, values("int16", []int{3}, nil).Put(packed), "0 bytes; expected more")

	v = values("int4", []int{2, 2}, make([]byte, 2))
	v.Layout.Strides = []int{1, 2}
	assert.ErrorContains(t, v.Put(packed[:2]), "elements of int4 cannot be placed one by one")
	v.Layout.Strides = nil
	require.NoError(t, v.Put(packed[:2]))
}

func TestNames(t *testing.T) {
	assert.Equal(t, "fp16", ShortName("float16"))
	assert.Equal(t, "complex64", ShortName("complex64"))
	assert.Zero(t, Bits("complex64"))
	assert.Equal(t, "scalar", FormatShape([]int{}))
	assert.Equal(t, "-1x2400", FormatShape([]int64{-1, 2400}))
}
