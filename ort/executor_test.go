package ort

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	loadrun "github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/onnx/onnxgen"
	"github.com/trtbench/trtbench/serve"
)

func newExecutor(t testing.TB, path string, options ExecutorOptions) *Executor {
	t.Helper()
	x, err := NewExecutor(load(t), path, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, x.Close()) })
	return x
}

// openInstances returns an opened executor, which the test's end closes.
func openInstances(t testing.TB, x *Executor, setup serve.Setup) serve.Instances {
	t.Helper()
	instances, err := x.Open(t.Context(), setup)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, instances.Close())
		require.NoError(t, instances.Close())
	})
	return instances
}

// chunkOf is a chunk of a session of the reference model.
func chunkOf(t testing.TB, session int, start bool, n int) serve.Item {
	return serve.Item{Session: session, Start: start, Inputs: [][]byte{littleEndian(t, audio(n))}, Outputs: [][]byte{make([]byte, 4*frames*tokens)}}
}

func TestExecutorModel(t *testing.T) {
	m := newExecutor(t, reference, ExecutorOptions{MaxBatch: 4}).Model()
	require.Len(t, m.Inputs, 1)
	assert.Equal(t, "signal", m.Inputs[0].Name)
	assert.Equal(t, []int{1, samples, 1}, m.Inputs[0].Shape)
	require.Len(t, m.Outputs, 1)
	assert.Equal(t, []int{1, frames, tokens}, m.Outputs[0].Shape)
	require.Len(t, m.States, 1)
	assert.Equal(t, "state", m.States[0].Input)
	assert.Equal(t, "state_next", m.States[0].Output)
	assert.Equal(t, []int{1, 2, 3, 4}, m.Batches)
}

// Three sessions go through batches of every size and order; each must answer as if it were alone.
func TestSessionsInMixedBatchesAnswerAsAlone(t *testing.T) {
	for _, travel := range []bool{false, true} {
		x := newExecutor(t, reference, ExecutorOptions{MaxBatch: 3, IntraOpThreads: 1})
		mixed := openInstances(t, x, serve.Setup{Sessions: 5, Instances: 2, Travel: travel})
		alone := openInstances(t, x, serve.Setup{Sessions: 3, Instances: 1})
		verifier, err := serve.NewAcousticVerifier(&x.model)
		require.NoError(t, err)
		rows := []int{4, 0, 2} // of the sessions, in the mixed batches
		steps := make([]int, 3)
		for round, members := range [][]int{{0}, {0, 1, 2}, {2, 0}, {1}, {2, 1, 0}, {1, 0}, {0, 1, 2}, {2}, {1, 2}} {
			restart := round == 6 // all begin anew
			var batch []serve.Item
			for _, m := range members {
				batch = append(batch, chunkOf(t, rows[m], restart || steps[m] == 0, m*4+round%4))
			}
			require.NoError(t, mixed.Run(round%2, batch))
			for i, m := range members {
				single := chunkOf(t, m, batch[i].Start, m*4+round%4)
				require.NoError(t, alone.Run(0, []serve.Item{single}))
				assertClose(t, single.Outputs[0], batch[i].Outputs[0])
				assert.NoError(t, verifier.Verify(serve.Observation{Session: m, Start: batch[i].Start, Inputs: batch[i].Inputs, Outputs: batch[i].Outputs}))
				steps[m]++
			}
		}
		c, items := mixed.Counters(), int64(steps[0]+steps[1]+steps[2])
		assert.EqualValues(t, 9, c.Batches)
		assert.Equal(t, items, c.Items)
		const chunk, answer, state = 4 * samples, 4 * frames * tokens, 2 * stateSize
		if travel {
			assert.Equal(t, items*(chunk+state), c.HostBytes)
			assert.Equal(t, items*(answer+state), c.ReplyBytes)
			assert.Zero(t, c.StateBytes)
		} else {
			assert.Equal(t, items*chunk, c.HostBytes)
			assert.Equal(t, items*answer, c.ReplyBytes)
			assert.Equal(t, (2*items-6)*state, c.StateBytes, "six chunks began with zeros")
		}
	}
}

