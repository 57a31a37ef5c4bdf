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

// openQuick opens an executor of the plan on a device that copies in no time, and returns a batch of n sessions that have started,
// whose rows are so far apart.
func openQuick(t testing.TB, major, n, apart int, travel bool) (serve.Instances, []serve.Item) {
	const device = `{"devices": [{"h2d_gbps": 0, "d2h_gbps": 0, "d2d_gbps": 0, "copy_latency_us": 0}]}`
	lib := trttest.Start(t, trttest.Major(major), trttest.Device(device))
	executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, quickPlan(t)), trt.ExecutorOptions{Spin: true})
	require.NoError(t, err)
	opened, err := executor.Open(t.Context(), serve.Setup{Sessions: 64, Instances: 1, Travel: travel})
	require.NoError(t, err)
	t.Cleanup(func() { closeAll(t, opened, executor) })
	batch := make([]serve.Item, n)
	for i := range batch {
		batch[i] = serve.Item{Session: i * apart, Start: true, Inputs: [][]byte{make([]byte, signalBytes)}, Outputs: [][]byte{make([]byte, logprobsBytes)}}
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
			t.Run(fmt.Sprintf("TensorRT %d, travel %t", major, travel), func(t *testing.T) {
				opened, batch := openQuick(t, major, 16, 3, travel)
				assert.Zero(t, testing.AllocsPerRun(100, func() {
					if err := opened.Run(0, batch); err != nil {
						t.Fatal(err)
					}
				}))
			})
		}
	}
}

// BenchmarkExecutor measures what a batch costs beside copies and inference, which take no time. The simulated device's own work is
// in it: it moves what is copied.
func BenchmarkExecutor(b *testing.B) {
	for _, c := range []struct {
		name     string
		n, apart int
		travel   bool
	}{{"batch 1", 1, 3, false}, {"batch 4", 4, 3, false}, {"batch 16", 16, 3, false}, {"batch 16, adjacent", 16, 1, false}, {"batch 16, travel", 16, 3, true}} {
		b.Run(c.name, func(b *testing.B) {
			opened, batch := openQuick(b, 11, c.n, c.apart, c.travel)
			b.ReportAllocs()
			for b.Loop() {
				if err := opened.Run(0, batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.n), "ns/chunk")
		})
	}
}
