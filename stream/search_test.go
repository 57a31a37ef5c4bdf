package stream

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Sixteen chunks in 20 ms are 800 per second: 240 sessions.
func TestSearchFindsTheCapacityKnownByArithmetic(t *testing.T) {
	for name, c := range map[string]struct {
		server   *batcher
		capacity int
	}{
		"one instance":    {&batcher{batch: 16, instances: 1, time: 20 * time.Millisecond}, 240},
		"two instances":   {&batcher{batch: 4, instances: 2, time: 10 * time.Millisecond}, 240},
		"without batches": {&batcher{batch: 1, instances: 1, time: 3 * time.Millisecond}, 100},
	} {
		t.Run(name, func(t *testing.T) {
			measure(t, c.server, Options{FindMax: true, Search: SearchOptions{Start: 20}}, func(t *testing.T, r *Recording) {
				require.NotNil(t, r.Result)
				assert.InEpsilon(t, c.capacity, r.Result.Holds, 0.05, "%+v", *r.Result)
				assert.InEpsilon(t, c.capacity, r.Result.Breaks, 0.05)
				assert.True(t, r.Result.Confirmed)
				assert.Equal(t, LimitCompute, r.Result.Limiting)
			})
		})
	}
}

// The whole search on an engine of known capacity: within 5 % of arithmetic; 0.9 of what it found holds, and 1.2 breaks.
func TestWhatASearchFindsHoldsAndBreaks(t *testing.T) {
	for name, c := range map[string]struct {
		server   *batcher
		capacity int // batch / time · 0.3 s
	}{
		"batches of 16": {&batcher{batch: 16, instances: 1, time: 10 * time.Millisecond}, 480},
		"one by one":    {&batcher{batch: 1, instances: 1, time: 2 * time.Millisecond}, 150},
	} {
		t.Run(name, func(t *testing.T) {
			found := 0
			measure(t, c.server, Options{FindMax: true}, func(t *testing.T, r *Recording) {
				found = r.Result.Holds
				assert.InEpsilon(t, c.capacity, found, 0.05)
				assert.True(t, r.Result.Confirmed)
				last := &r.Points[len(r.Points)-1]
				took := last.Epoch.Sub(r.Points[0].Epoch) + time.Duration(last.Until)
				assert.Less(t, took, 2*time.Minute)
			})
			for streams, held := range map[int]bool{found * 9 / 10: true, (found*12 + 9) / 10: false} {
				measure(t, c.server, Options{Sessions: Levels{streams, streams, 1}}, func(t *testing.T, r *Recording) {
					assert.Equal(t, held, r.Points[0].Finding == Holds, "%d streams: %s", streams, r.Points[0].Evidence)
				})
			}
		})
	}
}

func TestAServerThatTakesNoMoreSessionsBoundsTheSearch(t *testing.T) {
	s := engine()
	s.most = 100
	measure(t, s, Options{FindMax: true}, func(t *testing.T, r *Recording) {
		assert.Equal(t, 100, r.Result.Holds)
		assert.Equal(t, LimitRefused, r.Result.Limiting)
	})
}

// A scout that has seen enough to decide is no fault of the client.
func TestAScoutWithManyChunks(t *testing.T) {
	idle := &batcher{batch: 16, instances: 4, time: 2 * time.Millisecond}
	measure(t, idle, Options{FindMax: true, Search: SearchOptions{Start: 400, Max: 400, Repeats: 1}}, func(t *testing.T, r *Recording) {
		require.Equal(t, 2, len(r.Points))
		assert.Equal(t, Scouted, r.Points[0].Finding, r.Points[0].Evidence)
		assert.Equal(t, Holds, r.Points[1].Finding, r.Points[1].Evidence)
	})
}
