package streamreport

import (
	"fmt"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/internal/typeset"
	"github.com/trtbench/trtbench/stream"
)

// NewRun computes what a recording says.
func NewRun(name string, r *stream.Recording) Run {
	run := Run{Name: name, Kind: kindOf(&r.Description), Recording: r, Figures: make([]*stream.Figures, len(r.Points))}
	for i := range r.Points {
		if f, err := r.Figures(i); err == nil { // else the point has no measured time
			run.Figures[i] = f
		}
	}
	return run
}

// kindOf tells how the model is served.
func kindOf(d *record.Description) Kind {
	switch d.Serving {
	case record.ServedByTriton:
		return Triton
	case record.ServedHereTravelled:
		return Travel
	}
	return Bare
}

// Held reports whether a number of sessions held.
func (r *Run) Held() bool { return r.holding() >= 0 }

// PointText says in a line what a point came to. It may be called while the run goes on.
func PointText(r *stream.Recording, i int) string {
	p := &r.Points[i]
	text := fmt.Sprintf("%d streams: %s", p.Sessions, verdict(p))
	if f, err := r.Figures(i); err == nil {
		text += fmt.Sprintf("; %s SPS, p50 %s ms, p99 %s ms", typeset.Number(f.Rate.SPS), typeset.Quantile(&f.Latency.Chunk, 0.5), typeset.Quantile(&f.Latency.Chunk, 0.99))
	}
	return text
}
