package trt_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/internal/fill"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// setups are ways to run an engine.
var setups = map[string]bench.Setup{
	"transfers":     {Lanes: 1, Slots: 2, Transfers: true},
	"exposed":       {Lanes: 1, Slots: 1, Transfers: true},
	"no transfers":  {Lanes: 1, Slots: 2, Spin: true},
	"graph":         {Lanes: 1, Slots: 2, Spin: true, Graph: true, UploadFirst: true, FirstRoundCopies: true},
	"graph, copies": {Lanes: 2, Slots: 2, Graph: true, Transfers: true},
	"managed":       {Lanes: 1, Slots: 2, ManagedMemory: true, Transfers: true},
	"three lanes":   {Lanes: 3, Slots: 2, Spin: true, Transfers: true},
	"slow start":    {Lanes: 1, Slots: 2, SleepTime: 2 * time.Millisecond},
}

// rounds enqueues and waits as bench's loop does, on one thread, and returns the samples of the last lane.
func rounds(t testing.TB, lanes bench.Lanes, setup bench.Setup, n int) []bench.Sample {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	samples := make([]bench.Sample, n)
	wait := func(round int) {
		for lane := range setup.Lanes {
			require.NoError(t, lanes.Wait(lane, round%setup.Slots, &samples[round]))
		}
	}
	for round := range n {
		for lane := range setup.Lanes {
			require.NoError(t, lanes.Enqueue(lane, round%setup.Slots))
		}
		if round+1 >= setup.Slots {
			wait(round + 1 - setup.Slots)
		}
	}
	for round := max(n+1-setup.Slots, 0); round < n; round++ {
		wait(round)
	}
	return samples
}

func TestTargetComputes(t *testing.T) {
	want := make([]byte, 3*16*4)
	require.NoError(t, fill.Random(want, "float32"))
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, copyPlan()), trt.TargetOptions{Shapes: trt.Shapes{"x": {3, 16}}})
		require.NoError(t, err)
		for name, setup := range setups {
			t.Run(name, func(t *testing.T) {
				lanes, err := target.Open(t.Context(), setup)
				require.NoError(t, err)
				samples := rounds(t, lanes, setup, 5)
				for lane := range setup.Lanes {
					got := outputOf(t, lanes, lane, "y")
					assert.Equal(t, []int{3, 16}, got.Shape)
					assert.Equal(t, want, got.Data)
				}
				closeAll(t, lanes, lanes)
				checkSamples(t, samples, setup)
			})
		}
		closeAll(t, target, target)
	})
}

// checkSamples checks what holds whatever the machine does.
func checkSamples(t *testing.T, samples []bench.Sample, setup bench.Setup) {
	t.Helper()
	last := bench.Sample{}
	for i, s := range samples {
		assert.GreaterOrEqual(t, s.EnqueueEnd, s.EnqueueStart, "sample %d", i)
		assert.Greater(t, s.EnqueueStart, last.EnqueueStart, "sample %d", i)
		assert.GreaterOrEqual(t, s.ComputeStart, last.ComputeStart, "sample %d", i)
		for _, stage := range []float32{s.Compute, s.H2D, s.D2H, s.H2DToCompute, s.ComputeToD2H} {
			assert.GreaterOrEqual(t, stage, float32(0), "sample %d", i)
		}
		if !setup.Transfers {
			assert.Zero(t, s.H2D+s.D2H+s.H2DToCompute+s.ComputeToD2H, "sample %d", i)
		} else if !setup.ManagedMemory {
			assert.Greater(t, s.H2D, float32(0), "sample %d", i)
			assert.Greater(t, s.D2H, float32(0), "sample %d", i)
		}
		last = s
	}
}

