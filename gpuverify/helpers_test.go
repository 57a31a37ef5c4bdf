package gpuverify

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/tensor"
)

// pipelined is the mode with the most that can go wrong.
var pipelined = Mode{Compat: bench.Compat11, Transfers: true, Graph: true, Spin: true, Slots: 2, Lanes: 2, Threads: false}

// fabricated is a run that nobody measured and that keeps every rule, until change makes something of it that may not be.
func fabricated(t *testing.T, mode Mode, change func(*measured)) *measured {
	t.Helper()
	const rounds, warmUp = 40, 2 * time.Millisecond
	began := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	m := &measured{mode: mode, batch: 4, recording: &bench.Recording{
		Head: record.Head{
			Kind: record.KindBench, Started: began, Finished: began.Add(60 * time.Millisecond),
			Description: record.Description{Backend: bench.TensorRT, Version: "11.1.0", Tensors: []record.Tensor{{Name: "x", Input: true, Type: "float32", Shape: []int{4, 1}}}},
		},
		Settings: bench.Settings{
			Compat: mode.Compat, Iterations: 10, Duration: 20 * time.Millisecond, WarmUp: warmUp, Lanes: mode.Lanes, Slots: mode.Slots,
			Threads: mode.Threads, Transfers: mode.Transfers, Spin: mode.Spin, Graph: mode.Graph,
		},
	}}
	for i := range rounds {
		for lane := range mode.Lanes {
			s := bench.Sample{
				EnqueueStart: int64(i)*1e6 + int64(lane)*20_000, EnqueueEnd: int64(i)*1e6 + int64(lane)*20_000 + 15_000,
				ComputeStart: float32(i) + 0.2 + 0.01*float32(lane), Compute: 0.5 + 0.001*float32(i%7), Lane: int32(lane),
			}
			if mode.Transfers {
				s.H2D, s.H2DToCompute, s.ComputeToD2H, s.D2H = 0.1, 0.02, 0.01, 0.05
			}
			m.recording.Samples = append(m.recording.Samples, s)
		}
	}
	m.summarize(t)
	if change != nil {
		change(m)
	}
	return m
}

// summarize computes what the reports say about the samples.
func (m *measured) summarize(t *testing.T) {
	t.Helper()
	var err error
	m.summary, err = bench.Summarize(m.recording, bench.SummaryOptions{WarmUp: m.recording.Settings.WarmUp, Percentiles: []float32{99}})
	require.NoError(t, err)
	m.chunks = report.NewChunks(m.summary, &m.recording.Description, chunkDuration)
}

// floats are values of an output.
func floats(name string, values ...float32) tensor.Values {
	v := tensor.Values{Tensor: record.Tensor{Name: name, Type: "float32", Shape: []int{len(values)}}}
	for _, x := range values {
		v.Data = binary.LittleEndian.AppendUint32(v.Data, math.Float32bits(x))
	}
	return v
}
