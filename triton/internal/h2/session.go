package h2

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"

	"golang.org/x/net/http2"
	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// session is one TCP connection from its greeting to its end.
type session struct {
	link    *link
	config  *transport.Config
	conn    net.Conn
	reader  reader
	greeted chan struct{} // closed when the server's settings have come
	ended   chan struct{} // closed when the socket is

	out output

	mu       sync.Mutex // guards what follows; never held while writing or reading
	changed  sync.Cond  // a window grew, a call ended, the session ended
	version  int        // counts the changes
	err      error      // why it ended
	draining bool       // the server takes no more calls
	calls    calls
	window   int64 // what the server still takes
	initial  int64 // of each new call
	frame    int   // largest payload that the server takes
	limit    int   // calls at a time

	control controls

	followed bool // another session takes the calls from now on; the reader's own
}

// call is a stream of HTTP/2. Calls are used again.
type call struct {
	session *session
	id      uint32
	conn    int
	tag     int64
	due     int64 // 0: no deadline
	opened  int64

	// guarded by session.mu
	window  int64
	over    bool
	sending bool // Send still uses it

	// the reader's own
	message  message
	fields   fields
	answered atomic.Bool
	received int64 // since the window was last renewed
}

func newSession(l *link, conn net.Conn) *session {
	s := &session{link: l, config: &l.client.config, conn: conn, greeted: make(chan struct{}), ended: make(chan struct{}),
		window: defaultWindow, initial: defaultWindow, frame: minFrame, limit: 1<<31 - 1}
	s.changed.L = &s.mu
	s.control.wake = make(chan struct{}, 1)
	s.calls.next = 1
	s.reader.init(s)
	return s
}

// serve reads until the session ends, and tells how its calls ended.
func (s *session) serve(ctx context.Context) {
	defer context.AfterFunc(ctx, func() { s.shut(transport.ErrDown) })()
	var writing sync.WaitGroup
	writing.Go(s.writeControls)
	s.shut(s.reader.run())
	writing.Wait()
	at := s.config.Clock()
	s.mu.Lock()
	left := s.calls.all()
	s.mu.Unlock()
	for _, c := range left {
		s.finish(c, at, s.cause())
	}
}

// shut ends the session: the reader and senders notice.
func (s *session) shut(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	if !errors.Is(err, transport.ErrDown) {
		err = errors.Join(transport.ErrDown, err)
	}
	s.err = err
	_ = s.conn.Close()
	close(s.ended)
	s.tell()
}

// tell wakes senders that wait for a change. The lock is held.
func (s *session) tell() {
	s.version++
	s.changed.Broadcast()
}

func (s *session) cause() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// callLimit is the number of calls at a time that the server takes.
func (s *session) callLimit() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limit
}

func (s *session) isDraining() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}

func (s *session) isClosed() bool { return s.cause() != nil }

func (s *session) isOver(c *call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.over
}

// finish ends a call; without an answer it tells so.
func (s *session) finish(c *call, at int64, err error) {
	if !s.remove(c) {
		return
	}
	tag, conn, answered := c.tag, c.conn, c.answered.Load()
	if s.config.Stream {
		s.link.client.streamEnded(c, at, err) // calls of this kind are not used again
		return
	}
	s.release(c)
	if !answered {
		s.config.Handler.Failed(conn, tag, at, err)
	}
}

// remove takes a call from the open ones. Whoever gets true ends it.
func (s *session) remove(c *call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.over {
		return false
	}
	c.over = true
	s.calls.remove(c.id)
	s.tell()
	if s.draining && s.calls.open == 0 {
		_ = s.conn.Close() // the reader notices
	}
	return true
}

// release keeps a call for use again, once its sender is done as well.
func (s *session) release(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.message.reset()
	if !c.sending {
		s.calls.free = append(s.calls.free, c)
	}
}

var errDeadline = &transport.StatusError{Code: codes.DeadlineExceeded, Text: "no answer within the deadline"}

// expire gives up calls whose deadline has passed.
func (s *session) expire(now int64) {
	s.mu.Lock()
	var late []*call
	for _, c := range s.calls.ring {
		if c != nil && c.due != 0 && c.due <= now {
			late = append(late, c)
		}
	}
	for _, c := range late { // they are not used again: the reader may still hold them
		c.over = true
		s.calls.remove(c.id)
	}
	s.tell()
	s.mu.Unlock()
	for _, c := range late {
		s.control.reset(c.id, http2.ErrCodeCancel)
		if !c.answered.Load() {
			s.config.Handler.Failed(c.conn, c.tag, now, errDeadline)
		}
	}
}

// calls are the open calls by id: a ring, since ids grow and calls are short.
type calls struct {
	ring []*call // by half the id; its length is a power of two
	open int
	next uint32
	free []*call
}

func (c *calls) slot(id uint32) **call { return &c.ring[int(id>>1)&(len(c.ring)-1)] }

// find returns nil when the call is not open.
func (c *calls) find(id uint32) *call {
	if len(c.ring) == 0 || id&1 == 0 {
		return nil
	}
	if k := *c.slot(id); k != nil && k.id == id {
		return k
	}
	return nil
}

// add gives a call the next id.
func (c *calls) add(k *call) {
	k.id = c.next
	c.next += 2
	for len(c.ring) == 0 || *c.slot(k.id) != nil {
		old := c.ring
		c.ring = make([]*call, max(64, 2*len(old)))
		for _, each := range old {
			if each != nil {
				*c.slot(each.id) = each
			}
		}
	}
	*c.slot(k.id) = k
	c.open++
}

func (c *calls) remove(id uint32) {
	*c.slot(id) = nil
	c.open--
}

func (c *calls) all() (open []*call) {
	for _, k := range c.ring {
		if k != nil {
			open = append(open, k)
		}
	}
	return open
}

// get returns a call that is not in use.
func (c *calls) get() *call {
	last := len(c.free) - 1
	if last < 0 {
		return &call{}
	}
	k := c.free[last]
	c.free = c.free[:last]
	return k
}
