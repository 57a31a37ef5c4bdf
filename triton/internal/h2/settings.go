package h2

import (
	"encoding/binary"
	"fmt"
	"math"

	"golang.org/x/net/http2"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// find returns an open call, nil when there is none.
func (s *session) find(id uint32) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls.find(id)
}

// controlFrame takes a frame that carries nothing of a call's content.
func (s *session) controlFrame(h header, p []byte) error {
	if !validSize(h.kind, len(p)) {
		return fmt.Errorf("%s of %d bytes", h.kind, len(p))
	}
	switch h.kind {
	case http2.FrameSettings:
		return s.settings(h, p)
	case http2.FramePing:
		if !h.flags.Has(http2.FlagPingAck) {
			s.control.frame(http2.FramePing, http2.FlagPingAck, 0, p)
		}
	case http2.FrameRSTStream:
		if c := s.find(h.id); c != nil {
			s.reset(c, http2.ErrCode(binary.BigEndian.Uint32(p)))
		}
	case http2.FrameWindowUpdate:
		return s.grow(h.id, int64(binary.BigEndian.Uint32(p)&(1<<31-1)))
	case http2.FrameGoAway:
		s.goAway(binary.BigEndian.Uint32(p)&(1<<31-1), http2.ErrCode(binary.BigEndian.Uint32(p[4:])))
	}
	if s.control.full() {
		return errControls
	}
	return nil
}

// validSize checks the payload of a control frame.
func validSize(kind http2.FrameType, size int) bool {
	switch kind {
	case http2.FramePing:
		return size == 8
	case http2.FrameRSTStream, http2.FrameWindowUpdate:
		return size == 4
	case http2.FrameGoAway:
		return size >= 8
	}
	return true
}

// reset ends a call that the server has cut off. A server that watches the deadline itself may do so before this side has noticed.
func (s *session) reset(c *call, code http2.ErrCode) {
	at, failure := s.config.Clock(), resetFailure(code)
	if c.due != 0 && c.due <= at && code == http2.ErrCodeCancel {
		failure = errDeadline
	}
	s.finish(c, at, failure)
}

// settings takes those of the server.
func (s *session) settings(h header, p []byte) error {
	if h.flags.Has(http2.FlagSettingsAck) {
		return nil
	}
	if len(p)%6 != 0 {
		return fmt.Errorf("%s of %d bytes", h.kind, len(p))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for ; len(p) > 0; p = p[6:] {
		value := binary.BigEndian.Uint32(p[2:])
		switch http2.SettingID(binary.BigEndian.Uint16(p)) {
		case http2.SettingInitialWindowSize:
			if value > math.MaxInt32 {
				return fmt.Errorf("settings: a window of %d bytes", value)
			}
			for _, c := range s.calls.ring {
				if c != nil {
					c.window += int64(value) - s.initial
				}
			}
			s.initial = int64(value)
		case http2.SettingMaxFrameSize:
			if value < minFrame || value >= 1<<24 {
				return fmt.Errorf("settings: frames of %d bytes", value)
			}
			s.frame = int(value)
		case http2.SettingMaxConcurrentStreams:
			s.limit = int(min(value, math.MaxInt32))
		}
	}
	s.tell()
	s.control.frame(http2.FrameSettings, http2.FlagSettingsAck, 0, nil)
	if !s.reader.settings {
		s.reader.settings = true
		close(s.greeted)
	}
	if s.control.full() {
		return errControls
	}
	return nil
}

// grow takes more room for what is sent.
func (s *session) grow(id uint32, n int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	window := &s.window
	if id != 0 {
		c := s.calls.find(id)
		if c == nil {
			return nil
		}
		window = &c.window
	}
	if *window += n; *window > math.MaxInt32 {
		return fmt.Errorf("a window of %d bytes, expected at most %d", *window, math.MaxInt32)
	}
	s.tell()
	return nil
}

// goAway ends the calls that the server has not seen, and lets no others begin.
func (s *session) goAway(last uint32, code http2.ErrCode) {
	move := !s.config.Stream && !s.isDraining() // streams stay as long as the server lets them
	if move {
		s.link.moves()
	}
	s.mu.Lock()
	s.draining = true
	var unseen []*call
	for _, c := range s.calls.ring {
		if c != nil && c.id > last {
			unseen = append(unseen, c)
		}
	}
	if s.calls.open == 0 {
		_ = s.conn.Close() // the reader notices
	}
	s.tell()
	s.mu.Unlock()
	if move {
		s.link.follow(s)
		s.control.rouse() // what was held back leaves
	}
	at := s.config.Clock()
	for _, c := range unseen {
		s.finish(c, at, fmt.Errorf("%w: the server goes away: %s", transport.ErrDown, code))
	}
}
