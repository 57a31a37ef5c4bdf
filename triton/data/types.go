package data

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/x448/float16"
)

// Bytes is the type of elements with a length of their own: strings. Each has its length before it, as 4 bytes.
const Bytes = "BYTES"

// elementType is what must be known of a type of the protocol.
type elementType struct {
	size   int    // bytes; 0: each element has its own
	name   string // in the words of package tensor
	append func(dst []byte, number string) ([]byte, error)
}

var elementTypes = map[string]elementType{
	"BOOL":   {1, "bool", nil},
	"UINT8":  {1, "uint8", unsigned(8)},
	"UINT16": {2, "uint16", unsigned(16)},
	"UINT32": {4, "uint32", unsigned(32)},
	"UINT64": {8, "uint64", unsigned(64)},
	"INT8":   {1, "int8", signed(8)},
	"INT16":  {2, "int16", signed(16)},
	"INT32":  {4, "int32", signed(32)},
	"INT64":  {8, "int64", signed(64)},
	"FP16":   {2, "float16", float(32, appendFP16)},
	"BF16":   {2, "bfloat16", float(32, appendBF16)},
	"FP32":   {4, "float32", float(32, appendFP32)},
	"FP64":   {8, "float64", float(64, appendFP64)},
	Bytes:    {0, "bytes", nil},
}

// Known reports whether a type of the protocol, as in "FP16", is known.
func Known(typ string) bool { return elementTypes[typ].name != "" }

// Size returns the bytes of an element of a type, 0 for BYTES and for types that are not known.
func Size(typ string) int { return elementTypes[typ].size }

// ElementName returns the name that recordings use for a type, as "float16" for FP16; a type that is not known keeps its own, in
// small letters.
func ElementName(typ string) string {
	if t, known := elementTypes[typ]; known {
		return t.name
	}
	return strings.ToLower(typ)
}

// Types returns the names of the known types in alphabetical order.
func Types() []string {
	names := make([]string, 0, len(elementTypes))
	for name := range elementTypes {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func unsigned(bits int) func([]byte, string) ([]byte, error) {
	return func(dst []byte, number string) ([]byte, error) {
		v, err := strconv.ParseUint(number, 10, bits)
		if err != nil {
			return dst, fmt.Errorf("%s is no whole number from 0 to %d", number, uint64(math.MaxUint64)>>(64-bits))
		}
		return appendWhole(dst, bits, v), nil
	}
}

func signed(bits int) func([]byte, string) ([]byte, error) {
	return func(dst []byte, number string) ([]byte, error) {
		v, err := strconv.ParseInt(number, 10, bits)
		if err != nil {
			high := int64(math.MaxInt64) >> (64 - bits)
			return dst, fmt.Errorf("%s is no whole number from %d to %d", number, -high-1, high)
		}
		return appendWhole(dst, bits, uint64(v)), nil
	}
}

func appendWhole(dst []byte, bits int, v uint64) []byte {
	return append(dst, binary.LittleEndian.AppendUint64(nil, v)[:bits/8]...)
}

func float(bits int, put func([]byte, float64) ([]byte, bool)) func([]byte, string) ([]byte, error) {
	return func(dst []byte, number string) ([]byte, error) {
		v, err := strconv.ParseFloat(number, bits)
		if err != nil {
			return dst, fmt.Errorf("%s is no number that the type holds", number)
		}
		dst, fits := put(dst, v)
		if !fits {
			return dst, fmt.Errorf("%s is too large for the type; write \"Infinity\" if that is meant", number)
		}
		return dst, nil
	}
}

func appendFP64(dst []byte, v float64) ([]byte, bool) {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v)), true
}

func appendFP32(dst []byte, v float64) ([]byte, bool) {
	return binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(v))), true
}

func appendFP16(dst []byte, v float64) ([]byte, bool) {
	half := float16.Fromfloat32(float32(v))
	return binary.LittleEndian.AppendUint16(dst, half.Bits()), math.IsInf(v, 0) || !half.IsInf(0)
}

// appendBF16 rounds to the nearest, ties to even: a bfloat16 is the upper half of a float32.
func appendBF16(dst []byte, v float64) ([]byte, bool) {
	bits := math.Float32bits(float32(v))
	if math.IsNaN(v) {
		return binary.LittleEndian.AppendUint16(dst, uint16(bits>>16|0x40)), true
	}
	rounded := (bits + 0x7FFF + bits>>16&1) >> 16
	return binary.LittleEndian.AppendUint16(dst, uint16(rounded)), math.IsInf(v, 0) || rounded&0x7F80 != 0x7F80
}
