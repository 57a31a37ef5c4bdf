package h2

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/grpc/codes"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

const (
	readBuffer     = 2 * readFrame
	maxHeaderBlock = 256 << 10
	maxHeaderField = 64 << 10
	headerTable    = 4096 // size of the table of HTTP/2 when nothing else is said
)

// reader takes what the server sends.
type reader struct {
	session  *session
	in       *bufio.Reader
	decoder  *hpack.Decoder
	fields   fields // of the block that is being decoded
	block    []byte // of a block in several frames
	blockID  uint32 // its stream; 0: no block is open
	blockEnd bool   // the stream ends with it
	pieces   [][]byte
	received int64 // since the window was last renewed
	settings bool  // they have come
	useful   bool  // an answer has come
}

func (r *reader) init(s *session) {
	r.session = s
	r.in = bufio.NewReaderSize(s.conn, readBuffer)
	r.decoder = hpack.NewDecoder(headerTable, r.fields.take)
	r.decoder.SetMaxStringLength(maxHeaderField)
}

// header is that of a frame.
type header struct {
	length int
	kind   http2.FrameType
	flags  http2.Flags
	id     uint32
}

// run reads frames until something is wrong with them or the connection ends.
func (r *reader) run() error {
	for {
		p, err := r.in.Peek(frameHeader)
		if err != nil {
			return err
		}
		h := header{int(p[0])<<16 | int(p[1])<<8 | int(p[2]), http2.FrameType(p[3]), http2.Flags(p[4]), binary.BigEndian.Uint32(p[5:]) & (1<<31 - 1)}
		if h.length > readFrame {
			return fmt.Errorf("a frame of %d bytes, expected at most %d", h.length, readFrame)
		}
		_, _ = r.in.Discard(frameHeader)
		payload, err := r.in.Peek(h.length)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err == nil {
			err = r.frame(h, payload)
		}
		if err != nil {
			return err
		}
		_, _ = r.in.Discard(h.length)
	}
}

// frame takes a frame. An error is one of the whole connection.
func (r *reader) frame(h header, p []byte) error {
	if !r.settings && h.kind != http2.FrameSettings {
		return fmt.Errorf("the server begins with %s, expected settings", h.kind)
	}
	if (r.blockID != 0) != (h.kind == http2.FrameContinuation) {
		return fmt.Errorf("%s inside or %[1]s outside of header fields", h.kind)
	}
	switch h.kind {
	case http2.FrameData:
		return r.data(h, p)
	case http2.FrameHeaders:
		return r.headers(h, p)
	case http2.FrameContinuation:
		if h.id != r.blockID {
			return fmt.Errorf("header fields of stream %d continue on stream %d", r.blockID, h.id)
		}
		return r.fragment(h, p)
	case http2.FramePushPromise:
		return fmt.Errorf("%s, which was not allowed", h.kind)
	}
	return r.session.controlFrame(h, p)
}

// unpad removes padding.
func unpad(h header, p []byte) ([]byte, error) {
	if !h.flags.Has(http2.FlagDataPadded) {
		return p, nil
	}
	if len(p) == 0 || int(p[0]) >= len(p) {
		return nil, fmt.Errorf("%s with more padding than content", h.kind)
	}
	return p[1 : len(p)-int(p[0])], nil
}

// data takes content.
func (r *reader) data(h header, p []byte) error {
	at := r.session.config.Clock()
	r.renew(&r.received, h.length, 0)
	content, err := unpad(h, p)
	if err != nil {
		return err
	}
	if h.id == 0 {
		return fmt.Errorf("%s on stream 0", h.kind)
	}
	c := r.session.find(h.id)
	if c == nil {
		return nil // it was given up
	}
	r.renew(&c.received, h.length, h.id)
	if err := r.content(c, content, at); err != nil {
		r.session.control.reset(h.id, http2.ErrCodeCancel)
		r.session.finish(c, at, &transport.StatusError{Code: codes.Internal, Text: err.Error()})
		return nil
	}
	if h.flags.Has(http2.FlagDataEndStream) {
		r.end(c, at)
	}
	return nil
}