// The stages of an engine that takes a while must be told apart. A busy host can make each longer.
func TestTargetTimes(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		plan := copyPlan()
		plan.Time = sim.Time{BaseUs: 3000, EnqueueUs: 1000}
		latency := 2000.0
		plan.Copy = &sim.Copy{LatencyUs: &latency}
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, plan), trt.TargetOptions{})
		require.NoError(t, err)
		setup := bench.Setup{Lanes: 1, Slots: 1, Transfers: true}
		lanes, err := target.Open(t.Context(), setup)
		require.NoError(t, err)
		for i, s := range rounds(t, lanes, setup, 3) {
			assert.GreaterOrEqual(t, s.H2D, float32(2), "sample %d", i)
			assert.GreaterOrEqual(t, s.Compute, float32(3), "sample %d", i)
			assert.GreaterOrEqual(t, s.D2H, float32(2), "sample %d", i)
			assert.GreaterOrEqual(t, s.EnqueueEnd-s.EnqueueStart, int64(1000000), "sample %d", i)
		}
		closeAll(t, lanes, target)
	})
}

func TestTargetWithBench(t *testing.T) {
	want := map[int]int{10: 5, 11: 6} // what trtexec of each generation does
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, zeroPlan, trt.TargetOptions{})
		require.NoError(t, err)
		recording, err := bench.Run(t.Context(), target, bench.Options{
			Duration: bench.Set(time.Duration(0)), WarmUp: bench.Set(time.Duration(0)), Iterations: bench.Set(5)})
		require.NoError(t, err)
		assert.Len(t, recording.Samples, want[lib.Version().Major])
		closeAll(t, target)
	})
}

func TestTargetThreads(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, copyPlan()), trt.TargetOptions{})
		require.NoError(t, err)
		recording, err := bench.Run(t.Context(), target, bench.Options{Lanes: bench.Set(4), Threads: true, Iterations: bench.Set(50),
			Duration: bench.Set(time.Duration(0)), WarmUp: bench.Set(time.Duration(0)), Transfers: bench.Set(true)})
		require.NoError(t, err)
		assert.GreaterOrEqual(t, len(recording.Samples), 4*50)
		closeAll(t, target)
	})
}

func TestTargetDescribe(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		path := trttest.Plan(t, copyPlan())
		target, err := trt.NewTarget(lib, 0, path, trt.TargetOptions{Shapes: trt.Shapes{"*": {2, 16}}})
		require.NoError(t, err)
		d := target.Describe()
		assert.Equal(t, "TensorRT", d.Backend)
		assert.Equal(t, lib.Version().Major, d.Major())
		assert.True(t, d.Simulated)
		assert.Equal(t, lib.Path(), d.Library)
		assert.Equal(t, record.GPU, d.Device.Kind)
		assert.Equal(t, "Simulated GPU", d.Device.Name)
		assert.Equal(t, path, d.Model.Path)
		assert.Len(t, d.Model.SHA256, 64)
		assert.Positive(t, d.Model.Bytes)
		assert.Equal(t, []record.Tensor{
			{Name: "x", Input: true, Type: "float32", Shape: []int{2, 16}},
			{Name: "y", Type: "float32", Shape: []int{2, 16}},
		}, d.Tensors)
		for _, stage := range []record.Stage{record.StageEnqueue, record.StageH2D, record.StageCompute, record.StageD2H} {
			assert.True(t, d.Measures(stage))
		}
		need := target.Memory(3)
		assert.Equal(t, trt.MemoryNeed{Contexts: 3 << 20, Tensors: 3 * 256, Pinned: 3 * 256}, need)
		closeAll(t, target)
	})
}

