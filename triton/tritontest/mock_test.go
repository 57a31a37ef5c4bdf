package tritontest_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/status"

	"github.com/trtbench/trtbench/triton/kserve"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// with is a tiny model that behaves so.
func with(behaviour tritontest.Behaviour) tritontest.Model {
	model := tritontest.Tiny()
	model.Behaviour = behaviour
	return model
}

// exchange sends requests with the ids 0 to n - 1 on one stream and returns what is answered, by the ids in their order, with a ! behind
// those that failed, and how the stream ended.
func exchange(t *testing.T, c client, n int) (ids string, end error) {
	t.Helper()
	stream := c.stream(t)
	for i := range n {
		if err := stream.Send(tiny(fmt.Sprint(i))); err != nil {
			break // the stream has ended; Recv tells how
		}
	}
	_ = stream.CloseSend()
	var answers []string
	for {
		response, err := stream.Recv()
		if err != nil {
			if err == io.EOF {
				err = nil
			}
			return strings.Join(answers, " "), err
		}
		id := response.GetInferResponse().GetId()
		if response.GetErrorMessage() != "" {
			id += "!"
		}
		answers = append(answers, id)
	}
}

func TestMockFaults(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault func(int64) tritontest.Fault
		want  string
		end   codes.Code
	}{
		{"none", nil, "0 1 2 3 4", codes.OK},
		{"every second fails", tritontest.Every(2, tritontest.Fault{Code: codes.Internal}), "0 1! 2 3! 4", codes.OK},
		{"one lost", tritontest.On(tritontest.Fault{Lost: true}, 1), "0 2 3 4", codes.OK},
		{"one twice", tritontest.On(tritontest.Fault{Twice: true}, 3), "0 1 2 3 3 4", codes.OK},
		{"another id", tritontest.On(tritontest.Fault{ID: "77"}, 3), "0 1 2 77 4", codes.OK},
		{"late", tritontest.On(tritontest.Fault{After: 2}, 1), "0 2 3 1 4", codes.OK},
		{"late at the end", tritontest.On(tritontest.Fault{After: 2}, 4), "0 1 2 3 4", codes.OK},
		{"stream closed with a code", tritontest.On(tritontest.Fault{Close: true, Code: codes.Aborted}, 2), "0 1", codes.Aborted},
		{"stream closed properly", tritontest.On(tritontest.Fault{Close: true}, 2), "0 1", codes.OK},
	} {
		t.Run(test.name, func(t *testing.T) {
			mock := tritontest.NewMock(t, tritontest.MockOptions{}, with(tritontest.Behaviour{Fault: test.fault}))
			got, end := exchange(t, dial(t, mock.Addr()), 5)
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.end, status.Code(end))
		})
	}
}

func TestMockConnectionReset(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{},
		with(tritontest.Behaviour{Fault: tritontest.On(tritontest.Fault{Reset: true}, 1, 3)}))
	c := dial(t, mock.Addr())
	_, end := exchange(t, c, 3)
	assert.Equal(t, codes.Unavailable, status.Code(end))
	_, err := c.ModelInfer(c.ctx, tiny("a"), grpc.WaitForReady(true)) // on a new connection
	require.NoError(t, err)
	_, err = c.ModelInfer(c.ctx, tiny("b"))
	assert.Equal(t, codes.Unavailable, status.Code(err))
}

func TestMockUnary(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, with(tritontest.Behaviour{
		Fault: tritontest.On(tritontest.Fault{Code: codes.ResourceExhausted}, 1),
	}))
	c := dial(t, mock.Addr())
	response, err := c.ModelInfer(c.ctx, wantFinal(tiny("a")), grpc.UseCompressor(gzip.Name))
	require.NoError(t, err)
	assert.Equal(t, "a", response.GetId())
	assert.Equal(t, []float32{1, 2, 3, 4}, float32s(response.GetRawOutputContents()[0]))
	assert.True(t, response.GetParameters()["triton_final_response"].GetBoolParam())
	_, err = c.ModelInfer(c.ctx, tiny("b"))
	assert.Equal(t, codes.ResourceExhausted, status.Code(err))
	assert.EqualValues(t, 2, mock.Arrived("tiny"))
}

func TestMockHugeAnswer(t *testing.T) {
	const extra = 8 << 20
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, with(tritontest.Behaviour{
		Fault: tritontest.On(tritontest.Fault{Extra: extra}, 0),
	}))
	c := dial(t, mock.Addr())
	answer := onlyAnswer(t, c, tiny("a"))
	assert.Len(t, answer.GetInferResponse().GetRawOutputContents()[0], extra+16)
}

