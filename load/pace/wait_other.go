//go:build !linux

package pace

import "time"

// precise waits on a timer and spins at the end.
type precise struct {
	*timed
	spin int64
}

// NewPrecise returns a waiter whose precision is that of the runtime's timers, save for the last part of each wait, spin long, for
// which it keeps a processor busy. clock returns nanoseconds.
func NewPrecise(clock func() int64, spin time.Duration) Waiter {
	return &precise{timed: newTimed(clock), spin: int64(spin)}
}

func (p *precise) Until(at int64, stop <-chan struct{}) bool {
	if !p.timed.Until(at-p.spin, stop) {
		return false
	}
	spinUntil(p.clock, at)
	return true
}
