package tritontest

import (
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/trtbench/trtbench/triton/kserve"
)

// Model is a model of a Mock.
type Model struct {
	// Config is what the server tells about the model, and what requests are checked against.
	Config *kserve.ModelConfig
	// Infer computes the contents of the outputs, in the order of Config, for each answer. It is called in the order in which requests
	// arrive and must be safe for concurrent use. nil: each output repeats the bytes of the input at its place, as far as they fit.
	Infer func(*Request) ([][]byte, error)
	// Answers is the number of answers to a request of a decoupled model; nil: one.
	Answers func(*Request) int

	Behaviour Behaviour
}

// Tiny is the model "tiny" of testdata/triton without its addition: y = x, four floats, batches of up to 64.
func Tiny() Model {
	return Model{Config: &kserve.ModelConfig{
		Name: "tiny", Backend: "mock", MaxBatchSize: 64,
		Input:            []*kserve.ModelInput{input("x", kserve.DataType_TYPE_FP32, 4)},
		Output:           []*kserve.ModelOutput{output("y", kserve.DataType_TYPE_FP32, 4)},
		SchedulingChoice: &kserve.ModelConfig_DynamicBatching{DynamicBatching: &kserve.ModelDynamicBatching{PreferredBatchSize: []int32{64}}},
	}}
}

// Repeat is the decoupled model "repeat" of testdata/triton: a request with count = n is answered n times, with index 0 to n - 1.
func Repeat() Model {
	return Model{
		Config: &kserve.ModelConfig{
			Name: "repeat", Backend: "mock",
			Input:                  []*kserve.ModelInput{input("count", kserve.DataType_TYPE_INT32, 1)},
			Output:                 []*kserve.ModelOutput{output("index", kserve.DataType_TYPE_INT32, 1)},
			ModelTransactionPolicy: &kserve.ModelTransactionPolicy{Decoupled: true},
		},
		Infer: func(r *Request) ([][]byte, error) {
			return [][]byte{int32Bytes(int32(r.answered))}, nil
		},
		Answers: func(r *Request) int { return int(int32At(r.Inputs[0].Data, 0)) },
	}
}

func input(name string, kind kserve.DataType, dims ...int64) *kserve.ModelInput {
	return &kserve.ModelInput{Name: name, DataType: kind, Dims: dims}
}

func output(name string, kind kserve.DataType, dims ...int64) *kserve.ModelOutput {
	return &kserve.ModelOutput{Name: name, DataType: kind, Dims: dims}
}

// elementTypes are the names on the wire and the sizes in bytes; text has no fixed size.
var elementTypes = map[kserve.DataType]struct {
	name string
	size int64
}{
	kserve.DataType_TYPE_BOOL: {"BOOL", 1}, kserve.DataType_TYPE_UINT8: {"UINT8", 1}, kserve.DataType_TYPE_UINT16: {"UINT16", 2},
	kserve.DataType_TYPE_UINT32: {"UINT32", 4}, kserve.DataType_TYPE_UINT64: {"UINT64", 8}, kserve.DataType_TYPE_INT8: {"INT8", 1},
	kserve.DataType_TYPE_INT16: {"INT16", 2}, kserve.DataType_TYPE_INT32: {"INT32", 4}, kserve.DataType_TYPE_INT64: {"INT64", 8},
	kserve.DataType_TYPE_FP16: {"FP16", 2}, kserve.DataType_TYPE_FP32: {"FP32", 4}, kserve.DataType_TYPE_FP64: {"FP64", 8},
	kserve.DataType_TYPE_STRING: {"BYTES", 0}, kserve.DataType_TYPE_BF16: {"BF16", 2},
}

// outputs makes the tensors of an answer.
func (m *Model) outputs(r *Request, batch int64, extra int) ([]Tensor, error) {
	var contents [][]byte
	if m.Infer != nil {
		var err error
		if contents, err = m.Infer(r); err != nil {
			return nil, err
		}
	}
	tensors := make([]Tensor, 0, len(m.Config.GetOutput()))
	for i, want := range m.Config.GetOutput() {
		element := elementTypes[want.GetDataType()]
		shape, size := make([]int64, 0, len(want.GetDims())+1), batch*element.size
		if m.Config.GetMaxBatchSize() > 0 {
			shape = append(shape, batch)
		}
		for _, dimension := range want.GetDims() {
			shape, size = append(shape, max(dimension, 1)), size*max(dimension, 1)
		}
		data := make([]byte, size)
		switch {
		case i < len(contents):
			data = contents[i]
		case contents == nil && i < len(r.Inputs):
			copy(data, r.Inputs[i].Data)
		}
		if len(r.Outputs) == 0 || slices.Contains(r.Outputs, want.GetName()) {
			tensors = append(tensors, Tensor{Name: want.GetName(), Type: element.name, Shape: shape, Data: data})
		}
	}
	if extra > 0 && len(tensors) > 0 {
		last := &tensors[len(tensors)-1]
		last.Data = append(slices.Clip(last.Data), make([]byte, extra)...)
	}
	return tensors, nil
}

// metadata is the short description of the model that every server of the protocol gives.
func (m *Model) metadata() *kserve.ModelMetadataResponse {
	metadata := &kserve.ModelMetadataResponse{Name: m.Config.GetName(), Versions: []string{"1"}, Platform: m.Config.GetBackend()}
	tensor := func(name string, kind kserve.DataType, dims []int64) *kserve.ModelMetadataResponse_TensorMetadata {
		shape := slices.Clone(dims)
		if m.Config.GetMaxBatchSize() > 0 {
			shape = append([]int64{-1}, dims...)
		}
		return &kserve.ModelMetadataResponse_TensorMetadata{Name: name, Datatype: elementTypes[kind].name, Shape: shape}
	}
	for _, in := range m.Config.GetInput() {
		metadata.Inputs = append(metadata.Inputs, tensor(in.GetName(), in.GetDataType(), in.GetDims()))
	}
	for _, out := range m.Config.GetOutput() {
		metadata.Outputs = append(metadata.Outputs, tensor(out.GetName(), out.GetDataType(), out.GetDims()))
	}
	return metadata
}

// clone keeps the mock's copy apart from the caller's.
func (m Model) clone() Model {
	m.Config = proto.CloneOf(m.Config)
	return m
}
