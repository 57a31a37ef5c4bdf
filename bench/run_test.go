package bench

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
)

var errFault = errors.New("fault")

// failAt returns a function that fails for inference n of a lane.
func failAt(lane, n int) func(int, int) error {
	return func(l, i int) error {
		if l == lane && i == n {
			return errFault
		}
		return nil
	}
}

// run is [Run] on a machine that is not busy: what it says about waits for a processor is left out.
func run(ctx context.Context, f *fake, o Options) (*Recording, error) {
	r, err := Run(ctx, f, o)
	if r != nil {
		withoutStarvation(&r.Verdict)
	}
	return r, err
}

// withoutStarvation makes a verdict what it would be on a machine that is not busy.
func withoutStarvation(v *record.Verdict) {
	v.Reasons = slices.DeleteFunc(v.Reasons, func(reason record.Reason) bool { return reason.Code == CodeStarved })
	if len(v.Reasons) == 0 {
		*v = record.Verdict{Status: record.Valid}
	}
}

func TestRun(t *testing.T) {
	var f fake
	before := time.Now()
	r, err := run(t.Context(), &f, options(3, 2*ms, 0))
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2, 3, 4}, starts(r.Samples, 0))
	assert.Equal(t, record.KindBench, r.Kind)
	assert.False(t, r.Interrupted)
	assert.Equal(t, record.Verdict{Status: record.Valid}, r.Verdict)
	assert.Equal(t, "fake.engine", r.Description.Model.Path)
	assert.Equal(t, record.ThisEnvironment(), r.Environment)
	assert.False(t, r.Started.Before(before.Truncate(0)), "starts with the run")
	assert.False(t, r.Finished.Before(r.Started))
	assert.Equal(t, Compat10, r.Settings.Compat)
	assert.Equal(t, 1, f.closed)
	assert.Zero(t, r.DroppedSamples)
	for i := range r.Samples {
		assert.Zero(t, r.Samples[i].Lane)
		assert.Zero(t, r.Samples[i].Flags&^GCPause)
	}
}

func TestRunThreadsStopOnTheirOwn(t *testing.T) {
	o := options(0, 0, 10*ms)
	o.Threads, o.Lanes = true, Set(3)
	r, err := run(t.Context(), &fake{script: func(lane, i int, s *Sample) { s.ComputeStart = float32((i + 1) * (lane + 1)) }}, o)
	require.NoError(t, err)
	assert.Len(t, starts(r.Samples, 0), 11)
	assert.Len(t, starts(r.Samples, 1), 6)
	assert.Equal(t, []float32{3, 6, 9, 12, 15}, starts(r.Samples, 2))
	assert.True(t, slices.IsSortedFunc(r.Samples, byStart))
}

func TestRunSortsByStartOfCopies(t *testing.T) {
	o := options(4, 0, 0)
	o.Lanes = Set(2)
	// Lane 1 computes later but begins to copy first.
	r, err := run(t.Context(), &fake{script: func(lane, i int, s *Sample) { s.H2D, s.H2DToCompute = float32(lane)*0.5, float32(lane)*0.25 }}, o)
	require.NoError(t, err)
	var lanes []int32
	for _, s := range r.Samples {
		lanes = append(lanes, s.Lane)
	}
	assert.Equal(t, []int32{1, 0, 1, 0, 1, 0, 1, 0}, lanes)
}

