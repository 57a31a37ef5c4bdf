package tritontest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/triton/kserve"
	"github.com/trtbench/trtbench/triton/tritontest"
)

func TestRepeat(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Repeat())
	addresses := map[string]string{"mock": mock.Addr()}
	t.Run("server", func(t *testing.T) { addresses["server"] = tritontest.Start(t).GRPC })
	for name, address := range addresses {
		t.Run(name, func(t *testing.T) {
			stream := dial(t, address).stream(t)
			require.NoError(t, stream.Send(wantFinal(request("repeat", "9", ints("count", []int64{1}, 3)))))
			for i := range int32(3) {
				answer, err := stream.Recv()
				require.NoError(t, err)
				assert.Equal(t, []int32{i}, int32s(answer.GetInferResponse().GetRawOutputContents()[0]))
				assert.False(t, answer.GetInferResponse().GetParameters()["triton_final_response"].GetBoolParam())
			}
			last, err := stream.Recv()
			require.NoError(t, err)
			assert.Equal(t, "9", last.GetInferResponse().GetId())
			assert.Empty(t, last.GetInferResponse().GetOutputs())
			assert.True(t, last.GetInferResponse().GetParameters()["triton_final_response"].GetBoolParam())
		})
	}
}

func TestSequence(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Sequence())
	c := dial(t, mock.Addr())
	send := func(sequence int64, x int32, start, end bool) ([]int32, error) {
		response, err := c.ModelInfer(c.ctx, step(request("sequence", "", ints("x", []int64{1, 1}, x)), sequence, start, end))
		if err != nil {
			return nil, err
		}
		return append(int32s(response.GetRawOutputContents()[0]), int32s(response.GetRawOutputContents()[1])...), nil
	}
	for _, test := range []struct {
		sequence   int64
		x          int32
		start, end bool
		step, sum  int32
	}{
		{1, 10, true, false, 1, 10}, {2, 5, true, false, 1, 5}, {1, 3, false, false, 2, 13}, {2, 6, false, true, 2, 11},
		{1, 1, false, true, 3, 14}, {2, 7, true, true, 1, 7},
	} {
		got, err := send(test.sequence, test.x, test.start, test.end)
		require.NoError(t, err)
		assert.Equal(t, []int32{test.step, test.sum}, got)
	}
	assert.Zero(t, mock.OpenSequences("sequence"))
	assert.Empty(t, mock.Violations())

	_, err := send(1, 1, false, false)
	require.ErrorContains(t, err, "must specify the START flag")
	_, err = send(3, 1, true, false)
	require.NoError(t, err)
	_, err = send(3, 1, true, false)
	require.NoError(t, err)
	assert.Equal(t, []string{
		"model sequence: a step of sequence 1, which has not been started or has ended",
		"model sequence: sequence 3 was started again after 1 steps, before it ended",
	}, mock.Violations())
	assert.Equal(t, 1, mock.OpenSequences("sequence"))
	mock.ClearViolations()
}

func TestChained(t *testing.T) {
	const length = 5
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Chained(length))
	c := dial(t, mock.Addr())
	send := func(x int32, state ...int32) []int32 {
		response, err := c.ModelInfer(c.ctx, request("chained", "", ints("x", []int64{1, 1}, x), ints("state", []int64{1, length}, state...)))
		require.NoError(t, err)
		return int32s(response.GetRawOutputContents()[1])
	}
	first := send(4, 0, 0, 0, 8, 9)
	other := send(1, 0, 0, 0, 0, 0)
	second := send(6, first...)
	assert.Equal(t, []int32{1, 1, 4, 8, 9}, first)
	assert.Equal(t, []int32{2, 1, 1, 0, 0}, other)
	assert.Equal(t, []int32{1, 2, 10, 8, 9}, second)
	assert.Empty(t, mock.Violations())

	send(1, first...) // stale
	send(1, 99, 1, 0, 0, 0)
	assert.Equal(t, []string{
		`model chained: request "" to model "chained" carries the state of chain 1 after step 1, which is at step 2`,
		`model chained: request "" to model "chained" carries the state of chain 99, which this mock never began`,
	}, mock.Violations())
	mock.ClearViolations()
}

func TestChainedBatch(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Chained(3))
	c := dial(t, mock.Addr())
	response, err := c.ModelInfer(c.ctx, request("chained", "", ints("x", []int64{2, 1}, 7, 8), ints("state", []int64{2, 3}, 0, 0, 0, 0, 0, 0)))
	require.NoError(t, err)
	assert.Equal(t, []int32{1, 1}, int32s(response.GetRawOutputContents()[0]))
	assert.Equal(t, []int32{1, 1, 7, 2, 1, 8}, int32s(response.GetRawOutputContents()[1]))
	assert.Equal(t, []int64{2, 3}, response.GetOutputs()[1].GetShape())
}

func TestMockDescribesItself(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny(), tritontest.Sequence())
	c := dial(t, mock.Addr())
	metadata, err := c.ModelMetadata(c.ctx, &kserve.ModelMetadataRequest{Name: "tiny"})
	require.NoError(t, err)
	assert.Equal(t, []int64{-1, 4}, metadata.GetInputs()[0].GetShape())
	config, err := c.ModelConfig(c.ctx, &kserve.ModelConfigRequest{Name: "sequence"})
	require.NoError(t, err)
	assert.NotNil(t, config.GetConfig().GetSequenceBatching())
	stats, err := c.ModelStatistics(c.ctx, &kserve.ModelStatisticsRequest{})
	require.NoError(t, err)
	assert.Len(t, stats.GetModelStats(), 2)
	index, err := c.RepositoryIndex(c.ctx, &kserve.RepositoryIndexRequest{})
	require.NoError(t, err)
	assert.Len(t, index.GetModels(), 2)
}
