package streamreport

import (
	"fmt"
	"strings"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
)

// interval says where the largest number of sessions that a run holds lies.
type interval struct {
	holds  int // largest number that held; 0: none did
	breaks int // smallest number above it that did not; 0: there is none
	point  int // place of the point that did not hold, -1 if there is none
	sure   bool
}

// interval returns what a search found, or what the points of a curve show.
func (r *Run) interval() interval {
	if q := r.Recording.Result; q != nil {
		return interval{q.Holds, q.Breaks, q.Breaker, q.Confirmed || q.Holds == 0}
	}
	in := interval{point: -1, sure: true}
	if best := r.holding(); best >= 0 {
		in.holds = r.Recording.Points[best].Sessions
	}
	for i := range r.Recording.Points {
		p := &r.Recording.Points[i]
		if p.Sessions > in.holds && told(p.Finding) && (in.point < 0 || p.Sessions < in.breaks) {
			in.breaks, in.point = p.Sessions, i
		}
	}
	return in
}

// told reports whether a point speaks against its number of sessions, be it that something went wrong.
func told(f stream.Finding) bool {
	return f != stream.Holds && f != stream.Scouted && f != stream.Void && f != stream.Interrupted
}

// breaker returns the point that did not hold, nil if there is none.
func (r *Run) breaker(in interval) *stream.Point {
	if in.point < 0 {
		return nil
	}
	return &r.Recording.Points[in.point]
}

// Capacity writes how many sessions a run holds, and where that ends: "504 (breaks at 512)", "≥ 504" where no end was found, "< 100"
// where nothing held, "?" where nothing can be said.
func (r *Run) Capacity() string {
	in := r.interval()
	breaker := r.breaker(in)
	if breaker == nil {
		if in.holds > 0 {
			return fmt.Sprintf("≥ %d", in.holds)
		}
		return "?"
	}
	decided := breaker.Finding == stream.OverLimit || breaker.Finding == stream.FellBehind
	switch text := fmt.Sprint(in.holds); {
	case in.holds == 0 && decided:
		return fmt.Sprintf("< %d", in.breaks)
	case in.holds == 0:
		return fmt.Sprintf("? (%s at %d)", ending(breaker.Finding), in.breaks)
	case !in.sure:
		return fmt.Sprintf("%s? (%s at %d)", text, ending(breaker.Finding), in.breaks)
	default:
		return fmt.Sprintf("%s (%s at %d)", text, ending(breaker.Finding), in.breaks)
	}
}

// ending says in a word why a point did not hold.
func ending(f stream.Finding) string {
	switch f {
	case stream.OverLimit, stream.FellBehind:
		return "breaks"
	case stream.Undecided:
		return "undecided"
	default:
		return string(f)
	}
}

// Outcome says in a few words what stands in the way of more sessions.
func (r *Run) Outcome() string {
	in := r.interval()
	breaker := r.breaker(in)
	switch {
	case breaker == nil && in.holds > 0:
		return "no limit found"
	case breaker == nil && r.best() != nil: // of points that decide nothing
		return string(r.Recording.Points[len(r.Recording.Points)-1].Finding)
	case breaker == nil:
		return "nothing was measured"
	case r.Recording.Result != nil && r.Recording.Result.Limiting != "":
		return "limit: " + string(r.Recording.Result.Limiting)
	case breaker.Limiting != "":
		return "limit: " + string(breaker.Limiting)
	}
	return string(breaker.Finding)
}

// verdict is what a point came to, in one cell.
func verdict(p *stream.Point) string {
	text := string(p.Finding)
	if p.Limiting != "" && string(p.Limiting) != text {
		text += " (" + string(p.Limiting) + ")"
	}
	if p.Finding != stream.Holds {
		return text
	}
	var codes []string
	for _, reason := range p.Verdict.Reasons {
		codes = append(codes, string(reason.Code))
	}
	if len(codes) == 0 && p.Verdict.Status != record.Valid {
		codes = append(codes, string(p.Verdict.Status))
	}
	return strings.Join(append([]string{text}, codes...), ", ")
}
