package serve

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func batcherOf(t *testing.T, policy Policy, limits Limits) Batcher {
	t.Helper()
	b, err := policy.Batcher(limits)
	require.NoError(t, err)
	return b
}

// view is the situation in which the oldest of so many chunks has waited for a time.
func view(ready int, waited time.Duration) View {
	return View{Now: int64(time.Hour), Ready: ready, Oldest: int64(time.Hour - waited)}
}

type decision struct {
	size int
	wait time.Duration
}

func decide(b Batcher, v View) decision {
	size, wait := b.Decide(v)
	return decision{size, wait}
}

func TestPreferredDecides(t *testing.T) {
	b := batcherOf(t, Preferred{Sizes: []int{8, 4}, Delay: 10 * ms}, Limits{MaxBatch: 16, Instances: 1})
	for _, c := range []struct {
		view View
		want decision
	}{
		{view(1, 0), decision{0, 10 * ms}},
		{view(3, 4*ms), decision{0, 6 * ms}},
		{view(3, 10*ms), decision{3, 0}},
		{view(4, 0), decision{4, 0}},
		{view(7, ms), decision{4, 0}},
		{view(30, ms), decision{8, 0}},
		{view(30, 11*ms), decision{16, 0}},
	} {
		assert.Equal(t, c.want, decide(b, c.view), "%+v", c.view)
	}
}

func TestDeadlineDecides(t *testing.T) {
	b := batcherOf(t, Deadline{Limit: 100 * ms}, Limits{MaxBatch: 8, Instances: 1})
	assert.Equal(t, decision{2, 0}, decide(b, view(2, 0)), "nothing is known")
	for range 200 {
		b.Ran(0, 4, 20*ms)
	}
	near := func(want time.Duration, v View) {
		t.Helper()
		got := decide(b, v)
		assert.Zero(t, got.size)
		assert.InDelta(t, want, got.wait, float64(ms)/1000)
	}
	near(70*ms, view(4, 0))
	near(70*ms, view(1, 0)) // as a batch of 4, as long as nothing smaller ran
	near(60*ms, view(6, 0)) // in proportion: 30 ms
	near(20*ms, view(4, 50*ms))
	assert.Equal(t, decision{4, 0}, decide(b, view(4, 70*ms+1)))
	assert.Equal(t, decision{8, 0}, decide(b, view(9, 0)), "no larger batch is possible")
	for range 200 {
		b.Ran(0, 6, 15*ms)
	}
	near(70*ms, view(6, 0)) // at least what a smaller batch takes
	b.Ran(0, 6, 60*ms)
	assert.Less(t, decide(b, view(6, 0)).wait, 35*ms, "a batch that took longer is not forgotten at once")
}

func TestAdaptiveFollowsTheLoad(t *testing.T) {
	b := batcherOf(t, Adaptive{MaxDelay: 20 * ms}, Limits{MaxBatch: 8, Instances: 2})
	run := func(now, until int64, share float64) {
		for at := now; at < until; at += int64(5 * ms) {
			b.Ran(at, 4, time.Duration(share*2*float64(5*ms))) // two instances
		}
	}
	delay := func(now int64) time.Duration {
		return decide(b, View{Now: now, Ready: 1, Oldest: now}).wait
	}
	second := int64(time.Second)
	assert.Equal(t, decision{1, 0}, decide(b, View{Now: 1, Ready: 1, Oldest: 1}), "idle")
	run(0, 5*second, 0.5)
	assert.InDelta(t, 10*ms, delay(5*second), float64(ms))
	run(5*second, 10*second, 1)
	assert.InDelta(t, 20*ms, delay(10*second), float64(ms))
	assert.Less(t, delay(12*second), ms, "it forgets")
	assert.Equal(t, decision{8, 0}, decide(b, View{Now: 10 * second, Ready: 8, Oldest: 10 * second}))
}

func TestPoliciesNameTheirSettings(t *testing.T) {
	for want, policy := range map[string]Policy{
		"immediate":                              Immediate{},
		"preferred(max batch, queue delay 10ms)": DefaultPolicy(),
		"preferred(4,8, queue delay 0s)":         Preferred{Sizes: []int{4, 8}},
		"deadline(100ms, reserve 10ms)":          Deadline{Limit: 100 * ms},
		"adaptive(up to 10ms)":                   Adaptive{},
	} {
		assert.Equal(t, want, policy.String())
	}
}

// The queue gives calls back by arrival, whatever is taken out of its middle.
func TestReadyQueue(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var q readyQueue
		var all []*Call
		for _, order := range random.Perm(random.IntN(40)) {
			c := &Call{order: uint64(order)}
			all = append(all, c)
			q.push(c)
		}
		for len(all) > 0 {
			i := random.IntN(len(all))
			if random.IntN(2) == 0 {
				i = slices.IndexFunc(all, func(c *Call) bool {
					return !slices.ContainsFunc(all, func(d *Call) bool { return d.order < c.order })
				})
				require.Same(t, all[i], q.pop())
			} else {
				require.Same(t, all[i], q.remove(all[i].at))
			}
			all = slices.Delete(all, i, i+1)
		}
		assert.Empty(t, q)
	}
}
