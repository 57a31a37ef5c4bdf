package serve

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/trtbench/trtbench/record"
)

// hangTime is how long Close waits for batches that are running. One that takes longer is given up.
const hangTime = 5 * time.Second

// Server answers the chunks of sessions with one model. It is safe for concurrent use. The caller closes it.
//
// The chunks of a session run in the order in which they were accepted, one at a time, whichever instance runs them. A batch takes
// the chunks that have waited longest. When a batch fails, its sessions have lost their states: what they have waiting fails too, up
// to the chunk that starts the session anew. Others go on.
type Server struct {
	options   Options
	describe  record.Description
	model     Model
	inBytes   []int // of one chunk
	outBytes  []int
	opened    Instances
	instances []*instance
	exited    sync.WaitGroup // the goroutines of the instances
	calls     sync.Pool      // of *submission

	mu        sync.Mutex
	batcher   Batcher
	ready     readyQueue
	arrivals  uint64
	waiting   int // calls that were accepted and are in no batch
	running   int // batches
	idle      []*instance
	timer     *time.Timer   // asks the batcher again
	timerAt   int64         // 0: it is not set
	free      []int         // rows of sessions
	rows      []*Session    // by row; nil: free
	closing   bool          // no more calls are accepted
	stopped   bool          // no more batches are made
	released  bool          // the executor is not to be asked any more
	drained   chan struct{} // closed when, while closing, the last chunk is done
	closeOnce sync.Once
	closeErr  error
	stats     Stats
}

// Open opens an executor with room for the sessions and starts a goroutine for each instance, on an OS thread of its own. The error
// names every fault of the options, or is that of the executor.
func Open(ctx context.Context, executor Executor, options Options) (*Server, error) {
	model := executor.Model()
	options, err := options.normal(&model)
	if err != nil {
		return nil, fmt.Errorf("serve: open: %w", err)
	}
	batcher, err := options.Policy.Batcher(Limits{MaxBatch: options.MaxBatch, Instances: options.Instances})
	if err != nil {
		return nil, fmt.Errorf("serve: open: policy %s: %w", options.Policy, err)
	}
	s := &Server{options: options, describe: executor.Describe(), model: model, batcher: batcher, drained: make(chan struct{})}
	if s.inBytes, err = sizes(model.Inputs); err == nil {
		s.outBytes, err = sizes(model.Outputs)
	}
	if err != nil {
		return nil, fmt.Errorf("serve: open: %w", err)
	}
	s.opened, err = executor.Open(ctx, Setup{Sessions: options.Sessions, Instances: options.Instances, Travel: options.Travel})
	if err != nil {
		return nil, fmt.Errorf("serve: open: %w", err)
	}
	s.prepare()
	for _, in := range s.instances {
		s.exited.Add(1)
		go in.serve()
	}
	return s, nil
}

// prepare allocates all that serving needs.
func (s *Server) prepare() {
	o := &s.options
	s.ready = make(readyQueue, 0, min(o.Queue, DefaultQueue))
	s.stats.Sizes = make([]int64, o.MaxBatch+1)
	s.rows = make([]*Session, o.Sessions)
	s.free = make([]int, o.Sessions)
	for i := range s.free {
		s.free[i] = o.Sessions - 1 - i
	}
	s.timer = time.AfterFunc(time.Hour, s.timeOut)
	s.timer.Stop()
	s.calls.New = func() any { return newSubmission() }
	for i := range o.Instances {
		s.instances = append(s.instances, newInstance(s, i))
	}
	s.idle = append(make([]*instance, 0, o.Instances), s.instances...)
}

// Describe says what runs.
func (s *Server) Describe() record.Description { return s.describe }

// Model says what a chunk consists of.
func (s *Server) Model() Model { return s.model }

// Options returns the effective settings.
func (s *Server) Options() Options { return s.options }

