package trt

import "fmt"

// DataType is the type of a tensor's elements, numbered as TensorRT does.
type DataType int

// The types of elements.
const (
	Float32  DataType = 0
	Float16  DataType = 1
	Int8     DataType = 2
	Int32    DataType = 3
	Bool     DataType = 4
	UInt8    DataType = 5
	Float8   DataType = 6 // E4M3
	BFloat16 DataType = 7
	Int64    DataType = 8
	Int4     DataType = 9  // two in a byte
	Float4   DataType = 10 // E2M1, two in a byte
	E8M0     DataType = 11 // a power of two, used as a scale
)

var dataTypes = map[DataType]struct {
	name string
	bits int
}{
	Float32: {"float32", 32}, Float16: {"float16", 16}, Int8: {"int8", 8}, Int32: {"int32", 32}, Bool: {"bool", 8},
	UInt8: {"uint8", 8}, Float8: {"float8", 8}, BFloat16: {"bfloat16", 16}, Int64: {"int64", 64}, Int4: {"int4", 4},
	Float4: {"float4", 4}, E8M0: {"float8e8m0", 8},
}

// String is the name of the type, as in "float32".
func (t DataType) String() string {
	if known, ok := dataTypes[t]; ok {
		return known.name
	}
	return fmt.Sprintf("type %d", int(t))
}

// Bits is the size of an element, 0 for a type that this package does not know.
func (t DataType) Bits() int { return dataTypes[t].bits }

// Location says on which side of the bus a tensor's data is.
type Location int

// The locations of tensors.
const (
	OnDevice Location = 0
	OnHost   Location = 1
)

// String is "device" or "host".
func (l Location) String() string {
	if l == OnHost {
		return "host"
	}
	return "device"
}
