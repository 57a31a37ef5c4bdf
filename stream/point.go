package stream

import (
	"context"
	"fmt"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/load/pace"
)

// hooks is what tests replace.
type hooks struct {
	waiter  func(clock func() int64, spin time.Duration) pace.Waiter
	boot    func() int64
	machine func() time.Duration
}

// tick is how often a point looks at itself.
const tick = 50 * time.Millisecond

// pointRun is a point being measured. It belongs to one goroutine.
type pointRun struct {
	*drive
	server load.Server
	early  bool // it may end early
	hooks  *hooks
	report func(Progress)
	meter  Meter // nil: none
	point  *Point
	number int // of the point

	phase   Phase
	cursor  int64 // chunks before this one were looked at
	settle  *settling
	tally   tally
	gaps    gapWatch
	look    int
	measure int64         // measured time at the next look
	behind0 int64         // chunks that were behind when measuring began
	sending int64         // d.sending then
	used    time.Duration // of the processors then, by this process
	busy    time.Duration // and by everybody
	before  []load.ModelStatistics
	shown   shown
}

// play measures, and fills the point in.
func (p *pointRun) play(ctx context.Context) {
	p.phase = PhaseJoining
	p.settle = newSettling(p.settings, len(p.sessions))
	p.run()
	ticker := time.NewTicker(tick)
	for ctx.Err() == nil && p.gaps.found == "" && p.step(ctx) {
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
	ticker.Stop()
	if ctx.Err() != nil {
		p.point.Finding, p.point.Evidence = Interrupted, "it was stopped"
	}
	p.finish(ctx)
}

// step looks once; it returns false when the point is complete.
func (p *pointRun) step(ctx context.Context) bool {
	now := p.clock()
	p.gaps.look(reading{now, p.hooks.boot(), time.Now().UnixNano()}, tick)
	p.scan(now)
	p.tell(now)
	if _, overrun := p.failures.count(); overrun {
		return false
	}
	if isClosed(p.paced) { // no more chunks can be kept
		return false
	}
	joined := p.start + int64(joining(len(p.sessions), p.settings.ChunkDuration)) + int64(p.settings.ChunkDuration)
	switch p.phase {
	case PhaseJoining:
		if now >= joined {
			p.phase = PhaseSettling
		}
	case PhaseSettling:
		p.settle.pass(now, p.unsent.Load())
		p.point.Settled = p.settle.steady()
		hopeless := p.early && p.settle.hopeless()
		if p.point.Settled || hopeless || now-joined >= int64(p.patience()) {
			p.begin(ctx, now)
			if hopeless { // a little is measured all the same, to tell how late it was
				p.point.Early, p.measure = true, int64(2*p.settings.ChunkDuration)
				p.look = p.settings.Looks - 1
			}
		}
	case PhaseMeasuring:
		return p.measuring(now)
	}
	return true
}

// patience is how long latencies may take to become steady.
func (p *pointRun) patience() time.Duration {
	if p.point.Scout {
		return min(p.settings.Settle, scoutSettle)
	}
	return p.settings.Settle
}

// What a scout takes its time for.
const (
	scoutSettle  = 5 * time.Second // at most
	scoutMeasure = time.Second     // or three chunks of each session
)

// begin begins to measure.
func (p *pointRun) begin(ctx context.Context, now int64) {
	p.phase = PhaseMeasuring
	p.point.Start = now
	p.cursor = p.log.next.Load()
	p.measure = int64(p.settings.Measure)
	if p.point.Scout {
		p.measure = min(p.measure, int64(max(scoutMeasure, 3*p.settings.ChunkDuration)))
	}
	p.behind0, p.sending, p.used = p.behind.Load(), p.drive.sending.Load(), processorTime()
	p.busy = p.hooks.machine()
	p.before = p.statistics(ctx)
	startMeter(p.meter)
}

// measuring judges when it is time to; it returns false when enough was measured.
func (p *pointRun) measuring(now int64) bool {
	passed := now - p.point.Start - int64(p.settings.Limit) // of what is decided
	if p.early && !p.point.Early && p.lost(passed) {
		p.point.Early = true
		return false
	}
	few := float64(p.tally.chunks) < float64(p.settings.MinChunks)*p.tally.allowance(p.settings) && !p.point.Early && !p.point.Scout && passed < 10*p.measure
	if passed < p.measure || few {
		return true
	}
	if p.point.Scout {
		return false
	}
	p.look++
	p.measure *= 2
	decided := p.decide() != undecided || p.behind.Load() > p.behind0
	return !decided && p.look < p.settings.Looks
}

func (p *pointRun) decide() decision {
	return p.settings.decide(p.tally.chunks, p.tally.over, p.tally.inflation(p.settings))
}

// lost reports whether the point cannot hold any more, whatever comes.
func (p *pointRun) lost(passed int64) bool {
	if passed < int64(max(time.Second, 2*p.settings.ChunkDuration)) {
		return false
	}
	if p.behind.Load() > p.behind0 {
		return true
	}
	longest := int64(p.settings.Measure) << (p.settings.Looks - 1)
	all := max(int(float64(p.tally.chunks)*float64(longest)/float64(passed)), p.settings.MinChunks)
	return p.settings.decide(all, p.tally.over, 1) == above
}

// scan looks at the chunks whose limit has passed since the last time.
func (p *pointRun) scan(now int64) {
	limit := int64(p.settings.Limit)
	for end := p.log.next.Load(); p.cursor < end; p.cursor++ {
		c := p.log.at(p.cursor).answered()
		if c.Complete > now-limit {
			return
		}
		switch {
		case p.phase == PhaseSettling:
			p.settle.add(&c, limit)
		case p.phase == PhaseMeasuring && c.Complete >= p.point.Start:
			p.tally.add(&c, p.settings, p.point.Start)
		}
		p.shown.add(&c)
	}
}

// finish lets speakers end what they are saying, waits for answers, and closes the connections.
func (p *pointRun) finish(ctx context.Context) {
	now := p.clock()
	if p.point.Start > 0 {
		p.point.End = now
		if p.point.Finding == "" {
			// What is complete by now may take until the limit: everybody goes on speaking until then.
			p.point.End = max(now-int64(p.settings.Limit), p.point.Start+1)
		}
		wall := float64(max(now-p.point.Start, 1))
		p.point.Held = float64(p.drive.sending.Load()-p.sending) / wall
		p.point.Processor = processorTime() - p.used
		p.point.Others = max(p.hooks.machine()-p.busy-p.point.Processor, 0)
		p.point.Server = between(p.statistics(ctx), p.before)
		p.point.Telemetry = stopMeter(p.meter)
	}
	p.phase = PhaseLeaving
	p.tell(now)
	p.end()
	p.drain()
	p.point.Until = p.clock()
	if err := p.close(); err != nil {
		p.point.Evidence = fmt.Sprintf("closing the connections: %v", err)
	}
	p.point.Chunks = p.log.all()
	p.point.Failures = p.failures.kinds()
}

// drain waits until everything that was sent has ended, or for as long as the settings allow.
func (p *pointRun) drain() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	timeout := time.NewTimer(p.settings.Drain)
	defer timeout.Stop()
	for !isClosed(p.paced) || p.begun.Load() > p.ended.Load() || len(p.freed) > 0 {
		select {
		case <-ticker.C:
		case <-timeout.C:
			return
		}
	}
}
