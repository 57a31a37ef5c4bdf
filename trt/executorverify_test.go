package trt_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/serve/servetest"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// A state that goes wrong, in whichever way, shows in the answers.
func TestFaultsOfStatesAreFound(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for _, travel := range []bool{false, true} {
			t.Run(fmt.Sprintf("travel %t", travel), func(t *testing.T) {
				executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, acousticPlan(t)), trt.ExecutorOptions{MaxBatch: 4})
				require.NoError(t, err)
				servetest.EachFaultIsFound(t, executor, serve.Setup{Travel: travel})
				closeAll(t, executor)
			})
		}
	})
}

// Only signals and logprobs cross between host and device, whatever the size of the batch, with graphs and without, on several
// instances at once.
func TestExecutorCopiesNoStates(t *testing.T) {
	const instances = 2
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for _, plain := range []bool{false, true} {
			t.Run(fmt.Sprintf("plain %t", plain), func(t *testing.T) {
				executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, acousticPlan(t)), trt.ExecutorOptions{Plain: plain})
				require.NoError(t, err)
				opened, err := executor.Open(t.Context(), serve.Setup{Sessions: 16 * instances, Instances: instances})
				require.NoError(t, err)
				for size := 1; size <= 16; size++ {
					before, counted := countersOf(t, lib).Total, opened.Counters()
					var group sync.WaitGroup
					for i := range instances {
						group.Go(func() {
							for round := range 2 {
								var batch []serve.Item
								for k := range size {
									batch = append(batch, newSpeaker(i*16+k).speak(round == 0))
								}
								assert.NoError(t, opened.Run(i, batch))
							}
						})
					}
					group.Wait()
					n := int64(2 * instances * size)
					assert.Equal(t, n*signalBytes, opened.Counters().HostBytes-counted.HostBytes, size)
					assert.Equal(t, n*logprobsBytes, opened.Counters().ReplyBytes-counted.ReplyBytes, size)
					after := countersOf(t, lib).Total
					assert.Equal(t, n*signalBytes, after["h2d_bytes"]-before["h2d_bytes"], size)
					assert.Equal(t, n*logprobsBytes, after["d2h_bytes"]-before["d2h_bytes"], size)
					assert.Equal(t, (n+n/2)*stateBytes, after["d2d_bytes"]-before["d2d_bytes"], "half of the chunks began with zeros, size %d", size)
				}
				closeAll(t, opened, executor)
			})
		}
	})
}
