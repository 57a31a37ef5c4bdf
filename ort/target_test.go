package ort

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/internal/fill"
	"github.com/trtbench/trtbench/record"
)

func TestDescribe(t *testing.T) {
	target := open(t, reference, TargetOptions{IntraOpThreads: 2, GraphLevel: GraphExtended})
	d := target.Describe()
	assert.Equal(t, "ONNX Runtime", d.Backend)
	assert.Equal(t, "1.32.0", d.Version)
	assert.Equal(t, "libonnxruntime.so.1.32.0", filepath.Base(d.Library))
	assert.False(t, d.Simulated)
	assert.Equal(t, record.CPU, d.Device.Kind)
	assert.NotEmpty(t, d.Device.Name)
	assert.Equal(t, []record.Stage{record.StageCompute}, d.Stages)
	assert.Equal(t, int64(170287), d.Model.Bytes)
	assert.Equal(t, []record.Tensor{
		{Name: "signal", Input: true, Type: "int32", Shape: []int{1, 2400, 1}},
		{Name: "state", Input: true, Type: "float16", Shape: []int{1, 219729}},
		{Name: "logprobs", Type: "float32", Shape: []int{1, 10, 35}},
		{Name: "state_next", Type: "float16", Shape: []int{1, 219729}},
	}, d.Tensors)
	assert.Equal(t, []string{"intra-op threads: 2", "inter-op threads: 1", "graph optimization: extended",
		"execution provider: cpu"}, d.Notes)
}

func TestEveryElementType(t *testing.T) {
	target := open(t, tiny+"types.onnx", TargetOptions{})
	out := infer(t, openLanes(t, target, bench.Setup{}), 0)
	require.Len(t, out, len(elements))
	for _, e := range elements {
		want := make([]byte, 6*e.size)
		require.NoError(t, fill.Random(want, e.name))
		got := out["out_"+e.name]
		assert.Equal(t, Value{"out_" + e.name, e.name, []int64{2, 3}, want}, got)
	}
}

func TestScalars(t *testing.T) {
	target := open(t, tiny+"scalar.onnx", TargetOptions{Inputs: map[string][]byte{
		"x": littleEndian(t, []float32{1, 2, 3}), "factor": littleEndian(t, float32(10)),
	}})
	assert.Equal(t, []record.Tensor{
		{Name: "x", Input: true, Type: "float32", Shape: []int{3}},
		{Name: "factor", Input: true, Type: "float32", Shape: []int{}},
		{Name: "scaled", Type: "float32", Shape: []int{3}},
		{Name: "sum", Type: "float32", Shape: []int{}},
	}, target.Describe().Tensors)
	lanes := openLanes(t, target, bench.Setup{})
	out := infer(t, lanes, 0)
	assert.Equal(t, []float32{10, 20, 30}, decode[float32](t, out["scaled"]))
	assert.Equal(t, []float32{60}, decode[float32](t, out["sum"]))

	require.NoError(t, lanes.SetInput(0, "factor", littleEndian(t, float32(-1))))
	assert.Equal(t, []float32{-6}, decode[float32](t, infer(t, lanes, 0)["sum"]))
}

