package trt_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// delayPlan has two states and delays x by two chunks: an output has the bytes of the input at its place.
func delayPlan() sim.Plan {
	var plan sim.Plan
	for _, name := range []string{"x", "near", "far", "near_next", "far_next", "y"} {
		plan.Tensors = append(plan.Tensors, sim.Tensor{Name: name, Mode: "input", Type: "float32", Shape: []int64{-1, 16}})
	}
	var profile sim.Profile
	for i := range plan.Tensors {
		if i >= 3 {
			plan.Tensors[i].Mode = "output"
			continue
		}
		profile.Inputs = append(profile.Inputs, sim.Range{Tensor: plan.Tensors[i].Name, Min: []int64{1, 16}, Opt: []int64{4, 16}, Max: []int64{8, 16}})
	}
	plan.Profiles, plan.Function = []sim.Profile{profile}, sim.FunctionCopy
	return plan
}

// An engine may have several states, and outputs that share the memory of inputs.
func TestExecutorSeveralStates(t *testing.T) {
	shared := delayPlan()
	shared.Tensors[3].Aliases, shared.Tensors[5].Aliases = "near", "far"
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		for name, plan := range map[string]sim.Plan{"apart": delayPlan(), "shared": shared} {
			for _, travel := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, travel %t", name, travel), func(t *testing.T) {
					executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, plan), trt.ExecutorOptions{})
					require.NoError(t, err)
					require.Len(t, executor.Model().States, 2)
					opened, err := executor.Open(t.Context(), serve.Setup{Sessions: 5, Instances: 1, Travel: travel})
					require.NoError(t, err)
					said := make([][]string, 5)
					for chunk := range 20 {
						var batch []serve.Item
						for i := range 1 + chunk%5 {
							session := (i + chunk) % 5
							x := fmt.Sprintf("%032d%032d", session, chunk)
							item := serve.Item{Session: session, Start: said[session] == nil, Inputs: [][]byte{[]byte(x)}, Outputs: [][]byte{make([]byte, 64)}}
							said[session] = append(said[session], x)
							batch = append(batch, item)
						}
						require.NoError(t, opened.Run(0, batch))
						for _, item := range batch {
							want := string(make([]byte, 64))
							if words := said[item.Session]; len(words) > 2 {
								want = words[len(words)-3]
							}
							require.Equal(t, want, string(item.Outputs[0]), "chunk %d of session %d", chunk, item.Session)
						}
					}
					closeAll(t, opened, executor)
				})
			}
		}
	})
}

// A server's batches are mixed from whoever speaks, on whichever instance is free.
func TestExecutorServes(t *testing.T) {
	onEachMajor(t, func(t *testing.T, lib *trt.Library) {
		executor, err := trt.NewExecutor(lib, 0, trttest.Plan(t, acousticPlan(t)), trt.ExecutorOptions{Batches: []int{1, 4, 8}})
		require.NoError(t, err)
		const speakers, chunks = 20, 8
		server, err := serve.Open(t.Context(), executor, serve.Options{Sessions: speakers, Instances: 2, Policy: serve.Preferred{Delay: time.Millisecond}})
		require.NoError(t, err)
		var group sync.WaitGroup
		for i := range speakers {
			group.Go(func() {
				session, err := server.OpenSession()
				if !assert.NoError(t, err) {
					return
				}
				defer session.Close()
				s := newSpeaker(i)
				for n := range chunks {
					item := s.speak(n == 0)
					_, err := server.Submit(t.Context(), session, serve.Chunk{Inputs: item.Inputs, Outputs: item.Outputs})
					if !assert.NoError(t, err) {
						return
					}
					s.check(t)
				}
			})
		}
		group.Wait()
		closeAll(t, server, executor)
	})
}
