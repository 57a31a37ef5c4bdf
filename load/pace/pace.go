// Package pace says when requests are due: schedules of send times, and waiting until an instant comes with the precision that a
// schedule is worth.
package pace

import (
	"fmt"
	"math"
	"time"
)

// Schedule gives the instants at which requests are due, counted from its start, in order. It is used by one goroutine. Two
// schedules made with the same arguments give the same instants.
type Schedule interface {
	// Next returns when the next request is due. ok is false when no more are.
	Next() (due time.Duration, ok bool)
}

// Bounds of the rates that schedules take, in requests per second.
const (
	MinRate = 1e-6
	MaxRate = 1e9
)

func checkRate(rate float64) error {
	if !(rate >= MinRate && rate <= MaxRate) { // also refuses what is not a number
		return fmt.Errorf("pace: rate is %g requests per second, expected %g to %g", rate, float64(MinRate), float64(MaxRate))
	}
	return nil
}

// instant converts nanoseconds from a sum in floating point, which is exact to the nanosecond for 104 days. ok is false for what a
// duration cannot hold.
func instant(ns float64) (due time.Duration, ok bool) {
	if ns >= math.MaxInt64 {
		return 0, false
	}
	return time.Duration(ns), true
}