func TestFreeDimensions(t *testing.T) {
	var log bytes.Buffer
	target := open(t, tiny+"dynamic.onnx", TargetOptions{
		Shapes: map[string][]int64{"x": {2, 5, 4}, "b*": {2, 4}},
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	out := infer(t, openLanes(t, target, bench.Setup{}), 0)
	assert.Equal(t, []int64{2, 5, 4}, out["y"].Shape)
	assert.Equal(t, []int64{5}, decode[int64](t, out["length"]))
	assert.Empty(t, log.String())

	target = open(t, tiny+"dynamic.onnx", TargetOptions{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	out = infer(t, openLanes(t, target, bench.Setup{}), 0)
	assert.Equal(t, []int64{1, 1, 4}, out["y"].Shape)
	assert.Contains(t, log.String(), "level=WARN")
	assert.Contains(t, log.String(), "input=x model=-1x-1x4 run=1x1x4")
	assert.Contains(t, log.String(), "input=bias model=-1x4 run=1x4")
}

func TestEmptyTensors(t *testing.T) {
	target := open(t, tiny+"dynamic.onnx", TargetOptions{Shapes: map[string][]int64{"x": {2, 0, 4}, "bias": {2, 4}}})
	out := infer(t, openLanes(t, target, bench.Setup{}), 0)
	assert.Equal(t, Value{"y", "float16", []int64{2, 0, 4}, nil}, out["y"])
	assert.Equal(t, []int64{0}, decode[int64](t, out["length"]))
}

func TestShapesThatShowAtRunTime(t *testing.T) {
	target := open(t, tiny+"nonzero.onnx", TargetOptions{
		Shapes: map[string][]int64{"x": {4}}, Inputs: map[string][]byte{"x": littleEndian(t, []float32{0, 1, -1, 2})},
	})
	out := infer(t, openLanes(t, target, bench.Setup{}), 0)
	assert.Equal(t, []int64{1, 2}, out["at"].Shape)
	assert.Equal(t, []int64{1, 3}, decode[int64](t, out["at"]))

	target = open(t, tiny+"reshape.onnx", TargetOptions{
		Shapes: map[string][]int64{"shape": {3}}, Inputs: map[string][]byte{"shape": littleEndian(t, []int64{3, 1, 2})},
	})
	assert.Equal(t, []int64{3, 1, 2}, infer(t, openLanes(t, target, bench.Setup{}), 0)["y"].Shape, "unknown rank")
}

// An input that is changed so that the shape of an output changes does not fit the run any more.
func TestShapeThatChangesIsAnError(t *testing.T) {
	target := open(t, tiny+"nonzero.onnx", TargetOptions{
		Shapes: map[string][]int64{"x": {3}}, Inputs: map[string][]byte{"x": littleEndian(t, []float32{0, 1, 0})},
	})
	lanes := openLanes(t, target, bench.Setup{})
	require.NoError(t, lanes.Enqueue(0, 0))
	require.NoError(t, lanes.SetInput(0, "x", littleEndian(t, []float32{1, 1, 1})))
	assert.ErrorContains(t, lanes.Enqueue(0, 0), "ort: run ../testdata/models/tiny/nonzero.onnx on lane 0: ")
}

func TestValuesOfInputs(t *testing.T) {
	shapes := map[string][]int64{"x": {3}}
	for name, c := range map[string]struct {
		options TargetOptions
		want    []int64
	}{
		"trtexec's own": {TargetOptions{}, []int64{2}}, // -0.99998, -0.73692, 0.51121
		"zero":          {TargetOptions{Zero: []string{"x"}}, []int64{}},
		"range":         {TargetOptions{Ranges: map[string]Range{"*": {Min: 1, Max: 2}}}, []int64{0, 1, 2}},
		"seed":          {TargetOptions{Seed: 1622650073}, []int64{1}}, // continues: -0.08270, 0.06553, -0.56208
	} {
		t.Run(name, func(t *testing.T) {
			c.options.Shapes = shapes
			out := infer(t, openLanes(t, open(t, tiny+"nonzero.onnx", c.options), bench.Setup{}), 0)
			assert.Equal(t, c.want, decode[int64](t, out["at"]))
		})
	}
}

func TestSampleOfAnInference(t *testing.T) {
	target := open(t, tiny+"scalar.onnx", TargetOptions{})
	lanes := openLanes(t, target, bench.Setup{Slots: 2})
	var last bench.Sample
	for i := range 10 {
		s := bench.Sample{H2D: 1, D2H: 1, H2DToCompute: 1, ComputeToD2H: 1, Lane: 7, Flags: bench.GCPause}
		require.NoError(t, lanes.Enqueue(0, i%2))
		require.NoError(t, lanes.Wait(0, i%2, &s))
		assert.GreaterOrEqual(t, s.EnqueueStart, last.EnqueueEnd)
		assert.Greater(t, s.EnqueueEnd, s.EnqueueStart)
		assert.InDelta(t, float64(s.EnqueueStart)/1e6, s.ComputeStart, 1e-3)
		assert.InDelta(t, float64(s.EnqueueEnd-s.EnqueueStart)/1e6, s.Compute, 1e-6)
		assert.Zero(t, s.H2D+s.D2H+s.H2DToCompute+s.ComputeToD2H)
		assert.Equal(t, []any{int32(7), bench.GCPause}, []any{s.Lane, s.Flags}, "left alone")
		last = s
	}
}

func TestNothingIsAllocatedInTheLoop(t *testing.T) {
	lanes := openLanes(t, open(t, tiny+"dynamic.onnx", TargetOptions{}), bench.Setup{Slots: 2})
	var s bench.Sample
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		_ = lanes.Enqueue(0, 1)
		_ = lanes.Wait(0, 1, &s)
	}))
}

func TestLanesRunAtOnce(t *testing.T) {
	const lanesNumber, rounds = 4, 50
	target := open(t, tiny+"dynamic.onnx", TargetOptions{Shapes: map[string][]int64{"x": {2, 3, 4}, "bias": {2, 4}}})
	lanes := openLanes(t, target, bench.Setup{Lanes: lanesNumber, Slots: 1, Threads: true})
	want := infer(t, lanes, 0)
	var group sync.WaitGroup
	for lane := range lanesNumber {
		group.Go(func() {
			var s bench.Sample
			for range rounds {
				if !assert.NoError(t, lanes.Enqueue(lane, 0)) || !assert.NoError(t, lanes.Wait(lane, 0, &s)) {
					return
				}
			}
		})
	}
	group.Wait()
	for lane := range lanesNumber {
		got, err := lanes.Outputs(lane)
		require.NoError(t, err)
		for _, v := range got {
			assert.Equal(t, want[v.Name], v, "lane %d", lane)
		}
	}
}

// Whoever closes while an inference runs waits for it; whoever runs after that gets an error. Never a crash.
func TestCloseDuringInferences(t *testing.T) {
	target := open(t, reference, TargetOptions{})
	lanes := openLanes(t, target, bench.Setup{Lanes: 2, Slots: 1})
	var group sync.WaitGroup
	running := make(chan struct{}, 2)
	for lane := range 2 {
		group.Go(func() {
			err := lanes.Enqueue(lane, 0)
			running <- struct{}{}
			for err == nil {
				err = lanes.Enqueue(lane, 0)
			}
			assert.ErrorIs(t, err, ErrClosed)
		})
	}
	<-running
	require.NoError(t, lanes.Close())
	group.Wait()
	_, err := lanes.Outputs(0)
	assert.ErrorIs(t, err, ErrClosed)
	assert.ErrorIs(t, lanes.SetInput(0, "state", nil), ErrClosed)
}

func TestParentsOutliveTheirChildren(t *testing.T) {
	lib, err := Load(LoadOptions{Paths: []string{libraryFile(t)}})
	require.NoError(t, err)
	target, err := NewTarget(lib, tiny+"scalar.onnx", TargetOptions{})
	require.NoError(t, err)
	lanes, err := target.Open(context.Background(), bench.Setup{Lanes: 1, Slots: 1})
	require.NoError(t, err)

	assert.ErrorContains(t, lib.Close(), "ort: close library: 1 of its targets are still open")
	assert.ErrorContains(t, target.Close(), "1 of its runs are still open")
	for _, close := range []func() error{lanes.Close, lanes.Close, target.Close, target.Close, lib.Close, lib.Close} {
		assert.NoError(t, close())
	}
	_, err = target.Open(context.Background(), bench.Setup{Lanes: 1, Slots: 1})
	assert.ErrorIs(t, err, ErrClosed)
	_, err = NewTarget(lib, tiny+"scalar.onnx", TargetOptions{})
	assert.ErrorIs(t, err, ErrClosed)
}

func TestOpenRefuses(t *testing.T) {
	target := open(t, tiny+"scalar.onnx", TargetOptions{})
	_, err := target.Open(context.Background(), bench.Setup{Slots: 2})
	assert.EqualError(t, err, "ort: open lanes: 0 lanes with 2 slots, expected at least 1 of each")
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = target.Open(canceled, bench.Setup{Lanes: 1, Slots: 1})
	assert.ErrorIs(t, err, context.Canceled)
	deadline, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_, err = target.Open(deadline, bench.Setup{Lanes: 1, Slots: 1, SleepTime: time.Hour})
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, target.Close(), "the refused runs left nothing open")
}