// assertClose compares numbers: the order of sums within a batch may differ from that of a single run.
func assertClose(t *testing.T, want, got []byte) {
	t.Helper()
	w, g := floats(want), floats(got)
	for i := range w {
		require.InDelta(t, w[i], g[i], 1e-4, "value %d", i)
	}
}

func floats(b []byte) []float32 {
	values := make([]float32, len(b)/4)
	for i := range values {
		values[i] = math.Float32frombits(uint32(b[4*i]) | uint32(b[4*i+1])<<8 | uint32(b[4*i+2])<<16 | uint32(b[4*i+3])<<24)
	}
	return values
}

// Without its state the model is one of independent chunks, and the state is an input like others.
func TestExecutorWithoutStates(t *testing.T) {
	x := newExecutor(t, reference, ExecutorOptions{States: []serve.State{}, MaxBatch: 2})
	assert.Empty(t, x.Model().States)
	assert.Len(t, x.Model().Inputs, 2)
	assert.Len(t, x.Model().Outputs, 2)
	instances := openInstances(t, x, serve.Setup{Sessions: 1, Instances: 1})
	item := serve.Item{Inputs: [][]byte{littleEndian(t, audio(1)), make([]byte, 2*stateSize)}, Outputs: make([][]byte, 2)}
	require.NoError(t, instances.Run(0, []serve.Item{item, item}), "nobody wants the outputs")
	assert.Zero(t, instances.Counters().ReplyBytes)
	assert.ErrorContains(t, instances.Run(0, make([]serve.Item, 3)), "ort: run: a batch of 3, expected 1 to 2")
	assert.ErrorContains(t, instances.Run(0, nil), "a batch of 0, expected 1 to 2")
}

