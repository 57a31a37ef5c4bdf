package perfanalyzer

import (
	"time"

	"github.com/trtbench/trtbench/load"
)

// row is a point of the tables.
type row struct {
	point   *load.Point
	level   float64
	figures *load.CompatFigures
	client  clientTimes
}

// rows returns the points of the tables in the order in which they were measured.
func (o *Options) rows(r *load.Recording) []row {
	var rows []row
	for i := range r.Points {
		p := &r.Points[i]
		if !p.Passed && !o.AllPoints {
			continue
		}
		f, err := r.CompatFigures(i)
		if err != nil || f.Requests == 0 {
			continue
		}
		rows = append(rows, row{p, shownLevel(&r.Settings, p), f, clientTimesOf(p)})
	}
	return rows
}

// shownLevel returns the level that tables and exports have.
func shownLevel(s *load.Settings, p *load.Point) float64 {
	switch s.Mode {
	case load.ModeSchedule:
		return 1
	case load.ModeIntervals, load.ModeRamp:
		return p.Asked
	default:
		return p.Level
	}
}

// clientTimes are mean times of a request in the client.
type clientTimes struct {
	send time.Duration // from turning to it to its last byte being handed over
	wait time.Duration // from then on to its last answer
}

// clientTimesOf looks at the requests that [load.CompatFigures] looks at.
func clientTimesOf(p *load.Point) clientTimes {
	windows := p.Windows[len(p.Windows)-p.Merged:]
	start, end := windows[0].Start, windows[len(windows)-1].End
	var send, wait, n int64
	for i := range p.Outcomes {
		o := &p.Outcomes[i]
		if counts(o, start, end) {
			n++
			// An answer may be seen before the sender has read its clock.
			sent := min(o.Sent, o.Answered)
			send += sent - o.Begun
			wait += o.Answered - sent
		}
	}
	if n == 0 {
		return clientTimes{}
	}
	return clientTimes{time.Duration(send / n), time.Duration(wait / n)}
}

// counts reports whether a request was answered in a span.
func counts(o *load.Outcome, start, end int64) bool {
	return o.Status == load.StatusOK && o.Flags&load.FlagClosing == 0 && start < o.Answered && o.Answered <= end
}
