package serve

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/trtbench/trtbench/load"
)

// conns are the connections of a [Local]. All lead to the same server, so that they share its queue.
type conns struct {
	setup    load.DialSetup
	server   *Server
	contents Contents
	verifier Verifier
	observer BatchObserver // nil: nobody wants to know
	sessions []*Session

	mu   sync.Mutex
	free []*request
	all  []*request
}

// request is a call for load, with room for its answer.
type request struct {
	Call
	state   int
	sent    int64
	pending atomic.Bool // the sink is owed an answer
}

func newConns(l *Local, server *Server, setup load.DialSetup) (*conns, error) {
	c := &conns{setup: setup, server: server, contents: l.contents, sessions: make([]*Session, setup.States)}
	if setup.Validate {
		c.verifier = l.verifier
	}
	c.observer, _ = setup.Sink.(BatchObserver)
	for i := range c.sessions {
		var err error
		if c.sessions[i], err = server.OpenSession(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// take returns a request that nobody uses.
func (c *conns) take() *request {
	c.mu.Lock()
	defer c.mu.Unlock()
	if last := len(c.free) - 1; last >= 0 {
		r := c.free[last]
		c.free = c.free[:last]
		return r
	}
	r := &request{}
	for _, n := range c.server.outBytes {
		r.Outputs = append(r.Outputs, make([]byte, n))
	}
	r.Done = func(*Call) { c.done(r) }
	c.all = append(c.all, r)
	return r
}

// give returns a request to those that nobody uses.
func (c *conns) give(r *request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free = append(c.free, r)
}

// Send is part of [load.Conns].
func (c *conns) Send(_ int, q load.Request) error {
	if q.State >= len(c.sessions) {
		return fmt.Errorf("serve: request %d is of session %d, expected 0 to %d", q.Index, q.State, len(c.sessions)-1)
	}
	r := c.take()
	r.Index, r.state, r.Session = q.Index, q.State, nil
	if q.State >= 0 {
		r.Session = c.sessions[q.State]
	}
	r.Start, r.Inputs = q.Start, c.contents[q.Stream][q.Step]
	r.sent = c.setup.Clock()
	r.pending.Store(true)
	sent := r.sent // the request may be another's once it is enqueued
	err := c.server.Enqueue(&r.Call)
	if err != nil {
		if !r.pending.CompareAndSwap(true, false) {
			return nil // Close was faster and has told the sink
		}
		c.give(r)
	}
	if errors.Is(err, ErrClosed) {
		return err
	}
	c.setup.Sink.Sent(q.Index, sent)
	if err != nil {
		c.setup.Sink.Answered(q.Index, c.setup.Clock(), statusOf(err), err)
	}
	return nil
}

// done tells the sink how a request ended.
func (c *conns) done(r *request) {
	if !r.pending.CompareAndSwap(true, false) {
		return // it was given up: its batch ran when the connections were closed
	}
	if c.observer != nil && r.Times.Finished != 0 {
		c.observer.Batched(r.Index, r.Times.Batched, r.Times.Started, r.Times.Finished, r.Times.Batch)
	}
	at := c.setup.Clock()
	err := r.Err
	status := statusOf(err)
	if err == nil && c.setup.Deadline > 0 && at-r.sent > int64(c.setup.Deadline) {
		status, err = load.StatusDeadline, errDeadline
	}
	if r.Err == nil && c.verifier != nil {
		if wrong := c.verifier.Verify(Observation{Session: r.state, Start: r.start, Inputs: r.Inputs, Outputs: r.Outputs}); wrong != nil {
			status, err = load.StatusMismatch, wrong
		}
	}
	index := r.Index
	c.give(r)
	c.setup.Sink.Answered(index, at, status, err)
}

// errDeadline is made beforehand: a server that has too much to do misses many.
var errDeadline = errors.New("serve: the answer came after the deadline")

// statusOf says how a call ended in the words of load.
func statusOf(err error) load.Status {
	if err == nil {
		return load.StatusOK
	}
	var chunk *ChunkError
	switch {
	case errors.Is(err, ErrQueueFull):
		return load.StatusRejected
	case errors.Is(err, ErrClosed), errors.Is(err, ErrSessionClosed):
		return load.StatusLost
	case errors.As(err, &chunk):
		return load.StatusInvalid
	}
	return load.StatusFailed
}

// Close is part of [load.Conns].
func (c *conns) Close() error {
	err := c.server.closeWithin(0)
	c.mu.Lock()
	all := c.all
	c.mu.Unlock()
	for _, r := range all {
		if r.pending.CompareAndSwap(true, false) { // its batch is still running
			c.setup.Sink.Answered(r.Index, c.setup.Clock(), load.StatusLost, ErrClosed)
		}
	}
	return err
}
