package trt_test

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// counterPlan has a small state that is copied from input to output, and no other tensors.
func counterPlan() sim.Plan {
	plan := copyPlan()
	plan.Tensors[0].Name, plan.Tensors[1].Name = "state", "state_next"
	plan.Profiles[0].Inputs[0].Tensor = "state"
	return plan
}

// How many sessions fit is told before anything is allocated, and is right.
func TestExecutorMemory(t *testing.T) {
	const device = `{"devices": [{"memory_bytes": 67108864}]}`
	for _, major := range majors {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			lib := trttest.Start(t, trttest.Major(major), trttest.Device(device))
			plan := acousticPlan(t)
			plan.Memory = sim.Memory{DeviceBytes: 1 << 20, WeightsBytes: 1 << 20}
			executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, plan), trt.ExecutorOptions{Batches: []int{1, 8}})
			require.NoError(t, err)
			before := countersOf(t, lib)
			setup := serve.Setup{Sessions: 1 << 20, Instances: 2}
			_, err = executor.Open(t.Context(), setup)
			var short *serve.ShortOfMemoryError
			require.ErrorAs(t, err, &short)
			assert.Equal(t, int64(stateBytes), short.PerSession)
			after := countersOf(t, lib)
			assert.Equal(t, before.Total["h2d_count"]+before.Total["enqueues"], after.Total["h2d_count"]+after.Total["enqueues"], "told before it ran")
			assert.Equal(t, before.Live, after.Live)

			setup.Sessions = int(short.Free / short.PerSession)
			assert.ErrorContains(t, err, fmt.Sprintf("at most %d streams fit", setup.Sessions))
			assert.Greater(t, setup.Sessions, 90)
			opened, err := executor.Open(t.Context(), setup)
			require.NoError(t, err, "as many as were said to fit")
			last := newSpeaker(setup.Sessions - 1)
			require.NoError(t, opened.Run(1, []serve.Item{last.speak(true)}))
			require.NoError(t, opened.Run(0, []serve.Item{last.speak(false)}))
			last.check(t)
			closeAll(t, opened)
			setup.Sessions++
			_, err = executor.Open(t.Context(), setup)
			require.ErrorAs(t, err, &short)

			setup.Travel = true // to the host, which has room
			opened, err = executor.Open(t.Context(), setup)
			require.NoError(t, err)
			closeAll(t, opened)
			closeAll(t, executor)
			assertNothingLeft(t, lib)
		})
	}
}

// Faults end in errors that carry the reason. Sessions of a batch that failed are refused until they start anew, and nothing is left
// behind.
func TestExecutorFaults(t *testing.T) {
	cudaFault := func(call string, at, code int) string {
		return fmt.Sprintf(`{"faults": [{"call": %q, "at": %d, "error": %d}]}`, call, at, code)
	}
	fault := func(call string, at int64) sim.Plan {
		plan := counterPlan()
		plan.Faults = []sim.Fault{{Call: call, At: at, Error: "fail"}}
		return plan
	}
	tests := map[string]struct {
		device string
		plan   sim.Plan
		opens  bool // the fault comes in mid-run
		is     error
		text   string
	}{
		"stream":         {cudaFault("cudaStreamCreateWithPriority", 2, 2), counterPlan(), false, cuda.ErrOutOfMemory, "instance 0: "},
		"input":          {cudaFault("cudaMalloc", 2, 2), counterPlan(), false, cuda.ErrOutOfMemory, "device memory of state"},
		"output":         {cudaFault("cudaMalloc", 3, 2), counterPlan(), false, cuda.ErrOutOfMemory, "device memory of state_next"},
		"scratch":        {cudaFault("cudaMalloc", 4, 2), counterPlan(), false, cuda.ErrOutOfMemory, "memory of the contexts"},
		"states":         {cudaFault("cudaMalloc", 5, 2), counterPlan(), false, cuda.ErrOutOfMemory, "states state of 3 sessions"},
		"event":          {cudaFault("cudaEventCreateWithFlags", 1, 2), counterPlan(), false, cuda.ErrOutOfMemory, "cudaEventCreateWithFlags"},
		"context":        {"{}", fault("createExecutionContext", 2), false, nil, "batch of 1: trt: "},
		"shape":          {"{}", fault("setInputShape", 3), false, nil, "batch of 2: trt: "},
		"address":        {"{}", fault("setTensorAddress", 1), false, nil, "set address of state"},
		"trial":          {"{}", fault("enqueue", 2), false, nil, "batch of 2: trial inference"},
		"gather":         {cudaFault("cudaMemcpyAsync", 2, 1), counterPlan(), true, cuda.ErrInvalidValue, "cudaMemcpyAsync"},
		"reset":          {cudaFault("cudaMemsetAsync", 3, 1), counterPlan(), true, cuda.ErrInvalidValue, "cudaMemsetAsync"},
		"launch":         {cudaFault("cudaGraphLaunch", 1, 1), counterPlan(), true, cuda.ErrInvalidValue, "cudaGraphLaunch"},
		"record":         {cudaFault("cudaEventRecord", 1, 1), counterPlan(), true, cuda.ErrInvalidValue, "cudaEventRecord"},
		"wait":           {cudaFault("cudaEventSynchronize", 1, 2), counterPlan(), true, cuda.ErrOutOfMemory, "run a batch of 2 of "},
		"plain enqueue":  {"{}", fault("enqueue", 4), true, nil, "enqueueV3 was refused: TensorRT says"},
		"failed capture": {cudaFault("cudaStreamBeginCapture", 1, 900), counterPlan(), true, nil, ""},
	}
	for name, test := range tests {
		for _, major := range majors {
			t.Run(fmt.Sprintf("%s in %d", name, major), func(t *testing.T) {
				lib := trttest.Start(t, trttest.Major(major), trttest.Device(test.device), trttest.Logger(slog.New(slog.DiscardHandler)))
				options := trt.ExecutorOptions{Batches: []int{1, 2}, Plain: name == "plain enqueue"}
				executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, test.plan), options)
				require.NoError(t, err)
				opened, err := executor.Open(t.Context(), serve.Setup{Sessions: 3, Instances: 1})
				if test.opens {
					require.NoError(t, err)
					err = failOnce(t, opened, test.text == "")
					closeAll(t, opened)
				}
				if test.text != "" {
					assert.ErrorContains(t, err, test.text)
				}
				if test.is != nil {
					assert.ErrorIs(t, err, test.is)
				}
				closeAll(t, executor)
				assertNothingLeft(t, lib)
			})
		}
	}
}

