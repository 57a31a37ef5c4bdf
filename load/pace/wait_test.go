package pace

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// since returns a clock that begins now.
func since() func() int64 {
	begun := time.Now()
	return func() int64 { return int64(time.Since(begun)) }
}

func TestTimedWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := since()
		w := NewTimed(clock)
		defer w.Close()
		for _, at := range []time.Duration{0, time.Second, time.Second, time.Millisecond, time.Hour} {
			before := clock()
			assert.True(t, w.Until(int64(at), nil))
			assert.Equal(t, max(int64(at), before), clock())
		}
	})
}

func TestTimedStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, stop := since(), make(chan struct{})
		w := NewTimed(clock)
		defer w.Close()
		time.AfterFunc(time.Second, func() { close(stop) })
		assert.False(t, w.Until(int64(time.Hour), stop))
		assert.Equal(t, int64(time.Second), clock())
		assert.True(t, w.Until(int64(time.Millisecond), stop), "what is due is due")
	})
}

// Precise waiting uses the real clock: it must not end early, and it must end.
func TestPreciseWaits(t *testing.T) {
	for name, spin := range map[string]time.Duration{"sleeping": 0, "spinning": 100 * time.Microsecond, "spinning only": time.Second} {
		t.Run(name, func(t *testing.T) {
			clock := since()
			w := NewPrecise(clock, spin)
			defer w.Close()
			for _, wait := range []time.Duration{-time.Second, 0, time.Microsecond, 300 * time.Microsecond, 4 * time.Millisecond, 12 * time.Millisecond} {
				at := clock() + int64(wait)
				assert.True(t, w.Until(at, nil))
				assert.GreaterOrEqual(t, clock(), at)
			}
		})
	}
}

func TestPreciseStops(t *testing.T) {
	for name, wait := range map[string]time.Duration{"on a timer": time.Hour, "in the kernel": inKernel} {
		t.Run(name, func(t *testing.T) {
			stop := make(chan struct{})
			close(stop)
			clock := since()
			w := NewPrecise(clock, 0)
			defer w.Close()
			before := clock()
			assert.False(t, w.Until(before+int64(wait), stop))
			assert.Less(t, clock()-before, int64(time.Minute))
		})
	}
}

// inKernel is a wait that the precise waiter leaves to its thread.
const inKernel = 4 * time.Millisecond
