package triton

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton/data"
	"github.com/trtbench/trtbench/triton/internal/transport"
	"github.com/trtbench/trtbench/triton/kserve"
)

func configOf(t *testing.T, text string) *kserve.ModelConfig {
	t.Helper()
	config := &kserve.ModelConfig{}
	require.NoError(t, protojson.Unmarshal([]byte(text), config))
	return config
}

func TestModelOf(t *testing.T) {
	about := &kserve.ModelMetadataResponse{Name: "m", Versions: []string{"1", "2"}, Platform: "python",
		Inputs:  []*kserve.ModelMetadataResponse_TensorMetadata{{Name: "x", Datatype: "FP16", Shape: []int64{-1, 8}}},
		Outputs: []*kserve.ModelMetadataResponse_TensorMetadata{{Name: "y", Datatype: "FP32", Shape: []int64{-1, 2, 3}}}}
	m := modelOf("2", about, configOf(t, `{"max_batch_size": 16, "input": [{"name": "x", "optional": true}],
		"dynamic_batching": {"max_queue_delay_microseconds": 10000, "preferred_batch_size": [16]},
		"instance_group": [{"count": 2, "gpus": [0, 1]}, {"count": 1}], "response_cache": {"enable": true}}`))
	assert.Equal(t, &Model{Name: "m", Version: "2", Versions: []string{"1", "2"}, Platform: "python", MaxBatch: 16,
		Inputs:          []data.Tensor{{Name: "x", Type: "FP16", Shape: []int64{8}, Optional: true}},
		Outputs:         []data.Tensor{{Name: "y", Type: "FP32", Shape: []int64{2, 3}}},
		DynamicBatching: true, QueueDelay: 10 * time.Millisecond, Preferred: []int{16}, Cached: true, Instances: 5}, m)

	m = modelOf("", about, configOf(t, `{"sequence_batching": {"oldest": {"max_queue_delay_microseconds": 5, "preferred_batch_size": [2]},
		"state": [{"input_name": "h", "output_name": "h2"}]}, "model_transaction_policy": {"decoupled": true}}`))
	assert.True(t, m.Sequences)
	assert.True(t, m.Decoupled)
	assert.Equal(t, 5*time.Microsecond, m.QueueDelay)
	assert.Equal(t, []StatePair{{"h", "h2"}}, m.ServerStates)
	assert.Equal(t, []int64{-1, 8}, m.Inputs[0].Shape, "no batch dimension")

	m = modelOf("", about, configOf(t, `{"ensemble_scheduling": {"step": [{"model_name": "a"}, {"model_name": "b"}]}}`))
	assert.Equal(t, []string{"a", "b"}, m.Composing)
	m = modelOf("", about, nil)
	assert.Equal(t, 0, m.MaxBatch)
}

func TestStatusOf(t *testing.T) {
	for _, c := range []struct {
		err  error
		want load.Status
	}{
		{transport.ErrDown, load.StatusLost},
		{&transport.StatusError{Code: codes.Unavailable, Text: "[request id: 7] Exceeds maximum queue size"}, load.StatusRejected},
		{&transport.StatusError{Code: codes.Unknown, Text: "Request timeout expired"}, load.StatusRejected},
		{&transport.StatusError{Code: codes.ResourceExhausted}, load.StatusRejected},
		{&transport.StatusError{Code: codes.Unavailable, Text: "Request for unknown model: 'm' is not found"}, load.StatusUnavailable},
		{&transport.StatusError{Code: codes.NotFound}, load.StatusUnavailable},
		{&transport.StatusError{Code: codes.Unknown, Text: "unexpected shape for input 'x'"}, load.StatusInvalid},
		{&transport.StatusError{Code: codes.InvalidArgument}, load.StatusInvalid},
		{&transport.StatusError{Code: codes.DeadlineExceeded}, load.StatusDeadline},
		{&transport.StatusError{Code: codes.Internal, Text: "out of memory"}, load.StatusFailed},
	} {
		assert.Equal(t, c.want, statusOf(c.err), "%v", c.err)
	}
	assert.EqualError(t, plain(&transport.StatusError{Code: codes.Internal, Text: "[request id: 0000000000000000007] no"}), "Internal: no")
	assert.Equal(t, transport.ErrDown, plain(transport.ErrDown))
}
