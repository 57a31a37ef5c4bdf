package h2

import (
	"encoding/binary"
	"errors"
	"sync"

	"golang.org/x/net/http2"
)

const (
	window     = 1 << 30   // what the server may send without being told to go on
	renewal    = 1 << 28   // bytes after which it is told
	readFrame  = 1 << 16   // largest payload that the server may send
	maxControl = 256 << 10 // bytes of control frames that may wait for a server that does not read
)

// controls are frames that the reader wants to be written. It never waits for that.
type controls struct {
	mu      sync.Mutex
	pending []byte
	wake    chan struct{}
}

// frame queues a frame.
func (c *controls) frame(kind http2.FrameType, flags http2.Flags, id uint32, payload []byte) {
	c.mu.Lock()
	c.pending = append(appendHeader(c.pending, len(payload), kind, flags, id), payload...)
	c.mu.Unlock()
	c.rouse()
}

// rouse has everything written that waits for it.
func (c *controls) rouse() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// number queues a frame whose payload is a number.
func (c *controls) number(kind http2.FrameType, id, value uint32) {
	var payload [4]byte
	binary.BigEndian.PutUint32(payload[:], value)
	c.frame(kind, 0, id, payload[:])
}

func (c *controls) reset(id uint32, code http2.ErrCode) {
	c.number(http2.FrameRSTStream, id, uint32(code))
}

// full reports whether the server asks for more than it takes.
func (c *controls) full() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pending) > maxControl
}

// writeControls writes control frames until the session ends.
func (s *session) writeControls() {
	for {
		select {
		case <-s.ended:
			return
		case <-s.control.wake:
		}
		s.out.mu.Lock()
		s.addControls()
		_ = s.write() // an error ends the session
		s.out.mu.Unlock()
	}
}

// addControls puts control frames before what is added next: a server may hold to its settings of before until it reads that they were
// taken. The lock of the output is held.
func (s *session) addControls() {
	s.control.mu.Lock()
	defer s.control.mu.Unlock()
	s.out.copied = append(s.out.copied, s.control.pending...)
	s.out.size += len(s.control.pending)
	s.control.pending = s.control.pending[:0]
}

// greet writes what every connection begins with.
func (s *session) greet() error {
	var settings []byte
	for _, each := range []http2.Setting{{ID: http2.SettingEnablePush}, {ID: http2.SettingInitialWindowSize, Val: window},
		{ID: http2.SettingMaxFrameSize, Val: readFrame}} {
		settings = binary.BigEndian.AppendUint16(settings, uint16(each.ID))
		settings = binary.BigEndian.AppendUint32(settings, each.Val)
	}
	greeting := append([]byte(http2.ClientPreface), appendHeader(nil, len(settings), http2.FrameSettings, 0, 0)...)
	greeting = append(greeting, settings...)
	greeting = appendHeader(greeting, 4, http2.FrameWindowUpdate, 0, 0)
	greeting = binary.BigEndian.AppendUint32(greeting, window-defaultWindow)
	_, err := s.conn.Write(greeting)
	return err
}

var errControls = errors.New("the server asks for answers to control frames and does not read them")
