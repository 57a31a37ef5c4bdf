package load

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/trtbench/trtbench/load/pace"
	"github.com/trtbench/trtbench/record"
)

// Run connects to the server, measures the levels that the options ask for, and closes the connections.
//
// When ctx is cancelled, the point under way ends as any other does, its sequences are closed, and the recording says that it was
// interrupted; that is no error. When the load cannot go on, because too many requests failed or the server takes no more, Run returns
// the error and the recording of what was measured until then. The recording is nil only if the options are invalid or no connection
// could be opened.
func Run(ctx context.Context, server Server, options Options) (*Recording, error) {
	return run(ctx, server, options, nil)
}

// runner is a run under way.
type runner struct {
	server    Server
	options   *Options
	settings  *Settings
	driver    *driver
	recording *Recording
	gauges    *gauges // nil when they are not read
	unread    error   // of the first reading of the server's statistics that failed
}

// run is Run with a way to wait of the caller's choice; nil: the driver's own.
func run(ctx context.Context, server Server, options Options, waiter func(func() int64, time.Duration) pace.Waiter) (*Recording, error) {
	if err := options.Validate(); err != nil {
		return nil, fmt.Errorf("load: options: %w", err)
	}
	settings := options.settings()
	settings.adapt(server.Payloads())
	started := time.Now()
	setup := settings.driver()
	setup.waiter = waiter
	driver, err := openDriver(ctx, server, setup)
	if err != nil {
		return nil, fmt.Errorf("load: connect: %w", err)
	}
	r := &runner{
		server: server, options: &options, settings: &settings, driver: driver,
		recording: &Recording{Settings: settings, Epoch: driver.epoch},
	}
	r.gauges = watchGauges(ctx, server, settings.MetricsInterval)
	err = r.levels(ctx)
	unread := errors.Join(r.unread, r.gauges.close())
	err = errors.Join(err, driver.close())
	head := record.NewHead(record.KindLoad, started, server.Describe())
	head.Interrupted = ctx.Err() != nil
	r.recording.Head = head
	r.recording.judge(err)
	if unread != nil {
		r.recording.Verdict.Warn(CodeServerUnread, unread.Error())
	}
	return r.recording, err
}

// levels measures one level after the other.
func (r *runner) levels(ctx context.Context) error {
	levels := newLevels(r.settings)
	passed := false
	for ctx.Err() == nil {
		level, more := levels.next(passed)
		if !more {
			break
		}
		point, err := r.measure(ctx, level)
		if point != nil {
			r.recording.Points = append(r.recording.Points, *point)
			passed = point.Passed
			if r.options.OnPoint != nil {
				r.options.OnPoint(r.recording, len(r.recording.Points)-1)
			}
		}
		if err != nil {
			return err
		}
	}
	r.recording.explainEnd()
	return nil
}

// explainEnd says why a sweep ended before its last level.
func (r *Recording) explainEnd() {
	s := &r.Settings
	if len(r.Points) == 0 || s.Search != SearchLinear || s.Mode != ModeRate && s.Mode != ModeConcurrency {
		return
	}
	last := &r.Points[len(r.Points)-1]
	if last.Passed || last.Unfinished || len(last.Verdict.Reasons) == 0 || s.Range.End != 0 && last.Level+s.Range.Step > s.Range.End {
		return
	}
	reason := last.Verdict.Reasons[0]
	if s.Range.End == 0 && last.OverLimit {
		return // that is what an open range waits for
	}
	r.Ended = &record.Reason{Code: reason.Code, Evidence: fmt.Sprintf("the levels above %g were left out: at %g %s", last.Level, last.Level, reason.Evidence)}
}

// judge writes the verdict on a whole run.
func (r *Recording) judge(err error) {
	if err != nil {
		r.Verdict.Fail(record.CodeFailed, err.Error())
	}
	if r.Interrupted {
		r.Verdict.Warn(record.CodeInterrupted, fmt.Sprintf("stopped at point %d", len(r.Points)))
	}
	usable := false
	for i := range r.Points {
		usable = usable || r.Points[i].Verdict.Status != record.Invalid
	}
	for i := range r.Points {
		p := &r.Points[i]
		for _, reason := range p.Verdict.Reasons {
			evidence := fmt.Sprintf("at %g: %s", p.Level, reason.Evidence)
			if usable || p.Verdict.Status != record.Invalid {
				r.Verdict.Warn(reason.Code, evidence)
			} else {
				r.Verdict.Fail(reason.Code, evidence)
			}
		}
	}
}

