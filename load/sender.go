package load

import (
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/trtbench/trtbench/load/pace"
)

// sender sends the requests of its places. It belongs to one goroutine, but for freed and the times.
type sender struct {
	*drive
	places []int // its places
	turn   int   // the one of them that sends next, where they take turns
	random *rand.Rand
	waiter pace.Waiter // nil in a closed loop

	freed  chan token // what may be sent; nil: anything. It has room for all tokens: putting one in never waits
	parked []token    // kept back, so that no more than allowed are in flight; a ring
	oldest int        // in parked
	held   int        // requests that the connections may hold back
	now    int64      // an instant that has passed

	waiting, sending stopwatch // see count
}

// stopwatch adds up the time of something that begins and ends again and again. One goroutine calls begin and end.
type stopwatch struct{ total, since atomic.Int64 }

func (w *stopwatch) begin(now int64) { w.since.Store(now) }

func (w *stopwatch) end(now int64) {
	since := w.since.Swap(0)
	w.total.Add(now - since)
}

// until returns the time up to now, that which is under way included. It is safe for concurrent use, and may then be a little short.
func (w *stopwatch) until(now int64) time.Duration {
	total := w.total.Load()
	if since := w.since.Load(); since > 0 {
		total += max(now-since, 0)
	}
	return time.Duration(total)
}

// prime puts out the tokens for the first requests.
func (s *sender) prime() {
	open, limit := s.demand.schedule != nil, s.settings.outstanding
	switch {
	case s.groups != nil:
		s.freed = make(chan token, len(s.places))
		return
	case !open:
		s.freed = make(chan token, len(s.places))
	case s.sources != nil && s.sources.settings.oneAtATime():
		s.freed = make(chan token, len(s.places))
		if limit > 0 {
			s.parked = make([]token, max(len(s.places)-limit, 0))
		}
	case limit > 0:
		s.freed = make(chan token, limit)
	}
	for i := range cap(s.freed) {
		t := token{s.places[i%len(s.places)], s.start}
		if i < len(s.parked) {
			s.parked[i] = t
		} else {
			s.freed <- t
		}
	}
}

// run sends until the schedule, the demand or the point ends.
func (s *sender) run(arrivals *share) {
	if arrivals == nil {
		s.refill()
	} else {
		s.follow(arrivals)
	}
	s.flushHeld()
}

// follow is the open loop: what is due is sent, at once if it is late; nothing is left out.
func (s *sender) follow(arrivals *share) {
	number, due, ok := arrivals.next()
	for ok {
		t, free := s.take()
		if !free {
			return
		}
		intended := s.start + due
		late, on := s.until(intended)
		if !on {
			return
		}
		r := attempt{number: number, place: s.choose(t), intended: intended, late: late}
		number, due, ok = arrivals.next()
		r.more = ok && s.start+due <= s.now && (s.freed == nil || len(s.freed) > 0)
		if admitted, _ := s.send(r); !admitted {
			return
		}
	}
}

// Pauses of a closed loop whose requests cannot be sent: without them a server that went away would cost a processor.
const (
	firstPause = time.Millisecond
	lastPause  = 100 * time.Millisecond
)

// refill is the closed loop: a place that becomes free is used again.
func (s *sender) refill() {
	pause := firstPause
	for sent := int64(0); s.groups == nil || sent < int64(len(s.places)); sent++ {
		t, free := s.take()
		if !free {
			return
		}
		r := attempt{number: numberByIndex, place: t.place, intended: t.at, more: len(s.freed) > 0}
		admitted, err := s.send(r)
		if !admitted {
			return
		}
		if err == nil {
			pause = firstPause
			continue
		}
		s.pause(pause)
		pause = min(2*pause, lastPause)
	}
}

// take waits for a token. ok is false when the point ends first.
func (s *sender) take() (t token, ok bool) {
	if s.stopped.Load() {
		return t, false
	}
	if s.freed == nil {
		return t, true
	}
	select {
	case t = <-s.freed:
	default:
		if t, ok = s.await(); !ok {
			return t, false
		}
	}
	if len(s.parked) > 0 {
		s.parked[s.oldest], t = t, s.parked[s.oldest]
		s.oldest = (s.oldest + 1) % len(s.parked)
	}
	return t, true
}

// await waits for a token until there is one. ok is false when the point ends first.
func (s *sender) await() (t token, ok bool) {
	s.waiting.begin(s.clock())
	defer func() { s.waiting.end(s.clock()) }()
	select {
	case t = <-s.freed:
		return t, true
	case <-s.stop:
		return t, false
	}
}

// until waits for an instant. late says that it had passed before; on is false when the point ends first.
func (s *sender) until(at int64) (late, on bool) {
	if s.now >= at {
		return s.now > at, true
	}
	if s.now = s.clock(); s.now >= at {
		return s.now > at, true
	}
	s.waiting.begin(s.now)
	on = s.waiter.Until(at, s.stop)
	s.now = s.clock()
	s.waiting.end(s.now)
	return false, on
}

// pause waits a moment, if the point does not end.
func (s *sender) pause(d time.Duration) {
	s.flushHeld()
	s.waiting.begin(s.clock())
	defer func() { s.waiting.end(s.clock()) }()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.stop:
	}
}

// choose returns the place that sends next.
func (s *sender) choose(t token) int {
	switch {
	case s.sources == nil || !s.sources.settings.oneAtATime() && !s.sources.settings.drawn:
		s.turn++
		return s.places[(s.turn-1)%len(s.places)]
	case s.sources.settings.oneAtATime():
		return t.place
	}
	return s.places[s.random.IntN(len(s.places))]
}

// flushHeld lets the connections send what they hold back.
func (s *sender) flushHeld() {
	if s.held == 0 {
		return
	}
	s.held = 0
	if s.flush != nil {
		_ = s.flush() // what cannot leave ends with StatusLost
	}
}
