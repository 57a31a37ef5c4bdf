package stream

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
)

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
