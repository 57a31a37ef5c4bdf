package tritontest

import (
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
)

// answer is what becomes of a request.
type answer struct {
	model   string
	id      string
	outputs []Tensor
	final   bool // it is marked as the last one
	err     error
}

// appendResponse appends the answer as a ModelInferResponse.
func (a *answer) appendResponse(b []byte) []byte {
	b = appendText(b, responseModel, a.model)
	b = appendText(b, responseVersion, "1")
	b = appendText(b, responseID, a.id)
	if a.final {
		value := protowire.AppendVarint(protowire.AppendTag(nil, parameterBool, protowire.VarintType), 1)
		entry := appendText(nil, parameterKey, "triton_final_response")
		entry = protowire.AppendBytes(protowire.AppendTag(entry, parameterValue, protowire.BytesType), value)
		b = protowire.AppendBytes(protowire.AppendTag(b, responseParameters, protowire.BytesType), entry)
	}
	for i := range a.outputs {
		tensor := a.outputs[i].appendTo(make([]byte, 0, 64))
		b = protowire.AppendBytes(protowire.AppendTag(b, responseOutputs, protowire.BytesType), tensor)
	}
	for i := range a.outputs {
		b = protowire.AppendBytes(protowire.AppendTag(b, responseRaw, protowire.BytesType), a.outputs[i].Data)
	}
	return b
}

// streamFrame is the answer as a ModelStreamInferResponse; a failure keeps the request's id.
func (a *answer) streamFrame() *frame {
	size := 128
	for i := range a.outputs {
		size += len(a.outputs[i].Data) + 64
	}
	b := make([]byte, 0, size)
	if a.err != nil {
		b = appendText(b, streamError, status.Convert(a.err).Message())
		response := appendText(nil, responseID, a.id)
		return &frame{bytes: protowire.AppendBytes(protowire.AppendTag(b, streamResponse, protowire.BytesType), response)}
	}
	// The length goes first. The space for it is as long as the longest, and a varint may be longer than it needs to be.
	const lengthBytes = 5
	b = protowire.AppendTag(b, streamResponse, protowire.BytesType)
	at := len(b)
	b = a.appendResponse(append(b, make([]byte, lengthBytes)...))
	length := len(b) - at - lengthBytes
	for i := range lengthBytes {
		b[at+i] = byte(length>>(7*i))&0x7f | 0x80
	}
	b[at+lengthBytes-1] &= 0x7f
	return &frame{bytes: b}
}

func (t *Tensor) appendTo(b []byte) []byte {
	b = appendText(b, tensorName, t.Name)
	b = appendText(b, tensorType, t.Type)
	shape := make([]byte, 0, 16)
	for _, dimension := range t.Shape {
		shape = protowire.AppendVarint(shape, uint64(dimension))
	}
	return protowire.AppendBytes(protowire.AppendTag(b, tensorShape, protowire.BytesType), shape)
}

func appendText(b []byte, number protowire.Number, text string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, number, protowire.BytesType), text)
}
