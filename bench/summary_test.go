package bench

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// computing returns a trace of inferences that only compute, one after the other, for these times.
func computing(computations ...float32) times {
	trace := make(times, len(computations))
	var now float32
	for i, c := range computations {
		trace[i] = Timing{Start: now, ComputeStart: now, End: now + c, Compute: c}
		now += c
	}
	return trace
}

// counting returns n inferences that compute for 1, 2, … n ms.
func counting(n int) times {
	computations := make([]float32, n)
	for i := range computations {
		computations[i] = float32(i + 1)
	}
	return computing(computations...)
}

func summarize(t *testing.T, trace Trace, o SummaryOptions) *Summary {
	t.Helper()
	s, err := Summarize(trace, o)
	require.NoError(t, err)
	return s
}

func TestSummarizePercentiles(t *testing.T) {
	for _, c := range []struct {
		n           int
		percentiles []float32
		want        []float32
	}{
		{1, []float32{0, 50, 100}, []float32{1, 1, 1}},
		{10, []float32{0, 10, 50, 60, 70, 90, 100}, []float32{1, 1, 5, 7, 7, 9, 10}},
		{100, []float32{1, 50, 90, 95, 99, 99.9}, []float32{1, 50, 90, 95, 100, 100}},
		{100, []float32{99, 1, 99}, []float32{100, 1, 100}},
		{100, nil, []float32{}},
	} {
		trace := counting(c.n)
		slices.Reverse(trace) // the order of the values does not matter
		s := summarize(t, trace, SummaryOptions{Percentiles: c.percentiles})
		assert.Equal(t, c.want, s.Compute.Percentiles, "n %d", c.n)
		assert.Equal(t, c.want, s.Latency.Percentiles)
	}
}

func TestSummarizeAverages(t *testing.T) {
	line := func(mean float32) Average { return Average{ComputeMs: mean, LatencyMs: mean} }
	type at struct {
		place int
		want  Average
	}
	for _, c := range []struct {
		name    string
		n, runs int
		lines   int
		some    []at
	}{
		{"one group", 10, 10, 1, []at{{0, line(5.5)}}},
		{"incomplete", 9, 10, 0, nil},
		{"incomplete last", 19, 10, 1, []at{{0, line(5.5)}}},
		{"one at a time", 3, 1, 3, []at{{0, line(1)}, {2, line(3)}}},
		{"just not omitted", 400, 1, 400, []at{{199, line(200)}, {200, line(201)}, {399, line(400)}}},
		// One too many: after 200 groups the middle is left out, and what resumes resumes one early.
		{"just omitted", 401, 1, 402, []at{{199, line(200)}, {200, Average{Omitted: 1}}, {201, line(201)}, {202, line(202)}, {401, line(401)}}},
		{"omitted", 1000, 2, 401, []at{{199, line(399.5)}, {200, Average{Omitted: 200}}, {201, line(600.5)}, {400, line(998.5)}}},
		{"no runs", 5, 0, 1, []at{{0, Average{Omitted: 5}}}},
		{"negative runs", 5, -3, 0, nil},
		{"more runs than there are", 5, math.MaxInt32, 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := summarize(t, counting(c.n), SummaryOptions{AvgRuns: c.runs})
			require.Len(t, s.Averages, c.lines)
			for _, at := range c.some {
				assert.Equal(t, at.want, s.Averages[at.place], "line %d", at.place)
			}
			assert.Equal(t, c.runs, s.AvgRuns)
		})
	}
}

func TestSummarizeAveragesEachTime(t *testing.T) {
	s := summarize(t, times{
		{End: 4, Enqueue: 0.5, H2D: 1, Compute: 2, D2H: 1},
		{Start: 4, ComputeStart: 5, End: 10, Enqueue: 1.5, H2D: 1, Compute: 4, D2H: 1},
	}, SummaryOptions{AvgRuns: 2})
	assert.Equal(t, []Average{{ComputeMs: 3, LatencyMs: 5, EnqueueMs: 1}}, s.Averages)
	assert.InDelta(t, 6, s.ComputeTotalMs, 0)
	assert.InDelta(t, 10, s.WallMs, 0)
	assert.InDelta(t, 200, s.ThroughputQPS, 0)
}

