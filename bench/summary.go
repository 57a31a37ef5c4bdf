package bench

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/trtbench/trtbench/record"
)

// Trace is a sequence of inferences to summarize, sorted by the start of their copies: a [Recording], or times read
// from a file of trtexec.
type Trace interface {
	Len() int
	Timing(i int) Timing
}

// SummaryOptions says how to look at a trace.
type SummaryOptions struct {
	WarmUp      time.Duration // inferences that start to compute earlier are not timed; below 0 acts as 0
	AvgRuns     int           // inferences in one average; 0 and below print none
	Percentiles []float32     // each 0 to 100; order and repeats are kept
	Lanes       int           // inference streams that ran, for a warning only
	Batch       int           // queries in one inference; 0 acts as 1

	// Stages are those that were measured; nil stands for all. The others give no warning.
	Stages []record.Stage
}

// Defaults of trtexec for SummaryOptions.
const DefaultAvgRuns = 10

// DefaultPercentiles returns the percentiles that trtexec prints when none are asked for.
func DefaultPercentiles() []float32 { return []float32{90, 95, 99} }

// Validate returns the fault of the options, if any.
func (o *SummaryOptions) Validate() error {
	for _, p := range o.Percentiles {
		if !(p >= 0 && p <= 100) {
			return fmt.Errorf("percentile %v; expected 0 to 100", p)
		}
	}
	if o.Batch < 0 {
		return fmt.Errorf("batch %d; expected 0 or more", o.Batch)
	}
	return nil
}

// Summary holds the figures of trtexec's report. Those in single precision are computed in single precision and in
// trtexec's order, so that they are equal to trtexec's for the same trace, not merely close. Package report writes it.
type Summary struct {
	WarmUpQueries int
	WarmUpMs      float32
	Queries       int
	Inferences    int     // timed ones; queries are these times the batch
	WallMs        float32 // first start of copies to the end of the last inference

	Averages []Average
	AvgRuns  int

	ThroughputQPS  float32
	Latency        Metric // copies, computation, copies: without the waits between them
	Enqueue        Metric
	H2D            Metric
	Compute        Metric
	D2H            Metric
	ComputeTotalMs float32

	Warnings []Warning
}

// Average is a line of the trace details: the averages of AvgRuns inferences in a row. One with Omitted above zero
// stands for inferences left out instead.
type Average struct {
	ComputeMs float32 `json:"compute_ms"`
	LatencyMs float32 `json:"latency_ms"`
	EnqueueMs float32 `json:"enqueue_ms"`
	Omitted   int     `json:"omitted,omitempty"`
}

// Warning is something that makes the figures hard to rely on.
type Warning struct {
	Code  WarningCode `json:"code"`
	Value float32     `json:"value,omitempty"` // where the code has one
}

// MarshalJSON leaves out a value that is not finite, as the variance of times that are all zero: JSON cannot hold it.
func (w Warning) MarshalJSON() ([]byte, error) {
	type plain Warning
	if !finite(w.Value) {
		w.Value = 0
	}
	return json.Marshal(plain(w))
}

// WarningCode names a warning. Codes are stable.
type WarningCode string

// The warnings, in the order in which they are given.
const (
	EnqueueBound    WarningCode = "enqueue-bound"    // the host spends over 0.8 of the compute time to queue it
	H2DBound        WarningCode = "h2d-bound"        // copies to the device take as long as the computation
	D2HBound        WarningCode = "d2h-bound"        // copies to the host take as long as the computation
	ComputeUnstable WarningCode = "compute-unstable" // coefficient of variance over 2.5 %, which is the value
	MultiStream     WarningCode = "multi-stream"     // inferences of several streams share the device
)

// NothingTimedError says that no inference of a trace started to compute after the warm-up.
type NothingTimedError struct {
	Inferences int
	WarmUp     time.Duration
}

// Error says how many inferences there were and what to change.
func (e *NothingTimedError) Error() string { return "bench: summarize: " + e.reason() }

