// Package grpcraw carries requests with grpc-go and a codec that leaves messages as they are.
//
// grpc-go's own goroutine writes to the socket after a call has returned, so the time of sending is taken at the connection below
// it, where the bytes of each request are found again by their id. An answer's time is read when grpc-go hands over its bytes,
// before they are looked at.
package grpcraw

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/metadata"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// window is what the server may send without being told to go on: with grpc-go's default large answers cost almost twice the time.
const window = 1 << 30

// pauses between attempts to reach the server again.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
)

// client is a transport.Transport.
type client struct {
	config  transport.Config
	ctx     context.Context // of all calls; ends with Close
	cancel  context.CancelFunc
	links   []*link // TCP connections
	streams []*stream
	calls   sync.WaitGroup
	mu      sync.Mutex // guards closed against calls that begin
	closed  bool
}

// link is one TCP connection, opened anew by grpc-go when it breaks.
type link struct {
	conn *grpc.ClientConn
	mu   sync.Mutex
	err  error // why the last attempt to connect failed
}

// Dial is a transport.Dialer.
func Dial(ctx context.Context, config transport.Config) (transport.Transport, error) {
	if config.Conns < 1 {
		return nil, fmt.Errorf("%d connections, expected 1 or more", config.Conns)
	}
	shared := config.Shared
	if shared < 1 {
		shared = config.Conns
	}
	c := &client{config: config}
	background := context.Background()
	for name, value := range config.Header {
		background = metadata.AppendToOutgoingContext(background, name, value)
	}
	c.ctx, c.cancel = context.WithCancel(background)
	err := c.connect(ctx, (config.Conns+shared-1)/shared)
	if err == nil && config.Stream {
		err = c.openStreams(ctx, shared)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// connect opens TCP connections and waits until all are usable.
func (c *client) connect(ctx context.Context, count int) error {
	for range count {
		l := &link{}
		options := []grpc.DialOption{
			grpc.WithTransportCredentials(newStamping(c.config)), grpc.WithContextDialer(l.dial), grpc.WithNoProxy(),
			grpc.WithInitialWindowSize(window), grpc.WithInitialConnWindowSize(window),
			grpc.WithDisableRetry(), grpc.WithDisableServiceConfig(), grpc.WithIdleTimeout(0),
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff: backoff.Config{BaseDelay: firstPause, Multiplier: 1.6, Jitter: 0.2, MaxDelay: lastPause}, MinConnectTimeout: lastPause}),
			grpc.WithDefaultCallOptions(callOptions(c.config.Compression)...),
		}
		conn, err := grpc.NewClient("passthrough:///"+c.config.Address, options...)
		if err != nil {
			return err
		}
		l.conn = conn
		c.links = append(c.links, l)
		conn.Connect()
	}
	for _, l := range c.links {
		if err := l.ready(ctx); err != nil {
			return fmt.Errorf("connect to %s: %w", c.config.Address, err)
		}
	}
	return nil
}

func callOptions(compression string) []grpc.CallOption {
	options := []grpc.CallOption{grpc.ForceCodecV2(codec{}), grpc.MaxCallRecvMsgSize(math.MaxInt32), grpc.MaxCallSendMsgSize(math.MaxInt32)}
	if compression != "" {
		options = append(options, grpc.UseCompressor(compression))
	}
	return options
}

// dial opens the socket and keeps the error, which grpc-go would only tell to calls.
func (l *link) dial(ctx context.Context, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	l.mu.Lock()
	l.err = err
	l.mu.Unlock()
	return conn, err
}

// ready waits until the connection is usable. It gives up at the first failure: whoever dials again may know better.
func (l *link) ready(ctx context.Context) error {
	for {
		state := l.conn.GetState()
		switch state {
		case connectivity.Ready:
			return nil
		case connectivity.TransientFailure, connectivity.Shutdown:
			return l.failure()
		}
		if !l.conn.WaitForStateChange(ctx, state) {
			return errors.Join(ctx.Err(), l.failure())
		}
	}
}

func (l *link) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	return errors.New("the server did not accept the connection: another protocol, or TLS on one side only")
}

// of returns the TCP connection that carries a connection.
func (c *client) of(conn int) *link { return c.links[conn*len(c.links)/c.config.Conns] }

// Send is part of transport.Transport.
func (c *client) Send(conn int, r transport.Request) error {
	if c.config.Stream {
		return c.streams[conn].send(r)
	}
	return c.call(conn, r)
}

// Flush is part of transport.Transport: grpc-go puts together what comes at once by itself.
func (c *client) Flush() error { return nil }

// Close is part of transport.Transport.
func (c *client) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	var faults []error
	for _, l := range c.links {
		faults = append(faults, l.conn.Close())
	}
	c.calls.Wait()
	return errors.Join(faults...)
}

// begin announces something that Close waits for, unless it is too late for that.
func (c *client) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.calls.Add(1)
	return true
}

// sent tells the handler that a request has left, where the connection cannot see it: its bytes are compressed.
func (c *client) sent(tag int64) {
	if c.config.Compression != "" {
		c.config.Handler.Sent(tag, c.config.Clock())
	}
}
