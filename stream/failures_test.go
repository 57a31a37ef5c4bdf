package stream

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
)

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

// A server that refuses at once is no fast one: who was refused has no answer, as long as anybody waited.
func TestChunksThatFailAtOnceHaveNoShortLatency(t *testing.T) {
	s := engine()
	s.fail = func(r load.Request) (load.Status, error) {
		if r.Index%2 == 0 {
			return load.StatusFailed, errors.Join(errors.New("it is down"), errors.New("reset"))
		}
		return load.StatusOK, nil
	}
	measure(t, s, Options{Sessions: Levels{50, 50, 1}, MaxErrors: load.Set(-1)}, func(t *testing.T, r *Recording) {
		f, err := r.Figures(0)
		require.NoError(t, err)
		require.NotZero(t, f.Failed)
		l := f.Latency
		assert.Equal(t, f.Failed+f.Missing, l.Chunk.Censored)
		assert.Equal(t, f.OK, l.Service.Count)
		assert.Equal(t, f.OK, l.Compute.Count)
		assert.Equal(t, f.OK+f.Failed, l.Lag.Count, "the client turned to those as well")
		p99, known := l.Chunk.At(0.99)
		assert.True(t, known)
		assert.Greater(t, p99.Value, time.Second)
		assert.Contains(t, r.Points[0].Evidence, "it is down; reset")
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
