package tritontest_test

import (
	"context"
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/trtbench/trtbench/triton/kserve"
)

// within ends a test that waits for something that does not come.
const within = 30 * time.Second

// client is the plain generated client: what it sees is the protocol, without anything of ours.
type client struct {
	kserve.GRPCInferenceServiceClient
	ctx context.Context
}

func dial(t *testing.T, address string) client {
	t.Helper()
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(1<<30)))
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), within)
	t.Cleanup(func() {
		cancel()
		conn.Close()
	})
	return client{kserve.NewGRPCInferenceServiceClient(conn), ctx}
}

func (c client) stream(t *testing.T) grpc.BidiStreamingClient[kserve.ModelInferRequest, kserve.ModelStreamInferResponse] {
	t.Helper()
	stream, err := c.ModelStreamInfer(c.ctx)
	require.NoError(t, err)
	return stream
}

// tensor is an input of a request.
type tensor struct {
	name, kind string
	shape      []int64
	data       []byte
}

func request(model, id string, inputs ...tensor) *kserve.ModelInferRequest {
	r := &kserve.ModelInferRequest{ModelName: model, Id: id}
	for _, in := range inputs {
		r.Inputs = append(r.Inputs, &kserve.ModelInferRequest_InferInputTensor{Name: in.name, Datatype: in.kind, Shape: in.shape})
		r.RawInputContents = append(r.RawInputContents, in.data)
	}
	return r
}

func tiny(id string) *kserve.ModelInferRequest {
	return request("tiny", id, floats("x", 1, 1, 2, 3, 4))
}

// floats is an input of rows of four.
func floats(name string, rows int64, values ...float32) tensor {
	var data []byte
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return tensor{name, "FP32", []int64{rows, 4}, data}
}

func ints(name string, shape []int64, values ...int32) tensor {
	var data []byte
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, uint32(v))
	}
	return tensor{name, "INT32", shape, data}
}

// step makes the request one of a sequence.
func step(r *kserve.ModelInferRequest, sequence int64, start, end bool) *kserve.ModelInferRequest {
	truth := func(b bool) *kserve.InferParameter {
		return &kserve.InferParameter{ParameterChoice: &kserve.InferParameter_BoolParam{BoolParam: b}}
	}
	r.Parameters = map[string]*kserve.InferParameter{
		"sequence_id":    {ParameterChoice: &kserve.InferParameter_Int64Param{Int64Param: sequence}},
		"sequence_start": truth(start), "sequence_end": truth(end),
	}
	return r
}

// wantFinal asks for a mark on the last answer.
func wantFinal(r *kserve.ModelInferRequest) *kserve.ModelInferRequest {
	r.Parameters = map[string]*kserve.InferParameter{
		"triton_enable_empty_final_response": {ParameterChoice: &kserve.InferParameter_BoolParam{BoolParam: true}},
	}
	return r
}

func int32s(data []byte) []int32 {
	values := make([]int32, len(data)/4)
	for i := range values {
		values[i] = int32(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return values
}

func float32s(data []byte) []float32 {
	values := make([]float32, len(data)/4)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return values
}
