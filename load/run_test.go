package load

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load/pace"
	"github.com/trtbench/trtbench/record"
)

// measureAll runs in a bubble, on its clock.
func measureAll(ctx context.Context, server Server, o Options) (*Recording, error) {
	return run(ctx, server, o, func(clock func() int64, _ time.Duration) pace.Waiter { return pace.NewTimed(clock) })
}

// mustMeasure runs and expects no error.
func mustMeasure(t *testing.T, server Server, o Options) *Recording {
	t.Helper()
	r, err := measureAll(t.Context(), server, o)
	require.NoError(t, err)
	return r
}

// queue is a server that works on one request at a time.
func queue(work time.Duration) func(*answererConns, sentRequest) error {
	var free int64
	return func(c *answererConns, r sentRequest) error {
		c.mu.Lock()
		free = max(free, r.at) + int64(work)
		wait := time.Duration(free - r.at)
		c.mu.Unlock()
		return after(wait)(c, r)
	}
}

// codes returns the codes of a verdict.
func codes(v record.Verdict) []record.Code {
	list := []record.Code{}
	for _, r := range v.Reasons {
		list = append(list, r.Code)
	}
	return list
}

func figures(t *testing.T, r *Recording, i int) *Figures {
	t.Helper()
	f, err := r.Figures(i)
	require.NoError(t, err)
	return f
}

func TestSweepOfRates(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := mustMeasure(t, &answerer{handle: after(150 * time.Millisecond)}, Options{
			Mode: ModeRate, Range: Range{100, 300, 100}, WindowMode: WindowCount, WindowRequests: 200,
		})
		require.Len(t, r.Points, 3)
		assert.Equal(t, record.Valid, r.Verdict.Status, r.Verdict.Reasons)
		assert.Nil(t, r.Ended)
		for i, rate := range []float64{100, 200, 300} {
			p := &r.Points[i]
			assert.InDelta(t, rate, p.Level, 0)
			assert.True(t, p.Stable)
			assert.True(t, p.Passed)
			require.Len(t, p.Windows, 3)
			f := figures(t, r, i)
			// The windows lie in the midst of the load: no rate × latency is missing.
			assert.InDelta(t, rate, f.Throughput, 1e-3)
			assert.InDelta(t, rate, f.SentRate, 1e-3)
			assert.Equal(t, 600, f.Requests, "three windows of 200 exactly")
			assert.Equal(t, 600, f.OK)
			assert.Equal(t, 150*time.Millisecond, f.Response.Mean)
			assert.Equal(t, 150*time.Millisecond, f.Response.Max)
			assert.Zero(t, f.Lag.Max)
			assert.Equal(t, p.Begun+int64(time.Second), p.Windows[0].Start, "after the warm-up")
		}
	})
}

// The figure of perf_analyzer lacks the requests that are in flight when its first window opens.
func TestCompatThroughputLacksRateTimesLatency(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := mustMeasure(t, &answerer{handle: after(150 * time.Millisecond)}, Options{
			Compat: Compat2506, Mode: ModeRate, Range: Level(50), Stability: Set(100.0),
		})
		require.Len(t, r.Points, 1)
		p := &r.Points[0]
		require.Len(t, p.Windows, 3)
		for _, w := range p.Windows {
			assert.Equal(t, 6*time.Second, w.Duration(), "1.2 times 5 s")
		}
		windows := r.WindowFigures(0)
		require.Len(t, windows, 3)
		// Sent at 20, 40, …, answered 150 ms later: of 300 in 6 s those after 5,850 ms are not back.
		assert.Equal(t, 292, windows[0].Requests)
		assert.Equal(t, 300, windows[1].Requests)
		c, err := r.CompatFigures(0)
		require.NoError(t, err)
		assert.Equal(t, 892, c.Requests)
		assert.InDelta(t, 49.555561, c.Throughput, 1e-6, "18 s are 17.999998 in single precision")
		assert.Equal(t, uint64(150e6), c.MeanNs)
		assert.InDelta(t, 50, c.SendRate, 1e-9)
		assert.Zero(t, c.Delayed)
	})
}

