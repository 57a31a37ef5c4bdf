// Package rest carries requests over HTTP/1.1, one at a time on each socket: a connection has as many sockets as it needs for the
// requests that are under way, and keeps them.
package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// dialTime bounds how long a request waits for a socket of its own.
const dialTime = 5 * time.Second

// client is a transport.Transport.
type client struct {
	config  transport.Config
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	start   string // of each HTTP request, up to the number of bytes of its JSON
	mu      sync.Mutex
	sockets map[*socket]struct{} // all that are open
	idle    [][]*socket          // by connection
	closed  bool
	readers sync.WaitGroup
}

// Dial is a transport.Dialer. Config.Stream and Shared have no meaning for HTTP.
func Dial(ctx context.Context, config transport.Config) (transport.Transport, error) {
	if config.Conns < 1 {
		return nil, fmt.Errorf("%d connections, expected 1 or more", config.Conns)
	}
	if config.Stream || config.Compression != "" {
		return nil, errors.New("HTTP has neither streams nor the compression of gRPC")
	}
	c := &client{config: config, start: requestStart(&config), sockets: map[*socket]struct{}{}, idle: make([][]*socket, config.Conns)}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	for i := range config.Conns {
		s, err := c.open(ctx, i)
		if err != nil {
			return nil, errors.Join(err, c.Close())
		}
		c.release(s)
	}
	return c, nil
}

// requestStart writes what all requests begin with.
func requestStart(config *transport.Config) string {
	names := make([]string, 0, len(config.Header))
	for name := range config.Header {
		names = append(names, name)
	}
	sort.Strings(names)
	var text strings.Builder
	fmt.Fprintf(&text, "POST %s HTTP/1.1\r\nHost: %s\r\n", config.Path, config.Address)
	for _, name := range names {
		fmt.Fprintf(&text, "%s: %s\r\n", name, config.Header[name])
	}
	text.WriteString("Content-Type: application/octet-stream\r\nInference-Header-Content-Length: ")
	return text.String()
}

// open makes a new socket and starts reading from it.
func (c *client) open(ctx context.Context, conn int) (*socket, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	defer context.AfterFunc(c.ctx, cancel)()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", c.config.Address)
	if err != nil {
		return nil, err
	}
	if c.config.TLS != nil {
		encrypted := tls.Client(raw, c.config.TLS)
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, raw.Close())
		}
		raw = encrypted
	}
	s := newSocket(c, conn, raw)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errors.Join(transport.ErrDown, raw.Close())
	}
	c.sockets[s] = struct{}{}
	c.readers.Add(1)
	go s.run()
	return s, nil
}

// Send is part of transport.Transport.
func (c *client) Send(conn int, r transport.Request) error {
	for {
		s, reused := c.take(conn)
		if s == nil {
			var err error
			if s, err = c.open(c.ctx, conn); err != nil {
				return fmt.Errorf("%w: %w", transport.ErrDown, err)
			}
		}
		err := s.send(r)
		if err == nil || !reused {
			return err
		}
		// The server closed a socket that was not used for a while. It has seen nothing of the request.
	}
}

// take returns a socket that is free, the one that was used last.
func (c *client) take(conn int) (s *socket, reused bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	idle := c.idle[conn]
	if len(idle) == 0 {
		return nil, false
	}
	s = idle[len(idle)-1]
	c.idle[conn] = idle[:len(idle)-1]
	return s, true
}

// release makes a socket free for the next request.
func (c *client) release(s *socket) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, open := c.sockets[s]; open {
		c.idle[s.conn] = append(c.idle[s.conn], s)
	}
}

// drop forgets a socket that is closed.
func (c *client) drop(s *socket) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.sockets, s)
	for i, other := range c.idle[s.conn] {
		if other == s {
			c.idle[s.conn] = append(c.idle[s.conn][:i], c.idle[s.conn][i+1:]...)
			return
		}
	}
}

// Flush is part of transport.Transport: nothing is held back.
func (c *client) Flush() error { return nil }

// Close is part of transport.Transport.
func (c *client) Close() error {
	c.cancel()
	c.mu.Lock()
	c.closed = true
	for s := range c.sockets {
		_ = s.raw.Close() // its reader finds out
	}
	c.mu.Unlock()
	c.readers.Wait()
	return nil
}
