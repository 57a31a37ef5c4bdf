package serve

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// never is a policy without batches.
type never struct{}

func (never) String() string                             { return "never" }
func (never) Batcher(Limits) (Batcher, error)            { return never{}, nil }
func (never) Decide(View) (size int, wait time.Duration) { return 0, 0 }
func (never) Ran(int64, int, time.Duration)              {}

// What a session takes besides its state, with a chunk on its way.
func TestMemoryOfASession(t *testing.T) {
	const sessions, most = 10000, 1024
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	input := [][]byte{make([]byte, 4)}
	executor := &idleExecutor{model: tinyModel(true)}
	before := heap()
	server, err := Open(t.Context(), executor, Options{Sessions: sessions, Queue: sessions, Policy: never{}})
	require.NoError(t, err)
	for range sessions {
		session, err := server.OpenSession()
		require.NoError(t, err)
		require.NoError(t, server.Enqueue(&Call{Session: session, Chunk: Chunk{Inputs: input}, Done: func(*Call) {}}))
	}
	each := (int64(heap()) - int64(before)) / sessions
	t.Logf("%d bytes for each of %d sessions", each, sessions)
	assert.Less(t, each, int64(most))
	require.NoError(t, server.Close())
}
