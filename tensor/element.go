package tensor

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
	integer func(data []byte, i int) int64
}

// ShortName returns trtexec's name of a type of elements in names of files, as "fp32" for "float32"; a type that is not known
// keeps its name.
func ShortName(typ string) string {
	if element, known := elementTypes[typ]; known {
		return element.short
	}
	return typ
}

// Bits returns the size of an element of a type, 0 for one that is not known.
func Bits(typ string) int { return elementTypes[typ].bits }

// number returns element i as a number; a large 64-bit integer is rounded.
func (t *elementType) number(data []byte, i int) float64 {
	if t.float != nil {
		return t.float(data, i)
	}
	v := t.integer(data, i)
	if t.short == "uint64" {
		return float64(uint64(v))
	}
	return float64(v)
}

// append writes element i, a float as the function does.
func (t *elementType) append(dst, data []byte, i int, float func([]byte, float64) []byte) []byte {
	switch {
	case t.float != nil:
		return float(dst, t.float(data, i))
	case t.short == "uint64":
		return strconv.AppendUint(dst, uint64(t.integer(data, i)), 10)
	}
	return strconv.AppendInt(dst, t.integer(data, i), 10)
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
	"int64":      {64, "int64", nil, int64At},
	"int32":      {32, "int32", nil, int32At},
	"int16":      {16, "int16", nil, int16At},
	"int8":       {8, "int8", nil, int8At},
	"int4":       {4, "int4", nil, int4At},
	"uint64":     {64, "uint64", nil, int64At},
	"uint32":     {32, "uint32", nil, uint32At},
	"uint16":     {16, "uint16", nil, uint16At},
	"uint8":      {8, "uint8", nil, uint8At},
	"bool":       {8, "bool", nil, boolAt},
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

func int64At(data []byte, i int) int64 { return int64(binary.LittleEndian.Uint64(data[8*i:])) }

func int32At(data []byte, i int) int64 { return int64(int32(binary.LittleEndian.Uint32(data[4*i:]))) }

func int16At(data []byte, i int) int64 { return int64(int16(binary.LittleEndian.Uint16(data[2*i:]))) }

func int8At(data []byte, i int) int64 { return int64(int8(data[i])) }

// int4At reads one of the two elements in a byte, of which the first is in the low half.
func int4At(data []byte, i int) int64 {
	half := data[i/2] >> (i % 2 * 4)
	return int64(int8(half<<4) >> 4)
}

func uint32At(data []byte, i int) int64 { return int64(binary.LittleEndian.Uint32(data[4*i:])) }

func uint16At(data []byte, i int) int64 { return int64(binary.LittleEndian.Uint16(data[2*i:])) }

func uint8At(data []byte, i int) int64 { return int64(data[i]) }

func boolAt(data []byte, i int) int64 { return int64(min(data[i], 1)) }
