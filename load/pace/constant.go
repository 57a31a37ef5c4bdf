package pace

import (
	"math"
	"math/bits"
	"time"
)

// constant sends request k at k × num/denom nanoseconds, rounded down.
type constant struct{ count, num, denom uint64 }

// NewConstant returns a schedule of equally spaced requests, the first at 0. However long it runs, request k is due at k/rate: the
// rounding to whole nanoseconds does not add up. rate is requests per second, taken in millionths.
func NewConstant(rate float64) (Schedule, error) {
	if err := checkRate(rate); err != nil {
		return nil, err
	}
	const scale = 1_000_000
	return &constant{num: 1_000_000_000 * scale, denom: uint64(math.Round(rate * scale))}, nil
}

func (c *constant) Next() (time.Duration, bool) {
	high, low := bits.Mul64(c.count, c.num)
	if high >= c.denom {
		return 0, false // later than can be said
	}
	ns, _ := bits.Div64(high, low, c.denom)
	c.count++
	return time.Duration(ns), ns <= math.MaxInt64
}

// period sends request k at (k+1) times a whole number of nanoseconds.
type period struct{ last, gap time.Duration }

// NewPeriod returns the constant schedule of perf_analyzer: the gap is cut to whole nanoseconds, so that 2048 requests per second
// become 2048.001, and the first request is due one gap after the start.
func NewPeriod(rate float64) (Schedule, error) {
	if err := checkRate(rate); err != nil {
		return nil, err
	}
	return &period{gap: time.Duration(1e9 / rate)}, nil
}

func (p *period) Next() (time.Duration, bool) {
	p.last += p.gap
	return p.last, p.last > 0 // until it can no longer be said
}
