package load

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The expected values follow by hand from the formulas.
func TestCompatFigures(t *testing.T) {
	late := answered(1100, 1130)
	late.Begun, late.Sent, late.Flags = ms(1100)+500_000, ms(1101), FlagLate // 0.5 ms late, sent 1 ms late: 29.5 ms
	later := answered(1200, 1250)
	later.Begun, later.Sent, later.Flags = ms(1202), ms(1203), FlagLate // 48 ms
	end := answered(2400, 2410.000999)
	end.Flags, end.Parts = FlagEnd, 3
	overslept := answered(1950, 2000) // at the end of the first window; waited for, so not delayed
	overslept.Begun = ms(1960)        // 40 ms
	failed := answered(1500, 1501)
	failed.Status = StatusFailed
	outcomes := []Outcome{
		answered(900, 1000),    // ended when the first window opened: belongs to none
		answered(950, 1000.01), // 50.01 ms
		late, later, failed,
		overslept,
		end,
		answered(2900, 2999), // 99 ms
		answered(2990, 3001), // ended after the last
	}
	m := compatMeasure{
		windows: []Window{
			{Start: ms(1000), End: ms(2000), Idle: 400 * time.Millisecond}, {Start: ms(2000), End: ms(3000), Idle: 2 * time.Second},
		},
		batch: 2, percentile: 97, tolerance: time.Millisecond,
	}
	f := m.figures(outcomes)
	assert.Equal(t, 6, f.Requests)
	assert.Equal(t, 2*time.Second, f.Duration)
	assert.Equal(t, 1, f.Sequences)
	assert.InDelta(t, 0.5, f.SequenceThroughput, 0)
	assert.InDelta(t, 6, f.Throughput, 0)
	assert.InDelta(t, 4, f.ResponseThroughput, 0)
	assert.Equal(t, 1, f.Delayed)
	assert.InDelta(t, 100.0/6, f.DelayedPercent, 1e-12)
	assert.Equal(t, uint64((50_010_000+29_500_000+48_000_000+40_000_000+10_000_999+99_000_000)/6), f.MeanNs)
	assert.Equal(t, uint64(46085), f.MeanNs/1000)
	assert.Equal(t, uint64(29776), f.StdDevUs) // √(Σ(x-mean)²/5)
	// Sorted: 10.000999, 29.5, 40, 48, 50.01, 99. Places: 0.5·5+0.5 = 3, 0.9·5+0.5 = 5, …
	assert.Equal(t, []CompatPercentile{{50, 48e6}, {90, 99e6}, {95, 99e6}, {97, 99e6}, {99, 99e6}}, f.Percentiles)
	assert.Equal(t, uint64(99e6), f.StabilizingNs)
	assert.InDelta(t, 30, f.OverheadPercent, 1e-12, "60 % and 0")
	// Six were sent up to 2000, three of them before the window, then three more.
	assert.InDelta(t, (6.0+3)/2, f.SendRate, 1e-12)

	m.before = ms(1000) // the windows are not the first of their point
	assert.InDelta(t, (4.0+3)/2, m.figures(outcomes).SendRate, 1e-12)
	m.before = 0
	warm := answered(800, 2500)
	warm.Flags = FlagWarmUp
	assert.InDelta(t, (6.0+3)/2, m.figures(append(outcomes, warm)).SendRate, 1e-12, "a warm-up is no burst")
	m.tolerance, m.percentile = 0, 0
	f = m.figures(outcomes)
	assert.Equal(t, 2, f.Delayed, "any lateness counts in 24.02")
	assert.Equal(t, f.MeanNs, f.StabilizingNs)
}

func TestCompatDeviation(t *testing.T) {
	assert.Equal(t, uint64(math.MaxUint64), compatDeviation([]int64{5}, 5))
	assert.Equal(t, uint64(1), compatDeviation([]int64{0, 2000}, 1000), "√(2·1000²/1) ns is 1.414 µs")
	// The sum of squares wraps around: 2 · (2³²)² is 2·2⁶⁴.
	assert.Zero(t, compatDeviation([]int64{0, 1 << 33}, 1<<32))
}

func TestCompatIndex(t *testing.T) {
	for _, c := range []struct{ n, p, want int }{
		{1, 50, 0}, {1, 99, 0}, {2, 50, 1}, {3, 50, 1}, {4, 50, 2}, {100, 50, 50}, {100, 99, 98}, {101, 99, 99}, {5000, 99, 4949}, {10, 90, 8},
	} {
		assert.Equal(t, c.want, compatIndex(c.n, c.p), "percentile %d of %d", c.p, c.n)
	}
}

func TestWithPercentile(t *testing.T) {
	assert.Equal(t, []int{50, 90, 95, 99}, withPercentile(0))
	assert.Equal(t, []int{50, 90, 95, 99}, withPercentile(95))
	assert.Equal(t, []int{10, 50, 90, 95, 99}, withPercentile(10))
	assert.Equal(t, []int{50, 75, 90, 95, 99}, withPercentile(75))
}

func TestCompatFiguresOfNothing(t *testing.T) {
	f := compatMeasure{windows: []Window{{Start: 1, End: ms(1000)}}, batch: 1}.figures(nil)
	assert.Zero(t, f.Throughput)
	assert.Empty(t, f.Percentiles)
}
