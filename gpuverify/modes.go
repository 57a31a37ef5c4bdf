package gpuverify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/tensor"
)

// modes runs the engine in every mode. Every run must keep the rules and compute the same.
func (v *verifier) modes(ctx context.Context, e *engine) (err error) {
	target, err := e.target(v.plan.batch)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	rules := newTally(e.subject)
	alike := newVerdict("outputs-in-every-mode", e.subject, "the outputs are the same in every mode, of the same inputs: "+withinTolerance)
	defer func() {
		alike.figure("runs", float64(rules.runs), "")
		v.add(append(rules.checks(), alike.end())...)
	}()
	var first []tensor.Values
	for _, mode := range v.plan.modes(v.o, e.large) {
		m, err := v.runMode(ctx, target, mode)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("%v: %w", mode, err)
		}
		rules.add(m)
		v.evidence.Runs = append(v.evidence.Runs, m.row(e))
		if first == nil {
			first = m.recording.Outputs
		}
		if !sameBytes(first, m.recording.Outputs) {
			compareValues(alike, mode.String(), m.recording.Outputs, first, e.computes)
		}
	}
	return nil
}

// runMode runs the target in a mode. A run in which nothing was timed, because the host was late, is repeated once for longer.
func (v *verifier) runMode(ctx context.Context, target bench.Target, mode Mode) (*measured, error) {
	options := mode.options(v.plan)
	m := &measured{mode: mode, batch: v.plan.batch}
	for again := false; ; again = true {
		var err error
		if m.recording, err = bench.Run(ctx, target, options); err != nil {
			return nil, err
		}
		m.summary, err = bench.Summarize(m.recording, bench.SummaryOptions{WarmUp: m.recording.Settings.WarmUp, Percentiles: []float32{99}, Lanes: mode.Lanes})
		if err == nil {
			break
		}
		if again {
			return nil, err
		}
		options.Duration = bench.Set(10 * max(v.plan.duration, time.Millisecond))
	}
	d := m.recording.Description
	m.chunks = report.NewChunks(m.summary, &d, chunkDuration)
	return m, nil
}

func (m *measured) row(e *engine) RunRow {
	s := m.summary
	return RunRow{
		TensorRT: e.lib.Version().String(), Engine: e.name, Batch: m.batch, Mode: m.mode, Inferences: s.Inferences,
		WallMs: float64(s.WallMs), Throughput: float64(s.ThroughputQPS), SPS: m.chunks.SPS,
		LatencyMs: float64(s.Latency.Median), P99Ms: float64(s.Latency.Percentiles[0]), EnqueueMs: float64(s.Enqueue.Median),
		H2DMs: float64(s.H2D.Median), ComputeMs: float64(s.Compute.Median), D2HMs: float64(s.D2H.Median),
	}
}

func sameBytes(a, b []tensor.Values) bool {
	return slices.EqualFunc(a, b, func(a, b tensor.Values) bool { return a.Name == b.Name && bytes.Equal(a.Data, b.Data) })
}
