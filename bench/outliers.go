package bench

import (
	"cmp"
	"slices"
)

// Outliers are the inferences whose latency lies far above the others'.
type Outliers struct {
	// LimitMs is where outliers begin: the median plus OutlierFactor standard deviations, these estimated from the median
	// absolute deviation, which the outliers themselves do not move.
	LimitMs float64   `json:"limit_ms"`
	Count   int       `json:"count"`
	Worst   []Outlier `json:"worst"` // at most MaxOutliers, the slowest first
}

// Outlier is one slow inference.
type Outlier struct {
	Sample    int     `json:"sample"` // place in the recording
	Lane      int     `json:"lane"`
	AtMs      float64 `json:"at_ms"` // host time of its enqueue since the start of the run
	LatencyMs float64 `json:"latency_ms"`
	GCPause   bool    `json:"gc_pause"` // Go's garbage collector stopped the program meanwhile
}

// What counts as an outlier, and how many are listed.
const (
	OutlierFactor = 5
	MaxOutliers   = 10

	deviations        = 1.4826 // standard deviations of a normal distribution in its median absolute deviation
	clockResolutionMs = 0.0005 // of the device's event clock: no difference below it is one
)

// outliersOf lists the outliers of samples, of which the first has the place first in the recording.
func outliersOf(samples []Sample, first int, median, mad float64) Outliers {
	o := Outliers{LimitMs: median + OutlierFactor*max(deviations*mad, clockResolutionMs), Worst: []Outlier{}}
	slowestFirst := func(a, b Outlier) int { return cmp.Compare(b.LatencyMs, a.LatencyMs) }
	for i := range samples {
		s := &samples[i]
		latency := float64(s.Timing().Latency())
		if latency <= o.LimitMs {
			continue
		}
		o.Count++
		if len(o.Worst) == MaxOutliers && latency <= o.Worst[MaxOutliers-1].LatencyMs {
			continue
		}
		o.Worst = append(o.Worst, Outlier{first + i, int(s.Lane), float64(s.EnqueueStart) / 1e6, latency, s.Flags&GCPause != 0})
		slices.SortStableFunc(o.Worst, slowestFirst)
		o.Worst = o.Worst[:min(len(o.Worst), MaxOutliers)]
	}
	return o
}