func TestRunKeepsWhatWasMeasured(t *testing.T) {
	for _, c := range []struct {
		name    string
		f       fake
		lanes   int
		threads bool
		samples int // of lane 0
		want    string
	}{
		{"first enqueue", fake{enqueue: failAt(0, 0)}, 1, false, 0, "bench: enqueue on lane 0: fault"},
		{"an enqueue", fake{enqueue: failAt(0, 3)}, 1, false, 3, "bench: enqueue on lane 0: fault"},
		{"an enqueue on another lane", fake{enqueue: failAt(1, 3)}, 2, false, 3, "bench: enqueue on lane 1: fault"},
		{"an enqueue and then a wait", fake{enqueue: failAt(0, 3), wait: failAt(0, 2)}, 1, false, 2,
			"bench: enqueue on lane 0: fault (and then, keeping what was in flight: bench: wait on lane 0: fault)"},
		{"a wait", fake{wait: failAt(0, 3)}, 1, false, 3, "bench: wait on lane 0: fault"},
		{"the last wait", fake{wait: failAt(0, 9)}, 1, false, 9, "bench: wait on lane 0: fault"},
		{"a wait on another lane", fake{wait: failAt(1, 3)}, 2, false, 4, "bench: wait on lane 1: fault"},
		{"close", fake{close: func() error { return errFault }}, 1, false, 10, "bench: close fake.engine: fault"},
		{"one thread", fake{wait: failAt(1, 3)}, 2, true, -1, "bench: wait on lane 1: fault"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := options(10, 0, 0)
			o.Lanes, o.Threads = Set(c.lanes), c.threads
			r, err := run(t.Context(), &c.f, o)
			require.ErrorIs(t, err, errFault)
			assert.EqualError(t, err, c.want)
			require.NotNil(t, r)
			if c.samples >= 0 { // how far another thread came depends on when it was told to stop
				assert.Len(t, starts(r.Samples, 0), c.samples)
			}
			assert.Equal(t, record.Invalid, r.Verdict.Status)
			assert.Contains(t, r.Verdict.Reasons, record.Reason{Code: record.CodeFailed, Evidence: c.want})
			assert.False(t, r.Interrupted)
			assert.Equal(t, 1, c.f.closed)
		})
	}
}

func TestRunThatCannotBegin(t *testing.T) {
	t.Run("open", func(t *testing.T) {
		f := fake{open: func(context.Context) error { return errFault }}
		r, err := run(t.Context(), &f, Options{})
		require.ErrorIs(t, err, errFault)
		assert.EqualError(t, err, "bench: open fake.engine: fault")
		assert.Nil(t, r)
		assert.Zero(t, f.closed)
	})
	t.Run("options", func(t *testing.T) {
		var f fake
		r, err := run(t.Context(), &f, Options{Lanes: Set(0)})
		require.EqualError(t, err, "bench: options: inference streams: 0; expected 1 to 1024")
		assert.Nil(t, r)
		assert.Empty(t, f.calls)
	})
}

func TestRunCancelled(t *testing.T) {
	t.Run("before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var f fake
		r, err := run(ctx, &f, Options{})
		require.NoError(t, err)
		assert.Empty(t, f.calls)
		assert.True(t, r.Interrupted)
		assert.Equal(t, record.Verdict{Status: record.Invalid, Reasons: []record.Reason{
			{Code: record.CodeInterrupted, Evidence: "stopped after 0 inferences"},
			{Code: CodeNothingTimed, Evidence: "the trace is empty; nothing was measured"},
		}}, r.Verdict)
		assert.Equal(t, 1, f.closed)
	})
	t.Run("before, and the target minds", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r, err := run(ctx, &fake{open: func(ctx context.Context) error { return ctx.Err() }}, Options{})
		require.ErrorIs(t, err, context.Canceled)
		assert.Nil(t, r)
	})
	t.Run("while it opens", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		r, err := run(ctx, &fake{open: func(context.Context) error { cancel(); return nil }}, Options{})
		require.NoError(t, err)
		assert.True(t, r.Interrupted)
		assert.Empty(t, r.Samples)
	})
	t.Run("on the way", func(t *testing.T) {
		for _, threads := range []bool{false, true} {
			ctx, cancel := context.WithCancel(t.Context())
			f := fake{wait: func(_, i int) error {
				if i == 100 {
					cancel()
				}
				return nil
			}}
			r, err := run(ctx, &f, Options{WarmUp: Set(10 * ms), Duration: Set(10 * time.Hour), Lanes: Set(2), Threads: threads})
			require.NoError(t, err)
			assert.True(t, r.Interrupted)
			require.Equal(t, record.Warnings, r.Verdict.Status)
			assert.Equal(t, record.CodeInterrupted, r.Verdict.Reasons[0].Code)
			for lane, l := range f.inferred {
				assert.Equal(t, l.enqueued, l.waited, "nothing stays in flight")
				assert.Len(t, starts(r.Samples, int32(lane)), l.waited)
			}
			assert.Greater(t, r.Len(), 101)
		}
	})
	t.Run("after its end", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		r, err := run(ctx, &fake{close: func() error { cancel(); return nil }}, options(5, 0, 0))
		require.NoError(t, err)
		assert.False(t, r.Interrupted, "nothing was cut off")
		assert.Equal(t, record.Valid, r.Verdict.Status)
	})
	t.Run("by a deadline in an idle time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
			defer cancel()
			o := options(100, 0, 0)
			o.IdleTime = 10 * time.Second
			started := time.Now()
			r, err := run(ctx, &fake{}, o)
			require.NoError(t, err)
			assert.Equal(t, 25*time.Second, time.Since(started), "not at the end of the idle time")
			assert.True(t, r.Interrupted)
			assert.Len(t, r.Samples, 3)
		})
	})
}

