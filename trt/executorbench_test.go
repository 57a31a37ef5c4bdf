package trt_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// quickPlan has the interface of the streaming recogniser with a small state. It takes no time and computes nothing: what is
// measured with it is the executor.
func quickPlan(t testing.TB) sim.Plan {
	plan := acousticPlan(t)
	plan.Function, plan.Layers = sim.FunctionNone, nil
	for i := range plan.Tensors {
		if last := len(plan.Tensors[i].Shape) - 1; plan.Tensors[i].Shape[last] == 219729 {
			plan.Tensors[i].Shape[last] = 64
		}
	}
	state := &plan.Profiles[0].Inputs[1]
	state.Min[1], state.Opt[1], state.Max[1] = 64, 64, 64
	return plan
}

// openQuick opens an executor of the plan, with every session started, and returns a batch of n sessions of which no two are
// neighbours.
func openQuick(t testing.TB, major, n int, setup serve.Setup) (serve.Instances, []serve.Item) {
	lib := trttest.Start(t, trttest.Major(major))
	executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, quickPlan(t)), trt.ExecutorOptions{Spin: true})
	require.NoError(t, err)
	setup.Sessions, setup.Instances = 64, 1
	opened, err := executor.Open(t.Context(), setup)
	require.NoError(t, err)
	t.Cleanup(func() { closeAll(t, opened, executor) })
	batch := make([]serve.Item, n)
	for i := range batch {
		batch[i] = serve.Item{Session: 63 - 3*i, Start: true, Inputs: [][]byte{make([]byte, signalBytes)}, Outputs: [][]byte{make([]byte, logprobsBytes)}}
	}
	require.NoError(t, opened.Run(0, batch))
	for i := range batch {
		batch[i].Start = false
	}
	return opened, batch
}

func TestExecutorAllocatesNothing(t *testing.T) {
	for _, major := range majors {
		for _, travel := range []bool{false, true} {
			opened, batch := openQuick(t, major, 16, serve.Setup{Travel: travel})
			assert.Zero(t, testing.AllocsPerRun(100, func() {
				if err := opened.Run(0, batch); err != nil {
					t.Fatal(err)
				}
			}), "TensorRT %d, travel %t", major, travel)
		}
	}
}

// BenchmarkExecutor measures what a batch costs beside copies and inference, whose times are those of the simulated device.
func BenchmarkExecutor(b *testing.B) {
	for _, n := range []int{1, 4, 16} {
		b.Run(fmt.Sprintf("batch %d", n), func(b *testing.B) {
			opened, batch := openQuick(b, 11, n, serve.Setup{})
			b.ReportAllocs()
			for b.Loop() {
				if err := opened.Run(0, batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/chunk")
		})
	}
}
