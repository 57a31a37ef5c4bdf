package triton

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton/internal/transport"
)

// conns are opened connections: a load.Conns above a transport, whose handler it is.
type conns struct {
	target    *Target
	transport transport.Transport
	setup     load.DialSetup
	places    []place
	sessions  []session
	read      bool // the outputs of answers
	closing   sync.Once
	stop      chan struct{} // closed with the connections
	watching  sync.WaitGroup
}

// place is what is known of one connection.
type place struct {
	mu      sync.Mutex
	waiting map[int64]waiting // requests without an answer, by their index

	// The sender's own, which is one at a time.
	request load.Request // here, since one that is passed on would be allocated each time
	head    []byte
	body    [][]byte

	_ [64]byte // the next one's lock is on another cache line
}

// waiting is a request without an answer.
type waiting struct {
	due          int64 // its deadline; 0: none
	last         int64 // when its last part arrived; 0: none did
	stream, step int32
	state        int32
	start        bool
}

func newConns(t *Target, setup load.DialSetup) *conns {
	c := &conns{target: t, setup: setup, places: make([]place, setup.Conns), stop: make(chan struct{})}
	for i := range c.places {
		c.places[i].waiting = map[int64]waiting{}
	}
	if len(t.options.States) > 0 {
		c.sessions = make([]session, setup.States)
	}
	c.read = len(c.sessions) > 0 || setup.Validate
	return c
}

// Send is part of load.Conns.
func (c *conns) Send(conn int, r load.Request) error {
	p := &c.places[conn]
	payload := c.target.payloads[r.Stream][r.Step]
	p.request = r
	p.head = c.target.format.head(p.head, &p.request, payload.tail)
	p.body = append(p.body[:0], payload.body...)
	if len(payload.holes) > 0 {
		if r.State < 0 || r.State >= len(c.sessions) {
			return fmt.Errorf("triton: send: request %d has session %d, expected one below %d", r.Index, r.State, len(c.sessions))
		}
		c.sessions[r.State].fill(p.body, payload.holes, c.target, r.Start)
	}
	w := waiting{stream: int32(r.Stream), step: int32(r.Step), state: int32(r.State), start: r.Start}
	if c.setup.Deadline > 0 {
		w.due = c.setup.Clock() + int64(c.setup.Deadline)
	}
	p.mu.Lock()
	_, twice := p.waiting[r.Index]
	if !twice {
		p.waiting[r.Index] = w
	}
	p.mu.Unlock()
	if twice {
		return fmt.Errorf("triton: send: request %d is under way already", r.Index)
	}
	err := c.transport.Send(conn, transport.Request{Tag: r.Index, Head: p.head, Body: p.body, More: r.More})
	if err == nil {
		return nil
	}
	if _, ours := c.take(conn, r.Index); !ours {
		return nil // it has ended in the meantime, and the sink knows
	}
	return fmt.Errorf("triton: send: %w", err)
}

// Flush is part of load.Flusher.
func (c *conns) Flush() error { return c.transport.Flush() }

// Close is part of load.Conns. It may be called more than once.
func (c *conns) Close() (err error) {
	c.closing.Do(func() {
		err = c.transport.Close()
		close(c.stop)
		c.watching.Wait()
		for i := range c.places {
			c.Down(i, c.setup.Clock(), transport.ErrDown)
		}
	})
	return err
}

// take removes a request from those without an answer: whoever removed it tells how it ended.
func (c *conns) take(conn int, index int64) (waiting, bool) {
	p := &c.places[conn]
	p.mu.Lock()
	defer p.mu.Unlock()
	w, found := p.waiting[index]
	delete(p.waiting, index)
	return w, found
}

// Sent is part of transport.Handler.
func (c *conns) Sent(tag, at int64) { c.setup.Sink.Sent(tag, at) }

// Failed is part of transport.Handler.
func (c *conns) Failed(conn int, tag, at int64, err error) {
	w, found := c.take(conn, tag)
	if !found {
		return
	}
	c.spoil(w)
	c.setup.Sink.Answered(tag, at, statusOf(err), plain(err))
}

// Down is part of transport.Handler.
func (c *conns) Down(conn int, at int64, err error) {
	p := &c.places[conn]
	p.mu.Lock()
	lost := p.waiting
	p.waiting = map[int64]waiting{}
	p.mu.Unlock()
	for index, w := range lost {
		c.spoil(w)
		c.setup.Sink.Answered(index, at, load.StatusLost, err)
	}
}