// renew tells the server to go on when it has used a part of a window.
func (r *reader) renew(received *int64, n int, id uint32) {
	if *received += int64(n); *received >= renewal {
		r.session.control.number(http2.FrameWindowUpdate, id, uint32(*received))
		*received = 0
	}
}

// content takes bytes of a call's answers.
func (r *reader) content(c *call, p []byte, at int64) error {
	m := &c.message
	for len(p) > 0 {
		if m.have < messageHeader {
			var err error
			if p, err = m.begin(p); err != nil {
				return err
			}
			if m.have < messageHeader {
				return nil
			}
		}
		n := min(m.left, len(p))
		switch {
		case n < m.left:
			m.store(p[:n], r.session.config.Head)
			return nil
		case len(m.stored) == 0:
			r.pieces = append(r.pieces[:0], p[:n])
		default:
			m.store(p[:n], r.session.config.Head)
			r.pieces = m.whole(r.pieces[:0])
		}
		p = p[n:]
		if c.answered.Load() && !r.session.config.Stream {
			return fmt.Errorf("a second answer to a call that takes one")
		}
		c.answered.Store(true)
		r.useful = true
		r.session.config.Handler.Message(c.conn, c.tag, at, r.pieces)
		clear(r.pieces)
		m.reset()
	}
	return nil
}

// end takes the end of a stream.
func (r *reader) end(c *call, at int64) {
	var failure error
	if !c.answered.Load() || r.session.config.Stream {
		failure = c.fields.failure()
	}
	if m := &c.message; m.have > 0 && c.fields.status == "0" {
		failure = &transport.StatusError{Code: codes.Internal, Text: "the server ended in the middle of an answer"}
	}
	r.session.finish(c, at, failure)
}

// headers takes the beginning of header fields.
func (r *reader) headers(h header, p []byte) error {
	p, err := unpad(h, p)
	if err != nil {
		return err
	}
	if h.flags.Has(http2.FlagHeadersPriority) {
		if len(p) < 5 {
			return fmt.Errorf("%s with %d bytes, expected a priority", h.kind, len(p))
		}
		p = p[5:]
	}
	if h.id == 0 {
		return fmt.Errorf("%s on stream 0", h.kind)
	}
	r.blockID, r.blockEnd, r.block = h.id, h.flags.Has(http2.FlagHeadersEndStream), r.block[:0]
	return r.fragment(h, p)
}

// fragment takes a part of header fields.
func (r *reader) fragment(h header, p []byte) error {
	if len(r.block)+len(p) > maxHeaderBlock {
		return fmt.Errorf("header fields of more than %d bytes", maxHeaderBlock)
	}
	if !h.flags.Has(http2.FlagHeadersEndHeaders) {
		r.block = append(r.block, p...)
		return nil
	}
	if len(r.block) > 0 {
		r.block = append(r.block, p...)
		p = r.block
	}
	at, id := r.session.config.Clock(), r.blockID
	r.blockID = 0
	c := r.session.find(id)
	r.fields = fields{}
	if c != nil {
		r.fields = c.fields
	}
	if _, err := r.decoder.Write(p); err != nil {
		return fmt.Errorf("header fields: %w", err)
	}
	if err := r.decoder.Close(); err != nil {
		return fmt.Errorf("header fields: %w", err)
	}
	if c == nil {
		return nil
	}
	if r.blockEnd {
		c.fields = r.fields
		r.end(c, at)
		return nil
	}
	if r.fields.informational() {
		return nil
	}
	c.fields = r.fields
	if err := r.fields.foreign(); err != nil {
		r.session.control.reset(id, http2.ErrCodeCancel)
		r.session.finish(c, at, err)
	}
	return nil
}
