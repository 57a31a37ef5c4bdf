package ort

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
)

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
	_, err = target.Open(context.Background(), bench.Setup{Lanes: 1 << 50, Slots: 1})
	assert.ErrorContains(t, err, "ort: open lanes: 1125899906842624 lanes with tensors of 32 bytes each are more than this machine's memory of ")
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