// Enqueue accepts a call and returns without waiting for the answer. After an error, Done is not called: the queue is full, the
// session has lost its state, the chunk does not fit the model, the session or the server is closed. It does not allocate.
//
// With several goroutines enqueueing for one session, their order is that in which Enqueue was called.
func (s *Server) Enqueue(c *Call) error {
	if err := s.check(c); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.admit(c); err != nil {
		return err
	}
	c.Times, c.Err, c.next = Times{Queued: s.options.Clock()}, nil, nil
	if s.line(c) {
		s.dispatch(c.Times.Queued)
	}
	return nil
}

// Submit sends a chunk and waits for its answer. When ctx ends, a chunk that is in no batch is withdrawn, and the state is as before;
// one that is being computed is waited for, because its slices are in use, and its answer is returned.
//
// Outputs that the chunk has no room for are allocated.
func (s *Server) Submit(ctx context.Context, session *Session, chunk Chunk) (Result, error) {
	if chunk.Outputs == nil {
		chunk.Outputs = make([][]byte, len(s.outBytes))
		for i, n := range s.outBytes {
			chunk.Outputs[i] = make([]byte, n)
		}
	}
	sub := s.calls.Get().(*submission)
	defer func() {
		sub.call.Session, sub.call.Chunk = nil, Chunk{} // the pool keeps nothing of the caller's
		s.calls.Put(sub)
	}()
	sub.call.Session, sub.call.Chunk = session, chunk
	if err := ctx.Err(); err != nil {
		if chunk.Start && session != nil && session.server == s {
			session.Reset()
		}
		return Result{}, fmt.Errorf("serve: submit: %w", err)
	}
	if err := s.Enqueue(&sub.call); err != nil {
		return Result{}, err
	}
	select {
	case <-sub.done:
	case <-ctx.Done():
		if s.withdraw(&sub.call) {
			return Result{}, fmt.Errorf("serve: submit: %w", ctx.Err())
		}
		<-sub.done
	}
	return Result{Outputs: chunk.Outputs, Times: sub.call.Times}, sub.call.Err
}

// submission is a call that somebody waits for.
type submission struct {
	call Call
	done chan struct{} // holds one
}

func newSubmission() *submission {
	s := &submission{done: make(chan struct{}, 1)}
	s.call.Done = func(*Call) { s.done <- struct{}{} }
	return s
}

// Close stops accepting chunks, waits for those that were accepted as long as Options.Drain says, fails the rest with ErrClosed and
// releases the executor. It returns within Options.Drain and 5 seconds: a batch that still runs then keeps the executor from being
// released, and the error says so. Further calls return the same.
func (s *Server) Close() error { return s.closeWithin(s.options.Drain) }

func (s *Server) closeWithin(drain time.Duration) error {
	s.closeOnce.Do(func() { s.closeErr = s.shut(drain) })
	return s.closeErr
}

func (s *Server) shut(drain time.Duration) error {
	s.mu.Lock()
	s.closing = true
	s.timer.Stop()
	s.dispatch(s.options.Clock()) // nothing more will come to wait for
	s.noteDrained()
	s.mu.Unlock()
	await(s.drained, drain)

	s.mu.Lock()
	s.stopped = true
	var failed failures
	s.dropAll(&failed)
	for _, in := range s.instances {
		close(in.wake)
	}
	s.mu.Unlock()
	failed.tell()

	exited := make(chan struct{})
	go func() { s.exited.Wait(); close(exited) }()
	if !await(exited, hangTime) {
		return fmt.Errorf("serve: close: a batch is still running after %s; the executor is not released", hangTime)
	}
	s.mu.Lock()
	s.stats.Copied = s.opened.Counters()
	s.released = true
	s.mu.Unlock()
	if err := s.opened.Close(); err != nil {
		return fmt.Errorf("serve: close: %w", err)
	}
	return nil
}

// await waits until a channel is closed, not longer than d.
func await(done <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
