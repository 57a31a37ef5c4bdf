package trt

import (
	"fmt"
	"strings"
)

// TensorFormat is the order of a tensor's elements in memory, numbered as TensorRT does.
type TensorFormat int

// tensorFormats are the formats as trtexec names them, in TensorRT's order.
var tensorFormats = []string{
	"chw", "chw2", "hwc8", "chw4", "chw16", "chw32", "dhwc8", "cdhw32", "hwc", "dla_linear", "dla_hwc4", "hwc16", "dhwc",
}

// LinearFormat is the order without vectorisation, "chw".
const LinearFormat TensorFormat = 0

// String is the format as trtexec names it.
func (f TensorFormat) String() string {
	if f >= 0 && int(f) < len(tensorFormats) {
		return tensorFormats[f]
	}
	return fmt.Sprintf("format %d", int(f))
}

// ModelType stands in an IOFormat for the type that the model gives a tensor.
const ModelType DataType = -1

// IOFormat is what an input or output may look like: its type, and the formats that TensorRT may choose from.
type IOFormat struct {
	Type    DataType // ModelType for that of the model
	Formats []TensorFormat
}

// ioTypes are the types as trtexec's formats name them.
var ioTypes = map[string]DataType{
	"fp32": Float32, "fp16": Float16, "bf16": BFloat16, "int32": Int32, "int64": Int64, "int8": Int8, "uint8": UInt8, "bool": Bool,
}

// ParseIOFormats reads formats as trtexec's --inputIOFormats and --outputIOFormats take them: "fp16:chw+hwc8,fp32:chw", one
// for each tensor in the model's order, or one for all. Formats alone, as trtexec 11 takes them, leave the type to the model.
func ParseIOFormats(s string) ([]IOFormat, error) {
	if s == "" {
		return nil, nil
	}
	var formats []IOFormat
	for item := range strings.SplitSeq(s, ",") {
		format := IOFormat{Type: ModelType}
		typeName, names, typed := strings.Cut(item, ":")
		if typed {
			var err error
			if format.Type, err = parseName("type in formats", typeName, ioTypes); err != nil {
				return nil, err
			}
		} else {
			names = item
		}
		for name := range strings.SplitSeq(names, "+") {
			f, err := parseFormat(name)
			if err != nil {
				return nil, err
			}
			format.Formats = append(format.Formats, f)
		}
		formats = append(formats, format)
	}
	return formats, nil
}

func parseFormat(name string) (TensorFormat, error) {
	for i, known := range tensorFormats {
		if name == known {
			return TensorFormat(i), nil
		}
	}
	return 0, fmt.Errorf("trt: format %q: expected one of %s", name, strings.Join(tensorFormats, ", "))
}
