package triton

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton/data"
	"github.com/trtbench/trtbench/triton/kserve"
)

// recurrent is a model with a state between two inputs.
func recurrent() *Model {
	return &Model{Name: "m", Version: "3", MaxBatch: 8,
		Inputs: []data.Tensor{
			{Name: "a", Type: "INT8", Shape: []int64{2}}, {Name: "state", Type: "INT8", Shape: []int64{4}}, {Name: "b", Type: "INT8", Shape: []int64{1}},
		},
		Outputs: []data.Tensor{{Name: "y", Type: "INT8", Shape: []int64{2}}, {Name: "state_next", Type: "INT8", Shape: []int64{4}}},
	}
}

// bytesOf puts a request together as a transport does.
func bytesOf(f format, p *payload, r load.Request, states ...[]byte) []byte {
	message := f.head(nil, &r, p.tail)
	body := append([][]byte{}, p.body...)
	for _, h := range p.holes {
		body[h.piece] = states[h.state]
	}
	for _, piece := range body {
		message = append(message, piece...)
	}
	return message
}

func prepared(t *testing.T, m *Model, set *data.Set, f format, frame *frame, batch int) *payload {
	t.Helper()
	all, err := contents(m, set, m.States(), batch)
	require.NoError(t, err)
	return f.payload(frame, &all[0][0])
}

func step(a, b byte) data.Step {
	return data.Step{"a": {Shape: []int64{2}, Data: []byte{a, a + 1}}, "b": {Shape: []int64{1}, Data: []byte{b}}}
}

func TestProtobufRequest(t *testing.T) {
	m := recurrent()
	f := &protobufFormat{sizes: []int{8}}
	frame := &frame{model: "m", version: "3", parameters: map[string]any{"s": "x", "i": int64(-5), "b": true, "f": 0.5},
		outputs: []requested{{name: "state_next"}, {"y", region{"r", 64, 2}}}}
	p := prepared(t, m, &data.Set{Streams: [][]data.Step{{step(1, 7), step(3, 8)}}}, f, frame, 2)
	var got kserve.ModelInferRequest
	whole := bytesOf(f, p, load.Request{Index: 12, Sequence: 1 << 62, Start: true}, []byte("SSSSssss"))
	require.NoError(t, proto.Unmarshal(whole, &got))
	assert.Equal(t, "0000000000000000012", got.GetId())
	assert.Equal(t, "m", got.GetModelName())
	assert.Equal(t, "3", got.GetModelVersion())
	assert.Equal(t, [][]byte{{1, 2, 3, 4}, []byte("SSSSssss"), {7, 8}}, got.GetRawInputContents())
	require.Len(t, got.GetInputs(), 3)
	assert.Equal(t, []int64{2, 4}, got.GetInputs()[1].GetShape())
	assert.Equal(t, int64(1<<62), got.GetParameters()["sequence_id"].GetInt64Param())
	assert.True(t, got.GetParameters()["sequence_start"].GetBoolParam())
	assert.False(t, got.GetParameters()["sequence_end"].GetBoolParam())
	assert.Equal(t, "x", got.GetParameters()["s"].GetStringParam())
	assert.Equal(t, int64(-5), got.GetParameters()["i"].GetInt64Param())
	assert.Equal(t, 0.5, got.GetParameters()["f"].GetDoubleParam())
	require.Len(t, got.GetOutputs(), 2)
	assert.Empty(t, got.GetOutputs()[0].GetParameters())
	assert.Equal(t, "r", got.GetOutputs()[1].GetParameters()["shared_memory_region"].GetStringParam())
	assert.Equal(t, int64(64), got.GetOutputs()[1].GetParameters()["shared_memory_offset"].GetInt64Param())

	got.Reset()
	require.NoError(t, proto.Unmarshal(bytesOf(f, p, load.Request{Index: math.MaxInt64}, make([]byte, 8)), &got))
	assert.Equal(t, "9223372036854775807", got.GetId())
	assert.NotContains(t, got.GetParameters(), "sequence_id")
}

func TestJSONRequest(t *testing.T) {
	m := recurrent()
	f := &jsonFormat{sizes: []int{4}}
	frame := &frame{model: "m", version: "3", parameters: map[string]any{"s": `"`, "i": int64(-5)}, outputs: []requested{{name: "state_next"}}}
	p := prepared(t, m, &data.Set{Streams: [][]data.Step{{step(1, 7)}}}, f, frame, 1)
	r := load.Request{Index: 12, Sequence: 5, End: true}
	var got map[string]any
	head := f.head(nil, &r, p.tail)
	require.NoError(t, json.Unmarshal(head, &got), string(head))
	assert.Equal(t, map[string]any{
		"id":         "12",
		"parameters": map[string]any{"binary_data_output": true, "sequence_id": 5., "sequence_start": false, "sequence_end": true, "s": `"`, "i": -5.},
		"inputs": []any{
			map[string]any{"name": "a", "datatype": "INT8", "shape": []any{1., 2.}, "parameters": map[string]any{"binary_data_size": 2.}},
			map[string]any{"name": "state", "datatype": "INT8", "shape": []any{1., 4.}, "parameters": map[string]any{"binary_data_size": 4.}},
			map[string]any{"name": "b", "datatype": "INT8", "shape": []any{1., 1.}, "parameters": map[string]any{"binary_data_size": 1.}},
		},
		"outputs": []any{map[string]any{"name": "state_next", "parameters": map[string]any{"binary_data": true}}},
	}, got)
	assert.Equal(t, "\x01\x02SSSS\x07", string(bytesOf(f, p, r, []byte("SSSS"))[len(head):]))
}