func (e *NothingTimedError) reason() string {
	if e.Inferences == 0 {
		return "the trace is empty; nothing was measured"
	}
	return fmt.Sprintf("all %d inferences started before the end of the warm-up of %v; measure longer or lower the warm-up",
		e.Inferences, e.WarmUp)
}

// Summarize computes the figures of a trace. The error is a fault of the options or a [*NothingTimedError].
func Summarize(trace Trace, options SummaryOptions) (*Summary, error) {
	if err := options.Validate(); err != nil {
		return nil, fmt.Errorf("bench: summarize: %w", err)
	}
	warmUp := milliseconds(options.WarmUp)
	first := firstTimed(trace, warmUp)
	n := trace.Len() - first
	if n == 0 {
		return nil, &NothingTimedError{trace.Len(), options.WarmUp}
	}
	batch := max(options.Batch, 1)
	s := &Summary{
		WarmUpQueries: first * batch,
		WarmUpMs:      warmUp,
		Queries:       n * batch,
		Inferences:    n,
		WallMs:        trace.Timing(trace.Len()-1).End - trace.Timing(first).Start,
		AvgRuns:       options.AvgRuns,
	}
	s.Averages = averages(trace, first, options.AvgRuns)
	s.measure(trace, first, options.Percentiles)
	s.ThroughputQPS = float32(float32(s.Queries)/s.WallMs) * 1000
	s.ComputeTotalMs = s.Compute.Mean * float32(n)
	s.Warnings = warnings(s, &options)
	return s, nil
}

// firstTimed returns the place of the first inference that starts to compute after the warm-up, or the length.
// Everything after it is timed, whatever its start.
func firstTimed(trace Trace, warmUp float32) int {
	for i := range trace.Len() {
		if trace.Timing(i).ComputeStart >= warmUp {
			return i
		}
	}
	return trace.Len()
}

// shownAverages is the number of averages shown at each end of a long trace.
const shownAverages = 200

// averages returns the averages of runs inferences in a row; an incomplete last group is left out. In a long trace the
// middle is left out: what resumes then resumes one inference early, as in trtexec.
func averages(trace Trace, first, runs int) []Average {
	n := trace.Len() - first
	shown := shownAverages * runs
	var lines []Average
	var sum Average
	count := 0
	for i := 0; i < n; i++ {
		if n > 2*shown && i == shown {
			lines = append(lines, Average{Omitted: n - 2*shown})
			i = n - shown - 1
		}
		t := trace.Timing(first + i)
		sum.ComputeMs += t.Compute
		sum.LatencyMs += t.Latency()
		sum.EnqueueMs += t.Enqueue
		if count++; count == runs {
			by := float32(runs)
			lines = append(lines, Average{ComputeMs: sum.ComputeMs / by, LatencyMs: sum.LatencyMs / by, EnqueueMs: sum.EnqueueMs / by})
			sum, count = Average{}, 0
		}
	}
	return lines
}

// Limits of the warnings.
const (
	enqueueLimit  float32 = 0.8
	varianceLimit float32 = 2.5 // %
)

func warnings(s *Summary, options *SummaryOptions) []Warning {
	measured := func(stage record.Stage) bool {
		return options.Stages == nil || slices.Contains(options.Stages, stage)
	}
	var list []Warning
	if measured(record.StageEnqueue) && s.Enqueue.Median > enqueueLimit*s.Compute.Median {
		list = append(list, Warning{Code: EnqueueBound})
	}
	if measured(record.StageH2D) && s.H2D.Median >= s.Compute.Median {
		list = append(list, Warning{Code: H2DBound})
	}
	if measured(record.StageD2H) && s.D2H.Median >= s.Compute.Median {
		list = append(list, Warning{Code: D2HBound})
	}
	if s.Compute.CVPercent > varianceLimit {
		list = append(list, Warning{ComputeUnstable, s.Compute.CVPercent})
	}
	if options.Lanes > 1 {
		list = append(list, Warning{Code: MultiStream})
	}
	return list
}

var _ Trace = (*Recording)(nil)
