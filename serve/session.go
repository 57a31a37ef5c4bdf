package serve

import "fmt"

// Session is a chain of chunks through a recurrent state. Its methods are safe for concurrent use. The caller closes it.
type Session struct {
	server *Server
	row    int

	// The rest is guarded by the server's lock.
	anew        bool  // the next chunk starts from a state of zero
	busy        bool  // a call of it is ready or in a batch
	ready       *Call // that call; nil: it is in a batch
	first, last *Call // calls behind it
	lost        error // why the state is lost; nil: it is not
	closed      bool
}

// OpenSession takes a state for a session; it is zero when the first chunk is computed. The error is ErrSessionsFull or ErrClosed.
func (s *Server) OpenSession() (*Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return nil, fmt.Errorf("serve: open session: %w", ErrClosed)
	}
	if len(s.free) == 0 {
		return nil, fmt.Errorf("serve: open session: %w: there are %d", ErrSessionsFull, len(s.rows))
	}
	row := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	s.rows[row] = &Session{server: s, row: row, anew: true}
	return s.rows[row], nil
}

// Row returns the number of the session's state, from 0, below Options.Sessions. It is another session's once this one is closed.
func (s *Session) Row() int { return s.row }

// Reset makes the next chunk that is sent start from a state of zero.
func (s *Session) Reset() {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.anew = true
}

// Close fails the chunks of the session that wait, with ErrSessionClosed, and gives its state back once the chunk that is being
// computed is done. A second call does nothing.
func (s *Session) Close() {
	server := s.server
	server.mu.Lock()
	if s.closed {
		server.mu.Unlock()
		return
	}
	s.closed = true
	var failed failures
	server.drop(s, ErrSessionClosed, &failed)
	server.noteDrained()
	if !s.busy {
		server.vacate(s)
	}
	server.mu.Unlock()
	failed.tell()
}

// push puts a call behind the others of the session.
func (s *Session) push(c *Call) {
	c.at = inSession
	if s.first == nil {
		s.first = c
	} else {
		s.last.next = c
	}
	s.last = c
}

// pop takes the first call behind the one that is under way, or returns nil.
func (s *Session) pop() *Call {
	c := s.first
	if c != nil {
		s.first, c.next = c.next, nil
	}
	return c
}

// remove takes a call out from among those that are behind.
func (s *Session) remove(c *Call) {
	var before *Call
	for at := s.first; at != c; at = at.next {
		before = at
	}
	if before == nil {
		s.first = c.next
	} else {
		before.next = c.next
	}
	if s.last == c {
		s.last = before
	}
	c.next = nil
}
