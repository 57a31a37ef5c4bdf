package stream

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/load/pace"
	"github.com/trtbench/trtbench/record"
)

// batcher is a server that runs batches of up to Batch chunks, each in the same time, on so many instances. Its capacity is known by
// arithmetic: instances × batch / time chunks per second.
type batcher struct {
	batch     int
	instances int
	time      time.Duration
	delay     func(r load.Request) time.Duration // before the answer leaves; nil: none
	fail      func(r load.Request) (load.Status, error)
	most      int            // sessions; 0: any number
	silent    bool           // does not tell of its batches
	slow      func() float64 // by which the time of a batch is multiplied; nil: nothing

	mu   sync.Mutex
	last *batcherConns
}

// engine holds 240 sessions.
func engine() *batcher { return &batcher{batch: 16, instances: 1, time: 20 * time.Millisecond} }

type batcherConns struct {
	*batcher
	load.DialSetup
	queue  chan load.Request
	closed chan struct{}
	done   sync.WaitGroup

	mu    sync.Mutex
	sent  []load.Request
	times []int64
}

func (b *batcher) Describe() record.Description { return record.Description{Backend: "fake"} }

func (b *batcher) Payloads() load.Payloads { return load.Payloads{Steps: []int{4, 3}, Batch: 1} }

func (b *batcher) Dial(_ context.Context, setup load.DialSetup) (load.Conns, error) {
	if b.most > 0 && setup.States > b.most {
		return nil, errors.New("no memory for so many sessions")
	}
	c := &batcherConns{batcher: b, DialSetup: setup, queue: make(chan load.Request, 1<<16), closed: make(chan struct{})}
	for range b.instances {
		c.done.Go(c.work)
	}
	b.mu.Lock()
	b.last = c
	b.mu.Unlock()
	return c, nil
}

func (c *batcherConns) Send(_ int, r load.Request) error {
	at := c.Clock()
	c.mu.Lock()
	c.sent, c.times = append(c.sent, r), append(c.times, at)
	c.mu.Unlock()
	c.Sink.Sent(r.Index, at)
	if c.instances == 0 {
		c.Sink.Answered(r.Index, c.Clock(), load.StatusOK, nil)
		return nil
	}
	c.queue <- r
	return nil
}

func (c *batcherConns) work() {
	for {
		var batch []load.Request
		select {
		case r := <-c.queue:
			batch = append(batch, r)
		case <-c.closed:
			return
		}
	more:
		for len(batch) < c.batch {
			select {
			case r := <-c.queue:
				batch = append(batch, r)
			default:
				break more
			}
		}
		started := c.Clock()
		took := c.time
		if c.slow != nil {
			took = time.Duration(float64(took) * c.slow())
		}
		time.Sleep(took)
		finished := c.Clock()
		for _, r := range batch {
			if o, ok := c.Sink.(interface {
				Batched(i int64, batched, started, finished int64, batch int)
			}); ok && !c.silent {
				o.Batched(r.Index, started, started, finished, len(batch))
			}
			c.answer(r)
		}
	}
}

func (c *batcherConns) answer(r load.Request) {
	status, err := load.StatusOK, error(nil)
	if c.fail != nil {
		status, err = c.fail(r)
	}
	if c.delay == nil {
		c.Sink.Answered(r.Index, c.Clock(), status, err)
		return
	}
	time.AfterFunc(c.delay(r), func() { c.Sink.Answered(r.Index, c.Clock(), status, err) })
}

func (c *batcherConns) Close() error {
	close(c.closed)
	c.done.Wait()
	return nil
}

// virtual replaces what cannot be had in a bubble.
func virtual() *hooks {
	return &hooks{
		waiter:  func(clock func() int64, _ time.Duration) pace.Waiter { return pace.NewTimed(clock) },
		boot:    func() int64 { return 0 },
		machine: func() time.Duration { return 0 },
	}
}

// measure runs on a clock of its own, on which only waiting takes time, and then uses the recording.
func measure(t *testing.T, server load.Server, options Options, use func(t *testing.T, r *Recording)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r, err := run(t.Context(), server, options, virtual())
		require.NoError(t, err)
		use(t, r)
	})
}