// The mean is a sum in ascending order in single precision: small values are lost on a large one, not before it.
func TestSummarizeSumsAscending(t *testing.T) {
	trace := computing(1<<24, 1, 1, 1, 1)
	s := summarize(t, trace, SummaryOptions{})
	assert.Equal(t, float32(1<<24+4)/5, s.Compute.Mean)
	var descending float32
	for _, timing := range trace {
		descending += timing.Compute
	}
	assert.NotEqual(t, descending/5, s.Compute.Mean, "the order matters in this test")

	// A long sum loses digits, which the robust mean keeps.
	s = summarize(t, computing(slices.Repeat([]float32{0.1}, 100_000)...), SummaryOptions{})
	var sum float32
	for range 100_000 {
		sum += 0.1
	}
	assert.Equal(t, sum/100_000, s.Compute.Mean)
	assert.Greater(t, math.Abs(float64(s.Compute.Mean)-0.1), 1e-6)
	assert.InDelta(t, float32(0.1), s.Compute.Robust.Mean, 1e-9)
}

func TestSummarizeVariance(t *testing.T) {
	s := summarize(t, computing(2, 4, 4, 4, 5, 5, 7, 9), SummaryOptions{})
	assert.InDelta(t, 40, s.Compute.CVPercent, 0, "2 of 5: over n, not n-1")
	assert.InDelta(t, math.Sqrt(32.0/7), s.Compute.Robust.StdDev, 1e-12, "over n-1")
	assert.Equal(t, []Warning{{ComputeUnstable, 40}}, s.Warnings)

	assert.True(t, math.IsInf(float64(s.H2D.CVPercent), 1), "the mean is 0")
	assert.Zero(t, summarize(t, computing(3, 3), SummaryOptions{}).Compute.CVPercent)
	assert.Zero(t, summarize(t, computing(3), SummaryOptions{}).Compute.CVPercent)
	assert.Zero(t, summarize(t, computing(3), SummaryOptions{}).Compute.Robust.StdDev)
}

func TestSummarizeMedian(t *testing.T) {
	assert.InDelta(t, 2, summarize(t, computing(9, 1, 2), SummaryOptions{}).Compute.Median, 0)
	assert.InDelta(t, 3.5, summarize(t, computing(9, 1, 2, 5), SummaryOptions{}).Compute.Median, 0)
}

// Everything after the first inference that starts after the warm-up is timed, and the wall time ends with the last in
// order, not with the latest end.
func TestSummarizeWarmUpAndWallTime(t *testing.T) {
	trace := times{
		{Start: 0, ComputeStart: 1, End: 9, Compute: 1},
		{Start: 2, ComputeStart: 4, End: 40, Compute: 2},
		{Start: 3, ComputeStart: 3.5, End: 8, Compute: 3}, // starts to compute before the end of the warm-up
		{Start: 5, ComputeStart: 6, End: 12, Compute: 4},
	}
	s := summarize(t, trace, SummaryOptions{WarmUp: 4 * time.Millisecond, Batch: 3})
	assert.Equal(t, 3, s.WarmUpQueries)
	assert.InDelta(t, 4, s.WarmUpMs, 0)
	assert.Equal(t, 9, s.Queries)
	assert.Equal(t, 3, s.Inferences)
	assert.InDelta(t, 10, s.WallMs, 0)
	assert.InDelta(t, 900, s.ThroughputQPS, 0)
	assert.InDelta(t, 2, s.Compute.Min, 0)

	s = summarize(t, trace, SummaryOptions{WarmUp: -5 * time.Millisecond})
	assert.Zero(t, s.WarmUpQueries)
	assert.InDelta(t, -5, s.WarmUpMs, 0, "acts as 0 but is told")
	assert.Equal(t, 4, s.Queries)
}

func TestSummarizeWarnings(t *testing.T) {
	timing := func(enqueue, h2d, compute, d2h float32) times {
		return times{{End: 1, Enqueue: enqueue, H2D: h2d, Compute: compute, D2H: d2h}}
	}
	for _, c := range []struct {
		name  string
		trace times
		lanes int
		want  []Warning
	}{
		{"none", timing(0.8, 0.9, 1, 0.9), 1, nil},
		{"enqueue", timing(0.81, 0, 1, 0), 0, []Warning{{Code: EnqueueBound}}},
		{"copies as long", timing(0, 1, 1, 1), 1, []Warning{{Code: H2DBound}, {Code: D2HBound}}},
		{"lanes", timing(0, 0, 1, 0), 2, []Warning{{Code: MultiStream}}},
		{"nothing takes time", timing(0, 0, 0, 0), 1, []Warning{{Code: H2DBound}, {Code: D2HBound}, {ComputeUnstable, float32(math.Inf(1))}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := summarize(t, c.trace, SummaryOptions{Lanes: c.lanes})
			assert.Equal(t, c.want, s.Warnings)
		})
	}
	text, err := json.Marshal([]Warning{{ComputeUnstable, float32(math.Inf(1))}, {ComputeUnstable, 3.5}, {Code: MultiStream}})
	require.NoError(t, err)
	assert.JSONEq(t, `[{"code":"compute-unstable"},{"code":"compute-unstable","value":3.5},{"code":"multi-stream"}]`, string(text))
}

func TestSummarizeRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		trace Trace
		o     SummaryOptions
		want  string
	}{
		{"percentile below", counting(3), SummaryOptions{Percentiles: []float32{50, -0.1}}, "bench: summarize: percentile -0.1; expected 0 to 100"},
		{"percentile above", counting(3), SummaryOptions{Percentiles: []float32{100.1}}, "bench: summarize: percentile 100.1; expected 0 to 100"},
		{"no percentile", counting(3), SummaryOptions{Percentiles: []float32{float32(math.NaN())}}, "bench: summarize: percentile NaN; expected 0 to 100"},
		{"batch", counting(3), SummaryOptions{Batch: -1}, "bench: summarize: batch -1; expected 0 or more"},
		{"empty", times{}, SummaryOptions{}, "bench: summarize: the trace is empty; nothing was measured"},
		{"all warm-up", counting(3), SummaryOptions{WarmUp: time.Second}, "bench: summarize: all 3 inferences started before the end of the warm-up of 1s; measure longer or lower the warm-up"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Summarize(c.trace, c.o)
			require.EqualError(t, err, c.want)
			assert.Nil(t, s)
		})
	}
	_, err := Summarize(counting(3), SummaryOptions{WarmUp: time.Second})
	var nothing *NothingTimedError
	require.ErrorAs(t, err, &nothing)
	assert.Equal(t, NothingTimedError{3, time.Second}, *nothing)
}

func TestRobust(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	computations := make([]float32, 10_000)
	for i := range computations {
		computations[i] = float32(10 + r.NormFloat64())
	}
	computations[5] = 1e6
	robust := summarize(t, computing(computations...), SummaryOptions{}).Compute.Robust
	assert.InDelta(t, 10, robust.Median, 0.05)
	assert.InDelta(t, 1, 1.4826*robust.MAD, 0.05, "an outlier does not move it")
	assert.Greater(t, robust.StdDev, 1000.0, "but the standard deviation")

	require.Len(t, robust.Quantiles, 5)
	before := math.Inf(-1)
	for i, q := range robust.Quantiles {
		assert.InDelta(t, []float64{0.5, 0.9, 0.95, 0.99, 0.999}[i], q.Q, 0)
		assert.LessOrEqual(t, q.Low, q.Value)
		assert.LessOrEqual(t, q.Value, q.High)
		assert.GreaterOrEqual(t, q.Value, before)
		assert.True(t, q.Enough)
		before = q.Value
	}
	few := summarize(t, computing(computations[10:110]...), SummaryOptions{}).Compute.Robust
	assert.True(t, few.Quantiles[0].Enough)
	assert.False(t, few.Quantiles[3].Enough, "100 samples say nothing about what lies above the 99th percentile")
}

func TestSampleTiming(t *testing.T) {
	s := Sample{
		EnqueueStart: 1_000_000, EnqueueEnd: 1_250_000,
		ComputeStart: 10, H2D: 1, H2DToCompute: 0.5, Compute: 4, ComputeToD2H: 0.25, D2H: 2,
	}
	assert.Equal(t, Timing{Start: 8.5, ComputeStart: 10, End: 16.25, Enqueue: 0.25, H2D: 1, Compute: 4, D2H: 2}, s.Timing())
	assert.InDelta(t, 7, s.Timing().Latency(), 0, "the waits are not in it")
	assert.Equal(t, Positions{
		EnqueueStart: 1, EnqueueEnd: 1.25, H2DStart: 8.5, H2DEnd: 9.5, ComputeStart: 10, ComputeEnd: 14, D2HStart: 14.25, D2HEnd: 16.25,
	}, s.Positions())

	// Durations keep their digits in a run of any length, positions do not.
	s = Sample{ComputeStart: 3_600_000, Compute: 0.1}
	assert.InDelta(t, float32(0.1), s.Timing().Compute, 0)
	assert.InDelta(t, 0, s.Timing().End-s.Timing().Start, 0)
}
