// Package benchtest measures a [bench.Target] in a benchmark of package testing, so that `go test -bench` and benchstat
// work on GPU hosts as they do for Go code.
package benchtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// Target is a target that a benchmark opens and closes.
type Target interface {
	bench.Target
	Close() error
}

// Run opens a target, runs b.N inferences after the warm-up of the options, and reports per inference:
//
//	ns/op             wall time of the timed inferences, divided by their number
//	latency-ns/op     mean of copies in, computation and copies out
//	gpu-ns/op         mean device time of the computation (cpu-ns/op where a CPU computed)
//	enqueue-ns/op     mean host time to queue an inference, where the backend measures it
//	p99-latency-ns/op
//	inferences/s
//
// The names of a simulated device's figures begin with "simulated-". Iterations and Duration of the options are set by
// Run; testing repeats a benchmark with growing b.N, each time with a warm-up. The benchmark is skipped, with the reason,
// when open fails because this machine lacks a library or device, see [bench.ErrUnavailable].
func Run(b *testing.B, options bench.Options, open func() (Target, error)) {
	b.Helper()
	target, err := open()
	if errors.Is(err, bench.ErrUnavailable) {
		b.Skipf("skipped: %v", err)
	}
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := target.Close(); err != nil {
			b.Error(err)
		}
	}()
	summary, description, err := measure(context.Background(), target, options, b.N)
	if err != nil {
		b.Fatal(err)
	}
	for _, m := range metrics(summary, description) {
		b.ReportMetric(m.value, m.unit)
	}
}

// measure runs n inferences after the warm-up and summarizes them.
func measure(ctx context.Context, target bench.Target, options bench.Options, n int) (*bench.Summary, *record.Description, error) {
	options.Iterations = bench.Set(n)
	options.Duration = bench.Set(time.Duration(0))
	options.Endless = false
	recording, err := bench.Run(ctx, target, options)
	if err != nil {
		return nil, nil, err
	}
	if recording.Verdict.Status == record.Invalid {
		return nil, nil, fmt.Errorf("benchtest: the run is invalid: %v", recording.Verdict.Reasons)
	}
	summary, err := bench.Summarize(recording, bench.SummaryOptions{WarmUp: recording.Settings.WarmUp})
	return summary, &recording.Description, err
}

type metric struct {
	value float64
	unit  string
}

const nsPerMs = 1e6

// metrics names the figures of a summary for testing.B.
func metrics(s *bench.Summary, source *record.Description) []metric {
	prefix := ""
	if source.Simulated {
		prefix = "simulated-"
	}
	list := []metric{
		{float64(s.WallMs) * nsPerMs / float64(s.Inferences), "ns/op"},
		{s.Latency.Robust.Mean * nsPerMs, prefix + "latency-ns/op"},
		{s.Compute.Robust.Mean * nsPerMs, prefix + strings.ToLower(string(source.Device.Kind)) + "-ns/op"},
	}
	if source.Measures(record.StageEnqueue) {
		list = append(list, metric{s.Enqueue.Robust.Mean * nsPerMs, prefix + "enqueue-ns/op"})
	}
	for _, q := range s.Latency.Robust.Quantiles {
		if q.Q == 0.99 {
			list = append(list, metric{q.Value * nsPerMs, prefix + "p99-latency-ns/op"})
		}
	}
	return append(list, metric{float64(s.ThroughputQPS), prefix + "inferences/s"})
}
