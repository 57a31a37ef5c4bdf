package stream

import "sync/atomic"

const (
	blockBits   = 13
	blockChunks = 1 << blockBits // 1 MiB
	maxBlocks   = 1 << 15
	spareBlocks = 2 // blocks that lie ready beside the one being filled
)

type block [blockChunks]Chunk

// claimed is the value of Chunk.Answered while the one who says that a chunk has ended writes it.
const claimed = -1

// chunkLog keeps the chunks of a point, in blocks that never move. Another goroutine makes them before they are needed, so that
// neither the sender nor the readers of answers allocate.
//
// One goroutine adds chunks. What it knows is published by next; what the one who sends knows, and the answer, by Answered.
type chunkLog struct {
	next   atomic.Int64 // chunks so far
	blocks []atomic.Pointer[block]
	begun  chan int // blocks that were begun
	exited chan struct{}
}

// newChunkLog returns an empty log. The caller calls finish.
func newChunkLog() *chunkLog {
	l := &chunkLog{blocks: make([]atomic.Pointer[block], maxBlocks), begun: make(chan int, 4), exited: make(chan struct{})}
	l.provide(0)
	go func() {
		defer close(l.exited)
		for number := range l.begun {
			l.provide(number)
		}
	}()
	return l
}

// provide makes the blocks that follow one.
func (l *chunkLog) provide(number int) {
	for i := number; i <= number+spareBlocks && i < maxBlocks; i++ {
		l.make(i)
	}
}

// make makes a block, unless it is there.
func (l *chunkLog) make(number int) {
	if l.blocks[number].Load() != nil {
		return
	}
	fresh := new(block)
	for i := 0; i < blockChunks; i += 32 {
		fresh[i].Answered = 0 // makes the system hand out the page now
	}
	l.blocks[number].CompareAndSwap(nil, fresh)
}

// reserve returns the place of the next chunk and its index; nil when the log is full. publish makes it known.
func (l *chunkLog) reserve() (int64, *Chunk) {
	i := l.next.Load()
	number := int(i >> blockBits)
	if number >= maxBlocks {
		return i, nil
	}
	if i%blockChunks == 0 {
		l.make(number)
		select {
		case l.begun <- number:
		default: // it has enough to do; what is missing is made above
		}
	}
	return i, l.at(i)
}

// publish makes known the chunk that was reserved last.
func (l *chunkLog) publish() { l.next.Add(1) }

// at returns chunk i, which was reserved.
func (l *chunkLog) at(i int64) *Chunk { return &l.blocks[i>>blockBits].Load()[i&(blockChunks-1)] }

// published returns chunk i, or nil if there is none.
func (l *chunkLog) published(i int64) *Chunk {
	if i < 0 || i >= l.next.Load() {
		return nil
	}
	return l.at(i)
}

// finish ends the provider.
func (l *chunkLog) finish() {
	close(l.begun)
	<-l.exited
}

// answered returns what is known of a chunk that others may be writing: all when it has ended, and else what the sender knew when it
// was due.
func (c *Chunk) answered() Chunk {
	if at := atomic.LoadInt64(&c.Answered); at > 0 {
		return Chunk{
			Complete: c.Complete, Due: c.Due, Ready: c.Ready, Begun: c.Begun, Sent: atomic.LoadInt64(&c.Sent), Answered: at,
			Batched: c.Batched, Started: c.Started, Finished: c.Finished, Session: c.Session, Utterance: c.Utterance, Number: c.Number,
			Behind: c.Behind, Batch: c.Batch, Status: c.Status, Flags: c.Flags,
		}
	}
	return Chunk{Complete: c.Complete, Due: c.Due, Session: c.Session, Utterance: c.Utterance, Number: c.Number}
}

// all returns copies of all chunks, after everybody has stopped writing.
func (l *chunkLog) all() []Chunk {
	chunks := make([]Chunk, l.next.Load())
	for i := range chunks {
		chunks[i] = *l.at(int64(i))
		chunks[i].next = 0
		chunks[i].Answered = max(chunks[i].Answered, 0)
	}
	return chunks
}
