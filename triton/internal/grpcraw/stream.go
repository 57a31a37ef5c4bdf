package grpcraw

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

var streamDesc = &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}

// stream is one call that carries all requests of a connection, and is made anew when it ends.
type stream struct {
	client *client
	conn   int
	link   *link
	call   atomic.Pointer[grpc.ClientStream] // nil while it is down
	out    transport.Request                 // of the one sender at a time
}

// openStreams begins the call of each connection, and reads their answers. grpc-go waits where the server takes no more streams.
func (c *client) openStreams(ctx context.Context, shared int) error {
	defer context.AfterFunc(ctx, c.cancel)()
	for i := range c.config.Conns {
		s := &stream{client: c, conn: i, link: c.links[i/shared]}
		if err := s.open(); err != nil {
			return fmt.Errorf("open stream %d of %d: %w", i+1, c.config.Conns, errors.Join(ctx.Err(), err))
		}
		c.streams = append(c.streams, s)
	}
	for _, s := range c.streams {
		c.calls.Add(1)
		go s.run()
	}
	return ctx.Err()
}

func (s *stream) open() error {
	call, err := s.link.conn.NewStream(s.client.ctx, streamDesc, s.client.config.Path)
	if err != nil {
		return err
	}
	s.call.Store(&call)
	return nil
}

func (s *stream) send(r transport.Request) error {
	call := s.call.Load()
	if call == nil {
		return transport.ErrDown
	}
	s.out = r
	err := (*call).SendMsg(&s.out)
	s.out = transport.Request{}
	if err != nil {
		return fmt.Errorf("%w: %w", transport.ErrDown, err)
	}
	s.client.sent(r.Tag)
	return nil
}

// run reads answers until the client closes, and opens the stream again when it breaks.
func (s *stream) run() {
	defer s.client.calls.Done()
	config, pause := &s.client.config, firstPause
	into := &answer{config: config, conn: s.conn, tag: transport.NoTag}
	for {
		opened := config.Clock()
		call := *s.call.Load()
		var err error
		for err == nil {
			err = call.RecvMsg(into)
		}
		at := config.Clock()
		s.call.Store(nil)
		config.Handler.Down(s.conn, at, failure(err))
		if time.Duration(at-opened) > lastPause {
			pause = firstPause
		}
		for down := true; down; {
			if !sleep(s.client.ctx, pause) {
				return
			}
			pause = min(2*pause, lastPause)
			down = s.open() != nil
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