func TestCompatCountWindowsAreWholeSeconds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := mustMeasure(t, &answerer{handle: after(10 * time.Millisecond)}, Options{
			Compat: Compat2402, Mode: ModeRate, Range: Level(2048), WindowMode: WindowCount, WindowRequests: 5000, Stability: Set(100.0),
		})
		for _, w := range r.Points[0].Windows {
			assert.Equal(t, 3*time.Second, w.Duration())
		}
		assert.Len(t, r.Points[0].Windows, 3)
	})
}

// The first lie: a synchronous client of four callers is asked for 500 requests per second by a server of 25 ms.
func TestSyncClientThatCannotKeepUpIsTheBottleneck(t *testing.T) {
	bubble(t, func(t *testing.T) {
		o := Options{
			Mode: ModeRate, Range: Level(500), Sync: true, WarmUp: Set(time.Duration(0)), WindowTime: 2 * time.Second, MaxTrials: 3,
		}
		r := mustMeasure(t, &answerer{handle: after(25 * time.Millisecond)}, o)
		p, f := &r.Points[0], figures(t, r, 0)
		assert.InDelta(t, 160, f.SentRate, 1)
		assert.InDelta(t, 160, f.AchievedRate, 1)
		assert.Equal(t, record.Invalid, p.Verdict.Status)
		require.NotEmpty(t, p.Verdict.Reasons)
		assert.Equal(t, CodeClientBottleneck, p.Verdict.Reasons[0].Code)
		assert.Regexp(t, `^500 requests/s were asked for, (160|159\.\d+) were sent`, p.Verdict.Reasons[0].Evidence)
		assert.Contains(t, p.Verdict.Reasons[0].Evidence, "4 senders that each wait 25ms for an answer send 160 requests/s at most")
		assert.False(t, p.Passed)

		// Response counts from the schedule, and those that were never sent count too.
		assert.Equal(t, 3000, f.Requests)
		assert.InDelta(t, 3000-960, f.Unsent, 10)
		assert.Equal(t, 25*time.Millisecond, f.Service.Mean)
		assert.Greater(t, f.Response.Mean, time.Second)
		assert.InDelta(t, 6*0.68, f.Response.Max.Seconds(), 0.1)

		// perf_analyzer's figure for the same requests hides it.
		c, err := r.CompatFigures(0)
		require.NoError(t, err)
		assert.Equal(t, uint64(25e6), c.MeanNs)
		assert.Greater(t, c.DelayedPercent, 99.0)
	})
}

// The second lie: a binary search by the latency from the call on accepts the upper end although nothing like it was delivered.
func TestBinarySearchAcceptsOnlyWhatWasDelivered(t *testing.T) {
	options := Options{
		Mode: ModeRate, Range: Range{50, 850, 50}, Search: SearchBinary, Sync: true, LatencyLimit: 60 * time.Millisecond,
		WindowTime: 2 * time.Second, WarmUp: Set(time.Duration(0)),
	}
	bubble(t, func(t *testing.T) {
		r := mustMeasure(t, &answerer{handle: after(22 * time.Millisecond)}, options)
		best := r.Best()
		require.GreaterOrEqual(t, best, 0)
		// Four callers of 22 ms reach 181.8 per second.
		assert.InDelta(t, 150, r.Points[best].Level, 50)
		assert.Less(t, r.Points[best].Level, 181.9)
		for i := range r.Points {
			assert.Equal(t, r.Points[i].Level < 181.9, r.Points[i].Passed, r.Points[i].Level)
		}
	})
	bubble(t, func(t *testing.T) {
		options.Compat = Compat2506
		r := mustMeasure(t, &answerer{handle: after(22 * time.Millisecond)}, options)
		require.Len(t, r.Points, 2, "both ends pass")
		assert.InDelta(t, 850, r.Points[r.Best()].Level, 0)
		assert.Contains(t, codes(r.Points[1].Verdict), CodeClientBottleneck, "the verdict says what perf_analyzer does not")
	})
}

