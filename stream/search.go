package stream

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// hunt looks for the largest number of sessions that holds: it doubles until one does not, halves the distance between the largest
// that holds and the smallest that does not, and repeats the largest. One that does not hold again takes the place of the smallest
// that does not, and the hunt goes on below it.
type hunt struct {
	settings *SearchSettings
	held     []int // numbers that hold, ascending
	repeats  int   // how often the last of held has held
	breaks   int   // smallest number that does not; 0: none
	retreats int
}

// next returns the next number to measure, and whether it repeats one that held.
func (h *hunt) next() (sessions int, repeat, more bool) {
	low := h.low()
	switch {
	case low == 0 && h.breaks == 0:
		return h.settings.Start, false, true
	case h.breaks == 0 && low < h.settings.Max:
		return min(2*low, h.settings.Max), false, true
	case h.breaks > 0 && h.breaks-low > h.step(low):
		return low + (h.breaks-low)/2, false, true
	case low == 0:
		return 0, false, false
	}
	return low, true, h.repeats < h.settings.Repeats
}

// low returns the largest number that holds; 0 when none does.
func (h *hunt) low() int {
	if len(h.held) == 0 {
		return 0
	}
	return h.held[len(h.held)-1]
}

// step returns how far apart the bounds may be.
func (h *hunt) step(low int) int {
	return max(int(math.Floor(float64(low)*h.settings.Resolution/100)), 1)
}

// tell says how the number that next returned came out.
func (h *hunt) tell(sessions int, repeat, holds bool) {
	switch {
	case holds && repeat:
		h.repeats++
	case holds:
		h.held, h.repeats = append(h.held, sessions), 1
	default:
		if repeat {
			h.retreats++
			h.held, h.repeats = h.held[:len(h.held)-1], 1
		}
		h.breaks = sessions
	}
}

// maxVoid is how many points of a search may be void.
const maxVoid = 3

// search looks for the largest number of sessions that holds.
func (r *runner) search(ctx context.Context) error {
	h := &hunt{settings: r.recording.Settings.Search}
	defer func() { r.recording.Result = r.recording.result(h) }()
	void := 0
	for {
		sessions, repeat, more := h.next()
		if !more {
			return nil
		}
		again := 0
		if repeat {
			again = h.repeats
		}
		p, err := r.measure(ctx, sessions, again)
		if err != nil || ctx.Err() != nil {
			return err
		}
		switch p.Finding {
		case Interrupted:
			return nil
		case Refused:
			if len(h.held) == 0 && sessions == 1 {
				return errors.New(p.Evidence)
			}
		case Errors:
			if len(h.held) == 0 {
				return fmt.Errorf("stream: with %d sessions: %s", sessions, p.Evidence)
			}
		case Void:
			if void++; void >= maxVoid {
				return fmt.Errorf("stream: %d points were void; the last one: %s", void, p.Evidence)
			}
			continue
		}
		h.tell(sessions, repeat, p.Finding == Holds)
	}
}

// result sums a hunt up.
func (r *Recording) result(h *hunt) *Result {
	q := &Result{Holds: h.low(), Breaks: h.breaks, Repeats: h.repeats, Retreats: h.retreats, Point: -1, Breaker: -1}
	q.Confirmed = q.Holds > 0 && h.repeats >= h.settings.Repeats
	for i := range r.Points {
		p := &r.Points[i]
		switch {
		case p.Sessions == q.Holds && p.Finding == Holds && q.Point < 0:
			q.Point = i
		case p.Sessions == q.Breaks && p.Finding != Holds && p.Finding != Void && p.Finding != Interrupted && q.Breaker < 0:
			q.Breaker = i
			q.Limiting = p.limit()
		}
	}
	return q
}

// limit returns what kept a point from holding.
func (p *Point) limit() Limiting {
	switch p.Finding {
	case ClientLate:
		return LimitClient
	case Errors:
		return LimitErrors
	}
	return p.Limiting
}
