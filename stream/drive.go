package stream

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/load/pace"
)

// session is a speaker and the way of its chunks. One chunk is in flight at a time.
//
// Whoever makes unanswered go from 0 to 1, or leaves it above 0 when a chunk ends, has the next chunk to send and owns what comes after
// unanswered until that chunk was handed to the connection.
type session struct {
	speaker
	last int64 // index of the newest chunk

	unanswered atomic.Int32 // chunks that were due and have not ended

	current  int64  // index of the chunk in flight
	sequence uint64 // id on the wire
	step     int    // of the payload
	broken   bool   // a chunk failed: the state has to begin anew
}

// drive is a point being sent: a thread that sends chunks when they are due, and a goroutine that sends those which had to wait for
// an answer. It is a [load.Sink].
type drive struct {
	settings *Settings
	manner   manner
	steps    []int // of the payloads
	clock    load.Clock
	epoch    time.Time
	waiter   func(clock func() int64, spin time.Duration) pace.Waiter
	start    int64 // speakers join from here on

	conns load.Conns
	flush func() error // nil: nothing is held back
	locks []sync.Mutex // one for each connection

	log      *chunkLog
	sessions []session
	agenda   agenda
	talking  int      // sessions in the middle of an utterance
	held     int      // requests that the connections may hold back
	freed    chan int // sessions that may send what waits

	leave   chan struct{} // sessions shall end their utterances
	leaving atomic.Bool   // set before leave is closed
	stop    chan struct{} // nothing is sent any more
	paced   chan struct{} // the thread has ended
	chased  chan struct{} // the goroutine has
	shut    atomic.Bool   // what ends from now on is no failure of the server

	begun, ended, unsent, behind atomic.Int64
	sending                      atomic.Int64 // time of the thread in Conns.Send, ns
	failures                     failures
}

// openDrive opens the connections. The caller calls run and close.
func openDrive(ctx context.Context, server load.Server, s *Settings, sessions int, seed uint64, h *hooks) (*drive, error) {
	payloads := server.Payloads()
	d := &drive{
		settings: s, steps: payloads.Steps, epoch: time.Now(), waiter: h.waiter,
		sessions: make([]session, sessions), freed: make(chan int, sessions),
		leave: make(chan struct{}), stop: make(chan struct{}), paced: make(chan struct{}), chased: make(chan struct{}),
	}
	d.clock = func() int64 { return int64(time.Since(d.epoch)) + 1 } // never 0: that is what did not happen
	d.failures.limit = s.MaxErrors
	d.manner = manner{
		chunk: int64(s.ChunkDuration), utterance: s.Utterance, silence: s.Silence, jitter: s.Jitter, pulsed: s.Phases == PhasesPulsed,
	}
	if s.Churn > 0 {
		d.manner.stay = float64(sessions) / s.Churn * 1e9
	}
	if s.Once || s.Validate && payloads.Checked {
		d.manner.longest = payloads.Steps
	}
	conns := min(sessions, load.MaxConns)
	if s.Conns > 0 {
		conns = min(sessions, s.Conns)
	}
	d.locks = make([]sync.Mutex, conns)
	d.log = newChunkLog()
	var err error
	d.conns, err = server.Dial(ctx, load.DialSetup{
		Conns: conns, States: sessions, Deadline: s.Deadline, Validate: s.Validate, Clock: d.clock, Sink: d,
	})
	if err != nil {
		d.log.finish()
		return nil, err
	}
	if f, ok := d.conns.(load.Flusher); ok {
		d.flush = f.Flush
	}
	d.join(seed)
	return d, nil
}

// join lets speakers begin, one after the other, a moment from now.
func (d *drive) join(seed uint64) {
	random := rand.New(rand.NewPCG(seed, 0x6a6f696e))
	within := joining(len(d.sessions), d.settings.ChunkDuration)
	d.start = d.clock()
	for i := range d.sessions {
		s := &d.sessions[i]
		s.last = -1
		s.sequence = uint64(i)
		s.begin(&d.manner, d.start+d.manner.joins(within, random), i, seed)
		d.agenda.add(entry{s.due, int32(i)})
	}
}

// run starts sending.
func (d *drive) run() {
	go func() {
		defer close(d.paced)
		w := d.waiter(d.clock, d.settings.Spin)
		defer w.Close()
		d.pace(w)
	}()
	go func() {
		defer close(d.chased)
		d.chase()
	}()
}

// pace sends what is due, at its instant.
func (d *drive) pace(w pace.Waiter) {
	wake := d.leave
	now := d.clock()
	for len(d.agenda) > 0 {
		if d.leaving.Load() {
			if wake == d.leave {
				wake = d.stop
				d.hurry()
			}
			if d.talking == 0 {
				break
			}
		}
		first := d.agenda[0]
		if first.due > now {
			d.flushHeld()
			woken := !w.Until(first.due, wake)
			now = d.clock()
			if woken {
				if isClosed(d.stop) {
					return
				}
				continue
			}
		}
		if !d.due(int(first.session), now) {
			break
		}
		if now < d.agendaDue() {
			now = d.clock()
		}
	}
	d.flushHeld()
}

// hurry lets the network delay nothing any more: those who leave shall not be waited for longer than a chunk lasts.
func (d *drive) hurry() {
	entries := d.agenda
	d.agenda = d.agenda[:0]
	for _, e := range entries {
		s := &d.sessions[e.session]
		s.due = s.complete
		d.agenda.add(entry{s.due, e.session})
	}
}

// agendaDue returns when the next chunk is due; the end of time when there is none.
func (d *drive) agendaDue() int64 {
	if len(d.agenda) == 0 {
		return 1<<63 - 1
	}
	return d.agenda[0].due
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// due takes the next chunk of a session, which is the first of the agenda, and sends it unless another is in flight. It returns false
// when no more can be kept.
func (d *drive) due(place int, now int64) bool {
	s := &d.sessions[place]
	flags := s.flags
	if d.leaving.Load() {
		if s.number == 0 {
			d.agenda.drop() // the session is silent
			return true
		}
		flags |= FlagEnd | FlagLeaving
	}
	i, c := d.log.reserve()
	if c == nil {
		return false
	}
	c.Complete, c.Due, c.next, c.Session, c.Utterance, c.Number, c.Flags = s.complete, s.due, -1, uint32(place), s.utterance, s.number, flags
	if s.last >= 0 {
		atomic.StoreInt64(&d.log.at(s.last).next, i)
	}
	s.last = i
	d.keepTalking(s.number > 0, flags&FlagEnd == 0)
	s.advance(&d.manner, place)
	if flags&FlagLeaving != 0 {
		d.agenda.drop()
	} else {
		d.agenda.postpone(s.due)
	}
	c.Behind = uint16(min(s.unanswered.Load(), 1<<16-1))
	if c.Behind > uint16(d.settings.Behind) && flags&FlagLeaving == 0 {
		d.behind.Add(1)
	}
	d.log.publish() // before another may send it
	before := s.unanswered.Add(1) - 1
	if before > 0 {
		d.unsent.Add(1)
		return true
	}
	c.Ready, c.Behind = c.Due, 0
	d.send(place, i, c, d.flush != nil && d.held < maxHeld && d.agendaDue() <= now)
	return true
}

// keepTalking counts sessions in the middle of an utterance.
func (d *drive) keepTalking(before, after bool) {
	if after && !before {
		d.talking++
	}
	if before && !after {
		d.talking--
	}
}
