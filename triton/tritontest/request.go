package tritontest

import (
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
)

// Request is what a client sent. Its slices may be read while the function that got it runs.
type Request struct {
	Model    string
	ID       string
	Sequence uint64 // 0: it belongs to none
	Start    bool
	End      bool
	Inputs   []Tensor
	Outputs  []string // names asked for; none: all

	// Step is the number of the request in its sequence, from 1; 0 for models without sequences.
	Step int64

	emptyFinal bool // the last answer is to be marked; that of a decoupled model is an empty one
	answered   int  // answers before the one that is being made
	mock       *Mock
}

// Tensor is an input or output.
type Tensor struct {
	Name  string
	Type  string
	Shape []int64
	Data  []byte // little-endian elements
}

// String names the request in a message.
func (r *Request) String() string { return fmt.Sprintf("request %q to model %q", r.ID, r.Model) }

// Field numbers of the messages of the protocol that are read and written here.
const (
	requestModel, requestID, requestParameters, requestInputs, requestOutputs, requestRaw = 1, 3, 4, 5, 6, 7
	tensorName, tensorType, tensorShape, tensorContents                                   = 1, 2, 3, 5
	parameterKey, parameterValue                                                          = 1, 2
	parameterBool, parameterString                                                        = 1, 3
	responseModel, responseVersion, responseID, responseParameters                        = 1, 2, 3, 4
	responseOutputs, responseRaw                                                          = 5, 6
	streamError, streamResponse                                                           = 1, 2
)

// input returns an input, or an empty one where the request has none of that name.
func (r *Request) input(name string) Tensor {
	for _, in := range r.Inputs {
		if in.Name == name {
			return in
		}
	}
	return Tensor{}
}

// fields calls f with each field of a message: the value of a varint with nil bytes, or the bytes of a string or message.
func fields(message []byte, f func(number protowire.Number, value uint64, bytes []byte) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return status.Error(codes.InvalidArgument, "mock: broken message")
		}
		message = message[n:]
		var value uint64
		var bytes []byte
		switch kind {
		case protowire.VarintType:
			value, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			bytes, n = protowire.ConsumeBytes(message)
		default:
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return status.Error(codes.InvalidArgument, "mock: broken message")
		}
		message = message[n:]
		if err := f(number, value, bytes); err != nil {
			return err
		}
	}
	return nil
}

// parseRequest reads a request in place.
func parseRequest(message []byte) (*Request, error) {
	r := &Request{}
	var raw [][]byte
	err := fields(message, func(number protowire.Number, _ uint64, bytes []byte) error {
		if bytes == nil {
			return nil // not one of ours, whatever its number
		}
		switch number {
		case requestModel:
			r.Model = string(bytes)
		case requestID:
			r.ID = string(bytes)
		case requestParameters:
			return r.parseParameter(bytes)
		case requestInputs:
			tensor, err := parseTensor(bytes)
			r.Inputs = append(r.Inputs, tensor)
			return err
		case requestOutputs:
			tensor, err := parseTensor(bytes)
			r.Outputs = append(r.Outputs, tensor.Name)
			return err
		case requestRaw:
			raw = append(raw, bytes)
		}
		return nil
	})
	if err == nil && len(raw) != len(r.Inputs) {
		err = status.Errorf(codes.InvalidArgument, "mock: %d raw contents for %d inputs", len(raw), len(r.Inputs))
	}
	if err != nil {
		return r, err
	}
	for i := range r.Inputs {
		r.Inputs[i].Data = raw[i]
	}
	return r, nil
}

// parseTensor reads the description of an input, or of an output asked for.
func parseTensor(message []byte) (Tensor, error) {
	var t Tensor
	err := fields(message, func(number protowire.Number, value uint64, bytes []byte) error {
		switch number {
		case tensorName:
			t.Name = string(bytes)
		case tensorType:
			t.Type = string(bytes)
		case tensorShape:
			if bytes == nil { // one element, not packed
				t.Shape = append(t.Shape, int64(value))
			}
			for len(bytes) > 0 {
				dimension, n := protowire.ConsumeVarint(bytes)
				if n < 0 {
					return status.Error(codes.InvalidArgument, "mock: broken shape")
				}
				t.Shape, bytes = append(t.Shape, int64(dimension)), bytes[n:]
			}
		case tensorContents:
			return status.Errorf(codes.Unimplemented, "mock: input %q is not in raw_input_contents, which is all that the mock reads", t.Name)
		}
		return nil
	})
	return t, err
}

// parseParameter reads those parameters that say something about sequences and answers.
func (r *Request) parseParameter(entry []byte) error {
	var name string
	var number uint64
	err := fields(entry, func(field protowire.Number, _ uint64, bytes []byte) error {
		if field == parameterKey {
			name = string(bytes)
			return nil
		}
		return fields(bytes, func(kind protowire.Number, value uint64, _ []byte) error {
			if kind != parameterString {
				number = value
			}
			return nil
		})
	})
	r.setParameter(name, number)
	return err
}

func (r *Request) setParameter(name string, value uint64) {
	switch name {
	case "sequence_id":
		r.Sequence = value
	case "sequence_start":
		r.Start = value != 0
	case "sequence_end":
		r.End = value != 0
	case "triton_enable_empty_final_response":
		r.emptyFinal = value != 0
	}
}
