package stream

import (
	"sync/atomic"

	"github.com/trtbench/trtbench/load"
)

// maxHeld bounds how many requests the connections may hold back.
const maxHeld = 32

// send sends a chunk of a session that the caller owns, from the thread that paces.
func (d *drive) send(place int, i int64, c *Chunk, more bool) {
	begun := d.clock()
	d.hand(place, i, c, begun, more)
	d.sending.Add(d.clock() - begun)
	if more {
		d.held++
		return
	}
	d.flushHeld()
}

// flushHeld lets the connections send what they hold back.
func (d *drive) flushHeld() {
	if d.held > 0 {
		d.held = 0
		_ = d.flush() // what cannot leave ends with StatusLost
	}
}

// hand gives a chunk to its connection. From then on the session is not the caller's any more.
func (d *drive) hand(place int, i int64, c *Chunk, begun int64, more bool) {
	s := &d.sessions[place]
	flags := c.Flags
	if s.broken && flags&FlagStart == 0 {
		flags |= FlagStart | FlagRestart
		c.Flags |= FlagRestart
	}
	s.broken = false
	if flags&FlagStart != 0 {
		s.sequence += uint64(len(d.sessions)) // the first one is above 0
		s.step = 0
	}
	stream := streamOf(place, c.Utterance, len(d.steps))
	r := load.Request{
		Index: i, Stream: stream, Step: s.step % d.steps[stream], Sequence: s.sequence,
		Start: flags&FlagStart != 0, End: flags&FlagEnd != 0, State: place, More: more,
	}
	if d.settings.Untagged {
		r.Sequence = 0
	}
	s.step++
	s.current = i
	c.Begun = begun
	d.begun.Add(1)
	conn := place % len(d.locks)
	d.locks[conn].Lock()
	err := d.conns.Send(conn, r)
	d.locks[conn].Unlock()
	if err != nil {
		d.Answered(i, d.clock(), load.StatusLost, err)
	}
}

// chase sends chunks that had to wait for an answer, as soon as it is there.
func (d *drive) chase() {
	for {
		select {
		case place := <-d.freed:
			d.follow(place)
		case <-d.stop:
			return
		}
	}
}

// follow sends the next chunk of a session. When speakers leave, of what waits only that is sent which ends utterances.
func (d *drive) follow(place int) {
	s := &d.sessions[place]
	ready := d.log.at(s.current).Answered // by the one who freed the session, or its predecessor
	for i := s.current; ; {
		i = atomic.LoadInt64(&d.log.at(i).next)
		c := d.log.at(i)
		d.unsent.Add(-1)
		if !d.leaving.Load() || c.Flags&FlagEnd != 0 {
			c.Ready = max(c.Due, ready)
			d.hand(place, i, c, d.clock(), false)
			return
		}
		s.broken = s.broken || c.Flags&FlagStart != 0 // the server knows nothing of this utterance
		s.current = i
		if s.unanswered.Add(-1) == 0 {
			return
		}
	}
}

// Sent is part of [load.Sink].
func (d *drive) Sent(i int64, at int64) {
	if c := d.log.published(i); c != nil {
		atomic.StoreInt64(&c.Sent, at)
	}
}

// Part is part of [load.Sink].
func (d *drive) Part(int64, int64) {}

// Batched is what a server tells that knows its batches: when chunk i was put into one, when that began to run, when it had run, and
// how many chunks it had.
func (d *drive) Batched(i int64, batched, started, finished int64, batch int) {
	if c := d.log.published(i); c != nil && atomic.LoadInt64(&c.Answered) == 0 {
		c.Batched, c.Started, c.Finished, c.Batch = batched, started, finished, uint16(min(max(batch, 0), 1<<16-1))
	}
}

// Answered is part of [load.Sink].
func (d *drive) Answered(i int64, at int64, status load.Status, detail error) {
	c := d.log.published(i)
	if c == nil || d.shut.Load() || !atomic.CompareAndSwapInt64(&c.Answered, 0, claimed) {
		return
	}
	if status == load.StatusPending || status > load.StatusFailed {
		status = load.StatusFailed
	}
	c.Status = status
	s := &d.sessions[c.Session]
	if status != load.StatusOK {
		s.broken = s.broken || status != load.StatusMismatch
		d.failures.add(status, detail)
	}
	atomic.StoreInt64(&c.Answered, max(at, c.Begun, 1))
	d.ended.Add(1)
	if s.unanswered.Add(-1) > 0 {
		d.freed <- int(c.Session) // it has room for each session
	}
}

// end makes speakers end what they are saying; then nothing more is due.
func (d *drive) end() {
	d.leaving.Store(true)
	close(d.leave)
}

// close closes the connections, after end. What has no answer yet gets none.
func (d *drive) close() error {
	close(d.stop)
	d.shut.Store(true)
	err := d.conns.Close() // also ends a Send that is held up
	<-d.paced
	<-d.chased
	d.log.finish()
	return err
}

var _ load.Sink = (*drive)(nil)
