package h2

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// pauses between attempts to reach the server again.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
)

// link is a TCP connection that is opened anew when it breaks, or when the server takes no more calls on it.
type link struct {
	client  *client
	first   int // its connections
	last    int
	session atomic.Pointer[session] // that takes calls; nil while it is down

	mu    sync.Mutex
	alive []*session    // with those that only end their calls
	moved chan struct{} // closed when a session has followed on another, or cannot at once; nil: none is about to
}

// send sends a request as a call of its own, over the session that takes calls.
func (l *link) send(conn int, r *transport.Request) error {
	s := l.session.Load()
	if s != nil {
		if err := s.sendCall(conn, r); err != errDraining {
			return err
		}
	}
	next := l.next()
	if next == nil || next == s {
		return transport.ErrDown
	}
	return next.sendCall(conn, r)
}

// next returns the session that takes calls when none is about to follow on another.
func (l *link) next() *session {
	l.mu.Lock()
	moved := l.moved
	l.mu.Unlock()
	if moved != nil {
		select {
		case <-moved:
		case <-l.client.ctx.Done():
		}
	}
	return l.session.Load()
}

// moves has senders wait for another session until settle is called.
func (l *link) moves() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.moved == nil {
		l.moved = make(chan struct{})
	}
}

// settle ends the wait of senders.
func (l *link) settle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.moved != nil {
		close(l.moved)
		l.moved = nil
	}
}

// sessions returns those that have not ended.
func (l *link) sessions() []*session {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.alive)
}

// open connects, opens the streams and begins to read.
func (l *link) open(ctx context.Context) error {
	s, err := l.connect(ctx)
	if err != nil {
		return err
	}
	if !l.client.start(func() { l.run(s, firstPause) }) {
		s.shut(transport.ErrDown)
		return transport.ErrDown
	}
	return l.ready(ctx, s)
}

// connect opens a socket and sends the greeting.
func (l *link) connect(ctx context.Context) (*session, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.client.config.Address)
	if err != nil {
		return nil, err
	}
	s := newSession(l, conn)
	if err := s.greet(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return s, nil
}

// ready waits for the server's greeting and opens the streams.
func (l *link) ready(ctx context.Context, s *session) error {
	defer context.AfterFunc(ctx, func() { s.shut(ctx.Err()) })()
	select {
	case <-s.greeted:
	case <-s.ended:
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("the server did not accept the connection: another protocol, or TLS on one side only: %w", s.cause())
	}
	if l.client.config.Stream {
		if limit := s.callLimit(); limit < l.last-l.first {
			err := fmt.Errorf("the server takes %d streams at a time on a TCP connection, expected %d or more; open fewer", limit, l.last-l.first)
			s.shut(err)
			return err
		}
		for i := l.first; i < l.last; i++ {
			if err := l.client.openStream(s, i); err != nil {
				s.shut(err)
				return fmt.Errorf("open stream %d: %w", i+1, err)
			}
		}
	}
	l.session.Store(s)
	return nil
}

// run serves a session, and the ones after it, until the client closes.
func (l *link) run(s *session, pause time.Duration) {
	for s != nil {
		l.mu.Lock()
		l.alive = append(l.alive, s)
		l.mu.Unlock()
		opened := l.client.config.Clock()
		s.serve(l.client.ctx)
		l.mu.Lock()
		l.alive = slices.DeleteFunc(l.alive, func(each *session) bool { return each == s })
		l.mu.Unlock()
		l.session.CompareAndSwap(s, nil)
		if s.followed {
			return
		}
		if time.Duration(l.client.config.Clock()-opened) > lastPause {
			pause = firstPause
		}
		s, pause = l.renew(pause)
	}
}

// renew connects again after a pause, and after longer ones until that works; nil: the client closes.
func (l *link) renew(pause time.Duration) (*session, time.Duration) {
	for sleep(l.client.ctx, pause) {
		pause = min(max(2*pause, firstPause), lastPause)
		if s := l.again(); s != nil {
			return s, pause
		}
	}
	return nil, pause
}

// again connects once more; the rest happens when the server has answered.
func (l *link) again() *session {
	ctx, cancel := context.WithTimeout(l.client.ctx, lastPause)
	s, err := l.connect(ctx)
	if err != nil {
		cancel()
		l.settle()
		return nil
	}
	if !l.client.start(func() {
		defer cancel()
		_ = l.ready(ctx, s) // a failure ends the session, and another follows
		l.settle()
	}) {
		cancel()
		s.shut(transport.ErrDown)
	}
	return s
}

// follow opens another session beside one that takes no more calls. Senders wait for it, as long as the first attempt takes. It is called by
// the session's reader.
func (l *link) follow(s *session) {
	pause := firstPause
	if s.reader.useful {
		pause = 0
	}
	s.followed = l.client.start(func() {
		if next, pause := l.renew(pause); next != nil {
			l.run(next, pause)
		}
	})
	if !s.followed || pause > 0 {
		l.settle()
	}
}
