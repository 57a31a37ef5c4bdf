package h2

import (
	"encoding/binary"
	"fmt"
	"net"
	"sync"

	"golang.org/x/net/http2"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

const (
	defaultWindow = 1<<16 - 1 // of HTTP/2, until the server says otherwise
	minFrame      = 1 << 14   // payload that every server takes
	frameHeader   = 9
	messageHeader = 5 // of gRPC: whether it is compressed, and its length

	smallPiece = 4 << 10   // up to this size copying is cheaper than another piece of a vector
	fullOutput = 256 << 10 // more is not held back
)

// output is what is to be written next.
type output struct {
	mu     sync.Mutex // held while writing
	copied []byte     // frame headers, heads, small pieces
	start  int        // of what is not in the vector yet
	vector net.Buffers
	spare  net.Buffers // the vector's memory
	size   int
	tags   []int64 // of requests that are complete with what is written
	prefix [messageHeader]byte
	room   int // bytes of the current frame that are still to come
}

// add appends bytes, which stay unchanged if they are many.
func (o *output) add(p []byte) {
	o.size += len(p)
	if len(p) <= smallPiece {
		o.copied = append(o.copied, p...)
		return
	}
	o.seal()
	o.vector = append(o.vector, p)
}

// seal puts what was copied into the vector.
func (o *output) seal() {
	if o.start < len(o.copied) {
		o.vector = append(o.vector, o.copied[o.start:])
		o.start = len(o.copied)
	}
}

// addHeader appends the header of a frame.
func (o *output) addHeader(length int, kind http2.FrameType, flags http2.Flags, id uint32) {
	o.copied = appendHeader(o.copied, length, kind, flags, id)
	o.size += frameHeader
}

// addFields appends header fields, in frames that every server takes.
func (o *output) addFields(id uint32, block []byte) {
	for kind := http2.FrameHeaders; ; kind = http2.FrameContinuation {
		n, flags := len(block), http2.FlagHeadersEndHeaders // which is the same for both
		if n > minFrame {
			n, flags = minFrame, 0
		}
		o.addHeader(n, kind, flags, id)
		o.add(block[:n])
		if block = block[n:]; len(block) == 0 {
			return
		}
	}
}

func appendHeader(dst []byte, length int, kind http2.FrameType, flags http2.Flags, id uint32) []byte {
	dst = append(dst, byte(length>>16), byte(length>>8), byte(length), byte(kind), byte(flags))
	return binary.BigEndian.AppendUint32(dst, id)
}

// write sends what was added. The lock is held.
func (s *session) write() error {
	o := &s.out
	if o.size == 0 {
		return nil
	}
	var err error
	if len(o.vector) == 0 {
		_, err = s.conn.Write(o.copied)
	} else {
		o.seal()
		o.spare = o.vector
		_, err = o.vector.WriteTo(s.conn)
		clear(o.spare)
		o.vector = o.spare[:0]
	}
	if err == nil && len(o.tags) > 0 {
		at := s.config.Clock()
		for _, tag := range o.tags {
			s.config.Handler.Sent(tag, at)
		}
	}
	o.copied, o.start, o.size, o.tags = o.copied[:0], 0, 0, o.tags[:0]
	if err != nil {
		s.shut(err)
		return s.cause()
	}
	return nil
}

// flush sends what was held back.
func (s *session) flush() error {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	return s.write()
}

// sendCall sends a request as a call of its own.
func (s *session) sendCall(conn int, r *transport.Request) error {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	c, err := s.begin(conn, r.Tag)
	if err != nil {
		return err
	}
	id := c.id
	err = s.message(c, r)
	s.mu.Lock()
	c.sending = false // from here on it may be used again
	s.mu.Unlock()
	if err != nil {
		s.control.reset(id, http2.ErrCodeCancel)
		return err
	}
	return s.leave(r)
}

// sendMessage sends a request on an open stream.
func (s *session) sendMessage(c *call, r *transport.Request) error {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	if err := s.message(c, r); err != nil {
		return err
	}
	return s.leave(r)
}

// openCall begins a stream.
func (s *session) openCall(conn int) (*call, error) {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	c, err := s.begin(conn, transport.NoTag)
	if err != nil {
		return nil, err
	}
	return c, s.write()
}

// leave writes a request that is complete, unless another follows at once.
func (s *session) leave(r *transport.Request) error {
	s.out.tags = append(s.out.tags, r.Tag)
	if r.More && s.out.size < fullOutput {
		return nil
	}
	return s.write()
}

var errDraining = fmt.Errorf("%w: the server takes no more calls", transport.ErrDown)

// begin opens a call, as soon as the server takes one more. The lock of the output is held, so that ids go out in their order.
func (s *session) begin(conn int, tag int64) (*call, error) {
	s.mu.Lock()
	for s.err == nil && !s.draining && s.calls.open >= s.limit {
		if err := s.pause(); err != nil {
			s.mu.Unlock()
			return nil, err
		}
	}
	if s.err != nil || s.draining || s.calls.next > 1<<31-1 {
		defer s.mu.Unlock()
		if s.err == nil && !s.draining { // all ids are used: another session begins anew
			s.draining = true
			if s.calls.open == 0 {
				_ = s.conn.Close()
			}
		}
		if s.draining {
			return nil, errDraining
		}
		return nil, transport.ErrDown
	}
	c := s.calls.get()
	*c = call{session: s, conn: conn, tag: tag, window: s.initial, sending: true, message: message{stored: c.message.stored[:0]}}
	if s.config.Deadline > 0 && !s.config.Stream {
		c.due = s.config.Clock() + int64(s.config.Deadline)
	}
	if s.config.Stream {
		c.opened = s.config.Clock()
	}
	s.calls.add(c)
	id := c.id
	s.mu.Unlock()
	s.out.addFields(id, s.link.client.block)
	return c, nil
}

// message adds a request to the output, in frames as large as the server takes.
func (s *session) message(c *call, r *transport.Request) error {
	size := sizeOf(r)
	prefix := s.out.prefix[:]
	binary.BigEndian.PutUint32(prefix[1:], uint32(size))
	s.out.room = 0
	left, id := messageHeader+size, c.id
	if err := s.put(c, id, prefix, &left); err != nil {
		return err
	}
	if err := s.put(c, id, r.Head, &left); err != nil {
		return err
	}
	for _, piece := range r.Body {
		if err := s.put(c, id, piece, &left); err != nil {
			return err
		}
	}
	return nil
}

func sizeOf(r *transport.Request) int {
	size := len(r.Head)
	for _, piece := range r.Body {
		size += len(piece)
	}
	return size
}

// put adds a piece of a message of which left bytes have no frame yet.
func (s *session) put(c *call, id uint32, p []byte, left *int) error {
	for len(p) > 0 {
		if s.out.room == 0 {
			n, err := s.grant(c, *left)
			if err != nil {
				return err
			}
			*left -= n
			flags := http2.Flags(0)
			if *left == 0 && !s.config.Stream {
				flags = http2.FlagDataEndStream
			}
			s.addControls()
			s.out.addHeader(n, http2.FrameData, flags, id)
			s.out.room = n
		}
		n := min(s.out.room, len(p))
		s.out.add(p[:n])
		s.out.room -= n
		p = p[n:]
	}
	return nil
}

// grant returns how many of the bytes may go into the next frame, as soon as there are any.
func (s *session) grant(c *call, want int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.err != nil {
			return 0, s.err
		}
		if c.over {
			return 0, transport.ErrDown
		}
		if n := min(int64(want), int64(s.frame), s.window, c.window); n > 0 {
			s.window -= n
			c.window -= n
			return int(n), nil
		}
		if err := s.pause(); err != nil {
			return 0, err
		}
	}
}

// pause lets others write until something has changed. Both locks are held before and after.
func (s *session) pause() error {
	version := s.version
	s.mu.Unlock()
	err := s.write()
	s.out.mu.Unlock()
	s.mu.Lock()
	for err == nil && s.version == version {
		s.changed.Wait()
	}
	s.mu.Unlock()
	s.out.mu.Lock()
	s.mu.Lock()
	return err
}
