package tritontest

import (
	"bytes"
	"encoding/binary"
	"strconv"
)

// numberType converts between a type's text and its little-endian bytes.
type numberType struct {
	parse  func(string) (any, error)
	decode func([]byte) any
}

// numberTypes are the element types that have a form in JSON, by their names on the wire.
var numberTypes = map[string]numberType{
	"INT8": {signed(8, func(v int64) any { return int8(v) }), decode[int8]}, "INT16": {signed(16, func(v int64) any { return int16(v) }), decode[int16]},
	"INT32": {signed(32, func(v int64) any { return int32(v) }), decode[int32]}, "INT64": {signed(64, func(v int64) any { return v }), decode[int64]},
	"UINT16": {unsigned(16, func(v uint64) any { return uint16(v) }), decode[uint16]}, "UINT32": {unsigned(32, func(v uint64) any { return uint32(v) }), decode[uint32]},
	"UINT64": {unsigned(64, func(v uint64) any { return v }), decode[uint64]},
	"FP32":   {float(32, func(v float64) any { return float32(v) }), decode[float32]}, "FP64": {float(64, func(v float64) any { return v }), decode[float64]},
}

func signed(bits int, narrow func(int64) any) func(string) (any, error) {
	return func(text string) (any, error) {
		v, err := strconv.ParseInt(text, 10, bits)
		return narrow(v), err
	}
}

func unsigned(bits int, narrow func(uint64) any) func(string) (any, error) {
	return func(text string) (any, error) {
		v, err := strconv.ParseUint(text, 10, bits)
		return narrow(v), err
	}
}

func float(bits int, narrow func(float64) any) func(string) (any, error) {
	return func(text string) (any, error) {
		v, err := strconv.ParseFloat(text, bits)
		return narrow(v), err
	}
}

// decode returns the elements of data; a broken end is left out.
func decode[T any](data []byte) any {
	var one T
	elements := make([]T, len(data)/binary.Size(one))
	_ = binary.Read(bytes.NewReader(data), binary.LittleEndian, elements) // it has that many
	return elements
}
