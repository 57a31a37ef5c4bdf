package load

import "sync/atomic"

// numberByIndex is the number of an attempt that is simply the next one of its point.
const numberByIndex = -1

// maxHeld bounds how many requests a connection may hold back: a sender that is late has thousands to send.
const maxHeld = 32

// attempt is a request that is to be sent.
type attempt struct {
	number   int64 // of its arrival in the schedule, which gives its payload
	place    int
	intended int64
	late     bool // the sender came to it after it was due
	more     bool // another follows at once
}

// send sends the next request of a place. admitted is false when the point wants no more. err says that the request could not be
// sent; it is counted already.
func (s *sender) send(a attempt) (admitted bool, err error) {
	flags, admitted := s.admit(a.intended)
	if !admitted {
		s.halt()
		return false, nil
	}
	if a.late {
		flags |= FlagLate
	}
	p := &s.drive.places[a.place]
	r := Request{State: -1, More: a.more && s.held < maxHeld}
	if s.sources != nil {
		flags |= s.advance(p, a.place, &r)
	}
	i, o := s.log.reserve()
	if s.sources == nil {
		if a.number == numberByIndex {
			a.number = i - s.first
		}
		next := s.payloads.at(a.number)
		r.Stream, r.Step = next.stream, next.step
	}
	r.Index = i
	begun := s.clock()
	o.Begun, o.Sequence, o.Conn, o.Place, o.Flags = begun, p.id, uint32(p.conn), uint32(a.place), flags
	atomic.StoreInt64(&o.Intended, a.intended)
	s.sending.begin(begun)
	err = s.conns.Send(p.conn, r)
	s.now = s.clock()
	s.sending.end(s.now)
	if r.More {
		s.held++
	} else {
		s.flushHeld()
	}
	if err != nil {
		s.Answered(i, s.now, StatusLost, err)
	}
	return true, err
}

// advance takes the next request of the sequence of a place, or of a new one where that was sent to its end or has failed.
func (s *sender) advance(p *place, number int, r *Request) Flags {
	fallen := p.fallen.Load() == p.id
	if fallen && p.open() && p.kept.Load() && s.sources.closes() {
		s.end(number)
	}
	if fallen || !p.open() {
		p.sequence = s.sources.begin(number)
	}
	return s.sources.take(&p.sequence, number, r)
}