func TestSaturatedServerEndsTheSweep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := mustMeasure(t, &answerer{handle: queue(4 * time.Millisecond)}, Options{ // 250 per second
			Mode: ModeRate, Range: Range{200, 400, 100}, WindowTime: time.Second, Drain: 100 * time.Millisecond,
		})
		require.Len(t, r.Points, 2, "the answers that it did not wait for do not end the run")
		assert.True(t, r.Points[0].Passed)
		p, f := &r.Points[1], figures(t, r, 1)
		require.NotEmpty(t, p.Verdict.Reasons)
		assert.Equal(t, CodeServerSaturated, p.Verdict.Reasons[0].Code)
		assert.Len(t, p.Windows, 3, "longer measuring would only make the queue longer")
		assert.InDelta(t, 250, f.Throughput, 1, "what the server can do, not what was asked")
		assert.InDelta(t, 300, f.SentRate, 1)
		assert.Greater(t, f.InFlightEnd, f.InFlightStart+100)
		require.NotNil(t, r.Ended)
		assert.Equal(t, CodeServerSaturated, r.Ended.Code)
		assert.Equal(t, record.Warnings, r.Verdict.Status, "one point is good")
	})
}

func TestLatencyLimitAtTheFirstPoint(t *testing.T) {
	for _, compat := range []Compat{CompatNone, Compat2402, Compat2506} {
		t.Run(string(compat), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := mustMeasure(t, &answerer{handle: after(100 * time.Millisecond)}, Options{
					Compat: compat, Mode: ModeRate, Range: Range{20, 0, 10}, LatencyLimit: 100 * time.Millisecond,
					WindowTime: time.Second, Stability: Set(100.0),
				})
				require.Len(t, r.Points, 1, "it is kept")
				p := &r.Points[0]
				assert.True(t, p.OverLimit)
				assert.True(t, p.Stable)
				assert.False(t, p.Passed)
				assert.Contains(t, codes(p.Verdict), CodeOverLimit)
				assert.Equal(t, -1, r.Best())
				assert.Equal(t, record.Warnings, p.Verdict.Status)
				assert.Equal(t, 100*time.Millisecond, figures(t, r, 0).Response.Mean)
			})
		})
	}
}

func TestOneTrialIsHonoured(t *testing.T) {
	for compat, stable := range map[Compat]bool{CompatNone: true, Compat2402: false, Compat2506: false} {
		bubble(t, func(t *testing.T) {
			r := mustMeasure(t, &answerer{}, Options{Compat: compat, Mode: ModeRate, Range: Level(100), MaxTrials: 1, WindowTime: time.Second})
			require.Len(t, r.Points, 1)
			assert.Len(t, r.Points[0].Windows, 1)
			assert.Equal(t, stable, r.Points[0].Stable, compat)
		})
	}
}

func TestRequestCount(t *testing.T) {
	// 40 requests at concurrency 4, in 60 ms.
	handle := after(6 * time.Millisecond)
	bubble(t, func(t *testing.T) {
		r := mustMeasure(t, &answerer{handle: handle}, Options{Range: Level(4), Requests: 40, WarmUp: Set(time.Duration(0))})
		f := figures(t, r, 0)
		assert.Equal(t, 40, f.Requests)
		assert.Equal(t, 60*time.Millisecond, f.Measured)
		assert.InDelta(t, 40/0.06, f.Throughput, 1e-6)
		assert.Len(t, r.Points[0].Outcomes, 40)
		assert.Equal(t, record.Valid, r.Verdict.Status, r.Verdict.Reasons)
	})
	bubble(t, func(t *testing.T) {
		r := mustMeasure(t, &answerer{handle: handle}, Options{Compat: Compat2506, Range: Level(4), Requests: 40})
		c, err := r.CompatFigures(0)
		require.NoError(t, err)
		assert.InDelta(t, 40, c.Throughput, 1e-5, "divided by the polled window of 1 s")
		assert.True(t, r.Points[0].Stable)
	})
	bubble(t, func(t *testing.T) { // the warm-up comes on top
		r := mustMeasure(t, &answerer{handle: handle}, Options{Range: Level(4), Requests: 40, WarmUpRequests: 12})
		f := figures(t, r, 0)
		assert.Equal(t, 40, f.Requests)
		assert.Len(t, r.Points[0].Outcomes, 52)
	})
}

// What is rare is waited for.
func TestSlowSchedules(t *testing.T) {
	for name, o := range map[string]Options{
		"schedule":     {Mode: ModeSchedule, Schedule: []time.Duration{0, time.Hour}},
		"count window": {Mode: ModeRate, Range: Level(0.01), WindowMode: WindowCount, WindowRequests: 5},
		"requests":     {Mode: ModeRate, Range: Level(0.01), Requests: 3},
		"warm-up":      {Mode: ModeRate, Range: Level(0.01), Requests: 3, WarmUpRequests: 3},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := mustMeasure(t, &answerer{handle: after(time.Second)}, o)
				assert.Equal(t, record.Valid, r.Verdict.Status, r.Verdict.Reasons)
			})
		})
	}
}

