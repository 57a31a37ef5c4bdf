package report

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// explained returns what Explain and its companions write about a small run, without time stamps.
func explained(t *testing.T, source *record.Description, flags bench.Flags) string {
	r := &bench.Recording{Settings: bench.Settings{Lanes: 1, Slots: 2}}
	for i := range 20 {
		r.Samples = append(r.Samples, bench.Sample{EnqueueStart: int64(i) * 1e6, EnqueueEnd: int64(i)*1e6 + 1e5, ComputeStart: float32(i) + 0.25, H2D: 0.125, Compute: 0.5, D2H: 0.125})
	}
	r.Samples[7].Compute, r.Samples[7].Flags = 0.75, flags
	percentiles := []float32{50, 99, 100}
	s, err := bench.Summarize(r, bench.SummaryOptions{Percentiles: percentiles, AvgRuns: 10})
	require.NoError(t, err)
	a, err := bench.Analyze(r, bench.AnalysisOptions{Percentiles: percentiles, Deadline: 800 * time.Microsecond})
	require.NoError(t, err)
	var out strings.Builder
	log := &Log{Out: &out, Err: &out, Now: func() time.Time { return time.Time{} }}
	Explain(log, s, a, source)
	Deadline(log, a.Deadline, &bench.Deadline{LimitMs: 0.8, Kept: 1, Of: 2, Share: 0.5}, 4)
	OneAtATime(log, &s.Latency, percentiles, s)
	FewSamples(log, 20, percentiles)
	return strings.ReplaceAll(out.String(), log.prefix('I'), "")
}

func TestExplain(t *testing.T) {
	text := explained(t, TimesSource("x"), bench.GCPause)
	for _, want := range []string{
		"Throughput: 1012.66 qps. 20 timed queries divided by the wall time.",
		"Latency: median 0.75 ms, mean 0.7625 ms. It is copies to the device",
		"Latency percentile(50%): 0.75 ms. The true one lies between 0.75 and 0.75 ms",
		"Latency percentile(99%): 1 ms. TOO FEW INFERENCES to say how precise this is; 368 are needed.",
		"Latency percentile(100%): 1 ms. The most extreme",
		"Response: mean 0.8875 ms",
		"queue 0.25 ms",
		"Device: 19.75 ms",
		"computing 10.25 ms (51.9 %)",
		"copying alone 5 ms (25.3 %)",
		"idle 4.5 ms (22.8 %)",
		"Outliers: 1 of 20 inferences took over 0.7525 ms",
		"1 ms, enqueued 7 ms after the start of the run on stream 0, while Go's garbage collector stopped the program",
		"Chunks within 0.8 ms: 76 of 80 (95 %)",
		"Chunks within 0.8 ms: 4 of 8 (50 %), one inference at a time",
		"Host latency at depth 1: min = 0.75 ms",
		"one result every 0.9875 ms",
		"few-samples 20: too few inferences to know how precise these are: percentile(99%) needs 368\n",
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "percentile(50%) needs")
	assert.NotContains(t, text, "percentile(100%) needs")

	onnx := &record.Description{Device: record.Device{Kind: record.CPU}, Stages: []record.Stage{record.StageCompute}}
	text = explained(t, onnx, 0)
	assert.NotContains(t, text, "Response", "a CPU that computes while it is called has none")
	assert.NotContains(t, text, "GPU")
	assert.NotContains(t, text, "garbage")
}
