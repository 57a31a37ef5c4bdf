package triton

import (
	"fmt"
	"sync/atomic"
)

// session carries the states of one chain of requests, of which one is under way at a time. The states of an answer are written
// where the request's were: by then the server has read those.
type session struct {
	states  [][]byte    // nil: no answer yet
	spoiled atomic.Bool // a request ended otherwise: its bytes may still be under way, so the next states need other memory
}

// fill puts the states into the holes of a request.
func (s *session) fill(body [][]byte, holes []hole, t *Target, start bool) {
	for _, h := range holes {
		if start || s.states == nil {
			body[h.piece] = t.zeros[:t.sizes[h.state]]
		} else {
			body[h.piece] = s.states[h.state]
		}
	}
}

// take copies the states of an answer.
func (s *session) take(a *answer, t *Target) error {
	if s.states == nil || s.spoiled.Load() {
		s.spoiled.Store(false)
		s.states = make([][]byte, len(t.sizes))
		for i, size := range t.sizes {
			s.states[i] = make([]byte, size)
		}
	}
	for i, pair := range t.options.States {
		place, found := a.find(pair.Output)
		if !found {
			return fmt.Errorf("the answer does not have the bytes of output %q, which feeds input %q", pair.Output, pair.Input)
		}
		if place.size != t.sizes[i] {
			return fmt.Errorf("output %q has %d bytes, input %q that it feeds takes %d", pair.Output, place.size, pair.Input, t.sizes[i])
		}
		copySpan(s.states[i], a.cursor.pieces, place)
	}
	return nil
}
