package triton_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/tritontest"
)

func TestAnswers(t *testing.T) {
	on(t, func(t *testing.T, w way, _ *tritontest.Mock, client *triton.Client) {
		requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport, Batch: 3})
		conns, sink := dial(t, requests, load.DialSetup{Conns: 2, Deadline: patience})
		for i := range int64(50) {
			require.NoError(t, conns.Send(int(i%2), load.Request{Index: i, State: -1}))
		}
		for i := range int64(50) {
			e := sink.wait(t, i)
			assert.Equal(t, load.StatusOK, e.status, e.detail)
			assert.Equal(t, 1, e.times)
			sink.until(t, func() bool { return sink.all[i].sent > 0 })
		}
		require.NoError(t, conns.Close())
		assert.Error(t, conns.Send(0, load.Request{Index: 99, State: -1}), "closed")
	}, tritontest.Tiny())
}

// Each sequence has its steps in order; the mock notes it when not.
func TestSequences(t *testing.T) {
	on(t, func(t *testing.T, w way, mock *tritontest.Mock, client *triton.Client) {
		requests := target(t, client, "sequence", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
		conns, sink := dial(t, requests, load.DialSetup{Conns: 2})
		index := int64(0)
		for step := range 5 {
			for sequence := range 4 {
				r := load.Request{Index: index, State: -1, Sequence: 1<<62 + uint64(sequence), Start: step == 0, End: step == 4}
				require.NoError(t, conns.Send(sequence%2, r))
				assert.Equal(t, load.StatusOK, sink.wait(t, index).status)
				index++
			}
		}
		assert.Zero(t, mock.OpenSequences("sequence"))
	}, tritontest.Sequence())
}

// The mock notes states that are stale, sent twice, or not its own.
func TestCarriedStates(t *testing.T) {
	on(t, func(t *testing.T, w way, _ *tritontest.Mock, client *triton.Client) {
		m, err := client.Model(t.Context(), "chained", "")
		require.NoError(t, err)
		require.Equal(t, []triton.StatePair{{Input: "state", Output: "state_next"}}, m.States())
		steps := make(chan int32, 100)
		requests := target(t, client, "chained", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport, States: m.States(),
			Check: func(a triton.Answered) error {
				step, _ := a.Outputs.Output("step")
				steps <- int32(step[0])
				return nil
			}})
		conns, sink := dial(t, requests, load.DialSetup{Conns: 1, States: 3, Validate: true})
		index := int64(0)
		for round := range 2 {
			for step := range 10 {
				for session := range 3 {
					require.NoError(t, conns.Send(0, load.Request{Index: index, State: session, Start: step == 0}))
					e := sink.wait(t, index)
					require.Equal(t, load.StatusOK, e.status, e.detail)
					assert.Equal(t, int32(step+1), <-steps, "round %d, session %d", round, session)
					index++
				}
			}
		}
		assert.ErrorContains(t, conns.Send(0, load.Request{Index: index, State: 3}), "session 3, expected one below 3")
		assert.ErrorContains(t, conns.Send(0, load.Request{Index: index, State: -1}), "session -1")
	}, tritontest.Chained(50_000))
}

func TestDecoupled(t *testing.T) { onStreams(t, checkDecoupled) }

func checkDecoupled(t *testing.T, transport string) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Repeat())
	client := connect(t, triton.Options{URL: mock.Addr(), Protocol: triton.GRPC})
	m, err := client.Model(t.Context(), "repeat", "")
	require.NoError(t, err)
	require.True(t, m.Decoupled)
	_, err = triton.NewTarget(t.Context(), client, m, triton.RequestOptions{})
	assert.ErrorContains(t, err, "which needs streaming over gRPC")
	for count, parts := range map[string]int{"0": 0, "1": 1, "7": 7} {
		requests := target(t, client, "repeat", triton.RequestOptions{Streaming: true, Transport: transport, Data: files(t, `{"data":[{"count":[`+count+`]}]}`)})
		conns, sink := dial(t, requests, load.DialSetup{})
		require.NoError(t, conns.Send(0, load.Request{State: -1}))
		e := sink.wait(t, 0)
		assert.Equal(t, load.StatusOK, e.status, e.detail)
		assert.Equal(t, parts, e.parts, "count %s", count)
	}
}

func TestFailures(t *testing.T) {
	on(t, func(t *testing.T, w way, mock *tritontest.Mock, client *triton.Client) {
		requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
		conns, sink := dial(t, requests, load.DialSetup{Deadline: 300 * time.Millisecond})
		index := int64(0)
		send := func(fault tritontest.Fault) end {
			mock.Set("tiny", func(b *tritontest.Behaviour) { b.Fault = func(int64) tritontest.Fault { return fault } })
			require.NoError(t, conns.Send(0, load.Request{Index: index, State: -1}))
			index++
			return sink.wait(t, index-1)
		}
		e := send(tritontest.Fault{Code: codes.Internal})
		assert.Equal(t, load.StatusFailed, e.status)
		assert.NotEmpty(t, e.detail)
		assert.Equal(t, e.detail, send(tritontest.Fault{Code: codes.Internal}).detail, "the same text each time")
		assert.Equal(t, load.StatusDeadline, send(tritontest.Fault{Lost: true}).status)
		assert.Equal(t, load.StatusOK, send(tritontest.Fault{}).status)
	}, tritontest.Tiny())
}

