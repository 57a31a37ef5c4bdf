package stream

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/load/pace"
	"github.com/trtbench/trtbench/record"
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
					t.Log(p.Sessions, p.Scout, p.Repeat, p.Finding, p.Early, p.Settled, p.Limiting, time.Duration(p.Start), time.Duration(p.End-p.Start), time.Duration(p.Until-p.End), p.served(), p.Evidence)
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

// A server that answers, and then takes nothing any more: its chunks fail, the run ends, and what was measured is kept.
func TestAServerThatHangsInMidRun(t *testing.T) {
	s := engine()
	s.delay = func(r load.Request) time.Duration {
		if r.Index > 1000 {
			return time.Hour
		}
		return 0
	}
	measure(t, s, Options{Sessions: Levels{50, 50, 1}, Measure: 20 * time.Second}, func(t *testing.T, r *Recording) {
		assert.Equal(t, FellBehind, r.Points[0].Finding, r.Points[0].Evidence)
		assert.Greater(t, len(r.Points[0].Chunks), 1000)
		f, err := r.Figures(0)
		require.NoError(t, err)
		assert.NotZero(t, f.Missing)
	})
}

// engine holds 240 sessions.
func engine() *batcher { return &batcher{batch: 16, instances: 1, time: 20 * time.Millisecond} }

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

func TestAServerThatDoesNotTellOfItsBatches(t *testing.T) {
	s := engine()
	s.silent = true
	measure(t, s, Options{Sessions: Levels{400, 400, 1}, Settle: time.Second, Measure: 3 * time.Second, Looks: 1}, func(t *testing.T, r *Recording) {
		assert.Equal(t, FellBehind, r.Points[0].Finding)
		assert.Equal(t, LimitServer, r.Points[0].Limiting)
	})
}

// One chunk is in flight for each session, in order, from Start to End, however late the server is.
func TestSessionsSendOneChunkAfterTheOther(t *testing.T) {
	for name, options := range map[string]Options{
		"in time":    {Sessions: Levels{50, 50, 1}},
		"overloaded": {Sessions: Levels{400, 400, 1}},
		"pulsed":     {Sessions: Levels{50, 50, 1}, Phases: PhasesPulsed, Silence: Length{Shape: ShapeUniform, High: time.Second}},
		"churn":      {Sessions: Levels{50, 50, 1}, Churn: 50, Jitter: Length{Shape: ShapeLognormal, Low: 10 * time.Millisecond, High: 100 * time.Millisecond}},
	} {
		t.Run(name, func(t *testing.T) {
			s := engine()
			options.Settle, options.Measure, options.Looks = time.Second, 3*time.Second, 1
			options.Utterance = Length{Shape: ShapeUniform, Low: 300 * time.Millisecond, High: 2 * time.Second}
			measure(t, s, options, func(t *testing.T, r *Recording) {
				checkChains(t, s.last.sent)
				checkChunks(t, &r.Points[0])
			})
		})
	}
}

// checkChains checks what went over the wire: every sequence begins with Start, and ends with End, unless a later one of the session
// began in its place.
func checkChains(t *testing.T, sent []load.Request) {
	t.Helper()
	open := map[int]uint64{}
	steps := map[uint64]int{}
	for _, r := range sent {
		require.NotZero(t, r.Sequence)
		require.Equal(t, r.Start, steps[r.Sequence] == 0)
		if !r.Start {
			require.Equal(t, open[r.State], r.Sequence)
		}
		steps[r.Sequence]++
		open[r.State] = r.Sequence
		if r.End {
			delete(open, r.State)
		}
	}
	assert.Empty(t, open, "every session ends what it is saying")
}

func checkChunks(t *testing.T, p *Point) {
	t.Helper()
	free := map[uint32]int64{}
	for i := range p.Chunks {
		c := &p.Chunks[i]
		require.GreaterOrEqual(t, c.Due, c.Complete)
		if c.Begun == 0 {
			continue
		}
		require.GreaterOrEqual(t, c.Ready, max(c.Due, 1))
		require.GreaterOrEqual(t, c.Begun, c.Ready)
		require.GreaterOrEqual(t, c.Begun, free[c.Session], "the chunk before is answered")
		require.Positive(t, c.Answered)
		free[c.Session] = c.Answered
	}
}

func TestAFailedChunkRestartsItsSession(t *testing.T) {
	s := engine()
	s.fail = func(r load.Request) (load.Status, error) {
		if r.Index == 1000 {
			return load.StatusFailed, errors.New("device lost")
		}
		return load.StatusOK, nil
	}
	measure(t, s, Options{Sessions: Levels{50, 50, 1}}, func(t *testing.T, r *Recording) {
		p := &r.Points[0]
		assert.Equal(t, Errors, p.Finding)
		assert.Contains(t, p.Evidence, "device lost")
		f, err := r.Figures(0)
		require.NoError(t, err)
		assert.Equal(t, 1, f.Failed)
		assert.LessOrEqual(t, f.Restarts, 1)
		checkChunks(t, p)
	})
}