// Three requests come at once, one is worked on at a time: their times in the queue and in the model, and what the statistics say.
func TestMockQueue(t *testing.T) {
	clock := tritontest.NewManualClock()
	mock := tritontest.NewMock(t, tritontest.MockOptions{Clock: clock},
		with(tritontest.Behaviour{Latency: tritontest.Fixed(20 * time.Millisecond), Concurrency: 1}))
	stream := dial(t, mock.Addr()).stream(t)
	for i := range 3 {
		require.NoError(t, stream.Send(tiny(fmt.Sprint(i))))
	}
	require.Eventually(t, func() bool { return mock.Arrived("tiny") == 3 }, within, time.Millisecond)
	for i := range 3 {
		clock.WaitTimers(1)
		clock.Advance(20 * time.Millisecond)
		answer, err := stream.Recv()
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprint(i), answer.GetInferResponse().GetId())
	}
	s := mock.Statistics("tiny")
	assert.EqualValues(t, 3, s.GetInferenceCount())
	assert.EqualValues(t, 3, s.GetExecutionCount())
	stats := s.GetInferenceStats()
	assert.EqualValues(t, (20+40)*time.Millisecond, stats.GetQueue().GetNs())
	assert.EqualValues(t, 60*time.Millisecond, stats.GetComputeInput().GetNs()+stats.GetComputeInfer().GetNs()+stats.GetComputeOutput().GetNs())
	assert.EqualValues(t, 120*time.Millisecond, stats.GetSuccess().GetNs())
	assert.EqualValues(t, 3, stats.GetSuccess().GetCount())
}

func TestMockBatching(t *testing.T) {
	clock := tritontest.NewManualClock()
	mock := tritontest.NewMock(t, tritontest.MockOptions{Clock: clock},
		with(tritontest.Behaviour{Latency: tritontest.Fixed(time.Millisecond), Concurrency: 1, Batching: true}))
	stream := dial(t, mock.Addr()).stream(t)
	mock.Stall()
	for range 5 {
		require.NoError(t, stream.Send(tiny("")))
	}
	require.Eventually(t, func() bool { return mock.Arrived("tiny") == 5 }, within, time.Millisecond)
	mock.Resume()
	clock.Advance(time.Hour)
	for range 5 {
		_, err := stream.Recv()
		require.NoError(t, err)
	}
	assert.EqualValues(t, 5, mock.Statistics("tiny").GetInferenceCount())
	assert.EqualValues(t, 1, mock.Statistics("tiny").GetExecutionCount())
	assert.EqualValues(t, 5, mock.Statistics("tiny").GetBatchStats()[0].GetBatchSize())
}

// A client that is not read from can only send what fits into the window of flow control.
func TestMockSlowReader(t *testing.T) {
	clock := tritontest.NewManualClock()
	model := tritontest.Chained(256 << 10) // 1 MiB
	model.Behaviour.Fault = tritontest.On(tritontest.Fault{Pause: time.Second}, 0)
	mock := tritontest.NewMock(t, tritontest.MockOptions{Clock: clock}, model)
	c := dial(t, mock.Addr())
	stream := c.stream(t)
	const requests = 8
	sent := make(chan error, 1)
	go func() {
		for range requests {
			state := tensor{"state", "INT32", []int64{1, 256 << 10}, make([]byte, 1<<20)}
			if err := stream.Send(request("chained", "", ints("x", []int64{1, 1}, 1), state)); err != nil {
				sent <- err
				return
			}
		}
		sent <- stream.CloseSend()
	}()
	clock.WaitTimers(1)
	assert.EqualValues(t, 1, mock.Arrived("chained"))
	clock.Advance(time.Second)
	for range requests {
		_, err := stream.Recv()
		require.NoError(t, err)
	}
	require.NoError(t, <-sent)
}

func TestMockKillAndRestart(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
	c := dial(t, mock.Addr())
	stream := c.stream(t)
	mock.Stall()
	require.NoError(t, stream.Send(tiny("a")))
	require.Eventually(t, func() bool { return mock.Arrived("tiny") == 1 }, within, time.Millisecond)
	mock.Kill()
	_, err := stream.Recv()
	require.Equal(t, codes.Unavailable, status.Code(err))
	require.NoError(t, mock.Restart())
	require.Error(t, mock.Restart(), "it runs")
	mock.Resume()
	_, err = c.ModelInfer(c.ctx, tiny("b"), grpc.WaitForReady(true))
	require.NoError(t, err)
}

func TestMockNotReady(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, with(tritontest.Behaviour{NotReady: true}))
	c := dial(t, mock.Addr())
	ready, err := c.ModelReady(c.ctx, &kserve.ModelReadyRequest{Name: "tiny"})
	require.NoError(t, err)
	assert.False(t, ready.GetReady())
	_, err = c.ModelInfer(c.ctx, tiny(""))
	assert.Equal(t, codes.NotFound, status.Code(err))
	_, err = c.RepositoryModelLoad(c.ctx, &kserve.RepositoryModelLoadRequest{ModelName: "tiny"})
	require.NoError(t, err)
	_, err = c.ModelInfer(c.ctx, tiny(""))
	require.NoError(t, err)
}

func TestMockTLS(t *testing.T) {
	web := httptest.NewTLSServer(nil) // only for its certificate
	defer web.Close()
	mock := tritontest.NewMock(t, tritontest.MockOptions{TLS: &tls.Config{Certificates: web.TLS.Certificates}}, tritontest.Tiny())
	c := dial(t, mock.Addr()) // without TLS
	_, err := c.ServerLive(c.ctx, &kserve.ServerLiveRequest{})
	assert.Equal(t, codes.Unavailable, status.Code(err))
}

func TestMockTwoModelsOfOneName(t *testing.T) {
	_, err := tritontest.OpenMock(tritontest.MockOptions{}, tritontest.Tiny(), tritontest.Tiny())
	require.ErrorContains(t, err, `two models are called "tiny"`)
	_, err = tritontest.OpenMock(tritontest.MockOptions{GRPC: "nowhere:-1"}, tritontest.Tiny())
	require.ErrorContains(t, err, "start mock")
}
