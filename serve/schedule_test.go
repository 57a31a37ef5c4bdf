package serve

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ms = time.Millisecond

// Chunks arrive at given instants; the batches that come of it are known exactly.
func TestBatchesInTime(t *testing.T) {
	type arrivals []time.Duration
	every := func(n int, gap time.Duration) (a arrivals) {
		for i := range n {
			a = append(a, time.Duration(i)*gap)
		}
		return a
	}
	for name, c := range map[string]struct {
		policy    Policy
		instances int
		took      func(int) time.Duration
		arrivals  arrivals
		sizes     []int
		queued    []time.Duration // of the first chunk of each batch
	}{
		"a full batch goes at once":        {Preferred{Delay: 10 * ms}, 1, nil, every(16, 0), []int{16}, []time.Duration{0}},
		"what is left waits for the delay": {Preferred{Delay: 10 * ms}, 1, nil, every(20, 0), []int{16, 4}, []time.Duration{0, 10 * ms}},
		"the oldest sets the time":         {Preferred{Delay: 10 * ms}, 1, nil, every(8, 3*ms), []int{4, 4}, []time.Duration{10 * ms, 10 * ms}},
		"a preferred size goes at once":    {Preferred{Sizes: []int{8, 4}, Delay: 10 * ms}, 1, nil, every(4, ms), []int{4}, []time.Duration{3 * ms}},
		"the largest preferred size": {Preferred{Sizes: []int{4, 8}, Delay: 10 * ms}, 1, linear(6*ms, 0), every(15, ms),
			[]int{4, 4, 4, 3}, []time.Duration{3 * ms, 5 * ms, 7 * ms, 10 * ms}},
		"no delay": {Preferred{}, 1, nil, every(3, ms), []int{1, 1, 1}, []time.Duration{0, 0, 0}},
		"a busy instance makes batches grow": {Immediate{}, 1, linear(4700*time.Microsecond, 0), every(10, ms),
			[]int{1, 4, 5}, []time.Duration{0, 3700 * time.Microsecond, 4400 * time.Microsecond}},
		"two instances": {Immediate{}, 2, linear(5500*time.Microsecond, 0), every(7, ms),
			[]int{1, 1, 4, 1}, []time.Duration{0, 0, 3500 * time.Microsecond, 500 * time.Microsecond}},
		"nothing is known yet, then a first guess": {Deadline{Limit: 100 * ms, Reserve: 10 * ms}, 1, linear(10*ms, 0), arrivals{0, 20 * ms, 21 * ms, 22 * ms},
			[]int{1, 3}, []time.Duration{0, 2 * ms}},
		"an idle server does not wait": {Adaptive{MaxDelay: 50 * ms}, 1, nil, arrivals{0, 300 * ms}, []int{1, 1}, []time.Duration{0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			executor := &fakeExecutor{model: tinyModel(true), took: c.took}
			inBubble(t, executor, Options{Sessions: len(c.arrivals), Policy: c.policy, Instances: c.instances}, func(b *bed) {
				for i, at := range c.arrivals {
					b.at(at)
					require.NoError(t, b.send(i, int64(i)))
				}
				b.at(time.Second)
				assert.Equal(t, c.sizes, executor.opened.sizes())
				first := 0
				done := b.answers()
				require.Len(t, done, len(c.arrivals))
				for i, size := range c.sizes {
					assert.Equal(t, c.queued[i], done[first].times.Queue(), "batch %d", i)
					assert.Equal(t, size, done[first].times.Batch)
					first += size
				}
			})
		})
	}
}

func TestOneChunkOfASessionAtATimeAndInOrder(t *testing.T) {
	executor := &fakeExecutor{model: tinyModel(true), took: linear(ms, 0)}
	inBubble(t, executor, Options{Sessions: 2, Instances: 3, Policy: Immediate{}}, func(b *bed) {
		for i := range 5 {
			require.NoError(t, b.send(0, int64(i)))
		}
		require.NoError(t, b.send(1, 100))
		b.at(time.Second)
		var order []int64
		for _, i := range indices(b.answers()) {
			if i < 100 {
				order = append(order, i)
			}
		}
		assert.Equal(t, []int64{0, 1, 2, 3, 4}, order)
		assert.Equal(t, []int{1, 1, 1, 1, 1, 1}, executor.opened.sizes())
		starts := 0
		for _, r := range executor.opened.batches {
			if r.starts[0] {
				starts++
			}
		}
		assert.Equal(t, 2, starts, "the first chunk of each")
	})
}

// A chunk that had to wait for the one before it goes before chunks that arrived later.
func TestOldestFirst(t *testing.T) {
	executor := &fakeExecutor{model: tinyModel(true), took: linear(10*ms, 0)}
	inBubble(t, executor, Options{Sessions: 4, MaxBatch: 1, Policy: Immediate{}}, func(b *bed) {
		for i, session := range []int{0, 0, 1, 2, 3} {
			require.NoError(t, b.send(session, int64(i)))
			b.at(time.Duration(i) * ms)
		}
		b.at(time.Second)
		assert.Equal(t, []int64{0, 1, 2, 3, 4}, indices(b.answers()))
	})
}

