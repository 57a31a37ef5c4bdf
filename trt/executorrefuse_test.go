package trt_test

import (
	"context"
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

func TestNewExecutorRefuses(t *testing.T) {
	change := func(f func(*sim.Plan)) sim.Plan {
		plan := copyPlan()
		f(&plan)
		return plan
	}
	long := copyPlan()
	long.Tensors[0].Shape = []int64{-1, -1}
	long.Profiles[0].Inputs[0] = sim.Range{Tensor: "x", Min: []int64{1, 8}, Opt: []int64{1, 16}, Max: []int64{8, 16}}
	apart := copyPlan()
	apart.Tensors = append(apart.Tensors, sim.Tensor{Name: "once", Mode: "input", Type: "float32", Shape: []int64{9, 2}})
	tests := map[string]struct {
		plan    sim.Plan
		options trt.ExecutorOptions
		text    string
	}{
		"unknown input": {acousticPlan(t), trt.ExecutorOptions{States: []serve.State{{Input: "stat", Output: "state_next"}}},
			`state stat:state_next: the model has no input "stat", only ["signal" "state"]; did you mean "state"?`},
		"unknown output": {acousticPlan(t), trt.ExecutorOptions{States: []serve.State{{Input: "state", Output: "next"}}}, `no output "next"`},
		"unequal": {acousticPlan(t), trt.ExecutorOptions{States: []serve.State{{Input: "state", Output: "logprobs"}}},
			"the input is 1x219729 of float16, the output 1x10x35 of float32; expected the same"},
		"profile":       {copyPlan(), trt.ExecutorOptions{Profile: 1}, "profile 1 was asked for, the profiles are 0 to 0"},
		"cache":         {copyPlan(), trt.ExecutorOptions{PersistentCacheRatio: 2}, "persistent cache ratio 2"},
		"max batch":     {copyPlan(), trt.ExecutorOptions{MaxBatch: 9}, "a batch of 9 was asked for, profile 0 takes 1 to 8"},
		"negative":      {copyPlan(), trt.ExecutorOptions{MaxBatch: -1}, "a batch of -1 was asked for"},
		"batches":       {copyPlan(), trt.ExecutorOptions{Batches: []int{4, 0}}, "a batch of 0 was asked for"},
		"above its max": {copyPlan(), trt.ExecutorOptions{Batches: []int{4, 8}, MaxBatch: 4}, "a batch of 8 was asked for, and at most 4"},
		"open length":   {long, trt.ExecutorOptions{}, "profile 0 takes 1x8 to 8x16: only the batch, its leading dimension, may vary"},
		"no common batch": {apart, trt.ExecutorOptions{},
			"the inputs x, once have no batch in common in profile 0: one takes 9 at least, another 8 at most"},
		"scalar": {change(func(p *sim.Plan) { p.Tensors[0].Shape, p.Tensors[1].Shape, p.Profiles = nil, []int64{16}, nil }), trt.ExecutorOptions{},
			"input x is a scalar, expected the batch as its leading dimension"},
		"output without batch": {change(func(p *sim.Plan) { p.Tensors[1].Shape = []int64{8, 16} }), trt.ExecutorOptions{},
			"tensor y: its shape is 8x16, expected the batch as its leading dimension"},
		"data decides": {change(func(p *sim.Plan) { p.Tensors[1].DataShapes = [][]int64{{1, 16}} }), trt.ExecutorOptions{},
			"tensor y: its size depends on the data"},
		"on the host": {change(func(p *sim.Plan) { p.Tensors[1].Location = "host" }), trt.ExecutorOptions{}, "tensor y: it lies on the host"},
		"format": {change(func(p *sim.Plan) {
			for i := range p.Tensors {
				p.Tensors[i].Type, p.Tensors[i].Format, p.Tensors[i].Shape = "int8", "chw4", []int64{-1, 3, 2, 2}
			}
			p.Profiles[0].Inputs[0] = sim.Range{Tensor: "x", Min: []int64{1, 3, 2, 2}, Opt: []int64{1, 3, 2, 2}, Max: []int64{8, 3, 2, 2}}
		}), trt.ExecutorOptions{}, "tensor x: its format is"},
		"half bytes": {change(func(p *sim.Plan) {
			for i := range p.Tensors {
				p.Tensors[i].Type, p.Tensors[i].Shape = "int4", []int64{-1, 3}
			}
			p.Profiles[0].Inputs[0] = sim.Range{Tensor: "x", Min: []int64{1, 3}, Opt: []int64{1, 3}, Max: []int64{8, 3}}
		}), trt.ExecutorOptions{}, "tensor x: 3 of int4 end within a byte"},
	}
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, test.plan), test.options)
				assert.ErrorContains(t, err, test.text)
				assert.Nil(t, executor)
				assertNothingLeft(t, lib)
			})
		}
	}, trttest.Logger(slog.New(slog.DiscardHandler)))
}

