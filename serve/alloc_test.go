package serve

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
)

// signalSink says that a request has ended.
type signalSink chan struct{}

func (signalSink) Sent(int64, int64)                           {}
func (signalSink) Part(int64, int64)                           {}
func (s signalSink) Answered(int64, int64, load.Status, error) { s <- struct{}{} }

func TestAChunkDoesNotAllocate(t *testing.T) {
	const sessions, batch = 40, 8
	executor := &idleExecutor{model: tinyModel(true)}
	for _, policy := range []Policy{Preferred{Delay: ms}, Deadline{Limit: 10 * ms}, Adaptive{MaxDelay: ms}, Immediate{}} {
		local, err := NewLocal(executor, LocalOptions{Options: Options{Policy: policy, MaxBatch: batch, Instances: 2}, Contents: Contents{{{make([]byte, 4)}}}})
		require.NoError(t, err)
		sink, clock := make(signalSink, sessions), newSink().clock
		conns, err := local.Dial(t.Context(), load.DialSetup{Conns: 1, States: sessions, Clock: clock, Sink: sink})
		require.NoError(t, err)
		round := func() {
			for i := range 2 * sessions { // a second chunk waits for the first one
				if err := conns.Send(0, load.Request{Index: int64(i), State: i % sessions}); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 * sessions {
				<-sink
			}
		}
		round() // makes what is used again and again
		round()
		assert.Less(t, testing.AllocsPerRun(50, round)/(2*sessions), 0.02, policy)
		require.NoError(t, conns.Close())
	}
}
