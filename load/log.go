package load

import (
	"iter"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	blockBits     = 14
	blockOutcomes = 1 << blockBits // 1 MiB
	spareBlocks   = 3              // blocks that lie ready beside the one being filled
)

type block [blockOutcomes]Outcome

// claimed is the value of Answered while one of those who say that a request has ended writes the outcome.
const claimed = -1

// outcomeLog keeps the outcomes of a run, in blocks that never move. Blocks are made by another goroutine before they are needed, so
// that neither senders nor readers allocate. Safe for concurrent use.
//
// An outcome is published by the atomic store of Intended, when all that the sender knows is written, and has ended with the atomic
// store of a positive Answered, when all that the answer said is. Sent, First and Parts may change at any time.
type outcomeLog struct {
	next   atomic.Int64             // index of the next request
	blocks atomic.Pointer[[]*block] // replaced when it changes; nil stands for one that was forgotten

	mu     sync.Mutex    // held to replace blocks
	grown  sync.Cond     // blocks has grown
	begun  chan struct{} // a token: a block was begun
	done   chan struct{}
	exited chan struct{}
}

// newOutcomeLog returns an empty log. The caller calls finish.
func newOutcomeLog() *outcomeLog {
	l := &outcomeLog{begun: make(chan struct{}, 1), done: make(chan struct{}), exited: make(chan struct{})}
	l.grown.L = &l.mu
	l.blocks.Store(new([]*block))
	l.grow()
	go l.provide()
	return l
}

// provide makes blocks until the log is finished.
func (l *outcomeLog) provide() {
	defer close(l.exited)
	for {
		select {
		case <-l.begun:
			l.grow()
		case <-l.done:
			return
		}
	}
}

// grow makes blocks until enough lie ready.
func (l *outcomeLog) grow() {
	for len(*l.blocks.Load()) <= int(l.next.Load()>>blockBits)+spareBlocks {
		fresh := new(block)
		for i := 0; i < blockOutcomes; i += 64 {
			fresh[i].Answered = 0 // makes the system hand out the page now
		}
		l.mu.Lock()
		blocks := append(slices.Clone(*l.blocks.Load()), fresh)
		l.blocks.Store(&blocks)
		l.grown.Broadcast()
		l.mu.Unlock()
	}
}

// reserve returns the place of the next outcome and its index.
func (l *outcomeLog) reserve() (int64, *Outcome) {
	i := l.next.Add(1) - 1
	if i%blockOutcomes == 0 {
		select {
		case l.begun <- struct{}{}:
		default: // it is told already
		}
	}
	o := l.at(i)
	if o == nil {
		o = l.await(i)
	}
	return i, o
}

// await waits until the block of outcome i is made.
func (l *outcomeLog) await(i int64) *Outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		if o := l.at(i); o != nil {
			return o
		}
		l.grown.Wait()
	}
}

// at returns outcome i, or nil if there is none.
func (l *outcomeLog) at(i int64) *Outcome {
	blocks := *l.blocks.Load()
	if i < 0 || i >= int64(len(blocks))<<blockBits {
		return nil
	}
	b := blocks[i>>blockBits]
	if b == nil {
		return nil
	}
	return &b[i&(blockOutcomes-1)]
}

// forget lets go of the blocks that hold nothing but outcomes before index first.
func (l *outcomeLog) forget(first int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	blocks := slices.Clone(*l.blocks.Load())
	clear(blocks[:first>>blockBits])
	l.blocks.Store(&blocks)
}

// published returns outcome i, or nil if nothing is known of such a request.
func (l *outcomeLog) published(i int64) *Outcome {
	if o := l.at(i); o != nil && atomic.LoadInt64(&o.Intended) != 0 {
		return o
	}
	return nil
}

// finish ends the provider.
func (l *outcomeLog) finish() {
	close(l.done)
	<-l.exited
}

// all returns copies of the outcomes from index first on which were sent so far. Those that have not ended are StatusPending.
func (l *outcomeLog) all(first int64) iter.Seq2[int64, Outcome] {
	return func(yield func(int64, Outcome) bool) {
		end := l.next.Load()
		for i := first; i < end; i++ {
			o := l.at(i)
			if o == nil { // forgotten
				continue
			}
			if c, ok := o.snapshot(); ok && !yield(i, c) {
				return
			}
		}
	}
}

// snapshot copies an outcome that others may be writing. ok is false when it was not published.
func (o *Outcome) snapshot() (c Outcome, ok bool) {
	c.Intended = atomic.LoadInt64(&o.Intended)
	if c.Intended == 0 {
		return c, false
	}
	c.Begun, c.Sequence, c.Conn, c.Place, c.Flags = o.Begun, o.Sequence, o.Conn, o.Place, o.Flags
	c.Sent = atomic.LoadInt64(&o.Sent)
	if answered := atomic.LoadInt64(&o.Answered); answered > 0 {
		c.Answered, c.Status = answered, o.Status
		c.First, c.Parts = atomic.LoadInt64(&o.First), atomic.LoadUint32(&o.Parts)
		if c.Sequence != 0 && c.Status.cuts() {
			c.Flags |= FlagCut
		}
	}
	return c, true
}