func TestRunIdles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options(4, 0, 0)
		o.IdleTime = 10 * time.Second
		started := time.Now()
		r, err := run(t.Context(), &fake{}, o)
		require.NoError(t, err)
		assert.Equal(t, 40*time.Second, time.Since(started))
		assert.Len(t, r.Samples, 4)
		assert.Equal(t, 40*time.Second, r.Finished.Sub(r.Started))
	})
}

func TestRunEndless(t *testing.T) {
	for _, c := range []struct {
		name          string
		keep, lanes   int
		threads       bool
		want, atLeast int
	}{
		{"a ring", 8, 1, false, 8, 50},
		{"all lanes together", 8, 2, false, 8, 100},
		{"a share for each thread", 8, 2, true, 8, 50},
		{"at least one for each thread", 1, 3, true, 3, 50},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			var arrived atomic.Int32
			f := fake{wait: func(_, i int) error {
				if i == 50 && int(arrived.Add(1)) == c.lanes {
					cancel()
				}
				return nil
			}}
			r, err := run(ctx, &f, Options{Endless: true, KeepSamples: c.keep, Lanes: Set(c.lanes), Threads: c.threads})
			require.NoError(t, err)
			assert.Len(t, r.Samples, c.want)
			total := 0
			for lane, l := range f.inferred {
				total += l.waited
				kept := starts(r.Samples, int32(lane))
				for i, start := range kept {
					assert.InDelta(t, l.waited-len(kept)+i+1, start, 0, "the newest of lane %d", lane)
				}
			}
			assert.Equal(t, total, len(r.Samples)+r.DroppedSamples)
			assert.Greater(t, total, c.atLeast)
			assert.Equal(t, record.Warnings, r.Verdict.Status)
			assert.Equal(t, CodeDropped, r.Verdict.Reasons[1].Code)
		})
	}
}

func TestRunNothingTimed(t *testing.T) {
	r, err := run(t.Context(), &fake{script: func(_, _ int, s *Sample) { s.ComputeStart = 0 }}, options(3, 200*ms, -time.Second))
	require.NoError(t, err)
	assert.Len(t, r.Samples, 3)
	assert.Equal(t, record.Verdict{Status: record.Invalid, Reasons: []record.Reason{{
		Code: CodeNothingTimed, Evidence: "all 3 inferences started before the end of the warm-up of 200ms; measure longer or lower the warm-up",
	}}}, r.Verdict)
}

// A target may know more after it ran.
func TestRunDescribesAtTheEnd(t *testing.T) {
	f := fake{backend: record.Description{Backend: "ONNX Runtime", Stages: []record.Stage{record.StageCompute}}}
	f.close = func() error { f.backend.Notes = []string{"known only now"}; return nil }
	r, err := run(t.Context(), &f, options(1, 0, 0))
	require.NoError(t, err)
	assert.Equal(t, []string{"known only now"}, r.Description.Notes)
}

func TestGatherSortsManyLanes(t *testing.T) {
	settings := Settings{Lanes: 2, Slots: 2}
	loops := make([]*loop, 2)
	for lane := range loops {
		l := &loop{settings: &settings, first: lane, n: 1, samples: newStore(0), stop: new(atomic.Bool)}
		for i := range 2*chunkSamples + 3 {
			*l.samples.reserve() = Sample{ComputeStart: float32(2*i + lane), Lane: int32(lane), EnqueueStart: math.MaxInt32}
			l.samples.commit()
		}
		l.samples.finish()
		loops[lane] = l
	}
	samples := gather(loops, 2, nil)
	require.Len(t, samples, 2*(2*chunkSamples+3))
	for i, s := range samples {
		require.InDelta(t, i, s.ComputeStart, 0)
		require.EqualValues(t, i%2, s.Lane)
	}
}
