package tritontest_test

import (
	"encoding/binary"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/status"

	"github.com/trtbench/trtbench/triton/kserve"
	"github.com/trtbench/trtbench/triton/tritontest"
)

func TestServerModels(t *testing.T) {
	server := tritontest.Start(t)
	c := dial(t, server.GRPC)
	require.NoError(t, server.Err())
	index, err := c.RepositoryIndex(c.ctx, &kserve.RepositoryIndexRequest{Ready: true})
	require.NoError(t, err)
	inputs := map[string][]string{}
	for _, model := range index.GetModels() {
		metadata, err := c.ModelMetadata(c.ctx, &kserve.ModelMetadataRequest{Name: model.GetName()})
		require.NoError(t, err)
		for _, in := range metadata.GetInputs() {
			inputs[model.GetName()] = append(inputs[model.GetName()], in.GetName()+" "+in.GetDatatype())
		}
	}
	assert.Equal(t, map[string][]string{
		"streaming_acoustic":          {"signal INT32", "state FP16"},
		"streaming_acoustic_sequence": {"signal INT32"},
		"tiny":                        {"x FP32"},
		"tiny_cached":                 {"x FP32"},
		"repeat":                      {"count INT32"},
	}, inputs)

	response, err := c.ModelConfig(c.ctx, &kserve.ModelConfigRequest{Name: "streaming_acoustic"})
	require.NoError(t, err)
	config := response.GetConfig()
	assert.EqualValues(t, 16, config.GetMaxBatchSize())
	assert.EqualValues(t, 10_000, config.GetDynamicBatching().GetMaxQueueDelayMicroseconds())
	assert.Equal(t, kserve.ModelInstanceGroup_KIND_CPU, config.GetInstanceGroup()[0].GetKind())
}

// An array of numpy 2 would reach the client as an empty one, without an error: these answers are what nobody may take on trust.
func TestServerAnswers(t *testing.T) {
	c := dial(t, tritontest.Start(t).GRPC)
	for _, model := range []string{"tiny", "tiny_cached", "tiny_cached"} {
		r := tiny("a")
		r.ModelName = model
		response, err := c.ModelInfer(c.ctx, r)
		require.NoError(t, err)
		assert.Equal(t, []float32{2, 3, 4, 5}, float32s(response.GetRawOutputContents()[0]))
	}
	stats, err := c.ModelStatistics(c.ctx, &kserve.ModelStatisticsRequest{Name: "tiny_cached"})
	require.NoError(t, err)
	assert.NotZero(t, stats.GetModelStats()[0].GetInferenceStats().GetCacheHit().GetCount())
}

const (
	samples     = 2400
	stateValues = 219729
	tokens      = 35
)

// counted returns the number of chunks, modulo 35, that an answer of the recogniser shows in its last frame.
func counted(logprobs []byte) int {
	last := float32s(logprobs)[9*tokens:]
	best := 0
	for i, v := range last {
		if v > last[best] {
			best = i
		}
	}
	return best
}

func TestServerCarriedState(t *testing.T) {
	c := dial(t, tritontest.Start(t).GRPC)
	state := make([]byte, 2*stateValues)
	for chunk := 1; chunk <= 3; chunk++ {
		response, err := c.ModelInfer(c.ctx, request("streaming_acoustic", "",
			tensor{"signal", "INT32", []int64{1, samples, 1}, make([]byte, 4*samples)},
			tensor{"state", "FP16", []int64{1, stateValues}, state}))
		require.NoError(t, err)
		state = response.GetRawOutputContents()[1]
		require.Len(t, state, 2*stateValues)
		assert.Equal(t, chunk, counted(response.GetRawOutputContents()[0]))
	}
	const three = 0x4200 // as a float16
	assert.EqualValues(t, three, binary.LittleEndian.Uint16(state))
}

func TestServerSequences(t *testing.T) {
	c := dial(t, tritontest.Start(t).GRPC)
	stream := c.stream(t)
	const sequences, chunks = 3, 4
	for chunk := 1; chunk <= chunks; chunk++ {
		for sequence := int64(1); sequence <= sequences; sequence++ {
			signal := tensor{"signal", "INT32", []int64{1, samples, 1}, make([]byte, 4*samples)}
			require.NoError(t, stream.Send(step(request("streaming_acoustic_sequence", "", signal), sequence, chunk == 1, chunk == chunks)))
		}
		for range sequences {
			response, err := stream.Recv()
			require.NoError(t, err)
			require.Empty(t, response.GetErrorMessage())
			assert.Equal(t, chunk, counted(response.GetInferResponse().GetRawOutputContents()[0]))
		}
	}
	require.NoError(t, stream.CloseSend())
}

