package load

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/trtbench/trtbench/load/pace"
)

// drive is a point being sent.
type drive struct {
	*driver
	demand  demand
	first   int64 // index of its first request
	start   int64 // instant from which the schedule counts
	places  []place
	senders []*sender
	groups  *groups // nil without demand.steps

	taken    atomic.Int64 // requests counted for demand.warmUpRequests and demand.requests
	measured atomic.Int64 // see count

	once    sync.Once
	stopped atomic.Bool   // set before stop is closed
	stop    chan struct{} // senders shall end
	done    chan struct{} // they have
	ending  atomic.Bool   // sequences are being ended
}

// place is where one request after another is sent: from a live sequence, in a place of the closed loop, or on a connection.
type place struct {
	sender *sender
	conn   int
	sequence
	// fallen is the id of the newest sequence of which a request failed, and kept whether the server may still hold it.
	fallen atomic.Uint64
	kept   atomic.Bool
}

// token allows one request to be sent.
type token struct {
	place int
	at    int64 // since when
}

// begin starts a point. It returns the instant from which its schedule counts and the index of its first request. The point before
// it was stopped, and its outcomes are forgotten, but for some of the last.
func (d *driver) begin(m demand) (start, first int64, err error) {
	if d.closed {
		return 0, 0, errors.New("load: begin a point: the connections are closed")
	}
	if p := d.point.Load(); p != nil && !p.over() {
		return 0, 0, errors.New("load: begin a point: the one before it was not stopped")
	}
	p := &drive{driver: d, demand: m, stop: make(chan struct{}), done: make(chan struct{})}
	if err := p.lay(); err != nil {
		return 0, 0, err
	}
	schedules := make([]*share, len(p.senders))
	for i := range schedules {
		if m.schedule == nil {
			continue
		}
		s, err := m.schedule()
		if err != nil {
			return 0, 0, err
		}
		schedules[i] = &share{schedule: s, slots: p.slots(), senders: len(p.senders), number: i}
	}
	p.first = d.log.next.Load()
	d.log.forget(p.first)
	d.point.Store(p)
	p.run(schedules)
	return p.start, p.first, nil
}

// lay makes the places and deals them to senders.
func (p *drive) lay() error {
	n := p.settings.conns
	switch {
	case p.demand.steps != nil:
		n = p.demand.steps.end
		p.groups = newGroups(p.demand.steps, func(place int) {
			p.places[place].sender.freed <- token{place, p.clock()}
		})
	case p.demand.schedule == nil:
		n = p.demand.concurrency
	case p.sources != nil:
		n = p.demand.live
	}
	if n < 1 || p.sources != nil && n > p.settings.places {
		return fmt.Errorf("load: begin a point: %d places, expected 1 to %d", n, p.settings.places)
	}
	p.places = make([]place, n)
	senders := min(p.settings.senders, n)
	for k := range senders {
		random := rand.New(rand.NewPCG(p.settings.seed, 0x73656e64+uint64(k)))
		p.senders = append(p.senders, &sender{drive: p, random: random})
	}
	for i := range p.places {
		conn := i % p.settings.conns
		s := p.senders[conn%senders]
		p.places[i].conn, p.places[i].sender = conn, s
		s.places = append(s.places, i)
	}
	return nil
}

// slots is the number of places to which the arrivals are dealt in turn.
func (p *drive) slots() int {
	if p.sources != nil {
		return len(p.places)
	}
	return len(p.senders)
}

// run starts the senders together.
func (p *drive) run(schedules []*share) {
	var ready, running sync.WaitGroup
	gate := make(chan struct{})
	for i, s := range p.senders {
		ready.Add(1)
		running.Go(func() {
			if schedules[i] != nil {
				s.waiter = p.settings.waiter(p.clock, p.settings.spin)
				defer s.waiter.Close()
			}
			ready.Done()
			<-gate
			s.run(schedules[i])
		})
	}
	ready.Wait()
	p.start = p.clock()
	for _, s := range p.senders {
		s.prime()
	}
	if p.groups != nil {
		p.groups.next()
	}
	close(gate)
	go func() {
		running.Wait()
		close(p.done)
	}()
}

// halt makes the senders end.
func (p *drive) halt() {
	p.once.Do(func() {
		p.stopped.Store(true)
		close(p.stop)
	})
}

// admit counts a request that is due. ok is false when the point has had all it wants.
func (p *drive) admit(intended int64) (flags Flags, ok bool) {
	if intended-p.start < int64(p.demand.warmUp) {
		return FlagWarmUp, true
	}
	if p.demand.warmUpRequests > 0 || p.demand.requests > 0 {
		n := p.taken.Add(1)
		if n <= p.demand.warmUpRequests {
			return FlagWarmUp, true
		}
		if p.demand.requests > 0 && n > p.demand.warmUpRequests+p.demand.requests {
			return 0, false
		}
	}
	if p.measured.Load() == 0 {
		p.measured.CompareAndSwap(0, intended)
	}
	return 0, true
}

// free says that a request of a place has ended.
func (p *drive) free(at int64, o *Outcome) {
	pl := &p.places[o.Place]
	if o.Sequence != 0 && o.Status.cuts() {
		pl.kept.Store(o.Status.keeps())
		pl.fallen.Store(o.Sequence)
	}
	if p.groups != nil {
		p.groups.ended(int(o.Place))
		return
	}
	if pl.sender.freed != nil {
		pl.sender.freed <- token{int(o.Place), at}
	}
}

// share is the part of a schedule that one sender sends: arrivals are dealt to slots in turn, and slots to senders.
type share struct {
	schedule               pace.Schedule
	slots, senders, number int
	count                  int64
}

// next returns the number of the sender's next arrival and when it is due, in nanoseconds from the start.
func (s *share) next() (number, due int64, ok bool) {
	for {
		at, ok := s.schedule.Next()
		if !ok {
			return 0, 0, false
		}
		number = s.count
		s.count++
		if int(number%int64(s.slots))%s.senders == s.number {
			return number, int64(at), true
		}
	}
}
