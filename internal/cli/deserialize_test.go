package cli

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMeasureLoads reads an engine on a clock of its own.
func TestMeasureLoads(t *testing.T) {
	for _, c := range []struct {
		name  string
		first time.Duration
		rest  time.Duration
		slow  bool
	}{
		{"steady", 10 * time.Millisecond, 10 * time.Millisecond, false},
		{"twice is allowed", 20 * time.Millisecond, 10 * time.Millisecond, false},
		{"slow", 21 * time.Millisecond, 10 * time.Millisecond, true},
		{"noise", 1100 * time.Microsecond, 200 * time.Microsecond, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				times, err := measureLoads(t.Context(), func() error {
					calls++
					switch {
					case calls <= loadWarmUps:
						time.Sleep(time.Hour) // on the clock of the test: not counted
					case calls == loadWarmUps+1:
						time.Sleep(c.first)
					default:
						time.Sleep(c.rest)
					}
					return nil
				})
				require.NoError(t, err)
				assert.Equal(t, 23, calls)
				assert.InDelta(t, c.first.Seconds()*1000, times.FirstMs, 1e-9)
				assert.InDelta(t, c.rest.Seconds()*1000, times.AverageMs, 1e-9)
				assert.Equal(t, c.slow, times.Slow)
			})
		})
	}

	_, err := measureLoads(t.Context(), func() error { return errors.New("no engine") })
	assert.EqualError(t, err, "no engine")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = measureLoads(ctx, func() error { return nil })
	assert.ErrorIs(t, err, context.Canceled)
}