func TestServerCrash(t *testing.T) {
	tritontest.Start(t) // skips without a server
	server, err := tritontest.Launch(t.Context())
	require.NoError(t, err)
	memory := "/dev/shm/trtbench_test_" + server.GRPC[strings.LastIndex(server.GRPC, ":")+1:] + "_*"
	files, err := filepath.Glob(memory)
	require.NoError(t, err)
	assert.NotEmpty(t, files, "shared memory of the models")
	require.NoError(t, server.Err())
	require.NoError(t, syscall.Kill(server.PID(), syscall.SIGSEGV))
	<-server.Done()
	require.ErrorContains(t, server.Err(), "crashed")
	files, err = filepath.Glob(memory)
	require.NoError(t, err)
	assert.Empty(t, files, "shared memory after the end")
	server.Stop() // neither does anything any more
	server.Kill()
}

func TestServerOptionRefused(t *testing.T) {
	tritontest.Start(t)
	_, err := tritontest.Launch(t.Context(), "--no-such-option")
	require.ErrorContains(t, err, "exit status 1")
}

func TestServerNotFetched(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := tritontest.Launch(t.Context())
	require.ErrorIs(t, err, tritontest.ErrNotFetched)
}

// The mock refuses what the real server refuses, in the same words.
func TestMockRefusesAsServer(t *testing.T) {
	real := dial(t, tritontest.Start(t).GRPC)
	sequence := tritontest.Sequence()
	sequence.Config.Name = "streaming_acoustic_sequence"
	sequence.Config.Input[0].Name, sequence.Config.Input[0].Dims = "signal", []int64{samples, 1}
	server := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny(), tritontest.Repeat(), sequence)
	t.Cleanup(server.ClearViolations)
	mock := dial(t, server.Addr())
	signal := tensor{"signal", "INT32", []int64{1, samples, 1}, make([]byte, 4*samples)}
	good := floats("x", 1, 1, 2, 3, 4)
	for _, test := range []struct {
		name    string
		request *kserve.ModelInferRequest
	}{
		{"unknown model", request("absent", "7", good)},
		{"input name", request("tiny", "7", floats("z", 1, 1, 2, 3, 4))},
		{"input type", request("tiny", "7", ints("x", []int64{1, 4}, 1, 2, 3, 4))},
		{"input shape", request("tiny", "7", tensor{"x", "FP32", []int64{1, 5}, make([]byte, 20)})},
		{"input size", request("tiny", "7", tensor{"x", "FP32", []int64{1, 4}, make([]byte, 12)})},
		{"input missing", request("tiny", "7")},
		{"input twice", request("tiny", "7", good, good)},
		{"batch", request("tiny", "7", tensor{"x", "FP32", []int64{65, 4}, make([]byte, 65*16)})},
		{"output name", &kserve.ModelInferRequest{
			ModelName: "tiny", Id: "7", Inputs: request("tiny", "", good).Inputs, RawInputContents: [][]byte{good.data},
			Outputs: []*kserve.ModelInferRequest_InferRequestedOutputTensor{{Name: "z"}},
		}},
		{"sequence without an id", request("streaming_acoustic_sequence", "7", signal)},
		{"sequence without a start", step(request("streaming_acoustic_sequence", "7", signal), 3, false, false)},
		{"decoupled model", request("repeat", "7", ints("count", []int64{1}, 1))},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, want := real.ModelInfer(real.ctx, test.request)
			_, got := mock.ModelInfer(mock.ctx, test.request)
			require.Error(t, want)
			require.Error(t, got)
			assert.Equal(t, status.Code(want), status.Code(got), "%v", want)
			// Further sentences of the server's give advice.
			assert.Truef(t, strings.HasPrefix(status.Convert(want).Message(), status.Convert(got).Message()), "server: %v\nmock: %v", want, got)
			if test.name == "decoupled model" {
				return
			}
			wantAnswer, gotAnswer := onlyAnswer(t, real, test.request), onlyAnswer(t, mock, test.request)
			assert.Truef(t, strings.HasPrefix(wantAnswer.GetErrorMessage(), gotAnswer.GetErrorMessage()), "server: %v\nmock: %v", wantAnswer, gotAnswer)
			assert.Equal(t, wantAnswer.GetInferResponse().GetId(), gotAnswer.GetInferResponse().GetId(), "over a stream")
		})
	}
}

func onlyAnswer(t *testing.T, c client, r *kserve.ModelInferRequest) *kserve.ModelStreamInferResponse {
	t.Helper()
	stream := c.stream(t)
	require.NoError(t, stream.Send(r))
	require.NoError(t, stream.CloseSend())
	answer, err := stream.Recv()
	require.NoError(t, err)
	return answer
}
