package ort

import (
	"encoding/binary"
	"fmt"

	ortgo "github.com/yalue/onnxruntime_go"
)

// element is a type of tensor elements.
type element struct {
	name string // as in record.Tensor
	size int    // bytes
	code ortgo.TensorElementDataType
	// scalar makes a tensor without dimensions out of the bytes of its value, and a function that reads it. It is nil for
	// types that Go lacks: the binding cannot make such scalars.
	scalar func(data []byte) (ortgo.Value, func() []byte, error)
}

// elements are the types that can be measured.
var elements = []element{
	{"float64", 8, ortgo.TensorElementDataTypeDouble, newScalar[float64]},
	{"float32", 4, ortgo.TensorElementDataTypeFloat, newScalar[float32]},
	{"float16", 2, ortgo.TensorElementDataTypeFloat16, nil},
	{"bfloat16", 2, ortgo.TensorElementDataTypeBFloat16, nil},
	{"float8", 1, ortgo.TensorElementDataTypeFloat8E4M3FN, nil},
	{"int64", 8, ortgo.TensorElementDataTypeInt64, newScalar[int64]},
	{"int32", 4, ortgo.TensorElementDataTypeInt32, newScalar[int32]},
	{"int16", 2, ortgo.TensorElementDataTypeInt16, newScalar[int16]},
	{"int8", 1, ortgo.TensorElementDataTypeInt8, newScalar[int8]},
	{"uint64", 8, ortgo.TensorElementDataTypeUint64, newScalar[uint64]},
	{"uint32", 4, ortgo.TensorElementDataTypeUint32, newScalar[uint32]},
	{"uint16", 2, ortgo.TensorElementDataTypeUint16, newScalar[uint16]},
	{"uint8", 1, ortgo.TensorElementDataTypeUint8, newScalar[uint8]},
	{"bool", 1, ortgo.TensorElementDataTypeBool, newScalar[bool]},
}

// elementOf returns the element type of an input or output, or why it cannot be measured.
func elementOf(info *ortgo.InputOutputInfo) (element, error) {
	if info.OrtValueType != ortgo.ONNXTypeTensor {
		return element{}, fmt.Errorf("%s is no tensor but of kind %s, which cannot be measured", info.Name, info.OrtValueType)
	}
	for _, e := range elements {
		if e.code == info.DataType {
			return e, nil
		}
	}
	return element{}, fmt.Errorf("%s has elements of type %s, which cannot be measured", info.Name, info.DataType)
}

func newScalar[T ortgo.TensorData](data []byte) (ortgo.Value, func() []byte, error) {
	var v T
	if _, err := binary.Decode(data, binary.LittleEndian, &v); err != nil {
		return nil, nil, err
	}
	scalar, err := ortgo.NewScalar(v)
	if err != nil {
		return nil, nil, err
	}
	read := func() []byte {
		b, _ := binary.Append(nil, binary.LittleEndian, scalar.GetData()) // fails only for types of no fixed size
		return b
	}
	return scalar, read, nil
}
