package load

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Quantity is a kind of time that requests have; [Figures] has a distribution of each.
type Quantity int

// The quantities.
const (
	Delay Quantity = iota
	Lag
	Service
	Response
	FirstAnswer
)

// Bounds and resolution of histograms.
const (
	histogramMax    = int64(time.Hour)
	histogramDigits = 3
)

// Histogram returns the distribution of a quantity at point i, of the requests that [Recording.Figures] looks at, as an HDR histogram:
// 1 ns to 1 hour with three significant digits. What lies outside is counted at the bound. The error says that the point has no window.
func (r *Recording) Histogram(i int, q Quantity) (*hdrhistogram.Histogram, error) {
	if err := r.measured(i); err != nil {
		return nil, err
	}
	outcomes, m := r.Points[i].Outcomes, r.Settings.measure(&r.Points[i])
	c := newColumns(m, 0)
	for k := range outcomes {
		if o := &outcomes[k]; o.Flags&FlagClosing == 0 && m.dues(o.Intended) {
			c.add(o, m.fate(o))
		}
	}
	c.addFirst(outcomes, m)
	return histogramOf([]*column{Delay: &c.delay, Lag: &c.lag, Service: &c.service, Response: &c.response, FirstAnswer: &c.first}[q].values), nil
}

// histogramOf returns a histogram of values in nanoseconds.
func histogramOf(values []int64) *hdrhistogram.Histogram {
	h := hdrhistogram.New(1, histogramMax, histogramDigits)
	for _, v := range values {
		_ = h.RecordValue(min(max(v, 0), histogramMax)) // a value within the bounds is always counted
	}
	return h
}