func TestExecutorRefusesBatches(t *testing.T) {
	plan := acousticPlan(t)
	plan.Memory.DeviceBytes = 0
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, plan), trt.ExecutorOptions{Batches: []int{2}})
		require.NoError(t, err)
		for _, setup := range []serve.Setup{{Sessions: 1}, {Instances: 1}, {Sessions: -1, Instances: 1}, {Sessions: 1 << 50, Instances: 1}, {Sessions: 1, Instances: 1 << 50}} {
			_, err := executor.Open(t.Context(), setup)
			assert.ErrorContains(t, err, "expected 1 to 1048576 on 1 to 64")
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = executor.Open(cancelled, serve.Setup{Sessions: 1, Instances: 1})
		assert.ErrorIs(t, err, context.Canceled)

		opened, err := executor.Open(t.Context(), serve.Setup{Sessions: 2, Instances: 1})
		require.NoError(t, err)
		assert.ErrorContains(t, executor.Close(), "still open: instances of ")
		first, second := newSpeaker(0), newSpeaker(1)
		short := first.speak(true)
		short.Inputs = [][]byte{make([]byte, 3)}
		narrow := first.speak(true)
		narrow.Outputs = [][]byte{{}}
		bare := first.speak(true)
		bare.Inputs = nil
		tests := map[string]struct {
			instance int
			batch    []serve.Item
			text     string
		}{
			"instance": {1, []serve.Item{first.item}, "instance 1, expected 0 to 0"},
			"empty":    {0, nil, "0 chunks, expected 1 to 2"},
			"large":    {0, make([]serve.Item, 3), "3 chunks, expected 1 to 2"},
			"bytes":    {0, []serve.Item{short}, "chunk 0: inputs: 3 bytes of signal, expected 9600"},
			"room":     {0, []serve.Item{narrow}, "chunk 0: outputs: 0 bytes of logprobs, expected 1400"},
			"inputs":   {0, []serve.Item{bare}, "0 tensors, expected 1"},
			"session":  {0, []serve.Item{newSpeaker(2).speak(true)}, "session 2, expected 0 to 1"},
			"negative": {0, []serve.Item{newSpeaker(-1).speak(true)}, "session -1, expected"},
			"no start": {0, []serve.Item{first.speak(false)}, "session 0 has no state"},
			"twice":    {0, []serve.Item{first.speak(true), first.speak(true)}, "session 0 is in two batches at a time, or twice in this one"},
		}
		for name, test := range tests {
			assert.ErrorContains(t, opened.Run(test.instance, test.batch), "trt: run a batch: ", name)
			assert.ErrorContains(t, opened.Run(test.instance, test.batch), test.text, name)
		}
		assert.Zero(t, opened.Counters())
		require.NoError(t, opened.Run(0, []serve.Item{second.speak(true), first.speak(true)}))
		first.check(t)
		second.check(t)
		closeAll(t, opened)
		assert.ErrorIs(t, opened.Run(0, []serve.Item{first.speak(false)}), trt.ErrClosed)
		closeAll(t, executor)
		_, err = executor.Open(t.Context(), serve.Setup{Sessions: 1, Instances: 1})
		assert.ErrorIs(t, err, trt.ErrClosed)
	})
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
			assert.ErrorContains(t, err, fmt.Sprintf("at most %d sessions fit", setup.Sessions))
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
