package compare

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// recorded returns a run of n inferences whose computation takes the mean with a spread, in ms, by a fixed seed.
func recorded(n int, mean, spread float64) *bench.Recording {
	random := rand.New(rand.NewPCG(7, uint64(n)))
	r := &bench.Recording{Settings: bench.Settings{Compat: bench.Compat10, Lanes: 1, Slots: 2, Transfers: true}}
	r.Description = record.Description{
		Backend: bench.TensorRT, Version: "10.15.1", Device: record.Device{Kind: record.GPU, Name: "H100"},
		Tensors: []record.Tensor{{Name: "x", Input: true, Type: "float32", Shape: []int{1, 3}}},
		Stages:  []record.Stage{record.StageEnqueue, record.StageH2D, record.StageCompute, record.StageD2H},
	}
	r.Verdict.Status = record.Valid
	var at float32
	for range n {
		took := float32(mean + spread*(2*random.Float64()-1))
		r.Samples = append(r.Samples, bench.Sample{EnqueueEnd: 1000, ComputeStart: at, Compute: took})
		at += took
	}
	return r
}

func side(t *testing.T, name string, r *bench.Recording) *Side {
	t.Helper()
	s, err := FromRecording(name, r)
	require.NoError(t, err)
	return s
}

func row(t *testing.T, r *Result, name string) Row {
	t.Helper()
	for _, row := range r.Rows {
		if row.Name == name {
			return row
		}
	}
	require.Fail(t, "no row", name)
	return Row{}
}

func TestStates(t *testing.T) {
	for _, c := range []struct {
		name      string
		a, b      *bench.Recording
		threshold float64
		state     State
		code      Code
	}{
		{"same", recorded(1000, 1, 0.1), recorded(1001, 1, 0.1), 5, Same, Within},
		{"slower", recorded(1000, 1, 0.1), recorded(1000, 1.2, 0.1), 5, Worse, Beyond},
		{"faster", recorded(1000, 1, 0.1), recorded(1000, 0.8, 0.1), 5, Better, Beyond},
		{"slower by what does not matter", recorded(1000, 1, 0.01), recorded(1000, 1.03, 0.01), 5, Same, Within},
		{"slower by about the threshold", recorded(1000, 1, 0.2), recorded(1000, 1.05, 0.2), 5, Unclear, Crosses},
		{"noise", recorded(100, 1, 0.9), recorded(101, 1, 0.9), 1, Unclear, Noisy},
		{"too short", recorded(20, 1, 0.1), recorded(20, 2, 0.1), 5, Unclear, FewSamples},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Compare(side(t, "a", c.a), side(t, "b", c.b), Options{Threshold: c.threshold})
			require.NoError(t, err)
			compute := row(t, r, "compute median")
			assert.Equal(t, c.state, compute.State, "%+v", compute)
			assert.Equal(t, c.code, compute.Code, "%+v", compute)
			assert.LessOrEqual(t, compute.LowPercent, compute.HighPercent)
			if c.state == Worse || c.state == Better {
				assert.Equal(t, c.state, row(t, r, "throughput").State, "higher is better there")
				assert.Equal(t, c.state, r.State)
			}
			assert.False(t, row(t, r, "enqueue median").Decides)
		})
	}
}

// TestInterval checks that the interval holds the true difference about as often as it says.
func TestInterval(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	draw := func() []float64 {
		list := make([]float64, 40)
		for i := range list {
			list[i] = 10 + random.NormFloat64()
		}
		return list
	}
	const trials = 200
	held := 0
	for range trials {
		low, high, ok := relativeInterval(draw(), draw(), middle)
		require.True(t, ok)
		if low <= 0 && 0 <= high {
			held++
		}
	}
	assert.GreaterOrEqual(t, held, trials*90/100)

	a, b := draw(), draw()
	low, high, _ := relativeInterval(a, b, middle)
	again, too, _ := relativeInterval(a, b, middle)
	assert.Equal(t, []float64{low, high}, []float64{again, too}, "the same in every run")
	_, _, ok := relativeInterval(a[:7], b, middle)
	assert.False(t, ok)
	_, _, ok = relativeInterval(make([]float64, 10), b, middle)
	assert.False(t, ok, "times of zero")
}

