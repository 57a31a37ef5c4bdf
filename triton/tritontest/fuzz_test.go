package tritontest

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/trtbench/trtbench/triton/kserve"
)

// FuzzParseRequest holds the reader of requests against the generated one: what it accepts, it reads as that does.
func FuzzParseRequest(f *testing.F) {
	parameter := func(id uint64) map[string]*kserve.InferParameter {
		return map[string]*kserve.InferParameter{"sequence_id": {ParameterChoice: &kserve.InferParameter_Uint64Param{Uint64Param: id}}}
	}
	for _, seed := range []*kserve.ModelInferRequest{
		{},
		{ModelName: "tiny", Id: "7", RawInputContents: [][]byte{make([]byte, 16)}, Inputs: []*kserve.ModelInferRequest_InferInputTensor{
			{Name: "x", Datatype: "FP32", Shape: []int64{1, 4}},
		}},
		{ModelName: "sequence", Parameters: parameter(9), Outputs: []*kserve.ModelInferRequest_InferRequestedOutputTensor{{Name: "sum"}}},
		{Inputs: []*kserve.ModelInferRequest_InferInputTensor{{Name: "x", Contents: &kserve.InferTensorContents{IntContents: []int32{1}}}}},
	} {
		message, err := proto.Marshal(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(message)
	}
	f.Add([]byte{0x2a, 0x7f})
	f.Fuzz(func(t *testing.T, message []byte) {
		got, err := parseRequest(message)
		if err != nil {
			return
		}
		var want kserve.ModelInferRequest
		if proto.Unmarshal(message, &want) != nil {
			return // it is stricter: text must be UTF-8, types must fit
		}
		if got.Model != want.GetModelName() || got.ID != want.GetId() || len(got.Inputs) != len(want.GetInputs()) {
			t.Fatalf("got %+v, want %v", got, &want)
		}
		for i, in := range got.Inputs {
			if in.Name != want.GetInputs()[i].GetName() || string(in.Data) != string(want.GetRawInputContents()[i]) {
				t.Fatalf("input %d: got %+v, want %v", i, in, &want)
			}
		}
	})
}

// FuzzParseREST looks for bodies that end the mock.
func FuzzParseREST(f *testing.F) {
	f.Add([]byte(`{"id":"a","inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,[3,4]]}]}`), "")
	f.Add([]byte(`{"inputs":[{"name":"x","datatype":"INT8","shape":[1],"parameters":{"binary_data_size":1}}]}Z`), "89")
	f.Add([]byte(`{"parameters":{"sequence_id":3,"sequence_start":true}}`), "-1")
	f.Fuzz(func(t *testing.T, body []byte, length string) {
		form, request, err := parseREST(body, length)
		if err == nil && (form == nil || request == nil) {
			t.Fatal("nothing read and no error")
		}
	})
}
