package onnx

import "fmt"

// DataType is the type of a tensor's elements, numbered as ONNX does.
type DataType int32

// Types of elements that other packages ask for; the rest are known by their names.
const (
	Undefined DataType = 0
	Float32   DataType = 1
	Int32     DataType = 6
	Int64     DataType = 7
	String    DataType = 8
	Float16   DataType = 10
)

// dataTypes are named as in recordings, where trtbench can run them, else as ONNX does, in lower case.
var dataTypes = map[DataType]struct {
	name string
	bits int
}{
	Undefined: {"undefined", 0}, Float32: {"float32", 32}, 2: {"uint8", 8}, 3: {"int8", 8}, 4: {"uint16", 16}, 5: {"int16", 16},
	Int32: {"int32", 32}, Int64: {"int64", 64}, String: {"string", 0}, 9: {"bool", 8}, Float16: {"float16", 16}, 11: {"float64", 64},
	12: {"uint32", 32}, 13: {"uint64", 64}, 14: {"complex64", 64}, 15: {"complex128", 128}, 16: {"bfloat16", 16},
	17: {"float8", 8}, 18: {"float8e4m3fnuz", 8}, 19: {"float8e5m2", 8}, 20: {"float8e5m2fnuz", 8}, 21: {"uint4", 4}, 22: {"int4", 4},
	23: {"float4", 4}, 24: {"float8e8m0", 8}, 25: {"uint2", 2}, 26: {"int2", 2},
}

// String is the name of the type, as in "float32". The float8 without further name is E4M3FN.
func (t DataType) String() string {
	if known, ok := dataTypes[t]; ok {
		return known.name
	}
	return fmt.Sprintf("type %d", int32(t))
}

// Bits is the size of an element, 0 for strings and for a type that this package does not know.
func (t DataType) Bits() int { return dataTypes[t].bits }
