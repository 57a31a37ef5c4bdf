package serve

import (
	"fmt"
	"time"
)

// The methods in this file are called with the server's lock held, but for those that take it.

// admit counts a call in, or says why it is not accepted.
func (s *Server) admit(c *Call) error {
	session := c.Session
	switch {
	case s.closing:
		return fmt.Errorf("serve: enqueue: %w", ErrClosed)
	case session == nil && len(s.model.States) > 0:
		return &ChunkError{"it belongs to no session, and the model has a state"}
	case session != nil && session.server != s:
		return &ChunkError{"its session is another server's"}
	case session != nil && session.closed:
		return fmt.Errorf("serve: enqueue: %w", ErrSessionClosed)
	case session != nil && session.lost != nil && !c.Start && !session.anew:
		return fmt.Errorf("serve: enqueue: %w: %w", ErrStateLost, session.lost)
	case c.Done == nil:
		return &ChunkError{"nobody would be told of its end: Done is nil"}
	case s.waiting >= s.options.Queue:
		s.stats.Rejected++
		if session != nil && c.Start {
			session.anew = true
		}
		return errRejected
	}
	c.start = c.Start
	if session != nil {
		c.start = c.Start || session.anew
		session.anew = false
	}
	s.stats.Accepted++
	s.waiting++
	c.order = s.arrivals
	s.arrivals++
	return nil
}

// errRejected is made beforehand: a server that has too much to do rejects often.
var errRejected = fmt.Errorf("serve: enqueue: %w", ErrQueueFull)

// line makes a call ready, or puts it behind another one of its session. It reports whether it is ready.
func (s *Server) line(c *Call) bool {
	session := c.Session
	if session != nil && session.busy {
		session.push(c)
		return false
	}
	if session != nil {
		session.busy, session.ready, session.lost = true, c, nil
	}
	s.ready.push(c)
	return true
}

// dispatch gives batches to idle instances as long as the batcher wants.
func (s *Server) dispatch(now int64) {
	for len(s.ready) > 0 && len(s.idle) > 0 && !s.stopped {
		size, wait := s.batcher.Decide(View{Now: now, Ready: len(s.ready), Oldest: s.ready[0].Times.Queued})
		if s.closing {
			size = len(s.ready)
		}
		if size <= 0 {
			s.askAgain(now, wait)
			return
		}
		s.batch(now, min(size, len(s.ready), s.options.MaxBatch))
	}
}

// askAgain sets the timer, unless it is set to this time or there is nothing to wait for but a call.
func (s *Server) askAgain(now int64, wait time.Duration) {
	if at := now + int64(wait); wait > 0 && s.timerAt != at {
		s.timerAt = at
		s.timer.Reset(wait)
	}
}

// timeOut asks the batcher again.
func (s *Server) timeOut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timerAt = 0
	s.dispatch(s.options.Clock())
}

// batch gives the calls that arrived first to an idle instance.
func (s *Server) batch(now int64, size int) {
	last := len(s.idle) - 1
	in := s.idle[last]
	s.idle = s.idle[:last]
	for range size {
		c := s.ready.pop()
		c.at = inBatch
		c.Times.Batched, c.Times.Batch = now, size
		if c.Session != nil {
			c.Session.ready = nil
		}
		in.add(c)
	}
	s.waiting -= size
	s.running++
	in.wake <- struct{}{}
}

// finish is called by an instance when its batch has run and its callers know. It takes the lock.
func (s *Server) finish(in *instance, started, finished int64, err error) {
	var failed failures
	s.mu.Lock()
	size, took := len(in.sessions), time.Duration(finished-started)
	s.stats.add(size, took, in.queued, err)
	for _, session := range in.sessions {
		if session == nil {
			continue
		}
		if err != nil && len(s.model.States) > 0 {
			session.lost = err
		}
		s.next(session, &failed)
	}
	in.clear()
	s.running--
	s.idle = append(s.idle, in)
	if err == nil {
		s.batcher.Ran(finished, size, took)
	}
	s.dispatch(s.options.Clock())
	s.noteDrained()
	s.mu.Unlock()
	failed.tell()
}

// next makes the session's next call ready now that none of it is under way. Calls that need a state that is lost fail.
func (s *Server) next(session *Session, failed *failures) {
	session.busy, session.ready = false, nil
	for c := session.pop(); c != nil; c = session.pop() {
		if session.lost == nil || c.start {
			s.line(c)
			return
		}
		s.waiting--
		s.stats.Failed++
		failed.add(c, fmt.Errorf("serve: %w: %w", ErrStateLost, session.lost))
	}
	if session.closed {
		s.vacate(session)
	}
}

// withdraw takes a call back that is in no batch yet, and reports whether it was. It takes the lock.
func (s *Server) withdraw(c *Call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.at == inBatch || c.at == atRest {
		return false
	}
	s.waiting--
	s.stats.Withdrawn++
	if c.Session != nil {
		s.passStart(c)
	}
	if c.at == inSession {
		c.Session.remove(c)
		c.at = atRest
		return true
	}
	s.ready.remove(c.at)
	if c.Session != nil {
		s.next(c.Session, &failures{}) // its state is not lost: nothing fails
		s.dispatch(s.options.Clock())
	}
	s.noteDrained()
	return true
}

// passStart lets the call behind one that is withdrawn start the session in its place.
func (s *Server) passStart(c *Call) {
	if !c.start {
		return
	}
	behind := c.next
	if c.Session.ready == c {
		behind = c.Session.first
	}
	if behind != nil {
		behind.start = true
	} else {
		c.Session.anew = true
	}
}

// drop fails the calls of a session that are in no batch.
func (s *Server) drop(session *Session, err error, failed *failures) {
	lose := func(c *Call) {
		s.waiting--
		s.stats.Failed++
		failed.add(c, fmt.Errorf("serve: %w", err))
	}
	if c := session.ready; c != nil {
		s.ready.remove(c.at)
		session.busy, session.ready = false, nil
		lose(c)
	}
	for c := session.pop(); c != nil; c = session.pop() {
		lose(c)
	}
}

// dropAll fails every call that is in no batch.
func (s *Server) dropAll(failed *failures) {
	for _, session := range s.rows {
		if session != nil {
			s.drop(session, ErrClosed, failed)
		}
	}
	for len(s.ready) > 0 { // those without a session
		s.waiting--
		s.stats.Failed++
		failed.add(s.ready.pop(), fmt.Errorf("serve: %w", ErrClosed))
	}
}

// vacate gives the row of a closed session back.
func (s *Server) vacate(session *Session) {
	s.rows[session.row] = nil
	s.free = append(s.free, session.row)
}

// noteDrained tells Close when the last call is done.
func (s *Server) noteDrained() {
	if s.closing && s.waiting == 0 && s.running == 0 {
		select {
		case <-s.drained:
		default:
			close(s.drained)
		}
	}
}

// failures are calls that failed without having been computed, to be told once the lock is released.
type failures struct{ first, last *Call }

func (f *failures) add(c *Call, err error) {
	c.Err, c.at, c.next = err, atRest, nil
	if f.first == nil {
		f.first = c
	} else {
		f.last.next = c
	}
	f.last = c
}

// tell calls Done of each.
func (f *failures) tell() {
	for c := f.first; c != nil; {
		next := c.next
		c.next = nil
		c.Done(c)
		c = next
	}
}