func TestRefusedInputs(t *testing.T) {
	lanes := openLanes(t, open(t, tiny+"scalar.onnx", TargetOptions{}), bench.Setup{})
	assert.EqualError(t, lanes.SetInput(0, "y", nil), `ort: set input: the model has no input "y"; its inputs are x, factor`)
	assert.EqualError(t, lanes.SetInput(0, "x", make([]byte, 4)), "ort: set input x: 4 bytes, expected 12 for float32 of 3")
	assert.EqualError(t, lanes.SetInput(1, "x", make([]byte, 12)), "ort: set input: lane 1, expected 0 to 0")
	_, err := lanes.Outputs(-1)
	assert.EqualError(t, err, "ort: outputs: lane -1, expected 0 to 0")
}

// Opening and closing again and again must not keep memory: tensors lie outside what Go counts.
func TestRunsLeaveNoMemoryBehind(t *testing.T) {
	target := open(t, reference, TargetOptions{Shapes: map[string][]int64{"signal": {4, samples, 1}, "state": {4, stateSize}}})
	cycle := func(times int) {
		for range times {
			lanes, err := target.Open(context.Background(), bench.Setup{Lanes: 1, Slots: 1})
			require.NoError(t, err)
			require.NoError(t, lanes.Close())
		}
	}
	cycle(10)
	before := residentBytes(t)
	cycle(100) // 3.5 MB each
	assert.Less(t, residentBytes(t)-before, int64(50<<20))
}

func residentBytes(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	var pages int64
	for _, c := range strings.Fields(string(text))[1] {
		pages = 10*pages + int64(c-'0')
	}
	return pages * int64(os.Getpagesize())
}
