package grpcraw

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

var callDesc = &grpc.StreamDesc{}

// call sends a request as a call of its own, whose answer a goroutine waits for: grpc-go has no other way.
func (c *client) call(conn int, r transport.Request) error {
	if !c.begin() {
		return transport.ErrDown
	}
	ctx, cancel := c.ctx, context.CancelFunc(func() {})
	if c.config.Deadline > 0 {
		ctx, cancel = context.WithTimeout(ctx, c.config.Deadline)
	}
	call, err := c.of(conn).conn.NewStream(ctx, callDesc, c.config.Path)
	if err == nil {
		err = call.SendMsg(&r)
	}
	if err != nil && !errors.Is(err, io.EOF) { // which says that the call has ended already, and its answer says why
		cancel()
		c.calls.Done()
		return fmt.Errorf("%w: %w", transport.ErrDown, err)
	}
	if err == nil {
		c.sent(r.Tag)
	}
	go func() {
		defer c.calls.Done()
		defer cancel()
		if err := call.RecvMsg(&answer{config: &c.config, conn: conn, tag: r.Tag}); err != nil {
			c.config.Handler.Failed(conn, r.Tag, c.config.Clock(), failure(err))
		}
	}()
	return nil
}

// failure tells a call that the server ended from one whose connection broke.
func failure(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: the server closed it", transport.ErrDown)
	}
	s, ok := status.FromError(err)
	if !ok {
		return fmt.Errorf("%w: %w", transport.ErrDown, err)
	}
	if s.Code() == codes.Canceled || s.Code() == codes.Unavailable && broken(s.Message()) {
		return fmt.Errorf("%w: %s", transport.ErrDown, s.Message())
	}
	return &transport.StatusError{Code: s.Code(), Text: s.Message()}
}

// broken reports whether grpc-go itself wrote a status, because the connection broke.
func broken(text string) bool {
	for _, own := range []string{"error reading from server", "transport is closing", "connection is draining", "connection error",
		"closing transport", "keepalive ping failed"} {
		if strings.Contains(text, own) {
			return true
		}
	}
	return false
}
