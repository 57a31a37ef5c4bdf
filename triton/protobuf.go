package triton

import (
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton/internal/transport"
	"github.com/trtbench/trtbench/triton/kserve"
)

// protobufFormat is the form of gRPC. The fields of a request may come in any order: what changes from request to request comes
// first, so that the rest is written once.
type protobufFormat struct {
	stream    bool
	decoupled bool  // the last answer to a request is marked, others are not the last
	sizes     []int // of the states
}

// numbers of fields of kserve.ModelInferRequest and what is in it.
const (
	fieldParameters = 4
	fieldRawInput   = 7

	fieldKey   = 1 // of an entry of a map
	fieldValue = 2

	fieldBool  = 1 // of kserve.InferParameter
	fieldInt64 = 2
)

func (f *protobufFormat) payload(frame *frame, c *content) *payload {
	request := &kserve.ModelInferRequest{ModelName: frame.model, ModelVersion: frame.version, Parameters: parametersOf(frame.parameters)}
	if frame.decoupled {
		request.Parameters = withParameter(request.Parameters, wantFinalResponse, true)
	}
	for i := range c.inputs {
		in := &c.inputs[i]
		request.Inputs = append(request.Inputs, &kserve.ModelInferRequest_InferInputTensor{
			Name: in.name, Datatype: in.datatype, Shape: in.shape, Parameters: placeOf(in.place)})
	}
	for _, out := range frame.outputs {
		request.Outputs = append(request.Outputs, &kserve.ModelInferRequest_InferRequestedOutputTensor{Name: out.name, Parameters: placeOf(out.place)})
	}
	tail, err := proto.MarshalOptions{Deterministic: true}.Marshal(request)
	if err != nil {
		tail = nil // names are valid text: they came from a message
	}
	p := &payload{tail: tail, expected: c.expected}
	prefix := func(dst []byte, size int) []byte {
		return protowire.AppendVarint(protowire.AppendTag(dst, fieldRawInput, protowire.BytesType), uint64(size))
	}
	p.bodyOf(c.inputs, prefix, func(in *part) int { return f.sizes[in.state] })
	return p
}

// head writes the id, the sequence and the tail.
func (f *protobufFormat) head(dst []byte, r *load.Request, tail []byte) []byte {
	dst = append(dst[:0], make([]byte, transport.IDSize)...)
	transport.PutID(dst, r.Index)
	if r.Sequence != 0 {
		dst = appendParameter(dst, "sequence_id", fieldInt64, r.Sequence)
		dst = appendParameter(dst, "sequence_start", fieldBool, protowire.EncodeBool(r.Start))
		dst = appendParameter(dst, "sequence_end", fieldBool, protowire.EncodeBool(r.End))
	}
	return append(dst, tail...)
}

// appendParameter writes an entry of the map of parameters with a value that is a number.
func appendParameter(dst []byte, key string, choice protowire.Number, value uint64) []byte {
	inner := 1 + protowire.SizeVarint(value)
	dst = protowire.AppendTag(dst, fieldParameters, protowire.BytesType)
	dst = protowire.AppendVarint(dst, uint64(2+len(key)+2+inner))
	dst = protowire.AppendTag(dst, fieldKey, protowire.BytesType)
	dst = protowire.AppendString(dst, key)
	dst = protowire.AppendTag(dst, fieldValue, protowire.BytesType)
	dst = protowire.AppendVarint(dst, uint64(inner))
	dst = protowire.AppendTag(dst, choice, protowire.VarintType)
	return protowire.AppendVarint(dst, value)
}

func parametersOf(values map[string]any) map[string]*kserve.InferParameter {
	var all map[string]*kserve.InferParameter
	for name, value := range values {
		all = withParameter(all, name, value)
	}
	return all
}

func withParameter(all map[string]*kserve.InferParameter, name string, value any) map[string]*kserve.InferParameter {
	if all == nil {
		all = map[string]*kserve.InferParameter{}
	}
	p := &kserve.InferParameter{}
	switch v := value.(type) {
	case string:
		p.ParameterChoice = &kserve.InferParameter_StringParam{StringParam: v}
	case int64:
		p.ParameterChoice = &kserve.InferParameter_Int64Param{Int64Param: v}
	case bool:
		p.ParameterChoice = &kserve.InferParameter_BoolParam{BoolParam: v}
	case float64:
		p.ParameterChoice = &kserve.InferParameter_DoubleParam{DoubleParam: v}
	}
	all[name] = p
	return all
}

// placeOf says where a tensor lies that does not travel.
func placeOf(r region) map[string]*kserve.InferParameter {
	if r.name == "" {
		return nil
	}
	all := withParameter(nil, "shared_memory_region", r.name)
	all = withParameter(all, "shared_memory_byte_size", r.size)
	if r.offset != 0 {
		all = withParameter(all, "shared_memory_offset", r.offset)
	}
	return all
}
