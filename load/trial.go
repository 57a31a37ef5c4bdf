package load

import (
	"github.com/trtbench/trtbench/load/pace"
	"github.com/trtbench/trtbench/stat"
)

// trial returns what stability looks at in a window. The latency is the service time under perf_analyzer's rules, and else the response
// time.
func (p *pointRun) trial(w *Window) trial {
	p.latencies = p.latencies[:0]
	within := span{w.Start, w.End}
	sent, ended := 0, 0
	oldest, open := p.oldest, false
	for i, o := range p.driver.outcomes(p.oldest) {
		if open = open || o.Answered == 0 || o.Answered > w.End; !open {
			oldest = i + 1
		}
		if o.Flags&FlagClosing != 0 {
			continue
		}
		if within.ends(o.Sent) {
			sent++
		}
		if !within.ends(o.Answered) {
			continue
		}
		ended++
		if o.Status == StatusOK {
			p.latencies = append(p.latencies, p.settings.latency(&o))
		}
	}
	p.oldest = oldest
	t := nothingEnded
	if n := len(p.latencies); n > 0 {
		p.scratch = stat.SortInts(p.latencies, p.scratch)
		t.throughput, t.latency = float64(n*p.settings.Batch)/within.seconds(), p.settings.latencyOfSorted(p.latencies)
	}
	if missing := w.Due - min(sent, ended); p.settings.Compat == CompatNone {
		t.behind = missing > tolerated(w.Due)
	}
	return t
}

// latency returns the time of a request that stability looks at.
func (s *Settings) latency(o *Outcome) int64 {
	if s.Compat != CompatNone {
		return o.Call()
	}
	return o.Response()
}

// latencyOfSorted returns the mean, or the percentile asked for, of at least one value.
func (s *Settings) latencyOfSorted(values []int64) float64 {
	switch {
	case s.Percentile == 0:
		mean, _ := moments(values)
		return mean
	case s.Compat != CompatNone:
		return float64(values[compatIndex(len(values), int(s.Percentile))])
	}
	return float64(values[stat.NearestRankIndex(len(values), s.Percentile/100)])
}

// dueCounter counts what a schedule wants.
type dueCounter struct {
	schedule pace.Schedule
	start    int64 // instant from which the schedule counts
	next     int64 // instant of the next request; 0: not read yet
	over     bool
}

// between returns the number of requests due in a stretch of time. The stretches asked for follow each other.
func (d *dueCounter) between(start, end int64) int {
	n := 0
	for !d.over {
		if d.next == 0 {
			due, ok := d.schedule.Next()
			if d.over = !ok; d.over {
				break
			}
			d.next = d.start + int64(due)
		}
		if d.next >= end {
			break
		}
		if d.next >= start {
			n++
		}
		d.next = 0
	}
	return n
}
