package report

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/x448/float16"
)

// elementType says how the elements of a tensor lie in memory, in little-endian order, and what they are. Elements are
// floats or integers: one of the two functions is set, for element i.
type elementType struct {
	bits    int
	short   string // trtexec's name in file names
	float   func(data []byte, i int) float64
	integer func(dst, data []byte, i int) []byte // writes it
}

// elementTypes holds the types by the names that recordings use, some of which have two.
var elementTypes = map[string]elementType{
	"float64":    {64, "fp64", float64At, nil},
	"float32":    {32, "fp32", float32At, nil},
	"float16":    {16, "fp16", float16At, nil},
	"bfloat16":   {16, "bf16", bfloat16At, nil},
	"float8":     {8, "fp8", float8At, nil},
	"float8e4m3": {8, "fp8", float8At, nil},
	"float4":     {4, "fp4", float4At, nil},
	"float4e2m1": {4, "fp4", float4At, nil},
	"float8e8m0": {8, "e8m0", scaleAt, nil},
	"int64":      {64, "int64", nil, appendInt64},
	"int32":      {32, "int32", nil, appendInt32},
	"int16":      {16, "int16", nil, appendInt16},
	"int8":       {8, "int8", nil, appendInt8},
	"int4":       {4, "int4", nil, appendInt4},
	"uint64":     {64, "uint64", nil, appendUint64},
	"uint32":     {32, "uint32", nil, appendUint32},
	"uint16":     {16, "uint16", nil, appendUint16},
	"uint8":      {8, "uint8", nil, appendUint8},
	"bool":       {8, "bool", nil, appendBool},
}

func float64At(data []byte, i int) float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:]))
}

func float32At(data []byte, i int) float64 {
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])))
}

func float16At(data []byte, i int) float64 {
	return float64(float16.Frombits(binary.LittleEndian.Uint16(data[2*i:])).Float32())
}

func bfloat16At(data []byte, i int) float64 {
	return float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(data[2*i:])) << 16))
}

// float8At reads 1 bit of sign, 4 of exponent with bias 7, 3 of mantissa. There is no infinity.
func float8At(data []byte, i int) float64 {
	b := data[i]
	sign := 1 - 2*float64(b>>7)
	exponent, mantissa := int(b>>3&15), float64(b&7)
	switch {
	case b&0x7F == 0x7F:
		return math.Copysign(math.NaN(), sign)
	case exponent == 0:
		return math.Copysign(math.Ldexp(mantissa, -9), sign)
	default:
		return sign * math.Ldexp(8+mantissa, exponent-10)
	}
}

// float4At reads 1 bit of sign, 2 of exponent, 1 of mantissa. Of two elements in a byte the first is in the low half.
func float4At(data []byte, i int) float64 {
	half := data[i/2] >> (i % 2 * 4)
	return math.Copysign([8]float64{0, 0.5, 1, 1.5, 2, 3, 4, 6}[half&7], 1-2*float64(half>>3&1))
}

// scaleAt reads an exponent with bias 127.
func scaleAt(data []byte, i int) float64 {
	if data[i] == 0xFF {
		return math.NaN()
	}
	return math.Ldexp(1, int(data[i])-127)
}

func appendInt64(dst, data []byte, i int) []byte {
	return strconv.AppendInt(dst, int64(binary.LittleEndian.Uint64(data[8*i:])), 10)
}

func appendInt32(dst, data []byte, i int) []byte {
	return strconv.AppendInt(dst, int64(int32(binary.LittleEndian.Uint32(data[4*i:]))), 10)
}

func appendInt16(dst, data []byte, i int) []byte {
	return strconv.AppendInt(dst, int64(int16(binary.LittleEndian.Uint16(data[2*i:]))), 10)
}

func appendInt8(dst, data []byte, i int) []byte {
	return strconv.AppendInt(dst, int64(int8(data[i])), 10)
}

// appendInt4 writes one of the two elements in a byte, of which the first is in the low half.
func appendInt4(dst, data []byte, i int) []byte {
	half := data[i/2] >> (i % 2 * 4)
	return strconv.AppendInt(dst, int64(int8(half<<4)>>4), 10)
}

func appendUint64(dst, data []byte, i int) []byte {
	return strconv.AppendUint(dst, binary.LittleEndian.Uint64(data[8*i:]), 10)
}

func appendUint32(dst, data []byte, i int) []byte {
	return strconv.AppendUint(dst, uint64(binary.LittleEndian.Uint32(data[4*i:])), 10)
}

func appendUint16(dst, data []byte, i int) []byte {
	return strconv.AppendUint(dst, uint64(binary.LittleEndian.Uint16(data[2*i:])), 10)
}

func appendUint8(dst, data []byte, i int) []byte { return strconv.AppendUint(dst, uint64(data[i]), 10) }

func appendBool(dst, data []byte, i int) []byte {
	if data[i] != 0 {
		return append(dst, '1')
	}
	return append(dst, '0')
}
