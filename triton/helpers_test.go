package triton_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/data"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// patience bounds waits for something that must come.
const patience = 20 * time.Second

// connect opens a client that is closed with the test.
func connect(t testing.TB, o triton.Options) *triton.Client {
	t.Helper()
	client, err := triton.Connect(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

// target prepares requests to a model.
func target(t testing.TB, client *triton.Client, model string, o triton.RequestOptions) *triton.Target {
	t.Helper()
	m, err := client.Model(t.Context(), model, "")
	require.NoError(t, err)
	requests, err := triton.NewTarget(t.Context(), client, m, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, requests.Close()) })
	return requests
}

// end is how a request ended.
type end struct {
	at     int64
	status load.Status
	detail string
	times  int // how often it ended
	parts  int
	sent   int64
}

// ends is a load.Sink that remembers.
type ends struct {
	mu      sync.Mutex
	changed *sync.Cond
	all     map[int64]*end
}

func newEnds() *ends {
	s := &ends{all: map[int64]*end{}}
	s.changed = sync.NewCond(&s.mu)
	return s
}

func (s *ends) update(i int64, change func(*end)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.all[i]
	if e == nil {
		e = &end{}
		s.all[i] = e
	}
	change(e)
	s.changed.Broadcast()
}

func (s *ends) Sent(i, at int64) { s.update(i, func(e *end) { e.sent = at }) }

func (s *ends) Part(i, _ int64) { s.update(i, func(e *end) { e.parts++ }) }

func (s *ends) Answered(i, at int64, status load.Status, detail error) {
	s.update(i, func(e *end) {
		e.times++
		e.at, e.status = at, status
		if detail != nil {
			e.detail = detail.Error()
		}
	})
}

// wait returns how a request ended, when it has.
func (s *ends) wait(t testing.TB, i int64) end {
	t.Helper()
	s.until(t, func() bool { return s.all[i] != nil && s.all[i].times > 0 })
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.all[i]
}

// until waits until something holds, which is looked at after each change.
func (s *ends) until(t testing.TB, holds func() bool) {
	t.Helper()
	late := false
	timer := time.AfterFunc(patience, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.changed.Broadcast()
	})
	defer timer.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !holds() && !late {
		s.changed.Wait()
	}
	require.Falsef(t, late, "still waiting after %s", patience)
}

// count returns the number of requests with a status.
func (s *ends) count(status load.Status) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, e := range s.all {
		if e.times > 0 && e.status == status {
			n++
		}
	}
	return n
}

// dial opens connections that are closed with the test.
func dial(t testing.TB, server load.Server, setup load.DialSetup) (load.Conns, *ends) {
	t.Helper()
	sink := newEnds()
	begin := time.Now()
	setup.Conns = max(setup.Conns, 1)
	setup.Sink = sink
	setup.Clock = func() int64 { return int64(time.Since(begin)) + 1 }
	conns, err := server.Dial(context.WithoutCancel(t.Context()), setup)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conns.Close()) })
	return conns, sink
}

// zeros are contents without randomness.
func zeros() data.Options { return data.Options{Kind: data.Zero} }

// way is a protocol, and how requests travel.
type way struct {
	name      string
	protocol  triton.Protocol
	streaming bool
	transport string
}

var ways = []way{
	{name: "grpc", protocol: triton.GRPC, transport: "grpc-go"},
	{name: "stream", protocol: triton.GRPC, transport: "grpc-go", streaming: true},
	{name: "grpc h2", protocol: triton.GRPC, transport: "h2"},
	{name: "stream h2", protocol: triton.GRPC, transport: "h2", streaming: true},
	{name: "http", protocol: triton.HTTP},
}

// on runs a test for each way to a mock.
func on(t *testing.T, test func(t *testing.T, w way, mock *tritontest.Mock, client *triton.Client), models ...tritontest.Model) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			mock := tritontest.NewMock(t, tritontest.MockOptions{}, models...)
			test(t, w, mock, connect(t, w.options(mock)))
		})
	}
}

// onStreams runs a test for each way to carry streams.
func onStreams(t *testing.T, test func(t *testing.T, transport string)) {
	for _, w := range ways {
		if w.streaming {
			t.Run(w.name, func(t *testing.T) { test(t, w.transport) })
		}
	}
}

func (w way) options(mock *tritontest.Mock) triton.Options {
	if w.protocol == triton.GRPC {
		return triton.Options{URL: mock.Addr(), Protocol: triton.GRPC}
	}
	return triton.Options{URL: mock.HTTPAddr()}
}