func TestUnreachableRate(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := mustMeasure(t, &answerer{handle: after(time.Second)}, Options{
			Mode: ModeRate, Range: Level(1000), Sync: true, WindowTime: time.Second, MaxTrials: 3,
		})
		assert.Contains(t, codes(r.Points[0].Verdict), CodeClientBottleneck)
		assert.Equal(t, record.Invalid, r.Verdict.Status)
		f := figures(t, r, 0)
		assert.InDelta(t, 4, f.SentRate, 1.1)
	})
}

func TestNoAnswers(t *testing.T) {
	for _, o := range []Options{
		{Mode: ModeRate, Range: Level(50), WindowTime: time.Second, MaxTrials: 3, Deadline: Set(time.Duration(0))},
		{Mode: ModeRate, Range: Level(50), WindowMode: WindowCount, WindowLimit: 2 * time.Second, MaxTrials: 3, Deadline: Set(time.Duration(0))},
		{Range: Level(2), Requests: 10, WindowLimit: 2 * time.Second, Deadline: Set(time.Duration(0))},
		{Compat: Compat2506, Range: Level(2), Requests: 10, WindowLimit: 2 * time.Second},
		{Compat: Compat2402, Mode: ModeRate, Range: Level(50), WindowTime: time.Second, MaxTrials: 3},
	} {
		bubble(t, func(t *testing.T) {
			began := time.Now()
			r := mustMeasure(t, &answerer{handle: never}, o)
			require.Len(t, r.Points, 1)
			p := &r.Points[0]
			assert.Equal(t, CodeNothingAnswered, p.Verdict.Reasons[0].Code)
			assert.Equal(t, record.Invalid, r.Verdict.Status)
			assert.True(t, p.Empty)
			f := figures(t, r, 0)
			assert.Zero(t, f.OK)
			assert.Zero(t, f.Throughput)
			assert.Equal(t, f.Requests, f.Unanswered)
			assert.Equal(t, f.Response.Count, f.Response.Censored)
			assert.Less(t, time.Since(began), time.Minute, "every wait has an end")
		})
	}
}

func TestAllRequestsFail(t *testing.T) {
	refuse := func(c *answererConns, r sentRequest) error {
		c.end(r.Index, StatusUnavailable, errors.New("model not ready"))
		return nil
	}
	bubble(t, func(t *testing.T) {
		r, err := measureAll(t.Context(), &answerer{handle: refuse}, Options{Mode: ModeRate, Range: Level(1000), MaxErrors: Set(100)})
		require.ErrorContains(t, err, "requests failed, more than the 100 with which a run goes on")
		require.ErrorContains(t, err, "unavailable (model not ready)")
		require.NotNil(t, r)
		require.Len(t, r.Points, 1)
		assert.Equal(t, record.Invalid, r.Verdict.Status)
		assert.Equal(t, record.CodeFailed, r.Verdict.Reasons[0].Code)
		assert.NotEmpty(t, r.Points[0].Outcomes, "what was measured is kept")
		assert.Equal(t, []Failure{{StatusUnavailable, "model not ready", len(r.Points[0].Outcomes)}}, r.Points[0].Failures)
	})
	bubble(t, func(t *testing.T) { // it goes on, and says so
		r := mustMeasure(t, &answerer{handle: refuse}, Options{
			Mode: ModeRate, Range: Level(100), MaxErrors: Set(-1), WindowTime: time.Second, MaxTrials: 3,
		})
		p, f := &r.Points[0], figures(t, r, 0)
		assert.Equal(t, 300, f.Failed)
		assert.Equal(t, []ErrorCount{{StatusUnavailable, 300}}, f.Errors)
		assert.Equal(t, []record.Code{CodeNothingAnswered, CodeRequestErrors}, codes(p.Verdict))
		assert.Contains(t, p.Verdict.Reasons[0].Evidence, "model not ready")
	})
}

