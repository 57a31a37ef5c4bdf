package bench

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/record"
)

// drifting is a device whose inferences take longer at first: 3 ms, then less and less, and 1 ms from settledAt on. A settledAt
// of 0 never settles.
type drifting struct {
	settledAt float32
	noisyFrom float32 // if not 0, it varies from here on
	now       float32
	n         int
}

func (d *drifting) Describe() record.Description {
	return record.Description{Backend: "fake", Stages: []record.Stage{record.StageCompute}}
}
func (d *drifting) Open(context.Context, Setup) (Lanes, error) { return d, nil }
func (d *drifting) Enqueue(int, int) error                     { return nil }
func (d *drifting) Close() error                               { return nil }

func (d *drifting) Wait(_, _ int, s *Sample) error {
	compute := float32(1)
	switch {
	case (d.settledAt == 0 || d.noisyFrom > 0 && d.now > d.noisyFrom) && d.n%200 < 100: // changes every tenth of a second or so
		compute = 2
	case d.now < d.settledAt:
		compute = 3 - 2*d.now/d.settledAt
	}
	*s = Sample{ComputeStart: d.now, Compute: compute}
	d.now += compute
	d.n++
	return nil
}

func TestConvergence(t *testing.T) {
	options := Options{Converge: true, WarmUp: Set(100 * time.Millisecond), Duration: Set(time.Second)}

	t.Run("ends when the compute time has settled", func(t *testing.T) {
		r, err := Run(t.Context(), &drifting{settledAt: 2000}, options)
		require.NoError(t, err)
		withoutStarvation(&r.Verdict)
		assert.Equal(t, record.Valid, r.Verdict.Status)
		assert.Greater(t, r.Settings.WarmUp, 1500*time.Millisecond, "it must not end while the time still falls")
		assert.Less(t, r.Settings.WarmUp, 2500*time.Millisecond)
		s, err := Summarize(r, SummaryOptions{WarmUp: r.Settings.WarmUp})
		require.NoError(t, err)
		assert.InDelta(t, 1, s.Compute.Mean, 0.03)
		assert.GreaterOrEqual(t, s.WallMs, float32(1000))
		assert.Less(t, s.WallMs, float32(1010))
	})
	t.Run("what comes after it does not matter", func(t *testing.T) {
		r, err := Run(t.Context(), &drifting{settledAt: 1e-9, noisyFrom: 600}, options)
		require.NoError(t, err)
		withoutStarvation(&r.Verdict)
		assert.Equal(t, record.Valid, r.Verdict.Status, r.Verdict.Reasons)
		assert.Less(t, r.Settings.WarmUp, 400*time.Millisecond)
	})
	t.Run("takes the asked warm-up at least", func(t *testing.T) {
		options := options
		options.WarmUp = Set(900 * time.Millisecond)
		r, err := Run(t.Context(), &drifting{settledAt: 1e-9}, options)
		require.NoError(t, err)
		assert.InDelta(t, 900, r.Settings.WarmUp.Seconds()*1000, 2)
	})
	t.Run("gives up and says so", func(t *testing.T) {
		r, err := Run(t.Context(), &drifting{}, options)
		require.NoError(t, err)
		assert.InDelta(t, MaxConvergence.Seconds(), r.Settings.WarmUp.Seconds(), 0.01)
		withoutStarvation(&r.Verdict)
		require.Len(t, r.Verdict.Reasons, 1)
		assert.Equal(t, CodeUnsettled, r.Verdict.Reasons[0].Code)
		assert.Equal(t, record.Warnings, r.Verdict.Status)
	})
	t.Run("is stored", func(t *testing.T) {
		path := t.TempDir() + "/run.trtbench"
		r, err := Run(t.Context(), &drifting{settledAt: 1e-9}, options)
		require.NoError(t, err)
		require.NoError(t, r.Save(path))
		back, err := Load(path)
		require.NoError(t, err)
		assert.Equal(t, r.Settings, back.Settings)
	})
}

// TestInterruptedConvergence: a warm-up that was cut short leaves nothing to time.
func TestInterruptedConvergence(t *testing.T) {
	r := &Recording{Samples: []Sample{{ComputeStart: 498, Compute: 1}, {ComputeStart: 500, Compute: 1}}}
	r.Verdict.Status = record.Valid
	r.settle([]*loop{{warmUp: float32(math.Inf(1)), elapsed: 500, warm: newConvergence(0)}})
	assert.Equal(t, CodeUnsettled, r.Verdict.Reasons[0].Code)
	_, err := Summarize(r, SummaryOptions{WarmUp: r.Settings.WarmUp})
	var nothing *NothingTimedError
	assert.ErrorAs(t, err, &nothing)
}