func TestTargetInputs(t *testing.T) {
	given := bytes.Repeat([]byte{1, 2, 3, 4}, 16)
	half := bytes.Repeat([]byte{0, 0, 0, 0x3f}, 16) // 0.5
	tests := map[string]struct {
		options trt.TargetOptions
		want    []byte
	}{
		"given":   {trt.TargetOptions{Inputs: map[string]tensor.Values{"x": {Data: given}}}, given},
		"pattern": {trt.TargetOptions{Inputs: map[string]tensor.Values{"x*": {Data: given}}}, given},
		"zero":    {trt.TargetOptions{Zero: []string{"x"}}, make([]byte, 64)},
		"range":   {trt.TargetOptions{Ranges: map[string]trt.Range{"x": {Min: 0.5, Max: 0.50000006}}}, half},
	}
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				target, err := trt.NewTarget(lib, 0, trttest.Plan(t, copyPlan()), test.options)
				require.NoError(t, err)
				setup := setups["no transfers"]
				lanes, err := target.Open(t.Context(), setup)
				require.NoError(t, err)
				rounds(t, lanes, setup, 1)
				assert.Equal(t, test.want, outputOf(t, lanes, 0, "y").Data)
				closeAll(t, lanes, target)
			})
		}
	})
}

func TestTargetDataDependentOutput(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, "../testdata/plans/dynamic_output.sim.json", trt.TargetOptions{})
		require.NoError(t, err)
		assert.Equal(t, []int{-1, 2}, target.Describe().Tensors[1].Shape)
		for _, setup := range []bench.Setup{setups["exposed"], setups["no transfers"], setups["graph"]} {
			lanes, err := target.Open(t.Context(), setup)
			require.NoError(t, err)
			rounds(t, lanes, setup, 3)
			found := outputOf(t, lanes, 0, "found")
			assert.Len(t, found.Data, found.Shape[0]*2*4)
			closeAll(t, lanes)
		}
		shape := target.Describe().Tensors[1].Shape
		assert.GreaterOrEqual(t, shape[0], 0, "after a run the shape is known")
		closeAll(t, target)
	})
}

func TestTargetStrategies(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for _, strategy := range []trt.AllocationStrategy{"", trt.AllocateStatic, trt.AllocateProfile, trt.AllocateRuntime} {
			target, err := trt.NewTarget(lib, 0, trttest.Plan(t, copyPlan()), trt.TargetOptions{
				AllocationStrategy: strategy, PersistentCacheRatio: 0.5, NVTXVerbosity: trt.Detailed})
			require.NoError(t, err, strategy)
			lanes, err := target.Open(t.Context(), setups["three lanes"])
			require.NoError(t, err, strategy)
			rounds(t, lanes, setups["three lanes"], 2)
			closeAll(t, lanes, target)
		}
	})
}

// A run leaves its contexts to the next, and nothing else.
func TestTargetOpensAgain(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, copyPlan()), trt.TargetOptions{})
		require.NoError(t, err)
		for range 3 {
			lanes, err := target.Open(t.Context(), setups["three lanes"])
			require.NoError(t, err)
			assert.EqualValues(t, 3, countersOf(t, lib).Live["contexts"])
			closeAll(t, lanes)
		}
		live := countersOf(t, lib).Live
		assert.EqualValues(t, 3, live["contexts"])
		assert.Zero(t, live["events"]+live["graph_execs"]+live["host_bytes"])
		closeAll(t, target)
	})
}

func TestTargetDrivenByThreadsOfItsOwn(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, copyPlan()), trt.TargetOptions{})
		require.NoError(t, err)
		lanes, err := target.Open(t.Context(), setups["three lanes"])
		require.NoError(t, err)
		var running sync.WaitGroup
		for lane := range 3 {
			running.Go(func() {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				var s bench.Sample
				for i := range 100 {
					assert.NoError(t, lanes.Enqueue(lane, i%2))
					assert.NoError(t, lanes.Wait(lane, i%2, &s))
				}
			})
		}
		running.Wait()
		closeAll(t, lanes, target)
	})
}

// messages collects what was logged.
type messages struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (m *messages) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.text.Write(p)
}

func (m *messages) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.text.String()
}

func (m *messages) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(m, &slog.HandlerOptions{Level: level}))
}