func TestStreamFaults(t *testing.T) { onStreams(t, checkStreamFaults) }

func checkStreamFaults(t *testing.T, transport string) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
	client := connect(t, triton.Options{URL: mock.Addr(), Protocol: triton.GRPC})
	requests := target(t, client, "tiny", triton.RequestOptions{Streaming: true, Transport: transport})
	conns, sink := dial(t, requests, load.DialSetup{})
	index := int64(0)
	// burst sends requests of which the first has a fault.
	burst := func(fault tritontest.Fault, count int) (first int64) {
		first = index
		arrived := mock.Arrived("tiny")
		mock.Set("tiny", func(b *tritontest.Behaviour) { b.Fault = tritontest.On(fault, arrived) })
		for range count {
			require.NoError(t, conns.Send(0, load.Request{Index: index, State: -1}))
			index++
		}
		return first
	}
	first := burst(tritontest.Fault{After: 2}, 4)
	for i := range int64(4) {
		assert.Equal(t, load.StatusOK, sink.wait(t, first+i).status, "out of order")
	}
	first = burst(tritontest.Fault{Twice: true}, 1)
	sink.until(t, func() bool { return sink.all[first] != nil && sink.all[first].times == 2 })
	assert.Equal(t, load.StatusOK, sink.wait(t, first).status)

	first = burst(tritontest.Fault{Lost: true}, 2)
	assert.Equal(t, load.StatusOK, sink.wait(t, first+1).status)
	first = burst(tritontest.Fault{Close: true}, 1)
	assert.Equal(t, load.StatusLost, sink.wait(t, first).status, "the server closed the stream")
	assert.Equal(t, load.StatusLost, sink.wait(t, first-2).status, "so the one that was never answered is lost as well")
	mock.Set("tiny", func(b *tritontest.Behaviour) { b.Fault = nil })
	resend(t, conns, sink, 1000)
}

// resend sends requests until one succeeds: the client opens the connection anew.
func resend(t *testing.T, conns load.Conns, sink *ends, index int64) {
	t.Helper()
	require.Eventually(t, func() bool {
		index++
		return conns.Send(0, load.Request{Index: index, State: -1}) == nil && sink.wait(t, index).status == load.StatusOK
	}, patience, 10*time.Millisecond)
}

func TestServerDiesAndComesBack(t *testing.T) {
	on(t, func(t *testing.T, w way, mock *tritontest.Mock, client *triton.Client) {
		requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
		conns, sink := dial(t, requests, load.DialSetup{Conns: 2})
		mock.Stall()
		for i := range int64(6) {
			require.NoError(t, conns.Send(int(i%2), load.Request{Index: i, State: -1}))
		}
		require.Eventually(t, func() bool { return mock.Arrived("tiny") == 6 }, patience, time.Millisecond)
		mock.Kill()
		for i := range int64(6) {
			assert.Equal(t, load.StatusLost, sink.wait(t, i).status)
		}
		mock.Resume()
		require.NoError(t, mock.Restart())
		resend(t, conns, sink, 1000)
		mock.ClearViolations()
	}, tritontest.Tiny())
}

// What is under way when the connections close is lost, and closing does not wait for the server.
func TestCloseWhileTheServerIsSilent(t *testing.T) {
	on(t, func(t *testing.T, w way, mock *tritontest.Mock, client *triton.Client) {
		requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
		conns, sink := dial(t, requests, load.DialSetup{Conns: 2})
		mock.Stall()
		for i := range int64(4) {
			require.NoError(t, conns.Send(int(i%2), load.Request{Index: i, State: -1}))
		}
		begin := time.Now()
		require.NoError(t, conns.Close())
		assert.Less(t, time.Since(begin), 2*time.Second)
		assert.Equal(t, 4, sink.count(load.StatusLost))
		mock.Resume()
	}, tritontest.Tiny())
}

// A server that does not read holds senders up; closing ends that.
func TestCloseEndsSends(t *testing.T) {
	on(t, func(t *testing.T, w way, mock *tritontest.Mock, client *triton.Client) {
		requests := target(t, client, "chained", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport, Data: zeros()})
		conns, sink := dial(t, requests, load.DialSetup{})
		mock.Set("chained", func(b *tritontest.Behaviour) {
			b.Fault = func(int64) tritontest.Fault { return tritontest.Fault{Lost: true, Pause: time.Hour} }
		})
		stuck := make(chan int64)
		go func() {
			sent := int64(0)
			for conns.Send(0, load.Request{Index: sent, State: -1}) == nil {
				if sent++; sent == 40 {
					break // this way never blocks: each request has its own buffers
				}
			}
			stuck <- sent
		}()
		require.Eventually(t, func() bool { return mock.Arrived("chained") > 0 }, patience, time.Millisecond)
		begin := time.Now()
		require.NoError(t, conns.Close())
		sent := <-stuck
		assert.Less(t, time.Since(begin), 2*time.Second)
		assert.Equal(t, int(sent), sink.count(load.StatusLost))
		mock.ClearViolations()
	}, tritontest.Chained(500_000))
}

