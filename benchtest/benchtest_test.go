package benchtest_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/benchtest"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

var plan = filepath.Join("..", "testdata", "plans", "streaming_acoustic.sim.json")

// BenchmarkStreamingAcoustic is what a benchmark of an engine looks like; on a GPU host trt.Load takes the place of
// trttest.Start.
func BenchmarkStreamingAcoustic(b *testing.B) {
	lib := trttest.Start(b)
	benchtest.Run(b, bench.Options{WarmUp: bench.Set(50 * time.Millisecond)}, func() (benchtest.Target, error) {
		return trt.NewTarget(lib, 0, plan, trt.TargetOptions{})
	})
}

// TestRunReportsWhatTheDeviceTook: the plan's compute time is 1.1 ms and 0.12 ms for the one chunk, within 1 %.
func TestRunReportsWhatTheDeviceTook(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	result := testing.Benchmark(BenchmarkStreamingAcoustic)
	require.NotZero(t, result.N, "the benchmark did not run")
	assert.InDelta(t, 1.22e6, result.Extra["simulated-gpu-ns/op"], 0.05e6)
	assert.Greater(t, result.Extra["ns/op"], 0.9*result.Extra["simulated-gpu-ns/op"])
	assert.GreaterOrEqual(t, result.Extra["simulated-latency-ns/op"], result.Extra["simulated-gpu-ns/op"])
	assert.Positive(t, result.Extra["simulated-enqueue-ns/op"])
	assert.Positive(t, result.Extra["simulated-inferences/s"])
	assert.NotContains(t, result.Extra, "gpu-ns/op", "simulated figures must say so")
}

func TestRunSkipsWhereNothingAnswers(t *testing.T) {
	result := testing.Benchmark(func(b *testing.B) {
		benchtest.Run(b, bench.Options{}, func() (benchtest.Target, error) {
			return nil, bench.Unavailable(fmt.Errorf("no GPU here"))
		})
		t.Error("the benchmark was not skipped")
	})
	assert.Empty(t, result.Extra)
}
