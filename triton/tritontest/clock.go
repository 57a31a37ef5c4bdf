package tritontest

import (
	"sync"
	"time"
)

// Clock gives a Mock its time. It must be safe for concurrent use.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f in a goroutine of its own when d has passed.
	AfterFunc(d time.Duration, f func())
}

// WallClock is the time of the machine.
type WallClock struct{}

// Now returns the time of the machine.
func (WallClock) Now() time.Time { return time.Now() }

// AfterFunc calls f when d has passed on the machine.
func (WallClock) AfterFunc(d time.Duration, f func()) { time.AfterFunc(d, f) }

// ManualClock is a clock that stands still until a test moves it.
type ManualClock struct {
	mu      sync.Mutex
	changed *sync.Cond
	now     time.Time
	timers  []manualTimer
}

type manualTimer struct {
	due time.Time
	f   func()
}

// NewManualClock returns a clock at a fixed instant.
func NewManualClock() *ManualClock {
	c := &ManualClock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	c.changed = sync.NewCond(&c.mu)
	return c
}

// Now returns the instant to which the clock was moved.
func (c *ManualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc keeps f until Advance reaches its instant.
func (c *ManualClock) AfterFunc(d time.Duration, f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timers = append(c.timers, manualTimer{c.now.Add(d), f})
	c.changed.Broadcast()
}

// WaitTimers returns when at least n functions wait for their instant: what a test sent has then arrived.
func (c *ManualClock) WaitTimers(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.timers) < n {
		c.changed.Wait()
	}
}

// Advance moves the clock and calls, in the order of their instants, the functions that are due; those that they add too.
func (c *ManualClock) Advance(d time.Duration) {
	c.mu.Lock()
	end := c.now.Add(d)
	for {
		next := -1
		for i, timer := range c.timers {
			if !timer.due.After(end) && (next < 0 || timer.due.Before(c.timers[next].due)) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		timer := c.timers[next]
		c.timers = append(c.timers[:next], c.timers[next+1:]...)
		c.now = timer.due
		c.mu.Unlock()
		timer.f()
		c.mu.Lock()
	}
	c.now = end
	c.mu.Unlock()
}