// Message is part of transport.Handler.
func (c *conns) Message(conn int, tag, at int64, pieces [][]byte) {
	a := answers.Get().(*answer)
	defer answers.Put(a)
	err := c.target.format.read(a, pieces, c.read)
	if tag == transport.NoTag {
		if tag = a.id; tag == transport.NoTag && (err != nil || a.text != nil) {
			tag = c.oldest(conn) // it does not say whose it is
		}
	}
	switch {
	case err != nil:
		c.end(conn, tag, at, load.StatusFailed, err)
	case a.text != nil:
		failure := &transport.StatusError{Code: codes.Unknown, Text: string(a.text)}
		c.end(conn, tag, at, statusOf(failure), plain(failure))
	case !a.final:
		c.part(conn, tag, at, a)
	default:
		c.last(conn, tag, at, a)
	}
}

// end tells that a request failed.
func (c *conns) end(conn int, tag, at int64, status load.Status, detail error) {
	if w, found := c.take(conn, tag); found {
		c.spoil(w)
	}
	c.setup.Sink.Answered(tag, at, status, detail)
}

// part takes an answer after which more will come.
func (c *conns) part(conn int, tag, at int64, a *answer) {
	p := &c.places[conn]
	p.mu.Lock()
	w, found := p.waiting[tag]
	if found {
		w.last = at
		p.waiting[tag] = w
	}
	p.mu.Unlock()
	if found && c.read {
		if status, detail := c.content(w, a); detail != nil {
			c.end(conn, tag, at, status, detail)
			return
		}
	}
	c.setup.Sink.Part(tag, at)
}

// last takes the last answer to a request.
func (c *conns) last(conn int, tag, at int64, a *answer) {
	w, found := c.take(conn, tag)
	if !found {
		c.setup.Sink.Answered(tag, at, load.StatusOK, nil) // nobody waits for it: the sink counts such answers
		return
	}
	if a.empty && w.last != 0 {
		at = w.last // it only says that the one before was the last
	} else if c.read {
		if status, detail := c.content(w, a); detail != nil {
			c.spoil(w)
			c.setup.Sink.Answered(tag, at, status, detail)
			return
		}
	}
	c.setup.Sink.Answered(tag, at, load.StatusOK, nil)
}

// content takes the states from an answer, and checks the rest if asked.
func (c *conns) content(w waiting, a *answer) (load.Status, error) {
	if w.state >= 0 && int(w.state) < len(c.sessions) {
		if err := c.sessions[w.state].take(a, c.target); err != nil {
			return load.StatusMismatch, err
		}
	}
	if c.setup.Validate {
		if err := c.target.check(w, a); err != nil {
			return load.StatusMismatch, err
		}
	}
	return load.StatusOK, nil
}

// oldest returns the request of a connection that has waited for longest, NoTag when there is none.
func (c *conns) oldest(conn int) int64 {
	p := &c.places[conn]
	p.mu.Lock()
	defer p.mu.Unlock()
	first := int64(transport.NoTag)
	for index := range p.waiting {
		if first == transport.NoTag || index < first {
			first = index
		}
	}
	return first
}

// spoil notes that the state that went along with a request may still be read by what sends it.
func (c *conns) spoil(w waiting) {
	if w.state >= 0 && int(w.state) < len(c.sessions) {
		c.sessions[w.state].spoiled.Store(true)
	}
}

// start begins to watch deadlines.
func (c *conns) start() {
	if c.setup.Deadline <= 0 {
		return
	}
	c.watching.Add(1)
	go func() {
		defer c.watching.Done()
		ticker := time.NewTicker(min(max(c.setup.Deadline/16, time.Millisecond), 100*time.Millisecond))
		defer ticker.Stop()
		for {
			select {
			case <-c.stop:
				return
			case <-ticker.C:
				c.expire()
			}
		}
	}()
}

// errDeadline is the detail of a request that the server does not answer in time.
var errDeadline = errors.New("no answer within the deadline")

// expire ends the requests whose deadline has passed.
func (c *conns) expire() {
	for i := range c.places {
		p, now := &c.places[i], c.setup.Clock()
		var late []int64
		p.mu.Lock()
		for index, w := range p.waiting {
			if w.due <= now {
				late = append(late, index)
				delete(p.waiting, index)
				c.spoil(w)
			}
		}
		p.mu.Unlock()
		for _, index := range late {
			c.setup.Sink.Answered(index, now, load.StatusDeadline, errDeadline)
		}
	}
}