func TestInterruptedRunKeepsAll(t *testing.T) {
	bubble(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		r, err := measureAll(ctx, &answerer{handle: after(20 * time.Millisecond)}, Options{
			Mode: ModeRate, Range: Range{100, 300, 100}, WindowTime: time.Second,
			Sequence: SequenceOptions{Use: true, Length: 10},
		})
		require.NoError(t, err)
		assert.True(t, r.Interrupted)
		require.Len(t, r.Points, 1)
		p := &r.Points[0]
		assert.True(t, p.Unfinished)
		assert.Len(t, p.Windows, 3)
		assert.Equal(t, 500*time.Millisecond, p.Windows[2].Duration(), "the last one is not whole")
		f := figures(t, r, 0)
		assert.Equal(t, 250, f.OK)
		assert.Contains(t, codes(r.Verdict), record.CodeInterrupted)
		open := map[uint64]bool{}
		for _, o := range p.Outcomes {
			open[o.Sequence] = o.Flags&FlagEnd == 0
		}
		assert.NotContains(t, open, true, "every sequence is closed")
	})
}

func TestCannotConnect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r, err := measureAll(t.Context(), &answerer{dialErr: errors.New("refused")}, Options{})
		require.EqualError(t, err, "load: connect: refused")
		assert.Nil(t, r)
	})
	_, err := Run(t.Context(), &answerer{}, Options{MaxTrials: -1})
	require.ErrorContains(t, err, "load: options: trials: -1; expected 1 to")
}

func TestProgressIsReported(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var reports []Progress
		points := 0
		mustMeasure(t, &answerer{handle: after(10 * time.Millisecond)}, Options{
			Mode: ModeRate, Range: Level(200), WindowTime: time.Second, OnProgress: func(p Progress) { reports = append(reports, p) },
			OnPoint: func(r *Recording, i int) {
				points++
				assert.True(t, r.Points[i].Passed)
			},
		})
		assert.Equal(t, 1, points)
		require.InDelta(t, 16, len(reports), 2, "four a second")
		p := reports[len(reports)/2]
		assert.Equal(t, 10, p.Trials)
		assert.Positive(t, p.Window)
		assert.InDelta(t, 200, p.SentRate, 5)
		assert.InDelta(t, 200, p.AchievedRate, 5)
		assert.InDelta(t, 200, p.AskedRate, 0)
		assert.Equal(t, 10*time.Millisecond, p.P50)
		assert.Equal(t, 10*time.Millisecond, p.P99)
		assert.InDelta(t, 2, p.InFlight, 1)
	})
}

func TestOtherModes(t *testing.T) {
	handle := after(time.Millisecond)
	for name, c := range map[string]struct {
		options  Options
		requests int
	}{
		"intervals": {Options{Mode: ModeIntervals, Intervals: []time.Duration{5 * time.Millisecond, 15 * time.Millisecond}, WindowTime: time.Second}, 300},
		"schedule":  {Options{Mode: ModeSchedule, Schedule: []time.Duration{0, time.Second, 1500 * time.Millisecond}}, 3},
		"ramp":      {Options{Mode: ModeRamp, Range: Range{0, 100, 0}, RampTime: 10 * time.Second, WarmUp: Set(time.Duration(0))}, 500},
		"steps":     {Options{Mode: ModeSteps, Range: Range{2, 6, 2}, StepEvery: 1}, 6},
		"poisson":   {Options{Mode: ModeRate, Range: Level(100), Arrival: ArrivalPoisson, WindowMode: WindowCount, WindowRequests: 100, Stability: Set(400.0)}, 300},
		"gamma":     {Options{Mode: ModeRate, Range: Level(100), Arrival: ArrivalGamma, Burst: 2, WindowMode: WindowCount, WindowRequests: 100, Stability: Set(400.0)}, 300},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := mustMeasure(t, &answerer{handle: handle}, c.options)
				require.Len(t, r.Points, 1)
				f := figures(t, r, 0)
				assert.InDelta(t, c.requests, f.Requests, 5)
				assert.Equal(t, f.Requests, f.OK)
				assert.Equal(t, time.Millisecond, f.Service.Mean)
				assert.Equal(t, record.Valid, r.Points[0].Verdict.Status, r.Points[0].Verdict.Reasons)
			})
		})
	}
}
