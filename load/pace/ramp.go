package pace

import (
	"fmt"
	"math"
	"time"
)

// ramp changes the rate evenly, then keeps it.
type ramp struct {
	from, to float64 // requests per second
	over     float64 // seconds
	count    float64
}

// NewRamp returns a schedule whose rate goes evenly from one value to another over a time, and stays there. from may be 0. Request k
// is due when the area under the rate reaches k, so a ramp sends (from+to)/2 × over requests.
func NewRamp(from, to float64, over time.Duration) (Schedule, error) {
	if from != 0 {
		if err := checkRate(from); err != nil {
			return nil, err
		}
	}
	if err := checkRate(to); err != nil {
		return nil, err
	}
	if over <= 0 {
		return nil, fmt.Errorf("pace: ramp takes %v, expected more than 0", over)
	}
	return &ramp{from: from, to: to, over: over.Seconds()}, nil
}

func (r *ramp) Next() (time.Duration, bool) {
	k := r.count
	r.count++
	if k == 0 {
		return 0, true
	}
	slope := (r.to - r.from) / r.over
	inRamp := (r.from + r.to) / 2 * r.over
	if k >= inRamp {
		return instant((r.over + (k-inRamp)/r.to) * 1e9)
	}
	// The root of from·t + slope/2·t² = k, in the form that loses nothing when the slope is small.
	root := math.Sqrt(max(r.from*r.from+2*slope*k, 0))
	return instant(2 * k / (r.from + root) * 1e9)
}
