package tritontest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/trtbench/trtbench/triton/tritontest"
)

func TestLatencies(t *testing.T) {
	draw := func(latency tritontest.Latency) (sum time.Duration, all []time.Duration) {
		for n := range int64(10_000) {
			d := latency(n)
			sum += d
			all = append(all, d)
		}
		return sum, all
	}
	sum, _ := draw(tritontest.Cycle(time.Millisecond, 3*time.Millisecond))
	assert.Equal(t, 20*time.Second, sum)
	sum, first := draw(tritontest.Exponential(10*time.Millisecond, 7))
	assert.InEpsilon(t, 100*time.Second, sum, 0.03)
	_, again := draw(tritontest.Exponential(10*time.Millisecond, 7))
	assert.Equal(t, first, again, "the same seed")
	sum, all := draw(tritontest.Uniform(5*time.Millisecond, 15*time.Millisecond, 7))
	assert.InEpsilon(t, 100*time.Second, sum, 0.03)
	for _, d := range all {
		assert.GreaterOrEqual(t, d, 5*time.Millisecond)
		assert.Less(t, d, 15*time.Millisecond)
	}
}

func TestManualClock(t *testing.T) {
	clock := tritontest.NewManualClock()
	start := clock.Now()
	var order []time.Duration
	note := func() { order = append(order, clock.Now().Sub(start)) }
	clock.AfterFunc(3*time.Second, note)
	clock.AfterFunc(time.Second, func() {
		note()
		clock.AfterFunc(time.Second, note)
	})
	clock.AfterFunc(time.Hour, note)
	clock.Advance(5 * time.Second)
	assert.Equal(t, []time.Duration{time.Second, 2 * time.Second, 3 * time.Second}, order)
	assert.Equal(t, 5*time.Second, clock.Now().Sub(start))
}
