package onnx

import "google.golang.org/protobuf/encoding/protowire"

// wire is a message of Protocol Buffers, made field by field.
type wire []byte

func (w wire) number(field protowire.Number, v int64) wire {
	return protowire.AppendVarint(protowire.AppendTag(w, field, protowire.VarintType), uint64(v))
}

func (w wire) bytes(field protowire.Number, content []byte) wire {
	return protowire.AppendBytes(protowire.AppendTag(w, field, protowire.BytesType), content)
}

func (w wire) text(field protowire.Number, s string) wire { return w.bytes(field, []byte(s)) }

// tensor is a tensor with a name, of a type and with dimensions.
func tensor(name string, typ DataType, dims ...int64) wire {
	var w wire
	for _, d := range dims {
		w = w.number(1, d)
	}
	return w.number(2, int64(typ)).text(8, name)
}

func node(operator, input, output string) wire {
	return wire{}.text(1, input).text(2, output).text(4, operator)
}

// model is a model with a graph and the operators of ONNX 17.
func model(graph wire) wire {
	return wire{}.number(1, 8).bytes(7, graph).bytes(8, wire{}.number(2, 17))
}
