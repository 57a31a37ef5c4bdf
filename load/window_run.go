package load

import (
	"context"
	"slices"
	"time"

	"github.com/trtbench/trtbench/stat"
)

const (
	compatStretch = 1.2         // perf_analyzer's time windows over the interval asked for
	compatPoll    = time.Second // how often perf_analyzer looks whether a count window is full
	countPoll     = 10 * time.Millisecond
)

// windows measures windows until they agree, there are enough of them, or the point must end. It returns the share of the senders'
// time for which they were held up in sending: what they spent there beyond all the processor time of this process.
func (p *pointRun) windows(ctx context.Context) (held float64) {
	start, ok := p.warmUp(ctx)
	from, processor := p.driver.count(), processorTime()
	p.base, p.server = from, p.statistics(ctx)
	var trials []trial
	for ok {
		p.number++
		var w Window
		w, ok = p.window(ctx, start)
		if w.End > w.Start {
			trials = append(trials, p.finish(ctx, &w))
			p.point.Windows = append(p.point.Windows, w)
		}
		if !ok {
			break
		}
		start = w.End
		decision := p.stability.decide(trials)
		p.point.Stable, p.point.OnlyThroughput = decision.stable, decision.onlyThroughput
		ok = !decision.done
	}
	last := trials[max(len(trials)-p.stability.windows, 0):]
	p.point.Empty = slices.ContainsFunc(last, func(t trial) bool { return t.throughput == 0 })
	now := p.driver.count()
	p.point.Processor = processorTime() - processor
	if elapsed := float64(now.at-from.at) * float64(max(now.senders, 1)); elapsed > 0 {
		held = max(float64(now.sending-from.sending-p.point.Processor)/elapsed, 0)
	}
	return held
}

// warmUp waits until measuring begins and returns when that is. ok is false when the point must end before.
func (p *pointRun) warmUp(ctx context.Context) (start int64, ok bool) {
	start = p.point.Begun + int64(p.settings.WarmUp)
	if !p.until(ctx, start) {
		return start, false
	}
	if p.settings.WarmUpRequests == 0 {
		return start, true
	}
	limit := p.limit(start, p.settings.WarmUpRequests)
	for p.driver.count().measured == 0 {
		now := p.driver.clock()
		if now >= limit || !p.until(ctx, now+int64(countPoll)) {
			return now, false
		}
	}
	return p.driver.count().measured, true
}

// window waits for the end of the window that begins at start. ok is false when the point must end with it.
func (p *pointRun) window(ctx context.Context, start int64) (w Window, ok bool) {
	w.Start = start
	s := p.settings
	compat := s.Compat != CompatNone
	switch {
	case s.Mode == ModeRamp:
		w.End = start + int64(s.RampTime)
		ok = p.until(ctx, w.End)
	case s.Requests > 0 && compat:
		ok = p.untilCollected(ctx, &w, s.Requests)
	case s.oneWindow():
		ok = p.untilComplete(ctx, &w)
	case s.WindowMode == WindowCount && compat:
		ok = p.untilCollected(ctx, &w, s.WindowRequests)
	case s.WindowMode == WindowCount:
		ok = p.untilEnded(ctx, &w)
	case compat:
		ok = p.until(ctx, p.driver.clock()+int64(compatStretch*float64(s.WindowTime)))
		w.End = p.driver.clock()
	default:
		w.End = start + int64(s.WindowTime)
		ok = p.until(ctx, w.End)
	}
	if !ok {
		w.End = min(or(w.End, p.driver.clock()), p.driver.clock())
	}
	return w, ok
}

// until waits for an instant, and reports how the point goes on meanwhile. It returns false when the point must end before.
func (p *pointRun) until(ctx context.Context, at int64) bool {
	report := p.ticker.last.at + int64(progressInterval)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for now := p.driver.clock(); now < at; now = p.driver.clock() {
		if now >= report {
			p.tick()
			report = now + int64(progressInterval)
		}
		timer.Reset(time.Duration(min(at, report) - now))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return false
		}
		if p.driver.count().overrun {
			return false
		}
	}
	return ctx.Err() == nil
}