func TestExecutorFaults(t *testing.T) {
	lib := load(t)
	for name, c := range map[string]struct {
		path    string
		options ExecutorOptions
		want    string
	}{
		"unknown input":  {reference, ExecutorOptions{States: []serve.State{{Input: "stat", Output: "state_next"}}}, `state stat:state_next: the model has no input "stat", only ["signal" "state"]; did you mean "state"?`},
		"unknown output": {reference, ExecutorOptions{States: []serve.State{{Input: "state", Output: "next"}}}, `the model has no output "next"`},
		"unequal shapes": {reference, ExecutorOptions{States: []serve.State{{Input: "signal", Output: "state_next"}}}, "for one stream the input is 1x2400x1 of int32, the output 1x219729 of float16; expected the same"},
		"batch":          {reference, ExecutorOptions{MaxBatch: -1}, "largest batch -1, expected 1 or more"},
		"shape":          {reference, ExecutorOptions{Shapes: map[string][]int64{"signal": {2, 2400, 1}}}, "shape of signal: 2x2400x1, expected that of one stream, with 1 in front"},
		"scalar":         {tiny + "scalar.onnx", ExecutorOptions{}, "leading dimension"},
		"fixed":          {tiny + "scalar.onnx", ExecutorOptions{MaxBatch: 1000}, "leading dimension"},
		"options":        {reference, ExecutorOptions{GraphLevel: "some", Provider: "coreml"}, `unknown provider "coreml"`},
		"missing":        {filepath.Join(t.TempDir(), "missing.onnx"), ExecutorOptions{}, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewExecutor(lib, c.path, c.options)
			require.ErrorContains(t, err, "ort: open executor: ")
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestStatesThatDoNotFit(t *testing.T) {
	x := newExecutor(t, reference, ExecutorOptions{})
	_, err := x.Open(t.Context(), serve.Setup{Sessions: 1 << 40, Instances: 1})
	var short *serve.ShortOfMemoryError
	require.ErrorAs(t, err, &short)
	assert.EqualValues(t, 2*stateSize, short.PerSession)
	assert.Positive(t, short.Free)
	_, err = x.Open(t.Context(), serve.Setup{})
	assert.ErrorContains(t, err, "ort: open instances: 0 of them for 0 sessions, expected at least 1 of each")
}

// The whole chain: sessions on a server in this process, with the real model, verified.
func TestServedReferenceModel(t *testing.T) {
	x := newExecutor(t, reference, ExecutorOptions{IntraOpThreads: 1})
	verifier, err := serve.NewAcousticVerifier(&x.model)
	require.NoError(t, err)
	contents, err := serve.Synthetic(&x.model, 5, 7, 1)
	require.NoError(t, err)
	local, err := serve.NewLocal(x, serve.LocalOptions{Options: serve.Options{Instances: 2, Policy: serve.Immediate{}}, Contents: contents, Verifier: verifier})
	require.NoError(t, err)
	recording, err := loadrun.Run(t.Context(), local, loadrun.Options{
		Range: loadrun.Level(6), Requests: 200, WarmUp: loadrun.Set(time.Duration(0)), Sequence: loadrun.SequenceOptions{Use: true, State: true, Untagged: true},
	})
	require.NoError(t, err)
	f, err := recording.Figures(0)
	require.NoError(t, err)
	assert.Zero(t, f.Failed, "%+v", f.Errors)
	assert.GreaterOrEqual(t, f.OK, 200)
	stats, ok := local.Stats()
	require.True(t, ok)
	assert.Zero(t, stats.Failed)
	assert.Greater(t, slices.Max(stats.Sizes), int64(0))
}

// A model of a fixed batch is filled up, and what fills it disturbs nobody.
func TestFixedBatchIsFilledUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fixed.onnx")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, errors.Join(onnxgen.Write(f, onnxgen.Options{Megabytes: 1, Batch: 4}), f.Close()))
	_, err = NewExecutor(load(t), path, ExecutorOptions{MaxBatch: 5})
	assert.ErrorContains(t, err, "largest batch 5, but the model fixes the batch to 4")

	x := newExecutor(t, path, ExecutorOptions{})
	m := x.Model()
	assert.Equal(t, []int{4}, m.Batches)
	require.Len(t, m.States, 1)
	instances := openInstances(t, x, serve.Setup{Sessions: 4, Instances: 1})
	item := func(session int, start bool) serve.Item {
		signal := make([]float32, 2400)
		signal[session] = 1
		return serve.Item{Session: session, Start: start, Inputs: [][]byte{littleEndian(t, signal)}, Outputs: [][]byte{make([]byte, 4*tokens)}}
	}
	first, other, again := item(0, true), item(1, true), item(2, true)
	again.Inputs = first.Inputs
	require.NoError(t, instances.Run(0, []serve.Item{first, other}))
	require.NoError(t, instances.Run(0, []serve.Item{again}))
	assert.Equal(t, first.Outputs, again.Outputs)
	require.NoError(t, instances.Run(0, []serve.Item{other, first}))
	require.NoError(t, instances.Run(0, []serve.Item{again}))
	assert.Equal(t, floats(first.Outputs[0]), floats(again.Outputs[0]), "both began once more")
}

// BenchmarkExecutor measures batches of the reference model, states included, on one thread.
func BenchmarkExecutor(b *testing.B) {
	x := newExecutor(b, reference, ExecutorOptions{IntraOpThreads: 1})
	instances := openInstances(b, x, serve.Setup{Sessions: 64, Instances: 1})
	for _, size := range []int{1, 4, 16} {
		var batch []serve.Item
		for i := range size {
			batch = append(batch, chunkOf(b, i*3, false, i))
		}
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := instances.Run(0, batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(size)/1e3, "µs/chunk")
		})
	}
}
