package load

import "math"

// stableWindows is the number of windows that must agree, and that are then merged.
const stableWindows = 3

// trial is what stability looks at in one window.
type trial struct {
	throughput float64
	latency    float64 // ns; infinite when no request ended
	behind     bool    // less was sent or answered than was due
}

// stability decides when a point has been measured long enough.
type stability struct {
	windows   int     // that must agree
	maxTrials int     // windows at most
	spread    float64 // the largest value may be 1 + spread times the smallest
	limit     float64 // latency in ns that is too much; 0: none
	// throughputSuffices accepts a point whose throughput alone is stable when the windows are used up.
	throughputSuffices bool
}

// decision is what stability says after a window.
type decision struct {
	done   bool
	stable bool
	// onlyThroughput says that it counts as stable although the latencies differ.
	onlyThroughput bool
}

// decide looks at all windows of a point so far.
func (s *stability) decide(trials []trial) decision {
	var d decision
	if len(trials) >= s.windows {
		last := trials[len(trials)-s.windows:]
		d.stable = s.agree(last, true)
		d.done = d.stable || s.overLimit(last) || behind(last)
	}
	if d.done || len(trials) < s.maxTrials {
		return d
	}
	d.done = true
	if len(trials) >= s.windows && s.throughputSuffices {
		d.onlyThroughput = s.agree(trials[len(trials)-s.windows:], false)
		d.stable = d.onlyThroughput
	}
	return d
}

// agree reports whether the windows differ by no more than the spread.
func (s *stability) agree(trials []trial, latencies bool) bool {
	least, most := trials[0], trials[0]
	for _, t := range trials {
		if t.throughput == 0 {
			return false
		}
		least.throughput, most.throughput = min(least.throughput, t.throughput), max(most.throughput, t.throughput)
		least.latency, most.latency = min(least.latency, t.latency), max(most.latency, t.latency)
	}
	within := func(most, least float64) bool { return most <= least*(1+s.spread) }
	return within(most.throughput, least.throughput) && (!latencies || within(most.latency, least.latency))
}

// overLimit reports whether any of the windows is over the limit.
func (s *stability) overLimit(trials []trial) bool {
	for _, t := range trials {
		if s.limit > 0 && t.latency >= s.limit {
			return true
		}
	}
	return false
}

// behind reports whether all of the windows were behind: longer measuring would only make the queue longer.
func behind(trials []trial) bool {
	for _, t := range trials {
		if !t.behind {
			return false
		}
	}
	return true
}

// nothingEnded is the trial of a window in which no request ended.
var nothingEnded = trial{latency: math.Inf(1)}