func TestADeadServerEndsTheRunAndTheRecordingIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := engine()
		s.fail = func(r load.Request) (load.Status, error) {
			if r.Index > 500 {
				return load.StatusFailed, errors.New("device lost")
			}
			return load.StatusOK, nil
		}
		r, err := run(t.Context(), s, Options{Sessions: Levels{50, 100, 50}, MaxErrors: load.Set(100)}, virtual())
		require.ErrorContains(t, err, "device lost")
		require.Len(t, r.Points, 1)
		assert.Equal(t, Errors, r.Points[0].Finding)
		assert.Equal(t, record.Invalid, r.Verdict.Status)
		assert.NotEmpty(t, r.Points[0].Chunks)
	})
}

func TestWrongAnswersAreReported(t *testing.T) {
	s := engine()
	s.fail = func(r load.Request) (load.Status, error) {
		if r.Index%500 == 499 {
			return load.StatusMismatch, errors.New("state is stale")
		}
		return load.StatusOK, nil
	}
	measure(t, s, Options{Sessions: Levels{50, 50, 1}}, func(t *testing.T, r *Recording) {
		assert.Equal(t, record.Invalid, r.Verdict.Status)
		codes := map[record.Code]bool{}
		for _, reason := range r.Verdict.Reasons {
			codes[reason.Code] = true
		}
		assert.True(t, codes[CodeMismatch])
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

func TestAServerThatTakesNoMoreSessionsBoundsTheSearch(t *testing.T) {
	s := engine()
	s.most = 100
	measure(t, s, Options{FindMax: true}, func(t *testing.T, r *Recording) {
		assert.Equal(t, 100, r.Result.Holds)
		assert.Equal(t, LimitRefused, r.Result.Limiting)
	})
}

func TestSuspendedRunsAreVoid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := virtual()
		begun := time.Now()
		h.boot = func() int64 {
			if time.Since(begun) > 4*time.Second {
				return int64(time.Hour) + int64(time.Since(begun))
			}
			return 1 + int64(time.Since(begun))
		}
		r, err := run(t.Context(), engine(), Options{Sessions: Levels{20, 20, 1}}, h)
		require.NoError(t, err)
		assert.Equal(t, Void, r.Points[0].Finding)
		assert.Contains(t, r.Points[0].Evidence, "slept")
		assert.Equal(t, record.Invalid, r.Verdict.Status)
	})
}

func TestALateClientIsNotTheServersFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := virtual()
		h.waiter = func(clock func() int64, _ time.Duration) pace.Waiter {
			return &lateWaiter{pace.NewTimed(clock), clock}
		}
		r, err := run(t.Context(), engine(), Options{Sessions: Levels{20, 20, 1}, Settle: time.Second}, h)
		require.NoError(t, err)
		assert.Equal(t, ClientLate, r.Points[0].Finding, r.Points[0].Evidence)
		assert.Equal(t, record.Invalid, r.Verdict.Status)
	})
}

// lateWaiter comes 150 ms late.
type lateWaiter struct {
	pace.Waiter
	clock func() int64
}

func (w *lateWaiter) Until(at int64, stop <-chan struct{}) bool {
	return w.Waiter.Until(at+int64(150*time.Millisecond), stop)
}

func TestRecordingsComeBackAsTheyWere(t *testing.T) {
	measure(t, engine(), Options{FindMax: true, Search: SearchOptions{Start: 200, Max: 300}, Measure: 3 * time.Second, Jitter: Fixed(time.Millisecond)},
		func(t *testing.T, r *Recording) {
			path := filepath.Join(t.TempDir(), "run.trtbench")
			require.NoError(t, r.Save(path))
			again, err := Load(path)
			require.NoError(t, err)
			require.Equal(t, len(r.Points), len(again.Points))
			for i := range r.Points {
				require.Equal(t, r.Points[i].Chunks, again.Points[i].Chunks)
				want, err := r.Figures(i)
				require.NoError(t, err)
				got, err := again.Figures(i)
				require.NoError(t, err)
				require.Equal(t, want, got)
			}
			assert.Equal(t, r.Result, again.Result)
			assert.Equal(t, r.Settings, again.Settings)
			_, err = load.Load(path)
			require.ErrorContains(t, err, `"stream"`)
		})
}

func TestOnTheRealClock(t *testing.T) {
	phases := map[Phase]bool{}
	options := Options{
		Sessions: Levels{150, 150, 1}, Settle: time.Second, Measure: time.Second, Looks: 1,
		OnProgress: func(p Progress) { phases[p.Phase] = true },
	}
	r, err := Run(t.Context(), engine(), options)
	require.NoError(t, err)
	assert.Greater(t, len(r.Points[0].Chunks), 500)
	assert.True(t, phases[PhaseMeasuring] && phases[PhaseLeaving])
	checkChunks(t, &r.Points[0])
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
