package stream

import (
	"context"
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/load"
)

// maxVoid is how many points of a search may be void.
const maxVoid = 3

// maxLate is how many more times a search measures a number at which the client was late.
const maxLate = 2

// search looks for the largest number of sessions that holds.
func (r *runner) search(ctx context.Context) error {
	h := newHunt(r.recording.Settings.Search)
	defer func() { r.recording.Result = r.recording.result(h) }()
	void := 0
	late := map[int]int{} // how often the client was late at a number
	for {
		t, more := h.next()
		if !more {
			return nil
		}
		p, err := r.measure(ctx, t)
		if err != nil || ctx.Err() != nil {
			return err
		}
		switch p.Finding {
		case Interrupted:
			return nil
		case Refused:
			if t.sessions == 1 {
				return errors.New(p.Evidence)
			}
		case Errors:
			if low, _ := h.bounds(); low == 0 && h.passed == 0 {
				return fmt.Errorf("stream: with %d streams: %s", t.sessions, p.Evidence)
			}
		case Void:
			if void++; void >= maxVoid {
				return fmt.Errorf("stream: %d points were void; the last one: %s", void, p.Evidence)
			}
			continue
		case ClientLate:
			if late[t.sessions]++; late[t.sessions] <= maxLate { // nothing is known yet
				continue
			}
		}
		h.tell(t, p.outcome(&r.recording.Settings))
	}
}

// outcome is what a point says to a hunt.
func (p *Point) outcome(s *Settings) outcome {
	o := outcome{holds: p.Finding == Holds || p.Finding == Scouted, final: p.Finding == Refused}
	if !o.holds {
		o.hint = p.served()
		return o
	}
	if p.Scout {
		q, known := newFigures(p, s).Latency.Chunk.At(s.Percentile / 100)
		o.spare = known && q.Value <= s.Limit/spareShare
	}
	return o
}

// spareShare is the part of the limit up to which a latency is far below it.
const spareShare = 4

// served estimates how many sessions the server can have at most, by what it answered when it had more to do than it could: their share of
// the chunks that were answered while all sessions spoke. It returns 0 when the server kept up, so that nothing is known.
func (p *Point) served() int {
	var spoke int64 // all sessions do from here on
	for i := range p.Chunks {
		if c := &p.Chunks[i]; c.Utterance == 0 && c.Number == 0 {
			spoke = max(spoke, c.Complete)
		}
	}
	complete, answered := 0, 0
	for i := range p.Chunks {
		c := &p.Chunks[i]
		if c.Complete >= spoke && c.Complete < p.End {
			complete++
		}
		if c.Status == load.StatusOK && c.Answered >= spoke && c.Answered < p.End {
			answered++
		}
	}
	if float64(answered) >= keptUp*float64(complete) {
		return 0
	}
	return p.Sessions * answered / complete
}

// keptUp is the share of what is spoken that a server answers which keeps up, end effects included.
const keptUp = 0.97

// result sums a hunt up.
func (r *Recording) result(h *hunt) *Result {
	low, high := h.bounds()
	q := &Result{Holds: low, Breaks: high, Retreats: h.retreats, Advances: h.advances, Point: -1, Breaker: -1}
	if m := h.marks[low]; m != nil {
		q.Repeats, q.Confirmed = m.row, m.row >= h.settings.Repeats
	}
	for i := range r.Points {
		p := &r.Points[i]
		switch {
		case p.Sessions == low && p.Finding == Holds:
			if q.Point < 0 {
				q.Point = i
			}
		case p.Sessions == high && p.breaks():
			if q.Breaker < 0 || r.Points[q.Breaker].Scout && !p.Scout { // a scout tells less
				q.Breaker, q.Limiting = i, p.limit()
			}
		}
	}
	return q
}

// breaks reports whether a point speaks against its number of sessions.
func (p *Point) breaks() bool {
	switch p.Finding {
	case Holds, Scouted, Void, Interrupted:
		return false
	}
	return true
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
