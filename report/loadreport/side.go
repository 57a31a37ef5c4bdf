package loadreport

import (
	"fmt"
	"io"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/internal/typeset"
)

// Side is one of two load tests that are compared: a recording, or what perf_analyzer left of a run.
type Side struct {
	Name string `json:"name"` // as a rule, of the file
	Kind string `json:"kind"` // "recording", or which file of perf_analyzer
	// Recording is nil for what is imported.
	Recording *load.Recording `json:"-"`
	Levels    []SideLevel     `json:"levels"`
}

// SideLevel are the figures of one level, by the rules of perf_analyzer or by ours.
type SideLevel struct {
	Mode       load.Mode     `json:"mode"`
	Level      float64       `json:"level"`
	Throughput float64       `json:"throughput"` // inferences per second
	Times      []SideTime    `json:"times"`
	Status     record.Status `json:"status,omitempty"` // "" when nobody judged it
}

// SideTime is a figure of time: the mean, or a percentile. Low and High are equal to Value where no interval is known.
type SideTime struct {
	Name  string        `json:"name"` // "mean", "p50", "p99", …
	Value time.Duration `json:"value_ns"`
	Low   time.Duration `json:"low_ns"`
	High  time.Duration `json:"high_ns"`
	Exact bool          `json:"exact"` // no interval is known
}

// PointTime returns a figure without an interval.
func PointTime(name string, value time.Duration) SideTime {
	return SideTime{Name: name, Value: value, Low: value, High: value, Exact: true}
}

// NewSide makes a side of a recording. With compat its figures are those that perf_analyzer would give for the same requests, so that
// they can stand beside imported ones.
func NewSide(name string, r *load.Recording, compat bool) *Side {
	s := &Side{Name: name, Kind: "recording", Recording: r}
	for i := range r.Points {
		p := &r.Points[i]
		level := SideLevel{Mode: r.Settings.Mode, Level: p.Level, Status: p.Verdict.Status}
		if compat {
			f, err := r.CompatFigures(i)
			if err != nil {
				continue
			}
			level.Throughput = f.Throughput
			level.Times = append(level.Times, PointTime("mean", time.Duration(f.MeanNs)))
			for _, q := range f.Percentiles {
				level.Times = append(level.Times, PointTime(percentileName(float64(q.Percentile)), time.Duration(q.Ns)))
			}
			s.Levels = append(s.Levels, level)
			continue
		}
		f, err := r.Figures(i)
		if err != nil {
			continue
		}
		level.Throughput = f.Throughput
		level.Times = append(level.Times, PointTime("mean", f.Response.Mean))
		for _, q := range f.Response.Quantiles {
			level.Times = append(level.Times, SideTime{percentileName(100 * q.Q), q.Value, q.Low, q.High, !q.Enough})
		}
		s.Levels = append(s.Levels, level)
	}
	return s
}

// level returns the figures of a level, if the side has it.
func (s *Side) level(mode load.Mode, level float64) (SideLevel, bool) {
	for _, l := range s.Levels {
		if l.Mode == mode && l.Level == level {
			return l, true
		}
	}
	return SideLevel{}, false
}

// time returns a figure by its name.
func (l *SideLevel) time(name string) (SideTime, bool) {
	for _, t := range l.Times {
		if t.Name == name {
			return t, true
		}
	}
	return SideTime{}, false
}

// WriteText writes the figures of every level.
func (s *Side) WriteText(w io.Writer) error {
	p := typeset.NewPrinter(w)
	p.Line("%s (%s)", s.Name, s.Kind)
	p.Wrap(2, "Latencies begin when a request was sent, however late that was. Times in ms.")
	for i := range s.Levels {
		l := &s.Levels[i]
		row := fmt.Sprintf("%s %g: %.6g inferences/s", modeName(l.Mode), l.Level, l.Throughput)
		for _, t := range l.Times {
			row += fmt.Sprintf(", %s %s", t.Name, typeset.Milliseconds(t.Value))
		}
		p.Wrap(2, row)
	}
	return p.Err()
}

// modeName is the name that perf_analyzer's table has for a level.
func modeName(m load.Mode) string {
	if m.Open() {
		return "Request Rate"
	}
	return "Concurrency"
}