// failOnce runs batches until one fails, as the fault demands, and checks that its sessions must start anew and then can.
func failOnce(t *testing.T, opened serve.Instances, never bool) error {
	t.Helper()
	batch := func(start bool) []serve.Item {
		return []serve.Item{{Session: 2, Start: start}, {Session: 0, Start: start}}
	}
	err := opened.Run(0, batch(true))
	for range 3 {
		if err == nil {
			err = opened.Run(0, batch(false))
		}
	}
	if never {
		assert.NoError(t, err)
		return nil
	}
	require.Error(t, err)
	assert.ErrorContains(t, opened.Run(0, batch(false)), "session 2 has no state")
	assert.NoError(t, opened.Run(0, batch(true)))
	assert.NoError(t, opened.Run(0, batch(false)))
	return err
}

// After a lost device everything fails, and closing is still possible.
func TestExecutorDeviceLost(t *testing.T) {
	plan := counterPlan()
	plan.Faults = []sim.Fault{{Call: "enqueue", At: 12, Error: "device-lost"}}
	for _, major := range majors {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			lib := trttest.Start(t, trttest.Major(major), trttest.Device("{}"), trttest.Logger(slog.New(slog.DiscardHandler)))
			executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, plan), trt.ExecutorOptions{})
			require.NoError(t, err)
			opened, err := executor.Open(t.Context(), serve.Setup{Sessions: 1, Instances: 1})
			require.NoError(t, err)
			for range 10 {
				if err = opened.Run(0, []serve.Item{{Start: true}}); err != nil {
					break
				}
			}
			assert.True(t, cuda.IsSticky(err), "%v", err)
			assert.ErrorContains(t, err, "restart")
			err = opened.Close()
			assert.True(t, cuda.IsSticky(err), "%v", err)
			assert.NoError(t, opened.Close())
			_ = executor.Close() // whatever it says, it must not crash, and be closed then
			assert.NoError(t, executor.Close())
		})
	}
}

func TestExecutorLeaksNothing(t *testing.T) {
	path := trttest.Plan(t, counterPlan())
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		cycle := func(travel bool) {
			executor, err := trt.NewExecutor(lib, 0, path, trt.ExecutorOptions{Batches: []int{1, 4}})
			require.NoError(t, err)
			opened, err := executor.Open(t.Context(), serve.Setup{Sessions: 3, Instances: 2, Travel: travel})
			require.NoError(t, err)
			require.NoError(t, opened.Run(1, []serve.Item{{Session: 2, Start: true}}))
			closeAll(t, opened, executor)
		}
		for range 20 {
			cycle(false) // the allocator's own caches fill up
		}
		before := residentMiB(t)
		for range 200 {
			cycle(false)
			cycle(true)
		}
		assert.Less(t, residentMiB(t)-before, 24, "MiB grown")
	})
}
