package load

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/cpu"

	"github.com/trtbench/trtbench/load/pace"
)

// DefaultDrain is how long the end of a point waits for the answers that are missing.
const DefaultDrain = 10 * time.Second

// driverSettings is what stays the same for all points of a run.
type driverSettings struct {
	conns    int           // at least 1
	senders  int           // goroutines that send, each on connections of its own; at least 1
	places   int           // the most places that a point will have: live sequences, or concurrency
	deadline time.Duration // of each request; 0: none
	validate bool
	// sequences is nil when requests belong to none.
	sequences *sequenceSettings
	// outstanding is the number of requests that each sender may have in flight when it follows a schedule: then it waits for an
	// answer, and what is due meanwhile is late. 0: no bound. A synchronous client has 1.
	outstanding int
	errors      int64         // the run stops when more requests than this have failed; negative: it does not
	drain       time.Duration // how long the end of a point waits for answers; 0: DefaultDrain
	seed        uint64
	spin        time.Duration // busy waiting before each send, see pace.NewPrecise
	// waiter makes what each sender waits with; nil: pace.NewPrecise.
	waiter func(clock func() int64, spin time.Duration) pace.Waiter
}

// demand is what a point asks of the driver: an open loop if it has a schedule, else a closed one.
type demand struct {
	// schedule makes the schedule; each sender makes its own and takes its share of it.
	schedule    func() (pace.Schedule, error)
	live        int               // open loop with sequences: how many are alive at a time
	concurrency int               // closed loop: requests in flight
	steps       *concurrencySteps // closed loop: not all at once, and each once; nil: all the time

	warmUp         time.Duration // what is due before it has passed is FlagWarmUp
	warmUpRequests int64         // and after that, so many requests
	requests       int64         // the senders end after so many others; 0: no bound
}

// driver sends what points demand and keeps what becomes of it. One goroutine calls begin, stop and close. The other methods are safe
// for concurrent use.
type driver struct {
	settings driverSettings
	clock    Clock
	epoch    time.Time // where the clock is 0
	conns    Conns
	flush    func() error // nil: nothing is held back
	payloads payloadOrder
	sources  *sequenceSource // nil without sequences

	log      *outcomeLog
	failures failures
	point    atomic.Pointer[drive] // the newest
	closed   bool

	_        cpu.CacheLinePad // senders read what is above, readers write what is below
	ended    atomic.Int64     // requests no longer in flight
	strays   atomic.Int64     // answers to nothing
	closings atomic.Int64     // requests with FlagClosing in flight
}

// check refuses what no driver can do. places bounds what the server is asked to keep, so it matters only where it keeps something.
func (s *driverSettings) check(p Payloads) error {
	if s.conns < 1 || s.senders < 1 {
		return fmt.Errorf("load: %d connections and %d senders, expected at least one of each", s.conns, s.senders)
	}
	if len(p.Steps) == 0 || slices.Min(p.Steps) < 1 {
		return fmt.Errorf("load: payload streams have %v steps, expected at least one stream and one step in each", p.Steps)
	}
	if q := s.sequences; q != nil && q.idSpan > 0 && (q.firstID == 0 || q.idSpan < uint64(max(s.places, 1))) {
		return fmt.Errorf("load: sequence ids are %d from %d, expected at least %d from 1 or more, so that each live sequence has its own",
			q.idSpan, q.firstID, max(s.places, 1))
	}
	return nil
}

// openDriver opens the connections; when it returns they are all usable. The caller calls close.
func openDriver(ctx context.Context, server Server, s driverSettings) (*driver, error) {
	payloads := server.Payloads()
	if err := s.check(payloads); err != nil {
		return nil, err
	}
	s.senders = min(s.senders, s.conns)
	if s.drain == 0 {
		s.drain = DefaultDrain
	}
	if s.waiter == nil {
		s.waiter = pace.NewPrecise
	}
	d := &driver{settings: s, epoch: time.Now(), payloads: newPayloadOrder(payloads), log: newOutcomeLog()}
	d.clock = func() int64 { return int64(time.Since(d.epoch)) + 1 } // never 0: that is what did not happen
	d.failures.limit = s.errors
	setup := DialSetup{Conns: s.conns, Deadline: s.deadline, Validate: s.validate, Clock: d.clock, Sink: d}
	if s.sequences != nil {
		d.sources = newSequenceSource(s.sequences, s.places, payloads.Steps, s.seed)
		if s.sequences.state {
			setup.States = s.places
		}
	}
	conns, err := server.Dial(ctx, setup)
	if err != nil {
		d.log.finish()
		return nil, err
	}
	d.conns = conns
	if f, ok := conns.(Flusher); ok {
		d.flush = f.Flush
	}
	return d, nil
}

// outcomes returns the requests of the point sent so far, by index from first on; those without an answer are StatusPending. It may be called
// while senders send: then an outcome is what is known of it at that instant.
func (d *driver) outcomes(first int64) iter.Seq2[int64, Outcome] { return d.log.all(first) }

// count is what a driver has done so far.
type count struct {
	at       int64 // the instant it was taken
	begun    int64 // requests handed to the connections, of all points
	ended    int64 // of those, the ones no longer in flight
	failed   int64 // of those, the ones that were not answered well
	strays   int64 // answers to requests that are not waiting for one: late, repeated, or invented
	senders  int   // of the point
	waiting  time.Duration
	sending  time.Duration // inside Conns.Send
	overrun  bool          // more failed than settings.errors
	measured int64         // when the first request that is not warm-up was due; 0: not yet
}

// inFlight is the number of requests that wait for their answer.
func (c count) inFlight() int64 { return c.begun - c.ended }

// idle is the time in which senders had nothing to do of their own: they waited for the next request to be due, for an answer, or
// for the connection. It counts from the beginning of the point and adds up over senders.
func (c count) idle() time.Duration { return c.waiting + c.sending }

// count returns what was done so far. It is cheap.
func (d *driver) count() count {
	c := count{
		at: d.clock(), ended: d.ended.Load(), failed: d.failures.total.Load(), strays: d.strays.Load(), overrun: d.failures.overrun(),
	}
	c.begun = d.log.next.Load() // after ended, so that it is never the smaller one
	if p := d.point.Load(); p != nil {
		c.senders, c.measured = len(p.senders), p.measured.Load()
		for _, s := range p.senders {
			c.waiting += s.waiting.until(c.at)
			c.sending += s.sending.until(c.at)
		}
	}
	return c
}

// failureDetails returns what was said about failed requests, in the order in which it was first said.
func (d *driver) failureDetails() []failureDetail { return d.failures.list() }
