package triton

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/trtbench/trtbench/triton/internal/transport"
	"github.com/trtbench/trtbench/triton/kserve"
)

// wire encodes a message and cuts it into pieces of a size.
func wire(t testing.TB, m proto.Message, size int) [][]byte {
	t.Helper()
	whole, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	require.NoError(t, err)
	return cut(whole, size)
}

func cut(whole []byte, size int) [][]byte {
	var pieces [][]byte
	for ; len(whole) > size; whole = whole[size:] {
		pieces = append(pieces, whole[:size:size])
	}
	return append(pieces, whole)
}

func idText(id int64) string {
	head := make([]byte, transport.IDSize)
	transport.PutID(head, id)
	return string(head[2:])
}

// sample is an answer with two outputs in the message and one in shared memory between them.
func sample(id string, final bool) *kserve.ModelInferResponse {
	return &kserve.ModelInferResponse{
		ModelName: "m", ModelVersion: "1", Id: id,
		Parameters: map[string]*kserve.InferParameter{
			"other":       {ParameterChoice: &kserve.InferParameter_StringParam{StringParam: "x"}},
			finalResponse: {ParameterChoice: &kserve.InferParameter_BoolParam{BoolParam: final}},
		},
		Outputs: []*kserve.ModelInferResponse_InferOutputTensor{
			{Name: "a", Datatype: "INT8", Shape: []int64{3}},
			{Name: "b", Datatype: "INT8", Shape: []int64{3}, Parameters: placeOf(region{"r", 1, 2})},
			{Name: "c", Datatype: "INT8", Shape: []int64{300}},
		},
		RawOutputContents: [][]byte{{1, 2, 3}, bytes.Repeat([]byte{9}, 300)},
	}
}

func TestReadAnswer(t *testing.T) {
	for _, size := range []int{1, 2, 7, 64, 1 << 20} {
		for _, stream := range []bool{false, true} {
			for _, outputs := range []bool{false, true} {
				f := &protobufFormat{stream: stream}
				var message proto.Message = sample(idText(42), false)
				if stream {
					message = &kserve.ModelStreamInferResponse{InferResponse: sample(idText(42), false)}
				}
				var a answer
				require.NoError(t, f.read(&a, wire(t, message, size), outputs))
				assert.Equal(t, int64(42), a.id)
				assert.False(t, a.final)
				assert.False(t, a.empty)
				assert.Nil(t, a.text)
				if !outputs {
					continue
				}
				first, found := a.Output("a")
				assert.True(t, found)
				assert.Equal(t, []byte{1, 2, 3}, first)
				last, found := a.Output("c")
				assert.True(t, found)
				assert.Equal(t, bytes.Repeat([]byte{9}, 300), last)
				_, found = a.Output("b")
				assert.False(t, found, "in shared memory")
				place, _ := a.find("c")
				want := bytes.Repeat([]byte{9}, 300)
				assert.Equal(t, -1, differs(want, a.cursor.pieces, place))
				want[256]++
				assert.Equal(t, 256, differs(want, a.cursor.pieces, place))
				assert.Equal(t, 255, differs(want[:255], a.cursor.pieces, place), "shorter")
				assert.Equal(t, 300, differs(bytes.Repeat([]byte{9}, 301), a.cursor.pieces, place), "longer")
			}
		}
	}
}

func TestReadSpecialAnswers(t *testing.T) {
	stream, decoupled := &protobufFormat{stream: true}, &protobufFormat{stream: true, decoupled: true}
	var a answer
	require.NoError(t, stream.read(&a, wire(t, &kserve.ModelStreamInferResponse{
		ErrorMessage: "no", InferResponse: &kserve.ModelInferResponse{Id: idText(3)}}, 4), false))
	assert.Equal(t, "no", string(a.text))
	assert.Equal(t, int64(3), a.id)

	require.NoError(t, stream.read(&a, wire(t, &kserve.ModelStreamInferResponse{ErrorMessage: "whose?"}, 4), false))
	assert.Equal(t, int64(transport.NoTag), a.id)

	last := sample(idText(3), true)
	last.Outputs, last.RawOutputContents = nil, nil
	require.NoError(t, decoupled.read(&a, wire(t, &kserve.ModelStreamInferResponse{InferResponse: last}, 64), false))
	assert.True(t, a.final)
	assert.True(t, a.empty)

	unmarked := sample(idText(3), true)
	unmarked.Parameters = nil
	require.NoError(t, decoupled.read(&a, wire(t, &kserve.ModelStreamInferResponse{InferResponse: unmarked}, 64), false))
	assert.False(t, a.final, "the last answer to a request would be marked")
	require.NoError(t, stream.read(&a, wire(t, &kserve.ModelStreamInferResponse{InferResponse: unmarked}, 64), false))
	assert.True(t, a.final)

	foreign := sample("7", true)
	require.NoError(t, (&protobufFormat{}).read(&a, wire(t, foreign, 64), false))
	assert.Equal(t, int64(transport.NoTag), a.id)

	element := sample(idText(1), true)
	element.RawOutputContents = nil // contents element by element
	require.NoError(t, (&protobufFormat{}).read(&a, wire(t, element, 64), true))
	_, found := a.find("a")
	assert.False(t, found)

	element.RawOutputContents = make([][]byte, 4)
	assert.ErrorContains(t, (&protobufFormat{}).read(&a, wire(t, element, 64), true), "the contents of 2 outputs more than it describes")
	whole := wire(t, sample(idText(1), true), 1<<20)[0]
	assert.ErrorContains(t, (&protobufFormat{}).read(&a, [][]byte{whole[:len(whole)-1]}, true), "ends in the middle")
}

// Whatever arrives, reading does not fail in another way than with an error, and what protobuf can read has the same id and text.
func FuzzReadAnswer(f *testing.F) {
	for _, m := range []*kserve.ModelStreamInferResponse{
		{InferResponse: sample(idText(42), false)},
		{ErrorMessage: "no", InferResponse: &kserve.ModelInferResponse{Id: idText(3)}},
		{ErrorMessage: "whose?"}, {},
	} {
		whole, err := proto.Marshal(m)
		require.NoError(f, err)
		f.Add(whole, byte(3), true)
	}
	f.Fuzz(func(t *testing.T, whole []byte, size byte, outputs bool) {
		if len(whole) > 1<<12 {
			return
		}
		var a answer
		err := (&protobufFormat{stream: true}).read(&a, cut(whole, max(int(size), 1)), outputs)
		for i := range a.outputs {
			if o := a.outputs[i]; o.span.size >= 0 && err == nil {
				content, _ := a.Output(string(o.name))
				assert.LessOrEqual(t, len(content), len(whole))
			}
		}
		var m kserve.ModelStreamInferResponse
		if proto.Unmarshal(whole, &m) != nil || err != nil || !canonical(&m, whole) {
			return
		}
		assert.Equal(t, m.GetErrorMessage(), string(a.text))
		assert.Equal(t, transport.ParseID([]byte(m.GetInferResponse().GetId())), a.id)
	})
}

// canonical reports whether a message is as a server would write it: each field once and in order.
func canonical(m proto.Message, whole []byte) bool {
	again, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	return err == nil && bytes.Equal(again, whole)
}
