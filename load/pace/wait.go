package pace

import "time"

// Waiter waits for instants of a clock. It is used by one goroutine.
type Waiter interface {
	// Until returns true once the clock has reached at, and false if stop was closed before: within a few milliseconds.
	Until(at int64, stop <-chan struct{}) bool
	// Close gives back what the waiter holds.
	Close()
}

// timed waits on a timer of the runtime: late by half a millisecond at most times, and by more when processors are busy.
type timed struct {
	clock func() int64
	timer *time.Timer
}

// NewTimed returns a waiter that needs no thread of its own. clock returns nanoseconds.
func NewTimed(clock func() int64) Waiter { return newTimed(clock) }

func newTimed(clock func() int64) *timed {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	return &timed{clock: clock, timer: timer}
}

func (t *timed) Until(at int64, stop <-chan struct{}) bool {
	for left := at - t.clock(); left > 0; left = at - t.clock() {
		t.timer.Reset(time.Duration(left))
		select {
		case <-t.timer.C:
		case <-stop:
			t.timer.Stop()
			return false
		}
	}
	return true
}

func (t *timed) Close() { t.timer.Stop() }

// spinUntil keeps the processor until the clock has reached at.
func spinUntil(clock func() int64, at int64) {
	for clock() < at {
	}
}
