package bench

import (
	"slices"
	"time"
)

// A warm-up that ends by convergence lasts until the medians of the compute time in steadyWindows stretches in a row, each of at
// least windowMs and windowSamples inferences, differ by at most steadySpread of the smallest.
const (
	steadyWindows = 5
	steadySpread  = 0.02
	windowMs      = 50 // of device time
	windowSamples = 20
	windowKept    = 1024 // inferences of a stretch that are looked at; it ends when there are so many

	// MaxConvergence is the device time after which a warm-up ends although the compute time has not settled.
	MaxConvergence = 30 * time.Second
)

// convergence watches the compute times of a warm-up. It allocates nothing once it is made.
type convergence struct {
	least, most float32 // ms of device time the warm-up takes at least and at most

	values  [windowKept]float32 // of the stretch under way
	n       int
	from    float32 // where the stretch under way began
	medians [steadyWindows]float32
	windows int // stretches seen
	settled bool
}

func newConvergence(least time.Duration) *convergence {
	return &convergence{least: milliseconds(least), most: max(milliseconds(MaxConvergence), milliseconds(least))}
}

// add looks at one more inference.
func (c *convergence) add(s *Sample) {
	if c.n == 0 {
		c.from = s.ComputeStart
	}
	c.values[c.n] = s.Compute
	c.n++
	if c.n < windowKept && (c.n < windowSamples || s.ComputeStart-c.from < windowMs) {
		return
	}
	window := c.values[:c.n]
	slices.Sort(window)
	c.medians[c.windows%steadyWindows] = window[c.n/2]
	c.windows++
	c.n = 0
	least, most := slices.Min(c.medians[:]), slices.Max(c.medians[:])
	c.settled = c.windows >= steadyWindows && float64(most-least) <= steadySpread*float64(least)
}

// over reports whether the warm-up ends at this device time.
func (c *convergence) over(elapsed float32) bool {
	return elapsed >= c.most || c.settled && elapsed >= c.least
}
