package load

import (
	"fmt"
	"time"

	"github.com/trtbench/trtbench/record"
)

// Recording is what a run leaves behind: where it ran, with which settings, and the times of every request.
type Recording struct {
	record.Head
	Settings Settings
	Epoch    time.Time // instant 0 of the run's clock
	Points   []Point   // in the order in which they were measured
	// Ended says why levels that the settings ask for were not measured; nil when all were.
	Ended *record.Reason
}

// Point is one level of load and what came of it.
type Point struct {
	Level float64 `json:"level"`           // requests per second, or requests in flight
	Asked float64 `json:"asked,omitempty"` // requests per second that the schedule wants on average; 0 in a closed loop
	Begun int64   `json:"begun_ns"`        // on the run's clock: sending began
	Until int64   `json:"until_ns"`        // waiting for answers ended

	Windows []Window `json:"windows"`
	Merged  int      `json:"merged"` // the last so many windows are those that the figures are of

	Stable bool `json:"stable"` // the merged windows agree
	// OnlyThroughput says that Stable holds although the latencies differ, see Compat2506.
	OnlyThroughput bool `json:"only_throughput,omitempty"`
	OverLimit      bool `json:"over_limit,omitempty"` // the latency limit was reached
	Empty          bool `json:"empty,omitempty"`      // in one of the merged windows no request ended
	Passed         bool `json:"passed"`               // a search takes the level for reached
	Unfinished     bool `json:"unfinished,omitempty"` // the run ended before the point was complete

	// Processor is the processor time that the client used while the windows ran; 0 where the system does not tell.
	Processor time.Duration `json:"processor_ns,omitempty"`

	Failures []Failure      `json:"failures,omitempty"` // one of each kind
	Verdict  record.Verdict `json:"verdict"`            // its first reason is the gravest

	// Outcomes holds every request of the point in the order of its number, those of the warm-up and those that only close
	// sequences included.
	Outcomes []Outcome `json:"-"`
}

// Failure is a way in which requests of a point failed.
type Failure struct {
	Status Status `json:"status"`
	Text   string `json:"text"` // of the first one
	Count  int    `json:"count"`
}

// merged returns the windows that the figures are of.
func (p *Point) merged() []Window { return p.Windows[len(p.Windows)-p.Merged:] }

// Figures computes the figures of point i. The error says that the point has no window.
func (r *Recording) Figures(i int) (*Figures, error) {
	if err := r.measured(i); err != nil {
		return nil, err
	}
	f := r.Settings.measure(&r.Points[i]).figures(r.Points[i].Outcomes)
	f.Windows = r.Points[i].Merged
	return &f, nil
}

// CompatFigures computes the figures that perf_analyzer would give for point i, also of a run that did not follow its rules. The
// error says that the point has no window.
func (r *Recording) CompatFigures(i int) (*CompatFigures, error) {
	if err := r.measured(i); err != nil {
		return nil, err
	}
	f := r.Settings.compatMeasure(&r.Points[i], r.Points[i].Merged).figures(r.Points[i].Outcomes)
	return &f, nil
}

// WindowFigures computes perf_analyzer's figures of each window of point i, which it prints on its "Pass" lines.
func (r *Recording) WindowFigures(i int) []CompatFigures {
	p := &r.Points[i]
	list := make([]CompatFigures, len(p.Windows))
	for k := range p.Windows {
		part := Point{Windows: p.Windows[:k+1]}
		list[k] = r.Settings.compatMeasure(&part, 1).figures(p.Outcomes)
	}
	return list
}

func (r *Recording) measured(i int) error {
	if p := &r.Points[i]; p.Merged == 0 {
		return fmt.Errorf("load: figures of point %d at %g: it has no window, so nothing was measured", i, p.Level)
	}
	return nil
}

// Best returns the place of the passed point with the highest level, or -1 when none passed.
func (r *Recording) Best() int {
	best := -1
	for i := range r.Points {
		if r.Points[i].Passed && (best < 0 || r.Points[i].Level > r.Points[best].Level) {
			best = i
		}
	}
	return best
}

// measure says how to look at a point; it has a window.
func (s *Settings) measure(p *Point) measure {
	due := 0
	for _, w := range p.merged() {
		due += w.Due
	}
	return measure{span: spanOf(p.merged()), until: p.Until, asked: p.Asked, due: due, batch: s.Batch, quantile: s.Percentile / 100}
}

// compatMeasure looks at the last n windows of a point as perf_analyzer does.
func (s *Settings) compatMeasure(p *Point, n int) compatMeasure {
	from := len(p.Windows) - n
	m := compatMeasure{
		windows: p.Windows[from:], batch: s.Batch, percentile: int(s.Percentile), tolerance: compatRulesOf[s.Compat].delayTolerance,
	}
	if from > 0 {
		m.before = p.Windows[from-1].End
	}
	return m
}
