package gpuverify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

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

// runMode runs the target in a mode.
func (v *verifier) runMode(ctx context.Context, target bench.Target, mode Mode) (*measured, error) {
	recording, err := bench.Run(ctx, target, mode.options(v.plan))
	if err != nil {
		return nil, err
	}
	summary, err := bench.Summarize(recording, bench.SummaryOptions{WarmUp: recording.Settings.WarmUp, Percentiles: []float32{99}, Lanes: mode.Lanes})
	if err != nil {
		return nil, err
	}
	return &measured{
		mode: mode, batch: v.plan.batch, recording: recording, summary: summary,
		chunks: report.NewChunks(summary, &recording.Description, chunkDuration),
	}, nil
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