func TestLateAndForeignAnswers(t *testing.T) { onStreams(t, checkLateAndForeignAnswers) }

func checkLateAndForeignAnswers(t *testing.T, transport string) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
	client := connect(t, triton.Options{URL: mock.Addr(), Protocol: triton.GRPC})
	requests := target(t, client, "tiny", triton.RequestOptions{Streaming: true, Transport: transport})
	conns, sink := dial(t, requests, load.DialSetup{Deadline: 20 * time.Millisecond})
	mock.Stall()
	require.NoError(t, conns.Send(0, load.Request{Index: 5, State: -1}))
	assert.Equal(t, load.StatusDeadline, sink.wait(t, 5).status)
	mock.Resume()
	sink.until(t, func() bool { return sink.all[5].times == 2 }) // the sink ignores and counts it

	for i, id := range []string{"0000000000000000099", "other", ""} {
		mock.Set("tiny", func(b *tritontest.Behaviour) {
			b.Fault = func(int64) tritontest.Fault { return tritontest.Fault{ID: id} }
		})
		index := int64(10 + i)
		require.NoError(t, conns.Send(0, load.Request{Index: index, State: -1}))
		if id == "" {
			assert.Equal(t, load.StatusOK, sink.wait(t, index).status, "no fault")
			continue
		}
		assert.Equal(t, load.StatusDeadline, sink.wait(t, index).status, "the answer was not its own")
		sink.until(t, func() bool { return sink.all[99] != nil || sink.all[-1] != nil })
	}
}

// A state of another size cannot be the next input; the session begins anew.
func TestWrongState(t *testing.T) {
	on(t, func(t *testing.T, w way, mock *tritontest.Mock, client *triton.Client) {
		m, err := client.Model(t.Context(), "chained", "")
		require.NoError(t, err)
		requests := target(t, client, "chained", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport, States: m.States()})
		conns, sink := dial(t, requests, load.DialSetup{States: 1})
		mock.Set("chained", func(b *tritontest.Behaviour) { b.Fault = tritontest.On(tritontest.Fault{Extra: 4}, 1) })
		for i, want := range []load.Status{load.StatusOK, load.StatusMismatch, load.StatusOK, load.StatusOK} {
			require.NoError(t, conns.Send(0, load.Request{Index: int64(i), State: 0, Start: i == 0 || i == 2}))
			e := sink.wait(t, int64(i))
			assert.Equal(t, want, e.status, e.detail)
			if want != load.StatusOK {
				assert.Contains(t, e.detail, `output "state_next" has 404 bytes, input "state" that it feeds takes 400`)
			}
		}
	}, tritontest.Chained(100))
}

// An answer of many megabytes.
func TestHugeAnswers(t *testing.T) {
	on(t, func(t *testing.T, w way, mock *tritontest.Mock, client *triton.Client) {
		requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
		conns, sink := dial(t, requests, load.DialSetup{Deadline: patience})
		mock.Set("tiny", func(b *tritontest.Behaviour) {
			b.Fault = func(int64) tritontest.Fault { return tritontest.Fault{Extra: 64 << 20} }
		})
		require.NoError(t, conns.Send(0, load.Request{State: -1}))
		e := sink.wait(t, 0)
		assert.Equal(t, load.StatusOK, e.status, e.detail)
	}, tritontest.Tiny())
}

// What a server holds up that does not read is not sent before it reads on, whenever Send returns.
func TestSentIsWhenBytesLeave(t *testing.T) { onStreams(t, checkSentIsWhenBytesLeave) }

func checkSentIsWhenBytesLeave(t *testing.T, transport string) {
	const pause = 200 * time.Millisecond
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Chained(500_000))
	client := connect(t, triton.Options{URL: mock.Addr(), Protocol: triton.GRPC})
	requests := target(t, client, "chained", triton.RequestOptions{Streaming: true, Transport: transport, Data: zeros()})
	conns, sink := dial(t, requests, load.DialSetup{})
	mock.Set("chained", func(b *tritontest.Behaviour) { b.Fault = tritontest.On(tritontest.Fault{Pause: pause}, 0) })
	for i := range int64(4) {
		require.NoError(t, conns.Send(0, load.Request{Index: i, State: -1}))
	}
	for i := range int64(4) {
		assert.Equal(t, load.StatusOK, sink.wait(t, i).status)
		sink.until(t, func() bool { return sink.all[i].sent > 0 })
	}
	first, last := sink.wait(t, 0), sink.wait(t, 3)
	assert.Greater(t, last.sent-first.sent, int64(pause/2))
	assert.Less(t, last.sent, last.at)
}