func TestDifferencesBlock(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*bench.Recording)
		blocks bool
	}{
		{"device", func(r *bench.Recording) { r.Description.Device.Name = "H200" }, true},
		{"simulated", func(r *bench.Recording) { r.Description.Simulated = true }, true},
		{"backend", func(r *bench.Recording) { r.Description.Backend = "ONNX Runtime" }, true},
		{"inputs", func(r *bench.Recording) { r.Description.Tensors[0].Shape = []int{2, 3} }, true},
		{"inference streams", func(r *bench.Recording) { r.Settings.Lanes = 2 }, true},
		{"transfers", func(r *bench.Recording) { r.Settings.Transfers = false }, true},
		{"idle time", func(r *bench.Recording) { r.Settings.IdleTime = time.Second }, true},
		{"library version", func(r *bench.Recording) { r.Description.Version = "11.1.0" }, false},
		{"model", func(r *bench.Recording) { r.Description.Model.SHA256 = "other" }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			base, other := recorded(100, 1, 0.1), recorded(100, 1, 0.1)
			base.Description.Model.SHA256, other.Description.Model.SHA256 = "one", "one"
			c.change(other)
			a, b := side(t, "a", base), side(t, "b", other)
			_, err := Compare(a, b, Options{Threshold: 5})
			var refused *IncomparableError
			if c.blocks {
				require.ErrorAs(t, err, &refused)
				assert.ErrorContains(t, err, c.name+": ")
			} else {
				require.NoError(t, err)
			}
			r, err := Compare(a, b, Options{Threshold: 5, AllowDifferences: true})
			require.NoError(t, err)
			require.Len(t, r.Differences, 1)
			assert.Equal(t, c.name, r.Differences[0].Name)
		})
	}

	invalid := recorded(100, 1, 0.1)
	invalid.Verdict.Fail(record.CodeFailed, "lost")
	_, err := Compare(side(t, "a", recorded(100, 1, 0.1)), side(t, "b", invalid), Options{Threshold: 5})
	assert.ErrorContains(t, err, "b is marked invalid")
	_, err = Compare(nil, nil, Options{Threshold: -1})
	assert.ErrorContains(t, err, "threshold -1 %")
}

func TestWrite(t *testing.T) {
	r, err := Compare(side(t, "a.trtbench", recorded(1000, 1, 0.1)), side(t, "b.trtbench", recorded(1000, 2, 0.1)), Options{Threshold: 5})
	require.NoError(t, err)
	var text, doc bytes.Buffer
	require.NoError(t, r.WriteText(&text))
	assert.Contains(t, text.String(), "A: a.trtbench (recording, TensorRT 10.15.1, GPU H100, 1000 inferences)\n")
	assert.Contains(t, text.String(), "B is slower than A (differences up to 5 % do not matter)\n")
	require.NoError(t, r.WriteJSON(&doc))
	var back struct {
		Schema string
		State  State
		Rows   []Row
	}
	require.NoError(t, json.Unmarshal(doc.Bytes(), &back))
	assert.Equal(t, Schema, back.Schema)
	assert.Equal(t, Worse, back.State)
	assert.Equal(t, r.Rows, back.Rows)
}

// TestIntervalHoldsTheEstimate: the rate of a run whose blocks are skewed, most fast and a few very slow, is shown with an interval
// around it, not around the rate of a typical block.
func TestIntervalHoldsTheEstimate(t *testing.T) {
	rates := func(slow int) []float64 {
		list := make([]float64, 50)
		for i := range list {
			list[i] = 4000
			if i < slow {
				list[i] = 400
			}
		}
		return list
	}
	a, b := rates(2), rates(6)
	low, high, ok := relativeInterval(a, b, overallRate)
	require.True(t, ok)
	estimate := overallRate(b)/overallRate(a) - 1
	assert.Less(t, low, estimate)
	assert.Greater(t, high, estimate)
	assert.Less(t, estimate, -0.2)
}
