package pace

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

const (
	coarse = 5 * time.Millisecond // waits longer than this begin on a timer, which costs nothing and ends when stop is closed
	margin = 3 * time.Millisecond // and leave this to the thread: timers of the runtime are late by 1 ms at times
	slice  = 2 * time.Millisecond // the thread looks at stop after this long
)

// thread waits in the kernel, on a thread of its own whose timers may not be late.
type thread struct {
	timed *timed
	clock func() int64
	spin  int64
	slack int // of the thread before
}

// NewPrecise returns a waiter that is late by some tens of microseconds at most times. It binds the calling goroutine to its thread
// until Close. For the last part of each wait, spin long, it keeps a processor busy: 0 for none. clock returns nanoseconds.
func NewPrecise(clock func() int64, spin time.Duration) Waiter {
	runtime.LockOSThread()
	slack, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	if err != nil {
		slack = 0 // means the default
	}
	// Where a sandbox forbids it, sleeps end up to 50 µs later, which the lag shows.
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
	return &thread{timed: newTimed(clock), clock: clock, spin: int64(spin), slack: slack}
}

func (t *thread) Until(at int64, stop <-chan struct{}) bool {
	for {
		left := at - t.clock()
		if left <= t.spin {
			spinUntil(t.clock, at)
			return true
		}
		if left > int64(coarse) {
			if !t.timed.Until(at-int64(margin), stop) {
				return false
			}
			continue
		}
		request := unix.NsecToTimespec(min(left-t.spin, int64(slice)))
		_ = unix.Nanosleep(&request, nil) // ended by a signal, it is taken up again
		select {
		case <-stop:
			return false
		default:
		}
	}
}

func (t *thread) Close() {
	t.timed.Close()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(t.slack), 0, 0, 0)
	runtime.UnlockOSThread()
}
