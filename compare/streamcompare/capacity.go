package streamcompare

import (
	"fmt"
	"math"

	"github.com/trtbench/trtbench/compare"
	"github.com/trtbench/trtbench/stream"
)

// Overlap says that the ranges of both capacities have numbers in common, so that no difference is shown.
const Overlap compare.Code = "ranges-overlap"

// Range is where a capacity lies: at least Holds, and below Breaks.
type Range struct {
	Holds  int `json:"holds"`  // largest number of sessions that held; 0: none did
	Breaks int `json:"breaks"` // smallest number above it that was shown not to hold; 0: none was
}

// known reports whether the range says anything.
func (r Range) known() bool { return r.Holds > 0 || r.Breaks > 0 }

// most returns the largest number in the range, which may have no end.
func (r Range) most() float64 {
	if r.Breaks == 0 {
		return math.Inf(1)
	}
	return float64(r.Breaks - 1)
}

// String writes the range.
func (r Range) String() string {
	switch {
	case r.Breaks == 0:
		return fmt.Sprintf("%d or more", r.Holds)
	case r.Holds == r.Breaks-1:
		return fmt.Sprint(r.Holds)
	}
	return fmt.Sprintf("%d to %d", r.Holds, r.Breaks-1)
}

// refuted reports whether a point shows that the server does not hold the sessions. That it was too close to the limit, or that the
// client was late, shows nothing, and neither does a scout.
func refuted(p *stream.Point) bool {
	return !p.Scout && (p.Finding == stream.OverLimit || p.Finding == stream.FellBehind || p.Finding == stream.Refused)
}

// rangeOf returns what a recording shows of the capacity. What a search found to hold was repeated, and stands whatever single points
// say. Where the points of a curve contradict each other, the range includes all that they may mean.
func rangeOf(r *stream.Recording) Range {
	highest := 0 // number that held
	first := 0   // smallest one that was refuted
	for i := range r.Points {
		switch p := &r.Points[i]; {
		case p.Finding == stream.Holds:
			highest = max(highest, p.Sessions)
		case refuted(p) && (first == 0 || p.Sessions < first):
			first = p.Sessions
		}
	}
	var c Range
	if r.Result != nil {
		highest = r.Result.Holds
		c.Holds = highest
	}
	for i := range r.Points {
		p := &r.Points[i]
		if r.Result == nil && p.Finding == stream.Holds && (first == 0 || p.Sessions < first) {
			c.Holds = max(c.Holds, p.Sessions)
		}
		if refuted(p) && p.Sessions > highest && (c.Breaks == 0 || p.Sessions < c.Breaks) {
			c.Breaks = p.Sessions
		}
	}
	return c
}

// Capacity compares the numbers of sessions that hold.
type Capacity struct {
	A Range `json:"a"`
	B Range `json:"b"`
	// Percent is by how many more sessions held with B than with A; null when none held with A.
	Percent *float64 `json:"difference_percent"`
	// LowPercent and HighPercent are the least and the greatest difference that the ranges allow; null without an end.
	LowPercent  *float64      `json:"low_percent"`
	HighPercent *float64      `json:"high_percent"`
	State       compare.State `json:"state"`
	Code        compare.Code  `json:"code"`
}

// compareCapacity compares two ranges that are known. threshold is the difference that does not matter, in per cent.
func compareCapacity(a, b Range, threshold float64) *Capacity {
	c := &Capacity{A: a, B: b}
	low, high := 100*(ratio(float64(b.Holds), a.most())-1), 100*(ratio(b.most(), float64(a.Holds))-1)
	c.Percent, c.LowPercent, c.HighPercent = finite(100*(ratio(float64(b.Holds), float64(a.Holds))-1)), finite(low), finite(high)
	row := compare.Row{HigherBetter: true}
	row.WithInterval(low, high, threshold)
	c.State, c.Code = row.State, row.Code
	if c.Code == compare.Noisy {
		c.Code = Overlap
	}
	return c
}

// ratio returns b/a, for numbers of sessions of which either may be 0 or without end.
func ratio(b, a float64) float64 {
	switch {
	case math.IsInf(a, 1):
		return 0
	case a == 0 && b == 0:
		return 1
	case a == 0:
		return math.Inf(1)
	}
	return b / a
}

// finite returns a number, nil for one without end.
func finite(v float64) *float64 {
	if math.IsInf(v, 0) {
		return nil
	}
	return &v
}
