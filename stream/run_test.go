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
				for _, p := range r.Points {
					t.Log(p.Sessions, p.Repeat, p.Finding, p.Early, p.Settled, p.Limiting, time.Duration(p.End-p.Start), p.Evidence)
				}
				require.NotNil(t, r.Result)
				t.Logf("%+v", *r.Result)
				assert.InEpsilon(t, c.capacity, r.Result.Holds, 0.05)
				assert.InEpsilon(t, c.capacity, r.Result.Breaks, 0.05)
				assert.True(t, r.Result.Confirmed)
				assert.Equal(t, LimitCompute, r.Result.Limiting)
			})
		})
	}
}
