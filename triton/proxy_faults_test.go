package triton_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// Connections that are cut, at rest or in the middle of answers, lose what is under way and are opened anew.
func TestConnectionsThatAreCut(t *testing.T) {
	for name, cut := range map[string]func(*tritontest.Proxy){
		"at once":       (*tritontest.Proxy).Cut,
		"in an answer":  func(p *tritontest.Proxy) { p.CutAfter(100_000) },
		"in its header": func(p *tritontest.Proxy) { p.CutAfter(5) },
	} {
		t.Run(name, func(t *testing.T) {
			on(t, func(t *testing.T, w way, mock *tritontest.Mock, _ *triton.Client) {
				o := w.options(mock)
				proxy := tritontest.NewProxy(t, o.URL)
				o.URL = proxy.Addr()
				requests := target(t, connect(t, o), "chained", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport, Data: zeros()})
				conns, sink := dial(t, requests, load.DialSetup{Conns: 2, Deadline: patience})
				require.NoError(t, conns.Send(0, load.Request{State: -1}))
				require.Equal(t, load.StatusOK, sink.wait(t, 0).status)
				mock.Stall()
				for i := range int64(6) {
					require.NoError(t, conns.Send(int(i%2), load.Request{Index: i + 1, State: -1}))
				}
				require.Eventually(t, func() bool { return mock.Arrived("chained") == 7 }, patience, time.Millisecond)
				cut(proxy)
				mock.Resume()
				for i := range int64(6) {
					assert.Contains(t, []load.Status{load.StatusLost, load.StatusOK}, sink.wait(t, i+1).status)
				}
				assert.Positive(t, sink.count(load.StatusLost))
				resend(t, conns, sink, 1000)
				mock.ClearViolations()
			}, tritontest.Chained(50_000))
		})
	}
}

// A network that drops everything: deadlines still end requests, and closing does not wait.
func TestSilentNetwork(t *testing.T) {
	on(t, func(t *testing.T, w way, mock *tritontest.Mock, _ *triton.Client) {
		o := w.options(mock)
		proxy := tritontest.NewProxy(t, o.URL)
		o.URL = proxy.Addr()
		requests := target(t, connect(t, o), "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
		conns, sink := dial(t, requests, load.DialSetup{Deadline: 100 * time.Millisecond})
		proxy.Silence(true)
		require.NoError(t, conns.Send(0, load.Request{State: -1}))
		assert.Equal(t, load.StatusDeadline, sink.wait(t, 0).status)
		begin := time.Now()
		require.NoError(t, conns.Close())
		assert.Less(t, time.Since(begin), 2*time.Second)
		proxy.Silence(false)
	}, tritontest.Tiny())
}

// Requests that are held back leave together, and each is answered.
func TestRequestsThatLeaveTogether(t *testing.T) {
	on(t, func(t *testing.T, w way, _ *tritontest.Mock, client *triton.Client) {
		requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport})
		conns, sink := dial(t, requests, load.DialSetup{Conns: 4})
		for i := range int64(40) {
			require.NoError(t, conns.Send(int(i%4), load.Request{Index: i, State: -1, More: true}))
		}
		require.NoError(t, conns.(load.Flusher).Flush())
		for i := range int64(40) {
			assert.Equal(t, load.StatusOK, sink.wait(t, i).status)
		}
	}, tritontest.Tiny())
}
