package grpcraw

import (
	"context"
	"encoding/binary"
	"net"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// stamping makes connections that tell when requests leave. It stands where credentials do, above the encryption, so that it sees
// what is sent in either case.
type stamping struct {
	credentials.TransportCredentials
	config transport.Config
}

func newStamping(config transport.Config) credentials.TransportCredentials {
	inner := insecure.NewCredentials()
	if config.TLS != nil {
		inner = credentials.NewTLS(config.TLS)
	}
	return &stamping{inner, config}
}

// ClientHandshake is part of credentials.TransportCredentials.
func (s *stamping) ClientHandshake(ctx context.Context, authority string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	secured, info, err := s.TransportCredentials.ClientHandshake(ctx, authority, conn)
	if err != nil {
		return nil, nil, err
	}
	return &stampedConn{Conn: secured, watch: newWatch(s.config.Handler.Sent), clock: s.config.Clock}, info, nil
}

// Clone is part of credentials.TransportCredentials.
func (s *stamping) Clone() credentials.TransportCredentials {
	return &stamping{s.TransportCredentials.Clone(), s.config}
}

// stampedConn is a connection of HTTP/2 that follows what is written.
type stampedConn struct {
	net.Conn
	watch *watch
	clock func() int64
}

// Write is part of net.Conn. grpc-go calls it from one goroutine at a time.
func (c *stampedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if err == nil {
		c.watch.wrote(p, c.clock())
	}
	return n, err
}

// watch finds the ends of requests in what an HTTP/2 client writes.
type watch struct {
	sent     func(tag, at int64)
	skip     int // bytes that are of no interest: the preface, frames without data
	header   [frameHeader]byte
	have     int // bytes of header
	data     int // bytes that are left of a frame of data
	end      bool
	number   uint32
	messages map[uint32]*message // of the streams that are open
	free     []*message
}

// message is a request that is on its way on a stream.
type message struct {
	head [messageHeader + transport.IDSize]byte
	have int // bytes of head
	left int // bytes after the message's header that are still to come
}

const (
	preface       = len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	frameHeader   = 9
	messageHeader = 5 // of gRPC: whether it is compressed, and its length
	frameData     = 0
	frameReset    = 3
	endOfStream   = 1
)

func newWatch(sent func(tag, at int64)) *watch {
	return &watch{sent: sent, skip: preface, messages: map[uint32]*message{}}
}

// wrote takes the next bytes, which left at the given time.
func (w *watch) wrote(p []byte, at int64) {
	for len(p) > 0 {
		switch {
		case w.skip > 0:
			n := min(w.skip, len(p))
			w.skip -= n
			p = p[n:]
		case w.data > 0:
			n := min(w.data, len(p))
			w.data -= n
			w.content(p[:n], at)
			p = p[n:]
			if w.data == 0 && w.end {
				w.forget()
			}
		default:
			n := copy(w.header[w.have:], p)
			w.have += n
			p = p[n:]
			if w.have == frameHeader {
				w.have = 0
				w.frame()
			}
		}
	}
}

// frame reads the header of a frame.
func (w *watch) frame() {
	length := int(w.header[0])<<16 | int(w.header[1])<<8 | int(w.header[2])
	w.number = binary.BigEndian.Uint32(w.header[5:]) & (1<<31 - 1)
	w.end = w.header[4]&endOfStream != 0
	switch w.header[3] {
	case frameData:
		w.data = length
		if length == 0 && w.end {
			w.forget()
		}
	case frameReset:
		w.skip = length
		w.forget()
	default:
		w.skip = length
	}
}

// content takes data of the stream.
func (w *watch) content(p []byte, at int64) {
	m := w.message()
	for len(p) > 0 {
		if m.have < messageHeader {
			n := copy(m.head[m.have:messageHeader], p)
			m.have += n
			p = p[n:]
			if m.have < messageHeader {
				return
			}
			m.left = int(binary.BigEndian.Uint32(m.head[1:]))
		}
		n := min(m.left, len(p))
		m.have += copy(m.head[m.have:], p[:n])
		m.left -= n
		p = p[n:]
		if m.left == 0 {
			if tag := transport.ID(m.head[messageHeader:m.have]); tag != transport.NoTag && m.head[0] == 0 {
				w.sent(tag, at)
			}
			m.have = 0
		}
	}
}

func (w *watch) message() *message {
	m := w.messages[w.number]
	if m == nil {
		if last := len(w.free) - 1; last >= 0 {
			m, w.free = w.free[last], w.free[:last]
		} else {
			m = &message{}
		}
		w.messages[w.number] = m
	}
	return m
}

// forget drops what is known of a stream that has ended.
func (w *watch) forget() {
	if m := w.messages[w.number]; m != nil {
		delete(w.messages, w.number)
		*m = message{}
		w.free = append(w.free, m)
	}
}
