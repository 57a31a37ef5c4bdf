package load

import (
	"context"
	"time"

	"github.com/trtbench/trtbench/record"
)

// pointRun is a point under way.
type pointRun struct {
	*runner
	point     *Point
	stability stability
	due       *dueCounter // nil in a closed loop
	first     int64       // index of its first request
	number    int         // of the window under way, from 1; 0 before the first
	oldest    int64       // requests before this one ended before the window under way
	base      count       // when the window under way began
	server    []ModelStatistics
	ticker    ticker
	latencies []int64
	scratch   []int64
}

// measure measures one level. The point is nil only if nothing could be sent.
func (r *runner) measure(ctx context.Context, level float64) (*Point, error) {
	demand, asked := r.settings.demand(level)
	p := &pointRun{runner: r, point: &Point{Level: level, Asked: asked}, stability: r.settings.stability()}
	p.ticker.report = r.options.OnProgress
	failures := r.driver.failureDetails()
	begun, first, err := r.driver.begin(demand)
	if err != nil {
		return nil, err
	}
	p.point.Begun, p.first, p.oldest = begun, first, first
	p.ticker.last = r.driver.count()
	if demand.schedule != nil && demand.requests == 0 {
		schedule, err := demand.schedule()
		if err != nil {
			return nil, err
		}
		p.due = &dueCounter{schedule: schedule, start: begun}
	}
	held := p.windows(ctx)
	// An interrupted point ends as any other: answers are awaited and sequences closed.
	until, err := r.driver.stop(context.WithoutCancel(ctx))
	p.point.Until = until
	if err == nil && r.driver.count().overrun {
		err = r.overrunError()
	}
	p.point.Outcomes = make([]Outcome, 0, r.driver.count().begun-first)
	for _, o := range r.driver.outcomes(first) {
		p.point.Outcomes = append(p.point.Outcomes, o)
	}
	p.point.Failures = failuresSince(failures, r.driver.failureDetails())
	p.point.Unfinished = err != nil || ctx.Err() != nil && !p.complete()
	p.conclude(held)
	return p.point, err
}

// complete reports whether the point has all the windows it wants.
func (p *pointRun) complete() bool {
	return p.point.Stable || len(p.point.Windows) >= p.stability.maxTrials
}

// conclude fills in what follows from the outcomes.
func (p *pointRun) conclude(held float64) {
	point, s := p.point, p.settings
	point.Merged = min(p.stability.windows, len(point.Windows))
	if point.Merged == 0 {
		point.Verdict.Fail(record.CodeInterrupted, "it ended in its warm-up; nothing was measured")
		return
	}
	m := s.measure(point)
	figures := m.figures(point.Outcomes)
	j := &judgement{settings: s, point: point, figures: &figures, held: held, rise: riseOf(point.Outcomes, m)}
	j.unsent, j.piled = figures.LateEnd-figures.LateStart, figures.InFlightEnd-figures.InFlightStart
	if s.Requests > 0 {
		sending := backlogAtLastDue(point.Outcomes)
		j.unsent, j.piled = sending.late, sending.inFlight
	}
	if s.Compat != CompatNone {
		compat := s.compatMeasure(point, point.Merged).figures(point.Outcomes)
		limit := s.LatencyLimit.Milliseconds()
		// An unstable point is not looked at any further there.
		point.OverLimit = point.Stable && limit > 0 && int64(compat.StabilizingNs/1e6) >= limit
		j.latency = time.Duration(compat.StabilizingNs)
		j.judge()
		point.Passed = point.Stable && !point.OverLimit
		return
	}
	j.latency = s.latencyOf(&figures)
	point.OverLimit = s.LatencyLimit > 0 && j.latency >= s.LatencyLimit
	j.judge()
	point.Passed = point.Verdict.Status != record.Invalid && !point.OverLimit && !point.Unfinished &&
		(point.Stable || s.Search == SearchLinear)
}

// backlogAtLastDue counts what waited when the last request was due.
func backlogAtLastDue(outcomes []Outcome) backlog {
	var last int64
	for i := range outcomes {
		if outcomes[i].Flags&FlagClosing == 0 {
			last = max(last, outcomes[i].Intended)
		}
	}
	var b backlog
	for i := range outcomes {
		if outcomes[i].Flags&FlagClosing == 0 {
			b.add(&outcomes[i], last)
		}
	}
	return b
}

// failuresSince returns what was added to details of failed requests.
func failuresSince(before, after []failureDetail) []Failure {
	var list []Failure
	for i, d := range after {
		n := d.count
		if i < len(before) { // details keep their places
			n -= before[i].count
		}
		if n > 0 {
			list = append(list, Failure{Status: d.status, Text: d.text, Count: int(n)})
		}
	}
	return list
}

// stability returns when a point has been measured long enough.
func (s *Settings) stability() stability {
	rules := stability{
		windows: stableWindows, maxTrials: s.MaxTrials, spread: s.Stability / 100, limit: float64(s.LatencyLimit),
		throughputSuffices: compatRulesOf[s.Compat].throughputSuffices && !s.Sync,
	}
	switch {
	case s.oneWindow():
		rules.windows, rules.maxTrials = 1, 1
	case s.Compat == CompatNone:
		rules.windows = min(stableWindows, s.MaxTrials)
	}
	return rules
}

// oneWindow reports whether a point is a single window, whose length is given by the requests themselves or by the ramp.
func (s *Settings) oneWindow() bool {
	return s.Requests > 0 || s.Mode == ModeRamp || s.Mode == ModeSteps
}