func TestQueueIsBounded(t *testing.T) {
	executor := &fakeExecutor{model: tinyModel(false), took: linear(10*ms, 0)}
	inBubble(t, executor, Options{Queue: 3, MaxBatch: 1, Policy: Immediate{}}, func(b *bed) {
		for i := range 4 {
			require.NoError(t, b.send(-1, int64(i)), "one runs, three wait")
		}
		require.ErrorIs(t, b.send(-1, 4), ErrQueueFull)
		b.at(15 * ms)
		require.NoError(t, b.send(-1, 5))
		b.at(time.Second)
		assert.Equal(t, []int64{0, 1, 2, 3, 5}, indices(b.answers()))
		stats := b.Stats()
		assert.EqualValues(t, 1, stats.Rejected)
		assert.EqualValues(t, 5, stats.Accepted)
		assert.EqualValues(t, 5, stats.Answered)
		assert.Equal(t, 50*ms, stats.Compute)
		assert.Zero(t, stats.Waiting)
	})
}

func TestAFailedBatchFailsItsSessionsOnly(t *testing.T) {
	broken := errors.New("device lost")
	executor := &fakeExecutor{model: tinyModel(true), took: linear(10*ms, 0)}
	failing := true
	executor.fail = func(batch []Item) error {
		if failing {
			failing = false
			return broken
		}
		return nil
	}
	inBubble(t, executor, Options{Sessions: 3, MaxBatch: 2, Policy: Immediate{}}, func(b *bed) {
		require.NoError(t, b.send(0, 0)) // fails
		require.NoError(t, b.send(0, 1)) // depends on it
		require.NoError(t, b.send(0, 2, true))
		require.NoError(t, b.send(0, 3))
		require.NoError(t, b.send(1, 4))
		b.at(time.Second)
		errs := map[int64]error{}
		for _, d := range b.answers() {
			errs[d.index] = d.err
		}
		var batch *BatchError
		require.ErrorAs(t, errs[0], &batch)
		assert.ErrorIs(t, errs[0], broken)
		assert.Equal(t, 1, batch.Size)
		assert.EqualError(t, errs[0], "serve: a batch of 1 chunks failed on instance 0: device lost")
		assert.ErrorIs(t, errs[1], ErrStateLost)
		assert.ErrorIs(t, errs[1], broken)
		assert.NoError(t, errs[2])
		assert.NoError(t, errs[3])
		assert.NoError(t, errs[4])

		failing = true
		require.NoError(t, b.send(2, 5))
		b.at(2 * time.Second)
		require.ErrorIs(t, b.send(2, 6), ErrStateLost)
		b.sessions[2].Reset()
		require.NoError(t, b.send(2, 7))
		b.at(3 * time.Second)
		done := b.answers()
		assert.NoError(t, done[len(done)-1].err)
		stats := b.Stats()
		assert.EqualValues(t, 3, stats.Failed)
		assert.EqualValues(t, 4, stats.Answered)
	})
}

func TestSessions(t *testing.T) {
	executor := &fakeExecutor{model: tinyModel(true), took: linear(10*ms, 0)}
	inBubble(t, executor, Options{Sessions: 2, Policy: Immediate{}}, func(b *bed) {
		_, err := b.OpenSession()
		require.ErrorIs(t, err, ErrSessionsFull)
		assert.EqualError(t, err, "serve: open session: every session is taken: there are 2")

		require.NoError(t, b.send(0, 0))
		require.NoError(t, b.send(0, 1))
		row := b.sessions[0].Row()
		b.sessions[0].Close()
		b.sessions[0].Close()
		_, err = b.OpenSession()
		require.ErrorIs(t, err, ErrSessionsFull, "its chunk is still computed")
		require.ErrorIs(t, b.send(0, 2), ErrSessionClosed)
		b.at(20 * ms)
		done := b.answers()
		assert.Equal(t, []int64{1, 0}, indices(done), "the waiting chunk failed at once")
		assert.ErrorIs(t, done[0].err, ErrSessionClosed)
		assert.NoError(t, done[1].err)

		again, err := b.OpenSession()
		require.NoError(t, err)
		assert.Equal(t, row, again.Row())
		b.sessions[0] = again
		require.NoError(t, b.send(0, 3))
		b.at(time.Second)
		assert.True(t, executor.opened.batches[len(executor.opened.batches)-1].starts[0], "its state is a new one")
		assert.Equal(t, 2, b.Stats().Sessions)
		b.sessions[1].Close()
		assert.Equal(t, 1, b.Stats().Sessions)
	})
}