// adapt completes the settings with what the requests are like.
func (s *Settings) adapt(p Payloads) {
	s.Batch = max(p.Batch, 1)
	if s.Sequence == nil || s.Sequence.Length != 0 {
		return
	}
	for _, steps := range p.Steps {
		if steps > 1 {
			return // a sequence is as long as its stream
		}
	}
	s.Sequence.Length = DefaultSequenceLength
}

// driver returns the settings of the half that sends.
func (s *Settings) driver() driverSettings {
	d := driverSettings{
		conns: s.Conns, senders: s.Senders, places: s.places(), deadline: s.Deadline, validate: s.Validate, errors: int64(s.MaxErrors),
		drain: s.Drain, seed: s.Seed,
	}
	if s.Sync {
		d.outstanding = 1
	}
	if q := s.Sequence; q != nil {
		d.sequences = &sequenceSettings{
			length: q.Length, variation: q.Variation / 100, firstID: q.FirstID, idSpan: q.IDSpan, untagged: q.Untagged, state: q.State,
			serial: q.Serial, drawn: s.Compat != CompatNone && !q.Serial, drawnStreams: s.Compat != CompatNone,
		}
	}
	return d
}

// demand returns what a level asks of the driver, and the requests per second that it means on average; 0 in a closed loop.
func (s *Settings) demand(level float64) (demand, float64) {
	m := demand{warmUp: s.WarmUp, warmUpRequests: int64(s.WarmUpRequests), requests: int64(s.Requests)}
	if s.Sequence != nil {
		m.live = s.Sequence.Live
	}
	switch s.Mode {
	case ModeConcurrency:
		m.concurrency = int(level)
		return m, 0
	case ModeSteps:
		m.concurrency = int(s.Range.End)
		m.steps = &concurrencySteps{start: int(s.Range.Start), end: int(s.Range.End), step: int(s.Range.Step), period: s.StepEvery}
		return m, 0
	case ModeIntervals:
		m.schedule = func() (pace.Schedule, error) { return pace.NewIntervals(s.intervals) }
		return m, pace.MeanRate(s.intervals)
	case ModeSchedule:
		m.schedule = func() (pace.Schedule, error) { return pace.NewFixed(s.schedule) }
		return m, meanRateOf(s.schedule)
	case ModeRamp:
		m.schedule = func() (pace.Schedule, error) { return pace.NewRamp(s.Range.Start, s.Range.End, s.RampTime) }
		return m, (s.Range.Start + s.Range.End) / 2
	}
	m.schedule = func() (pace.Schedule, error) { return s.arrivals(level) }
	return m, level
}

// arrivals returns the schedule of a rate.
func (s *Settings) arrivals(rate float64) (pace.Schedule, error) {
	switch {
	case s.Arrival == ArrivalPoisson:
		return pace.NewPoisson(rate, s.Seed)
	case s.Arrival == ArrivalGamma:
		return pace.NewGamma(rate, s.Burst, s.Seed)
	case s.Compat != CompatNone:
		return pace.NewPeriod(rate)
	}
	return pace.NewConstant(rate)
}

// meanRateOf returns the requests per second of ascending instants; 0 when they all are the same.
func meanRateOf(schedule []time.Duration) float64 {
	n := len(schedule)
	if n < 2 || schedule[n-1] == schedule[0] {
		return 0
	}
	return float64(n-1) / (schedule[n-1] - schedule[0]).Seconds()
}

// overrunError says that too many requests failed.
func (r *runner) overrunError() error {
	var texts []string
	for _, d := range r.driver.failureDetails() {
		texts = append(texts, fmt.Sprintf("%d × %s (%s)", d.count, d.status, d.text))
	}
	return fmt.Errorf("load: %d requests failed, more than the %d with which a run goes on: %s",
		r.driver.count().failed, max(r.settings.MaxErrors, 0), strings.Join(texts, ", "))
}
