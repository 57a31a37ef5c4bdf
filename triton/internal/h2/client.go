// Package h2 carries requests of gRPC over plain text with framing of its own: one goroutine reads each TCP connection, whoever
// sends writes, and what is due together leaves in one write.
//
// TLS and compression are left to grpc-go, and so is everything that is asked of a server besides inference.
package h2

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// client is a transport.Transport.
type client struct {
	config  transport.Config
	block   []byte // header block of every call
	shared  int
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	links   []*link
	streams []stream
	mu      sync.Mutex // guards closed against goroutines that begin
	closed  bool
	running sync.WaitGroup
}

// stream is the call of a connection that carries all its requests.
type stream struct {
	call  atomic.Pointer[call] // nil while it is down
	pause time.Duration        // before it is opened again
}

// Dial is a transport.Dialer for plain text without compression.
func Dial(ctx context.Context, config transport.Config) (transport.Transport, error) {
	if config.Conns < 1 {
		return nil, fmt.Errorf("%d connections, expected 1 or more", config.Conns)
	}
	if config.TLS != nil || config.Compression != "" {
		return nil, errors.New("this way of carrying gRPC has neither TLS nor compression, expected grpc-go")
	}
	shared := config.Shared
	if shared < 1 {
		shared = config.Conns
	}
	c := &client{config: config, block: headerBlock(&config), shared: shared, streams: make([]stream, config.Conns)}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	for first := 0; first < config.Conns; first += shared {
		l := &link{client: c, first: first, last: min(first+shared, config.Conns)}
		c.links = append(c.links, l)
		if err := l.open(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("connect to %s: %w", config.Address, err), c.Close())
		}
	}
	if config.Deadline > 0 && !config.Stream {
		c.start(c.watch)
	}
	return c, nil
}

// start runs something that Close waits for, unless it is too late for that.
func (c *client) start(run func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.running.Go(run)
	return true
}

// Send is part of transport.Transport.
func (c *client) Send(conn int, r transport.Request) error {
	if size := sizeOf(&r); size > math.MaxInt32 {
		return fmt.Errorf("the request has %d bytes, expected at most %d", size, math.MaxInt32)
	}
	if !c.config.Stream {
		return c.links[conn/c.shared].send(conn, &r)
	}
	k := c.streams[conn].call.Load()
	if k == nil {
		return transport.ErrDown
	}
	return k.session.sendMessage(k, &r)
}

// Flush is part of transport.Transport.
func (c *client) Flush() error {
	var faults error
	for _, l := range c.links {
		if s := l.session.Load(); s != nil {
			if err := s.flush(); err != nil {
				faults = errors.Join(faults, err)
			}
		}
	}
	return faults
}

// Close is part of transport.Transport.
func (c *client) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	c.running.Wait()
	return nil
}

// openStream begins the call of a connection.
func (c *client) openStream(s *session, conn int) error {
	k, err := s.openCall(conn)
	if err != nil {
		return err
	}
	c.streams[conn].call.Store(k)
	if s.isOver(k) { // it has ended already, when nobody knew of it
		c.streams[conn].call.CompareAndSwap(k, nil)
	}
	return nil
}

// streamEnded tells that a stream is over, and opens it again when its TCP connection still stands.
func (c *client) streamEnded(k *call, at int64, err error) {
	s := &c.streams[k.conn]
	s.call.CompareAndSwap(k, nil)
	c.config.Handler.Down(k.conn, at, err)
	if k.session.isClosed() {
		return // the link opens it again
	}
	if s.pause == 0 || time.Duration(at-k.opened) > lastPause {
		s.pause = firstPause
	}
	pause := s.pause
	s.pause = min(2*s.pause, lastPause)
	c.start(func() {
		if sleep(c.ctx, pause) && c.openStream(k.session, k.conn) != nil {
			k.session.shut(transport.ErrDown) // a connection that takes no stream is of no use
		}
	})
}

// watch gives up calls that have waited for too long.
func (c *client) watch() {
	for sleep(c.ctx, min(max(c.config.Deadline/16, time.Millisecond), 100*time.Millisecond)) {
		for _, l := range c.links {
			for _, s := range l.sessions() {
				s.expire(c.config.Clock())
			}
		}
	}
}

// sleep returns false when the client closes.
func sleep(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
