package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// steady is a trace of n inferences of one length, back to back, without copies.
type steady struct {
	n  int
	ms float32
}

func (s steady) Len() int { return s.n }

func (s steady) Timing(i int) bench.Timing {
	start := float32(i) * s.ms
	return bench.Timing{Start: start, ComputeStart: start, End: start + s.ms, Compute: s.ms, Enqueue: s.ms / 4}
}

func cpuSource(batch int) *record.Description {
	return &record.Description{
		Backend: "ONNX Runtime", Version: "1.32.0",
		Device: record.Device{Kind: record.CPU, Name: "Test"},
		Stages: []record.Stage{record.StageCompute},
		Tensors: []record.Tensor{
			{Name: "signal", Input: true, Type: "int32", Shape: []int{batch, 2400, 1}},
			{Name: "state", Input: true, Type: "float16", Shape: []int{batch, 219729}},
			{Name: "logprobs", Type: "float32", Shape: []int{batch, 10, 35}},
		},
	}
}

// TestChunks: 100 inferences of 2 ms with 4 chunks each are 2000 chunks a second, and with 0.3 s of audio in each
// 600 seconds of audio a second.
func TestChunks(t *testing.T) {
	source := cpuSource(4)
	summary, err := bench.Summarize(steady{100, 2}, bench.SummaryOptions{})
	require.NoError(t, err)
	c := NewChunks(summary, source, 300*time.Millisecond)
	assert.Equal(t, 4, c.PerInference)
	assert.InDelta(t, 2000, c.PerSecond, 1e-3)
	assert.InDelta(t, 600, c.SPS, 1e-3)
	assert.InDelta(t, 2, c.LatencyP50Ms, 1e-6)
	assert.InDelta(t, 2, c.LatencyP99Ms, 1e-6)

	c = NewChunks(summary, source, 0)
	assert.Zero(t, c.SPS, "without a chunk duration there is no SPS")

	var out bytes.Buffer
	c.Write(&Log{Out: &out, Err: &out})
	assert.Contains(t, out.String(), "Chunks per second: 2000")
	assert.NotContains(t, out.String(), "SPS")
}

func TestBatch(t *testing.T) {
	in := func(shape ...int) record.Tensor { return record.Tensor{Input: true, Shape: shape} }
	out := func(shape ...int) record.Tensor { return record.Tensor{Shape: shape} }
	for name, c := range map[string]struct {
		tensors []record.Tensor
		want    int
	}{
		"shared":             {[]record.Tensor{in(8, 3), in(8), out(8, 2)}, 8},
		"different":          {[]record.Tensor{in(8, 3), in(4)}, 1},
		"scalar input":       {[]record.Tensor{in(8, 3), in()}, 1},
		"outputs do not say": {[]record.Tensor{in(2, 3), out(5)}, 2},
		"empty dimension":    {[]record.Tensor{in(0, 3)}, 1},
		"no inputs":          {[]record.Tensor{out(5)}, 1},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, Batch(c.tensors)) })
	}
}

// TestDocumentOfZeroTimes: figures that are not finite must not break the JSON.
func TestDocumentOfZeroTimes(t *testing.T) {
	source := cpuSource(1)
	summary, err := bench.Summarize(steady{5, 0}, bench.SummaryOptions{Percentiles: []float32{99}})
	require.NoError(t, err)
	chunks := NewChunks(summary, source, time.Second)
	var out bytes.Buffer
	require.NoError(t, NewDocument(nil, nil, summary, []float32{99}, &chunks, source).Write(&out))
	var back Document
	require.NoError(t, json.Unmarshal(out.Bytes(), &back))
	assert.Nil(t, back.Summary.ThroughputQPS)
	assert.Nil(t, back.Summary.ComputeMs.CVPercent)
	assert.Nil(t, back.Summary.H2DMs, "a stage that was not measured is absent")
	assert.Equal(t, 5, back.Summary.Inferences)
}

// TestSourceCannotBeMistaken: a report says what computed, and never calls a CPU or a simulated device a GPU.
func TestSourceCannotBeMistaken(t *testing.T) {
	write := func(d *record.Description) string {
		var out bytes.Buffer
		log := &Log{Out: &out, Err: &out, Verbose: true}
		Source(log, d)
		summary, err := bench.Summarize(steady{30, 1}, bench.SummaryOptions{AvgRuns: 10})
		require.NoError(t, err)
		Trtexec(log, summary, nil, d)
		return out.String()
	}
	cpu := write(cpuSource(1))
	assert.Contains(t, cpu, "Device: CPU Test")
	assert.NotContains(t, cpu, "GPU")
	assert.NotContains(t, cpu, "H2D")

	simulated := write(&record.Description{
		Backend: bench.TensorRT, Version: "11.1.0", Simulated: true,
		Device: record.Device{Kind: record.GPU, Name: "Pretend"}, Stages: TimesSource("").Stages,
	})
	assert.Contains(t, simulated, "SIMULATED")
	assert.Contains(t, simulated, `Device: simulated GPU "Pretend"`)
	assert.Equal(t, 1, strings.Count(simulated, "GPU Compute Time: min"))
}
