package load

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load/pace"
	"github.com/trtbench/trtbench/record"
)

// answerer is a server whose behaviour is one function: it is called in each Send, and says how the request ends.
type answerer struct {
	payloads Payloads
	handle   func(c *answererConns, r sentRequest) error // nil: answers at once
	dialErr  error

	conns *answererConns // of the last Dial
}

// sentRequest is a request as the connections saw it.
type sentRequest struct {
	Request
	conn int
	at   int64
}

// answererConns are the connections of an answerer.
type answererConns struct {
	DialSetup
	server *answerer
	closed chan struct{}

	mu      sync.Mutex
	sent    []sentRequest
	waiting map[int64]bool
	held    []sentRequest
	flushes int

	mostHeld int
}

func (a *answerer) Describe() record.Description { return record.Description{} }

func (a *answerer) Payloads() Payloads {
	if a.payloads.Steps == nil {
		return Payloads{Steps: []int{1}, Batch: 1}
	}
	return a.payloads
}

func (a *answerer) Dial(_ context.Context, setup DialSetup) (Conns, error) {
	if a.dialErr != nil {
		return nil, a.dialErr
	}
	a.conns = &answererConns{DialSetup: setup, server: a, closed: make(chan struct{}), waiting: map[int64]bool{}}
	return a.conns, nil
}

func (c *answererConns) Send(conn int, r Request) error {
	at := c.Clock()
	c.mu.Lock()
	s := sentRequest{r, conn, at}
	c.sent = append(c.sent, s)
	c.waiting[r.Index] = true
	c.mu.Unlock()
	c.Sink.Sent(r.Index, at)
	if c.server.handle == nil {
		c.end(r.Index, StatusOK, nil)
		return nil
	}
	err := c.server.handle(c, s)
	if err != nil {
		c.mu.Lock()
		delete(c.waiting, r.Index)
		c.mu.Unlock()
	}
	return err
}

// hold lets a request leave with the next one that is not to be held back on the same connection, and answers after a millisecond.
func (c *answererConns) hold(r sentRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = append(c.held, r)
	c.mostHeld = max(c.mostHeld, len(c.held))
	if !r.More {
		c.release(func(held sentRequest) bool { return held.conn == r.conn })
	}
}

// release lets held requests leave. The caller holds mu.
func (c *answererConns) release(leaves func(sentRequest) bool) {
	c.held = slices.DeleteFunc(c.held, func(r sentRequest) bool {
		if leaves(r) {
			time.AfterFunc(time.Millisecond, func() { c.end(r.Index, StatusOK, nil) })
		}
		return leaves(r)
	})
}

func (c *answererConns) Flush() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.flushes++
	c.release(func(sentRequest) bool { return true })
	return nil
}

// end ends a request, unless it has ended.
func (c *answererConns) end(i int64, status Status, detail error) {
	c.mu.Lock()
	waits := c.waiting[i]
	delete(c.waiting, i)
	c.mu.Unlock()
	if waits {
		c.Sink.Answered(i, c.Clock(), status, detail)
	}
}

func (c *answererConns) Close() error {
	close(c.closed)
	c.mu.Lock()
	var lost []int64
	for i := range c.waiting {
		lost = append(lost, i)
	}
	c.mu.Unlock()
	for _, i := range lost {
		c.end(i, StatusLost, errors.New("connection closed"))
	}
	return nil
}

// requests returns what was sent so far.
func (c *answererConns) requests() []sentRequest {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.sent)
}

// flushed returns how often Flush was called.
func (c *answererConns) flushed() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.flushes
}

// after answers each request well, a time after it was sent.
func after(latency time.Duration) func(*answererConns, sentRequest) error {
	return func(c *answererConns, r sentRequest) error {
		time.AfterFunc(latency, func() { c.end(r.Index, StatusOK, nil) })
		return nil
	}
}

// never leaves requests without an answer.
func never(*answererConns, sentRequest) error { return nil }

// bubble runs a test on a clock of its own, on which only waiting takes time.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

// open opens a driver for a bubble; it is closed at the end of the test.
func open(t *testing.T, a *answerer, s driverSettings) *driver {
	t.Helper()
	s.conns, s.senders = max(s.conns, 1), max(s.senders, 1)
	s.waiter = func(clock func() int64, _ time.Duration) pace.Waiter { return pace.NewTimed(clock) }
	d, err := openDriver(t.Context(), a, s)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.close()) })
	return d
}

// constant makes schedules of a rate, with the first request at 0.
func constant(rate float64) func() (pace.Schedule, error) {
	return func() (pace.Schedule, error) { return pace.NewConstant(rate) }
}

// bursts makes schedules of so many requests each second, all at once, for three seconds.
func bursts(n int) func() (pace.Schedule, error) {
	var times []time.Duration
	for i := range 3 * n {
		times = append(times, time.Duration(i/n)*time.Second)
	}
	return func() (pace.Schedule, error) { return pace.NewFixed(times) }
}

// play begins a point, lets it run for a time, and stops it. It returns the outcomes by index and the instant of its start.
func play(t *testing.T, d *driver, m demand, span time.Duration) ([]Outcome, int64) {
	t.Helper()
	start, first, err := d.begin(m)
	require.NoError(t, err)
	select {
	case <-d.finished():
	case <-time.After(span):
	}
	_, err = d.stop(t.Context())
	require.NoError(t, err)
	var list []Outcome
	for _, o := range d.outcomes(first) {
		list = append(list, o)
	}
	return list, start
}
