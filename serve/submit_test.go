package serve

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSubmit(t *testing.T) {
	executor := &fakeExecutor{model: tinyModel(true), took: linear(5*ms, 0)}
	inBubble(t, executor, Options{Sessions: 2, MaxBatch: 2}, func(b *bed) {
		var callers sync.WaitGroup
		for i := range 2 {
			callers.Go(func() {
				result, err := b.Submit(b.Context(), b.sessions[i], Chunk{Inputs: b.input(40 + i)})
				require.NoError(t, err)
				assert.Equal(t, b.input(40+i), result.Outputs)
				assert.Equal(t, Times{Queued: 1, Batched: 1, Started: 1, Finished: int64(5*ms) + 1, Batch: 2}, result.Times)
				assert.Equal(t, 5*ms, result.Times.Compute())
			})
		}
		callers.Wait()
		ended, cancel := context.WithCancel(b.Context())
		cancel()
		_, err := b.Submit(ended, b.sessions[0], Chunk{Inputs: b.input(1)})
		require.ErrorIs(t, err, context.Canceled)
		assert.EqualValues(t, 2, b.Stats().Accepted)
	})
}

// Whoever gives up while the chunk waits leaves no trace: the next chunk starts the session in its place.
func TestSubmitIsWithdrawn(t *testing.T) {
	executor := &fakeExecutor{model: tinyModel(true), took: linear(100*ms, 0)}
	inBubble(t, executor, Options{Sessions: 2, MaxBatch: 1}, func(b *bed) {
		require.NoError(t, b.send(1, 0)) // keeps the instance busy
		var callers sync.WaitGroup
		give := func(patience time.Duration, want error) {
			ctx, cancel := context.WithTimeout(b.Context(), patience)
			callers.Go(func() {
				defer cancel()
				_, err := b.Submit(ctx, b.sessions[0], Chunk{Inputs: b.input(1)})
				require.ErrorIs(t, err, want)
			})
			synctest.Wait()
		}
		give(10*ms, context.DeadlineExceeded) // is ready
		give(5*ms, context.DeadlineExceeded)  // is behind that one
		require.NoError(t, b.send(0, 2))      // behind both
		give(150*ms, context.DeadlineExceeded)
		b.at(50 * ms)
		assert.EqualValues(t, 2, b.Stats().Withdrawn)
		assert.Equal(t, 2, b.Stats().Waiting)
		callers.Wait()
		give(70*ms, nil) // is computed from 200 ms on, and waited for
		callers.Wait()
		b.at(time.Second)
		assert.Equal(t, []ran{{0, []int{1}, []bool{true}}, {0, []int{0}, []bool{true}}, {0, []int{0}, []bool{false}}}, executor.opened.batches)

		require.NoError(t, b.send(0, 3))
		b.sessions[0].Reset()
		give(time.Millisecond, context.DeadlineExceeded) // would have started the session anew
		callers.Wait()
		require.NoError(t, b.send(0, 4))
		b.at(3 * time.Second)
		assert.Equal(t, []ran{{0, []int{0}, []bool{false}}, {0, []int{0}, []bool{true}}}, executor.opened.batches[3:])
	})
}

// A session that was to begin anew with a chunk that is not computed begins anew with the next one, whatever kept the first from being
// computed: no utterance goes on with the state of the one before.
func TestStartIsPassedOn(t *testing.T) {
	for name, drop := range map[string]func(*bed, context.Context) error{
		"rejected": func(b *bed, ctx context.Context) error {
			require.NoError(t, b.send(1, 1), "takes the last place in the queue")
			_, err := b.Submit(ctx, b.sessions[0], Chunk{Start: true, Inputs: b.input(2)})
			return err
		},
		"withdrawn": func(b *bed, ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, ms)
			defer cancel()
			_, err := b.Submit(ctx, b.sessions[0], Chunk{Start: true, Inputs: b.input(2)})
			return err
		},
		"given up before": func(b *bed, ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			_, err := b.Submit(ctx, b.sessions[0], Chunk{Start: true, Inputs: b.input(2)})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			executor := &fakeExecutor{model: tinyModel(true), took: linear(10*ms, 0)}
			inBubble(t, executor, Options{Sessions: 2, Queue: 1, MaxBatch: 1, Policy: Immediate{}}, func(b *bed) {
				require.NoError(t, b.send(0, 0))
				require.Error(t, drop(b, b.Context()))
				b.at(50 * ms)
				require.NoError(t, b.send(0, 3))
				b.at(time.Second)
				batches := executor.opened.batches
				assert.Equal(t, ran{0, []int{0}, []bool{true}}, batches[len(batches)-1])
			})
		})
	}
}

func TestCallNeedsDone(t *testing.T) {
	inBubble(t, &fakeExecutor{model: tinyModel(false)}, Options{}, func(b *bed) {
		assert.EqualError(t, b.Enqueue(&Call{Chunk: Chunk{Inputs: b.input(1)}}), "serve: chunk: nobody would be told of its end: Done is nil")
	})
}

// A batch that never ends keeps Close for a bounded time.
func TestCloseGivesAHungBatchUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		executor := &fakeExecutor{model: tinyModel(false), wait: func() { <-hold }}
		server, err := Open(t.Context(), executor, Options{Policy: Immediate{}, Drain: time.Second})
		require.NoError(t, err)
		result := make(chan error)
		go func() {
			_, err := server.Submit(t.Context(), nil, Chunk{Inputs: [][]byte{make([]byte, 4)}})
			result <- err
		}()
		synctest.Wait()
		begun := time.Now()
		assert.EqualError(t, server.Close(), "serve: close: a batch is still running after 5s; the executor is not released")
		assert.Equal(t, 6*time.Second, time.Since(begun))
		assert.False(t, executor.opened.closed)
		close(hold)
		assert.NoError(t, <-result)
	})
}
