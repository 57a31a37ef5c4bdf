package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/report/streamreport"
	"github.com/trtbench/trtbench/stream"
)

// runStream measures one target after the other and reports. Whatever was measured before a failure or an interruption is reported and
// kept as well.
func runStream(ctx context.Context, process Process, f *streamFlags) error {
	if err := f.output.prepare(f.targets.list); err != nil {
		return err
	}
	show := newStreamView(process, f)
	whole := &streamreport.Report{}
	var failed error
	for i := range f.targets.list {
		if ctx.Err() != nil {
			break
		}
		run, err := f.measure(ctx, show, i)
		if run != nil {
			whole.Runs = append(whole.Runs, *run)
		}
		if err != nil {
			if len(f.targets.list) > 1 {
				err = fmt.Errorf("%s: %w", f.targets.list[i].name, err)
			}
			failed = errors.Join(failed, err)
		}
	}
	if len(whole.Runs) == 0 {
		if failed == nil {
			failed = ctx.Err()
		}
		if ctx.Err() != nil {
			return &exitError{ExitInterrupted, failed}
		}
		return failed
	}
	failed = errors.Join(failed, show.end(whole), f.output.write(process, whole))
	if failed != nil {
		return &exitError{ExitFailed, failed}
	}
	return judgedStreams(whole)
}

// measure opens a target, measures it and keeps its recording. There may be a run beside the error.
func (f *streamFlags) measure(ctx context.Context, show *streamView, i int) (_ *streamreport.Run, err error) {
	target := &f.targets.list[i]
	log := &report.Log{Out: show.process.Err, Err: show.process.Err}
	opened, err := target.open(ctx, f, newLogger(log))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	show.begin(target, opened.notices)
	options := opened.options(f)
	options.OnProgress, options.OnPoint = show.progress, show.point
	recording, err := stream.Run(ctx, opened.server, options)
	show.line.clear()
	if recording == nil {
		return nil, err
	}
	recording.Argv = append([]string{"trtbench"}, show.process.Args...)
	for _, notice := range opened.notices {
		recording.Description.Notes = append(recording.Description.Notes[:len(recording.Description.Notes):len(recording.Description.Notes)], "note: "+notice)
	}
	run := streamreport.NewRun(target.name, recording)
	return &run, errors.Join(err, f.output.keep(i, recording))
}

// judgedStreams turns the runs into the end of the command. The report has shown the reasons.
func judgedStreams(r *streamreport.Report) error {
	held, usable := false, true
	for i := range r.Runs {
		recording := r.Runs[i].Recording
		if recording.Interrupted {
			return &exitError{ExitInterrupted, errReported}
		}
		usable = usable && recording.Verdict.Status != record.Invalid
		held = held || r.Runs[i].Held()
	}
	switch {
	case !usable:
		return &exitError{ExitInvalid, errReported}
	case !held:
		return &exitError{ExitThreshold, errors.New("no number of streams that was measured holds --latency-threshold")}
	}
	return nil
}
