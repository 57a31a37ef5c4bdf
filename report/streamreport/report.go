package streamreport

import (
	"errors"

	"github.com/trtbench/trtbench/stream"
)

// Kind says how the model of a run is served. It decides which runs are compared for what a server costs.
type Kind string

// The kinds.
const (
	Bare   Kind = "bare"          // in this process, states where the model runs
	Travel Kind = "bare, travels" // in this process, states through the host with every chunk
	Triton Kind = "server"        // on a Triton server
)

// Run is one server that was measured.
type Run struct {
	Name      string // unique in a report
	Kind      Kind
	Recording *stream.Recording
	Figures   []*stream.Figures // one for each point; nil where nothing was measured
}

// Report is a set of runs that are compared.
type Report struct{ Runs []Run }

// ErrNoFigures says that no run has a point with figures.
var ErrNoFigures = errors.New("streamreport: nothing was measured: the run ended before its measured time began")

// Check returns [ErrNoFigures] when there is nothing to report.
func (r *Report) Check() error {
	for i := range r.Runs {
		if r.Runs[i].shown() >= 0 {
			return nil
		}
	}
	return ErrNoFigures
}

// holding returns the place of the point with the most sessions that holds, -1 when none does. A search has said so itself.
func (r *Run) holding() int {
	if result := r.Recording.Result; result != nil {
		return result.Point
	}
	best := -1
	for i := range r.Recording.Points {
		p := &r.Recording.Points[i]
		if p.Finding == stream.Holds && (best < 0 || p.Sessions > r.Recording.Points[best].Sessions) {
			best = i
		}
	}
	return best
}

// shown returns the place of the point that stands for the run: the one that holds the most sessions, else the one with the fewest, -1
// when nothing was measured.
func (r *Run) shown() int {
	if best := r.holding(); best >= 0 && r.Figures[best] != nil {
		return best
	}
	least := -1
	for i, f := range r.Figures {
		if f != nil && (least < 0 || f.Sessions < r.Figures[least].Sessions) {
			least = i
		}
	}
	return least
}

// best returns the figures of the point that stands for the run, nil when nothing was measured.
func (r *Run) best() *stream.Figures {
	if i := r.shown(); i >= 0 {
		return r.Figures[i]
	}
	return nil
}