func TestTargetFallsBackFromGraph(t *testing.T) {
	refused := copyPlan()
	refused.Faults = []sim.Fault{{Call: "enqueue", At: 2, Error: "fail"}} // the first is the trial
	tests := map[string]struct {
		plan   sim.Plan
		device string
	}{
		"capture":     {refused, "{}"},
		"instantiate": {copyPlan(), `{"faults": [{"call": "cudaGraphInstantiate", "at": 1, "error": 801}]}`},
	}
	for name, test := range tests {
		for _, major := range majors {
			t.Run(fmt.Sprintf("%s in %d", name, major), func(t *testing.T) {
				var log messages
				lib := trttest.Start(t, trttest.Major(major), trttest.Logger(log.logger(slog.LevelWarn)), trttest.Device(test.device))
				target, err := trt.NewTarget(lib, 0, trttest.Plan(t, test.plan), trt.TargetOptions{Shapes: trt.Shapes{"x": {1, 16}}})
				require.NoError(t, err)
				lanes, err := target.Open(t.Context(), setups["graph"])
				require.NoError(t, err)
				rounds(t, lanes, setups["graph"], 3)
				assert.Contains(t, log.String(), "cannot be captured into a CUDA graph")
				assert.Contains(t, log.String(), "enqueued without a graph instead")
				closeAll(t, lanes, target)
				assert.Zero(t, countersOf(t, lib).Total["graph_launches"])
				assertNothingLeft(t, lib)
			})
		}
	}
}

func TestTargetFallsBackFromPinnedMemory(t *testing.T) {
	for _, major := range majors {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			var log messages
			lib := trttest.Start(t, trttest.Major(major), trttest.Logger(log.logger(slog.LevelWarn)),
				trttest.Device(`{"faults": [{"call": "cudaHostAlloc", "at": 1, "error": 2}]}`))
			target, err := trt.NewTarget(lib, 0, trttest.Plan(t, copyPlan()), trt.TargetOptions{Shapes: trt.Shapes{"x": {1, 16}}})
			require.NoError(t, err)
			lanes, err := target.Open(t.Context(), setups["transfers"])
			require.NoError(t, err)
			rounds(t, lanes, setups["transfers"], 3)
			closeAll(t, lanes, target)
			assert.Contains(t, log.String(), "no page-locked memory for a tensor")
			assert.Contains(t, log.String(), "tensor=x")
			assertNothingLeft(t, lib)
		})
	}
}

func TestTargetOnIntegratedDevice(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 0, trttest.Plan(t, copyPlan()), trt.TargetOptions{Shapes: trt.Shapes{"x": {1, 16}}})
		require.NoError(t, err)
		lanes, err := target.Open(t.Context(), setups["no transfers"])
		require.NoError(t, err)
		rounds(t, lanes, setups["no transfers"], 2)
		assert.Zero(t, countersOf(t, lib).Total["h2d_count"], "host and device share the memory")
		closeAll(t, lanes, target)
	}, trttest.Device(`{"devices": [{"integrated": true}]}`))
}

func TestTargetSecondDevice(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		target, err := trt.NewTarget(lib, 1, trttest.Plan(t, copyPlan()), trt.TargetOptions{Shapes: trt.Shapes{"x": {1, 16}}})
		require.NoError(t, err)
		assert.Equal(t, "second", target.Describe().Device.Name)
		assert.Equal(t, 1, target.Describe().Device.Index)
		device, err := lib.CUDA().Device(0)
		require.NoError(t, err)
		lanes, err := target.Open(t.Context(), setups["graph, copies"])
		require.NoError(t, err)
		require.NoError(t, device.Use(), "a lane does not depend on what else its thread did")
		rounds(t, lanes, setups["graph, copies"], 3)
		closeAll(t, lanes, target)

		_, err = trt.NewTarget(lib, 2, zeroPlan, trt.TargetOptions{})
		assert.ErrorIs(t, err, cuda.ErrInvalidDevice)
	}, trttest.Device(`{"devices": [{"name": "first"}, {"name": "second"}]}`))
}
