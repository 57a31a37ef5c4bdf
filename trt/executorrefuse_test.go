package trt_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

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
