package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/load/pace"
	"github.com/trtbench/trtbench/record"
)

// Run measures the numbers of sessions that the options ask for, each with new connections, from the beginning.
//
// When ctx is cancelled, the speakers of the point under way end what they are saying, and the recording says that it was interrupted;
// that is no error. When too many chunks failed, or the server cannot be opened, Run returns the error and the recording of what was
// measured until then. The recording is nil only if the options are invalid or the server has no payloads.
func Run(ctx context.Context, server load.Server, options Options) (*Recording, error) {
	return run(ctx, server, options, &hooks{waiter: pace.NewPrecise, boot: bootTime, machine: machineTime})
}

// runner is a run under way.
type runner struct {
	server    load.Server
	options   *Options
	hooks     *hooks
	recording *Recording
}

func run(ctx context.Context, server load.Server, options Options, h *hooks) (*Recording, error) {
	if err := options.Validate(); err != nil {
		return nil, fmt.Errorf("stream: options: %w", err)
	}
	for i, n := range server.Payloads().Steps {
		if n < 1 {
			return nil, fmt.Errorf("stream: stream %d of the payloads has %d steps; expected at least one", i, n)
		}
	}
	if len(server.Payloads().Steps) == 0 {
		return nil, errors.New("stream: the server has no payloads; expected at least one stream of them")
	}
	started := time.Now()
	r := &runner{server: server, options: &options, hooks: h, recording: &Recording{Settings: options.settings()}}
	var err error
	if r.recording.Settings.Search != nil {
		err = r.search(ctx)
	} else {
		err = r.curve(ctx)
	}
	r.recording.Head = record.NewHead(record.KindStream, started, server.Describe())
	r.recording.Interrupted = ctx.Err() != nil
	r.recording.judge(err)
	return r.recording, err
}

// curve measures one number of sessions after the other.
func (r *runner) curve(ctx context.Context) error {
	for _, n := range r.recording.Settings.Sessions.list() {
		p, err := r.measure(ctx, try{sessions: n})
		if err == nil && p.Finding == Refused {
			err = errors.New(p.Evidence)
		}
		if err != nil || ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// measure measures a number of sessions and adds the point to the recording. The error says that the run cannot go on.
func (r *runner) measure(ctx context.Context, t try) (*Point, error) {
	number := len(r.recording.Points)
	s := &r.recording.Settings
	sessions := t.sessions
	point := Point{Sessions: sessions, Repeat: t.repeat, Scout: t.scout, Epoch: time.Now()}
	d, err := openDrive(ctx, r.server, s, sessions, s.Seed+uint64(number)*0x9e3779b97f4a7c15, r.hooks)
	overrun := false
	if errors.Is(err, ErrServerGone) {
		return nil, fmt.Errorf("stream: open %d streams: %w", sessions, err)
	}
	if err != nil {
		point.refuse(fmt.Errorf("stream: open %d streams: %w", sessions, err), ctx.Err() != nil)
		err = nil
	} else {
		point.Epoch = d.epoch
		p := &pointRun{
			drive: d, server: r.server, early: s.Search != nil, hooks: r.hooks, report: r.options.OnProgress, meter: r.options.Meter, point: &point, number: number,
		}
		p.play(ctx)
		_, overrun = d.failures.count()
		point.judge(s, p.gaps.found, overrun)
	}
	r.recording.Points = append(r.recording.Points, point)
	if r.options.OnPoint != nil {
		r.options.OnPoint(r.recording, number)
	}
	if overrun {
		err = fmt.Errorf("stream: with %d streams: %s", sessions, point.Evidence)
	}
	return &r.recording.Points[number], err
}

// refuse says that the server could not be opened, or that somebody stopped it from being.
func (p *Point) refuse(err error, stopped bool) {
	p.Evidence = err.Error()
	p.Verdict = record.Verdict{Status: record.Valid}
	if stopped {
		p.Finding = Interrupted
		p.Verdict.Warn(record.CodeInterrupted, p.Evidence)
		return
	}
	p.Finding, p.Limiting = Refused, LimitRefused
	var short interface {
		error
		Fits() int // sessions for which there is memory
	}
	if errors.As(err, &short) {
		p.Limiting = LimitMemory
	}
	p.Verdict.Warn(CodeRefused, p.Evidence)
}

// judge writes the verdict on a whole run.
func (r *Recording) judge(err error) {
	v := &r.Verdict
	if err != nil {
		v.Fail(record.CodeFailed, err.Error())
	}
	if r.Interrupted {
		v.Warn(record.CodeInterrupted, fmt.Sprintf("stopped at point %d", len(r.Points)))
	}
	r.judgeOthers()
	if r.Result != nil {
		r.judgeResult()
		return
	}
	usable := false
	for i := range r.Points {
		usable = usable || r.Points[i].Verdict.Status != record.Invalid
	}
	for i := range r.Points {
		p := &r.Points[i]
		for _, reason := range p.Verdict.Reasons {
			evidence := fmt.Sprintf("with %d streams: %s", p.Sessions, reason.Evidence)
			if usable || p.Verdict.Status != record.Invalid {
				v.Warn(reason.Code, evidence)
			} else {
				v.Fail(reason.Code, evidence)
			}
		}
	}
}

// judgeResult writes the verdict on a search: that a point above the result did not hold is what it was looking for.
func (r *Recording) judgeResult() {
	v, q := &r.Verdict, r.Result
	if q.Breaker >= 0 {
		if p := &r.Points[q.Breaker]; p.Finding == ClientLate || p.Finding == Errors {
			v.Warn(p.Verdict.Reasons[0].Code, fmt.Sprintf("with %d streams, so that the server may hold more than %d: %s", p.Sessions, q.Holds, p.Evidence))
		}
	}
	if q.Retreats > 0 {
		v.Warn(CodeRetreat, fmt.Sprintf("%d times a number of streams held and did not hold again", q.Retreats))
	}
	if q.Advances > 0 {
		v.Warn(CodeRetreat, fmt.Sprintf("%d times a number of streams did not hold and then did", q.Advances))
	}
	r.judgeSpeed()
	for i := range r.Points {
		p := &r.Points[i]
		if p.Finding == Void {
			v.Warn(CodeVoid, fmt.Sprintf("a point with %d streams was measured again: %s", p.Sessions, p.Evidence))
		}
		for _, reason := range p.Verdict.Reasons {
			if reason.Code == CodeMismatch {
				v.Fail(CodeMismatch, fmt.Sprintf("with %d streams: %s", p.Sessions, reason.Evidence))
			}
			if i == q.Point && reason.Code != CodeMismatch {
				v.Warn(reason.Code, fmt.Sprintf("with %d streams: %s", p.Sessions, reason.Evidence))
			}
		}
	}
}