// limit returns when waiting for n requests from an instant on has an end.
func (p *pointRun) limit(from int64, n int) int64 {
	wait := p.settings.WindowLimit
	if p.point.Asked > 0 {
		wait = max(wait, time.Duration(min(2*float64(n)/p.point.Asked*1e9, float64(MaxDuration))))
	}
	return from + int64(wait)
}

// untilEnded waits until so many requests of the window have ended as one wants, and lets it end with the last of them.
func (p *pointRun) untilEnded(ctx context.Context, w *Window) bool {
	n := p.settings.WindowRequests
	limit := p.limit(w.Start, n)
	before := p.driver.count().ended - int64(len(p.ended(w.Start)))
	for {
		if p.driver.count().ended-before >= int64(n) {
			if ends := p.ended(w.Start); len(ends) >= n {
				w.End = ends[n-1]
				return true
			}
		}
		now := p.driver.clock()
		if now >= limit {
			w.End, w.Cut = now, true
			return true
		}
		if !p.until(ctx, now+int64(countPoll)) {
			return false
		}
	}
}

// ended returns when requests ended after an instant, ascending.
func (p *pointRun) ended(after int64) []int64 {
	p.latencies = p.latencies[:0]
	for _, o := range p.driver.outcomes(p.oldest) {
		if o.Answered > after && o.Flags&FlagClosing == 0 {
			p.latencies = append(p.latencies, o.Answered)
		}
	}
	p.scratch = stat.SortInts(p.latencies, p.scratch)
	return p.latencies
}

// untilCollected looks once a second, as perf_analyzer does, whether so many requests were answered as one wants.
func (p *pointRun) untilCollected(ctx context.Context, w *Window, n int) bool {
	limit := p.limit(w.Start, n)
	for {
		if !p.until(ctx, p.driver.clock()+int64(compatPoll)) {
			return false
		}
		w.End = p.driver.clock()
		collected := 0
		for _, o := range p.driver.outcomes(p.oldest) {
			if o.Status == StatusOK && o.Answered > w.Start && o.Answered <= w.End {
				collected++
			}
		}
		if w.Cut = collected < n && w.End >= limit; collected >= n || w.Cut {
			return true
		}
	}
}

// untilComplete waits until all requests of the point were sent and answered, and gives the window their bounds. It gives up when
// some are in flight and none ends for as long as a window may take.
func (p *pointRun) untilComplete(ctx context.Context, w *Window) bool {
	ended, at := p.driver.count().ended, p.driver.clock()
	sent := p.driver.finished()
	for {
		now := p.driver.count()
		if isClosed(sent) && now.inFlight() == 0 {
			break
		}
		if now.ended != ended || now.inFlight() == 0 {
			ended, at = now.ended, now.at
		}
		if w.Cut = now.at-at > int64(p.settings.WindowLimit); w.Cut {
			break
		}
		if !p.until(ctx, now.at+int64(countPoll)) {
			return false
		}
	}
	for _, o := range p.driver.outcomes(p.first) {
		if o.Flags&(FlagWarmUp|FlagClosing) == 0 {
			w.End = max(w.End, o.Answered, o.Intended+1)
		}
	}
	w.End = max(w.End, w.Start+1)
	return true
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// finish completes a window and returns what stability looks at.
func (p *pointRun) finish(ctx context.Context, w *Window) trial {
	now := p.driver.count()
	if p.due != nil {
		w.Due = p.due.between(w.Start, w.End)
	}
	w.Idle = (now.idle() - p.base.idle()) / time.Duration(max(now.senders, 1))
	p.base = now
	if server := p.statistics(ctx); server != nil {
		w.Server, p.server = difference(server, p.server), server
	}
	w.GPUs = p.gauges.take()
	return p.trial(w)
}