func TestReadJSONAnswer(t *testing.T) {
	f := &jsonFormat{}
	var a answer
	about := `{"id":"1","outputs":[{"name":"a","parameters":{"binary_data_size":2}},{"name":"m","parameters":{"shared_memory_region":"r"}},` +
		`{"name":"b","parameters":{"binary_data_size":3}}]}`
	require.NoError(t, f.read(&a, [][]byte{[]byte(about), []byte("AABBB")}, true))
	assert.True(t, a.final)
	content, found := a.Output("b")
	assert.True(t, found)
	assert.Equal(t, "BBB", string(content))
	_, found = a.Output("m")
	assert.False(t, found)
	assert.ErrorContains(t, f.read(&a, [][]byte{[]byte(about), []byte("AABB")}, true), `output "b" has 3 bytes, more than the answer`)
	assert.ErrorContains(t, f.read(&a, [][]byte{[]byte("{")}, true), "not the JSON")
	assert.NoError(t, f.read(&a, [][]byte{[]byte("{")}, false), "not looked at")
}

// Batches take the steps one after another, and begin again at the end of the stream.
func TestBatches(t *testing.T) {
	m := recurrent()
	set := &data.Set{Streams: [][]data.Step{{step(1, 1), step(2, 2), step(3, 3)}}}
	all, err := contents(m, set, m.States(), 2)
	require.NoError(t, err)
	require.Len(t, all[0], 3, "then the first request comes again")
	var b [][]byte
	for _, c := range all[0] {
		b = append(b, c.inputs[2].data)
	}
	assert.Equal(t, [][]byte{{1, 2}, {3, 1}, {2, 3}}, b)
	assert.Equal(t, []int64{2, 1}, all[0][0].inputs[2].shape)

	m.MaxBatch = 0
	all, err = contents(m, set, m.States(), 1)
	require.NoError(t, err)
	assert.Equal(t, []int64{1}, all[0][0].inputs[2].shape, "no dimension for the batch")
}

func TestBatchesRefuse(t *testing.T) {
	m := recurrent()
	other := step(2, 2)
	other["b"] = data.Value{Shape: []int64{2}, Data: []byte{1, 2}}
	_, err := contents(m, &data.Set{Streams: [][]data.Step{{step(1, 1), other}}}, nil, 2)
	assert.ErrorContains(t, err, `stream 0, request 0: input "b": items of one request have shapes 1 and 2`)
	delete(other, "b")
	_, err = contents(m, &data.Set{Streams: [][]data.Step{{step(1, 1), other}}}, nil, 2)
	assert.ErrorContains(t, err, "only 1 of 2 items of one request have it")
}

func TestRequestOptions(t *testing.T) {
	single := recurrent()
	single.MaxBatch = 0
	sequences := recurrent()
	sequences.Sequences = true
	decoupled := recurrent()
	decoupled.Decoupled = true
	for want, c := range map[string]struct {
		m *Model
		o RequestOptions
		p Protocol
	}{
		"batch 9: the model takes up to 8 items":              {recurrent(), RequestOptions{Batch: 9}, GRPC},
		"batch -1, expected":                                  {recurrent(), RequestOptions{Batch: -1}, GRPC},
		"its max_batch_size is 0":                             {single, RequestOptions{Batch: 2}, GRPC},
		"a model with sequences takes one item":               {sequences, RequestOptions{Batch: 2}, GRPC},
		"streaming needs gRPC":                                {recurrent(), RequestOptions{Streaming: true}, HTTP},
		"which needs streaming over gRPC":                     {decoupled, RequestOptions{}, GRPC},
		`the model has no output "z"`:                         {recurrent(), RequestOptions{Outputs: []string{"z"}}, GRPC},
		`output "state_next" is not asked for, and feeds`:     {recurrent(), RequestOptions{Outputs: []string{"y"}, States: recurrent().States()}, GRPC},
		`parameter "sequence_id" cannot be set`:               {recurrent(), RequestOptions{Parameters: map[string]any{"sequence_id": "1"}}, GRPC},
		`parameter "p" is a int, expected`:                    {recurrent(), RequestOptions{Parameters: map[string]any{"p": 1}}, GRPC},
		`parameter "p" is NaN`:                                {recurrent(), RequestOptions{Parameters: map[string]any{"p": math.NaN()}}, GRPC},
		`state x:y: the model has no input "x", only ["a"`:    {recurrent(), RequestOptions{States: []StatePair{{"x", "y"}}}, GRPC},
		"state a:state_next: the input is 2 of INT8, the out": {recurrent(), RequestOptions{States: []StatePair{{"a", "state_next"}}}, GRPC},
		"-1 connections that share":                           {recurrent(), RequestOptions{Shared: -1}, GRPC},
	} {
		o := c.o
		o.Batch = map[bool]int{true: 1, false: o.Batch}[o.Batch == 0]
		assert.ErrorContains(t, o.validate(c.m, c.p), want)
	}
	assert.NoError(t, (&RequestOptions{Batch: 8, States: recurrent().States(), Streaming: true}).validate(recurrent(), GRPC))
}