func TestRefusedChunks(t *testing.T) {
	executor := &fakeExecutor{model: tinyModel(true)}
	inBubble(t, executor, Options{}, func(b *bed) {
		other := &Session{server: &Server{}}
		for want, c := range map[string]*Call{
			"serve: chunk: 0 inputs, the model takes 1":                         {Session: b.sessions[0]},
			"serve: chunk: 3 bytes for signal, expected 4":                      {Session: b.sessions[0], Chunk: Chunk{Inputs: [][]byte{make([]byte, 3)}}},
			"serve: chunk: room for 2 outputs, the model has 1":                 {Session: b.sessions[0], Chunk: Chunk{Inputs: b.input(0), Outputs: make([][]byte, 2)}},
			"serve: chunk: room of 5 bytes for logprobs, expected 4":            {Session: b.sessions[0], Chunk: Chunk{Inputs: b.input(0), Outputs: [][]byte{make([]byte, 5)}}},
			"serve: chunk: it belongs to no session, and the model has a state": {Chunk: Chunk{Inputs: b.input(0)}},
			"serve: chunk: its session is another server's":                     {Session: other, Chunk: Chunk{Inputs: b.input(0)}},
		} {
			var chunk *ChunkError
			err := b.Enqueue(c)
			require.ErrorAs(t, err, &chunk)
			assert.EqualError(t, err, want)
		}
	})
}

func TestCloseDrains(t *testing.T) {
	for name, c := range map[string]struct {
		drain    time.Duration
		answered int
		took     time.Duration
	}{
		"in time": {time.Second, 4, 40 * ms},
		"at once": {-1, 1, 10 * ms},
		"a part":  {25 * ms, 3, 30 * ms},
	} {
		t.Run(name, func(t *testing.T) {
			executor := &fakeExecutor{model: tinyModel(false), took: linear(10*ms, 0)}
			inBubble(t, executor, Options{MaxBatch: 1, Drain: c.drain, Policy: Preferred{Delay: time.Hour}}, func(b *bed) {
				for i := range 4 {
					require.NoError(t, b.send(-1, int64(i)))
				}
				begun := time.Now()
				require.NoError(t, b.Close())
				assert.Equal(t, c.took, time.Since(begun))
				require.ErrorIs(t, b.send(-1, 5), ErrClosed)
				_, err := b.OpenSession()
				require.ErrorIs(t, err, ErrClosed)
				answered := 0
				done := b.answers()
				assert.Len(t, done, 4)
				for _, d := range done {
					if d.err == nil {
						answered++
					} else {
						assert.ErrorIs(t, d.err, ErrClosed)
					}
				}
				assert.Equal(t, c.answered, answered)
				assert.EqualValues(t, c.answered, b.Stats().Copied.Batches)
			})
		})
	}
}

func TestOpenFaults(t *testing.T) {
	for name, c := range map[string]struct {
		options Options
		model   func(*Model)
		want    string
	}{
		"bounds": {Options{Sessions: -1, Instances: 65, Queue: -2, MaxBatch: 17}, nil, "serve: open: sessions -1, expected 1 to 1048576\n" +
			"instances 65, expected 1 to 64\nqueue -2, expected 1 to 1048576\nmax batch 17, expected 1 to 16"},
		"preferred sizes": {Options{MaxBatch: 8, Policy: Preferred{Sizes: []int{4, 9}, Delay: -1}}, nil,
			"serve: open: policy preferred(4,9, queue delay -1ns): preferred batch size 9, expected 1 to the largest batch, 8\nqueue delay -1ns, expected 0 or more"},
		"deadline": {Options{Policy: Deadline{Reserve: 1}}, nil,
			"serve: open: policy deadline(0s, reserve 1ns): limit 0s, expected above 0\nreserve 1ns, expected 0 to the limit, 0s"},
		"adaptive": {Options{Policy: Adaptive{MaxDelay: -1}}, nil, "serve: open: policy adaptive(up to -1ns): largest delay -1ns, expected 0 or more"},
		"open shape": {Options{}, func(m *Model) { m.Inputs[0].Shape = []int{1, -1} },
			"serve: open: signal: int32 of 1x-1 has no size in whole bytes; every dimension must be known"},
	} {
		t.Run(name, func(t *testing.T) {
			model := tinyModel(true)
			if c.model != nil {
				c.model(&model)
			}
			_, err := Open(t.Context(), &fakeExecutor{model: model}, c.options)
			assert.EqualError(t, err, c.want)
		})
	}
	short := &ShortOfMemoryError{Sessions: 10, PerSession: 100, Free: 450}
	_, err := Open(t.Context(), &fakeExecutor{model: tinyModel(true), openErr: fmt.Errorf("fake: %w", short)}, Options{})
	require.ErrorIs(t, err, short)
	assert.ErrorContains(t, err, "at most 4 streams fit")
}
