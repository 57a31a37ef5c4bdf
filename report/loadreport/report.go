// Package loadreport writes what a load test found: text for people, and a JSON document for programs. It has the figures of package load;
// those of perf_analyzer are written by package perfanalyzer.
package loadreport

import (
	"errors"

	"github.com/trtbench/trtbench/load"
)

// Report is a recording with its figures.
type Report struct {
	Recording *load.Recording
	Points    []Point
}

// Point is one level with its figures. Figures is nil when the point has no window: the run ended before there was one.
type Point struct {
	*load.Point
	Figures *load.Figures
}

// New computes the figures of every point.
func New(r *load.Recording) *Report {
	report := &Report{Recording: r}
	for i := range r.Points {
		report.Points = append(report.Points, NewPoint(r, i))
	}
	return report
}

// NewPoint computes the figures of point i, as for a row that is shown while the run goes on.
func NewPoint(r *load.Recording, i int) Point {
	p := Point{Point: &r.Points[i]}
	if figures, err := r.Figures(i); err == nil {
		p.Figures = figures
	}
	return p
}

// ErrNoFigures says that a recording has no point with figures.
var ErrNoFigures = errors.New("loadreport: nothing was measured: the run ended before its first window")

// Check returns [ErrNoFigures] when there is nothing to report.
func (r *Report) Check() error {
	for i := range r.Points {
		if r.Points[i].Figures != nil {
			return nil
		}
	}
	return ErrNoFigures
}
