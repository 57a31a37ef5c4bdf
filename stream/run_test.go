package stream

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
)

func TestBelowTheCapacityHoldsAndAboveItBreaks(t *testing.T) {
	for seed := range uint64(3) {
		measure(t, engine(), Options{Sessions: Levels{216, 288, 72}, Seed: seed, Silence: Length{}, Settle: 3 * time.Second}, func(t *testing.T, r *Recording) {
			require.Len(t, r.Points, 2)
			assert.Equal(t, Holds, r.Points[0].Finding, r.Points[0].Evidence)
			assert.Equal(t, FellBehind, r.Points[1].Finding, r.Points[1].Evidence)
			assert.Equal(t, LimitCompute, r.Points[1].Limiting)
		})
	}
}

func TestAnImpossibleLimitIsExplained(t *testing.T) {
	for name, c := range map[string]struct {
		server *batcher
		want   string
	}{
		"one chunk takes too long": {&batcher{batch: 1, instances: 1, time: 150 * time.Millisecond}, "one chunk computes for 150ms at p50 and the limit is 100ms"},
		"batches take too long":    {&batcher{batch: 16, instances: 1, time: 250 * time.Millisecond}, "chunks computes for 250ms at p50"},
	} {
		t.Run(name, func(t *testing.T) {
			streams := 1
			if c.server.batch > 1 {
				streams = 10
			}
			measure(t, c.server, Options{Sessions: Levels{streams, streams, 1}, Settle: time.Second}, func(t *testing.T, r *Recording) {
				assert.NotEqual(t, Holds, r.Points[0].Finding)
				assert.Contains(t, r.Points[0].Evidence, c.want)
			})
		})
	}
	measure(t, &batcher{batch: 1, instances: 1, time: 150 * time.Millisecond}, Options{FindMax: true}, func(t *testing.T, r *Recording) {
		assert.Zero(t, r.Result.Holds)
		assert.Equal(t, 1, r.Result.Breaks)
		assert.Contains(t, r.Points[len(r.Points)-1].Evidence, "no number of streams can hold")
	})
}

func TestAServerThatDoesNotTellOfItsBatches(t *testing.T) {
	s := engine()
	s.silent = true
	measure(t, s, Options{Sessions: Levels{400, 400, 1}, Settle: time.Second, Measure: 3 * time.Second, Looks: 1}, func(t *testing.T, r *Recording) {
		assert.Equal(t, FellBehind, r.Points[0].Finding)
		assert.Equal(t, LimitServer, r.Points[0].Limiting)
	})
}

func TestFiguresOfAPoint(t *testing.T) {
	options := Options{Sessions: Levels{100, 100, 1}, Utterance: Fixed(3 * time.Second), Silence: Fixed(time.Second), Churn: 2}
	measure(t, engine(), options, func(t *testing.T, r *Recording) {
		assert.Equal(t, record.Valid, r.Verdict.Status, r.Verdict.Reasons)
		f, err := r.Figures(0)
		require.NoError(t, err)
		assert.Equal(t, f.Chunks, f.OK)
		assert.InDelta(t, 72, f.Rate.Offered, 6) // 3 s of speech, 1 s of silence and 0.15 s until the next phase
		assert.InDelta(t, f.Rate.Offered, f.Rate.SPS, 1)
		assert.InDelta(t, f.Rate.SPS, f.Rate.OnTime, 1e-9)
		assert.Zero(t, f.Miss.Limit)
		assert.Zero(t, f.Backlog.Waited)
		assert.Equal(t, f.Miss.Utterances, f.Miss.UtterancesOnTime)
		assert.InDelta(t, float64(3*time.Second), float64(f.Latency.Utterance.Max), float64(100*time.Millisecond))
		assert.NotZero(t, f.Latency.First.Count)
		assert.NotZero(t, f.Latency.Last.Count)
		assert.Equal(t, 20*time.Millisecond, f.Latency.Compute.Max)
		assert.Equal(t, f.Latency.Queue.Count, f.Latency.Chunk.Count)
		require.NotNil(t, f.Batches)
		assert.InDelta(t, f.Rate.Chunks/f.Batches.Mean*f.Measured.Seconds(), f.Batches.Count, 15)
		assert.InDelta(t, f.Batches.Mean*0.3/0.02, f.Rate.RTFXCompute, 0.01)
	})
}

func TestInterruptedRunsKeepWhatTheyHave(t *testing.T) {
	for _, after := range []time.Duration{100 * time.Millisecond, 5 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), after)
			defer cancel()
			s := engine()
			r, err := run(ctx, s, Options{FindMax: true, Search: SearchOptions{Start: 50}}, virtual())
			require.NoError(t, err)
			assert.True(t, r.Interrupted)
			last := len(r.Points) - 1
			assert.Equal(t, Interrupted, r.Points[last].Finding)
			assert.Zero(t, r.Result.Holds)
			checkChains(t, s.last.sent)
		})
	}
}

// The server answers at once, from a goroutine of its own: nothing sleeps but who sends.
func TestOnTheRealClock(t *testing.T) {
	phases := map[Phase]bool{}
	options := Options{
		Sessions: Levels{150, 150, 1}, Settle: time.Second, Measure: time.Second, Looks: 1,
		OnProgress: func(p Progress) { phases[p.Phase] = true },
	}
	r, err := Run(t.Context(), &batcher{batch: 16, instances: 1}, options)
	require.NoError(t, err)
	assert.Greater(t, len(r.Points[0].Chunks), 500)
	assert.True(t, phases[PhaseMeasuring] && phases[PhaseLeaving])
	checkChunks(t, &r.Points[0])
}
