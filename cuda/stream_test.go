package cuda_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/cuda"
)

func TestStreamRunsInOrder(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		s := x.stream()
		var order []int
		for i := range 3 {
			require.NoError(t, s.LaunchHostFunc(func() { order = append(order, i) }))
		}
		require.NoError(t, s.Synchronize())
		assert.Equal(t, []int{0, 1, 2}, order)
		assert.Same(t, x.device, s.Device())
		x.closeAll(s)
	})
}

func TestStreamQuery(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		s, e := x.stream(cuda.StreamNonBlocking()), x.event()
		open := x.gate(s)
		require.NoError(t, e.Record(s))
		for _, query := range []func() (bool, error){s.Query, e.Query} {
			done, err := query()
			require.NoError(t, err)
			assert.False(t, done)
		}
		open()
		require.NoError(t, s.Synchronize())
		for _, query := range []func() (bool, error){s.Query, e.Query} {
			done, err := query()
			require.NoError(t, err)
			assert.True(t, done)
		}
		x.closeAll(s, e)
	})
}

func TestStreamWaitsForEvent(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		first, second, e := x.stream(), x.stream(), x.event(cuda.EventWithoutTiming())
		open := x.gate(first)
		var ran []string
		require.NoError(t, first.LaunchHostFunc(func() { ran = append(ran, "first") }))
		require.NoError(t, e.Record(first))
		require.NoError(t, second.WaitEvent(e))
		require.NoError(t, second.LaunchHostFunc(func() { ran = append(ran, "second") }))
		done, err := second.Query()
		require.NoError(t, err)
		assert.False(t, done)
		open()
		require.NoError(t, second.Synchronize())
		assert.Equal(t, []string{"first", "second"}, ran)
		x.closeAll(first, second, e)
	})
}

func TestEventsTellTheTime(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		s, start, end := x.stream(), x.event(), x.event(cuda.EventBlocking())
		const pause = 2 * time.Millisecond
		require.NoError(t, start.Record(s))
		require.NoError(t, s.Sleep(pause))
		require.NoError(t, end.Record(s))
		_, err := cuda.Elapsed(start, end)
		require.ErrorIs(t, err, cuda.ErrNotReady)
		require.NoError(t, end.Synchronize())
		elapsed, err := cuda.Elapsed(start, end)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, elapsed.Duration(), pause)
		x.closeAll(s, start, end)
	})
}

func TestElapsedRefuses(t *testing.T) {
	onEachMajor(t, "", func(t *testing.T, x *fixture) {
		s, timed, untimed := x.stream(), x.event(), x.event(cuda.EventWithoutTiming())
		_, err := cuda.Elapsed(timed, timed)
		assert.ErrorIs(t, err, cuda.ErrInvalidHandle, "never recorded")
		require.NoError(t, timed.Record(s))
		require.NoError(t, untimed.Record(s))
		require.NoError(t, s.Synchronize())
		_, err = cuda.Elapsed(timed, untimed)
		assert.ErrorIs(t, err, cuda.ErrInvalidHandle, "without timing")
		x.closeAll(s, timed, untimed)
	})
}

func TestMillisecondsBecomeDurations(t *testing.T) {
	assert.Equal(t, 1500*time.Microsecond, cuda.Milliseconds(1.5).Duration())
	assert.Equal(t, time.Duration(0), cuda.Milliseconds(0).Duration())
	assert.Equal(t, 512*time.Nanosecond, cuda.Milliseconds(0.000512).Duration())
	assert.Equal(t, -1500*time.Microsecond, cuda.Milliseconds(-1.5).Duration())
}

func TestSleepRefusesNegativeTimes(t *testing.T) {
	x := newFixture(t, 13, "")
	s := x.stream(cuda.StreamPriority(-1))
	assert.ErrorContains(t, s.Sleep(-time.Second), "-1s, expected 0 or more")
	x.closeAll(s)
}
