package bench

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// named notes when it is opened.
type named struct {
	fake
	name string
	log  *[]string
}

func (n *named) Open(ctx context.Context, setup Setup) (Lanes, error) {
	*n.log = append(*n.log, n.name)
	return n.fake.Open(ctx, setup)
}

func TestSweepInterleaves(t *testing.T) {
	var opened []string
	points := []Point{{"one", &named{name: "1", log: &opened}}, {"two", &named{name: "2", log: &opened}}, {"three", &named{name: "3", log: &opened}}}
	options := Options{Compat: Compat10, Iterations: Set(10), Duration: Set(time.Duration(0)), WarmUp: Set(time.Duration(0))}
	results, err := Sweep(t.Context(), points, options)
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2", "3", "3", "2", "1", "1", "2", "3"}, opened)
	require.Len(t, results, 3)
	for _, r := range results {
		require.Len(t, r.Recordings, SweepRounds)
		assert.Len(t, r.Recordings[0].Samples, 4, "a third of ten, rounded up")
	}
	f, err := results[0].Figures()
	require.NoError(t, err)
	assert.Equal(t, 12, f.Inferences)
	assert.Equal(t, 0.5, f.LatencyMs)
	assert.Equal(t, 0.5, f.P99Ms)
	assert.False(t, f.P99Known)
	assert.InDelta(t, 4/3.5*1000, f.Rate, 1e-3)
	assert.Len(t, f.Rates, 3)
}

func TestSweepKeepsWhatItHas(t *testing.T) {
	var opened []string
	bad := &named{name: "2", log: &opened}
	bad.open = func(context.Context) error { return errors.New("no memory") }
	points := []Point{{"one", &named{name: "1", log: &opened}}, {"two", bad}}
	options := Options{Compat: Compat10, Duration: Set(time.Duration(0)), WarmUp: Set(time.Duration(0))}
	results, err := Sweep(t.Context(), points, options)
	assert.ErrorContains(t, err, "bench: sweep: two: ")
	assert.Len(t, results[0].Recordings, 1)
	_, err = results[1].Figures()
	var nothing *NothingTimedError
	assert.ErrorAs(t, err, &nothing)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Sweep(ctx, points[:1], options)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = Sweep(t.Context(), points, Options{Endless: true})
	assert.ErrorContains(t, err, "never reaches the second point")
}
