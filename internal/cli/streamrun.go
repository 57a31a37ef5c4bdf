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
	if err := f.audio.find(); err != nil {
		return err
	}
	if err := f.output.prepare(f.targets.list, f.audio.files); err != nil {
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
		if err == nil || ctx.Err() != nil && (run == nil || errors.Is(err, context.Canceled)) { // what is broken off is no failure
			continue
		}
		if len(f.targets.list) > 1 {
			err = fmt.Errorf("%s: %w", f.targets.list[i].name, err)
		}
		failed = errors.Join(failed, err)
	}
	if len(whole.Runs) > 0 {
		failed = errors.Join(failed, f.output.write(process, whole), show.end(whole)) // whoever reads the text may have gone away
	}
	switch {
	case ctx.Err() != nil && failed != nil:
		return &exitError{ExitInterrupted, failed}
	case ctx.Err() != nil && len(whole.Runs) == 0:
		return &exitError{ExitInterrupted, errors.New("stopped before anything was measured")}
	case ctx.Err() != nil:
		return &exitError{ExitInterrupted, errReported}
	case failed != nil && len(whole.Runs) > 0:
		return &exitError{ExitFailed, failed}
	case failed != nil:
		return failed // a wrong command line has a code of its own
	}
	return judgedStreams(whole)
}

// measure opens a target, measures it and keeps its recording. There may be a run beside the error.
func (f *streamFlags) measure(ctx context.Context, show *streamView, i int) (_ *streamreport.Run, err error) {
	target := &f.targets.list[i]
	log := &report.Log{Out: show.process.Err, Err: show.process.Err}
	opened, err := target.open(ctx, show.process, f, log)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	meter := opened.meter(ctx, target, &f.meter, f.targets.libraryPath)
	show.begin(target, opened.notices)
	options := opened.options(f)
	options.Meter = meter
	options.OnProgress, options.OnPoint = show.progress, show.point
	recording, err := stream.Run(ctx, opened.server, options)
	show.line.clear()
	if recording == nil {
		return nil, err
	}
	if recording.Interrupted && recording.Result != nil {
		show.say("%s: %s", target.name, brokenOff(recording))
	}
	recording.Argv = append([]string{"trtbench"}, show.process.Args...)
	for _, notice := range opened.notices {
		recording.Description.Notes = append(recording.Description.Notes[:len(recording.Description.Notes):len(recording.Description.Notes)], "note: "+notice)
	}
	run := streamreport.NewRun(target.name, recording)
	return &run, errors.Join(err, f.output.keep(i, recording))
}

// brokenOff says how far a search came that was interrupted.
func brokenOff(recording *stream.Recording) string {
	r, scouted := recording.Result, 0
	for i := range recording.Points {
		if p := &recording.Points[i]; p.Finding == stream.Scouted {
			scouted = max(scouted, p.Sessions)
		}
	}
	switch {
	case r.Holds == 0 && r.Breaks == 0 && scouted > 0:
		return fmt.Sprintf("the search was interrupted: by a short look %d streams hold, which was not judged yet", scouted)
	case r.Holds == 0 && r.Breaks == 0:
		return "the search was interrupted before any number of streams was decided"
	case r.Holds == 0:
		return fmt.Sprintf("the search was interrupted: %d streams do not hold, fewer were not decided", r.Breaks)
	case r.Breaks == 0:
		return fmt.Sprintf("the search was interrupted: %d streams held, more were not decided", r.Holds)
	case r.Confirmed:
		return fmt.Sprintf("the search was interrupted: %d streams held every time, %d do not", r.Holds, r.Breaks)
	}
	return fmt.Sprintf("the search was interrupted: %d streams held %d times, %d do not; what lies between was not decided", r.Holds, r.Repeats, r.Breaks)
}

// judgedStreams turns the runs into the end of the command. The report has shown the reasons.
func judgedStreams(r *streamreport.Report) error {
	held, usable, undecided := false, true, 0
	for i := range r.Runs {
		recording := r.Runs[i].Recording
		usable = usable && recording.Verdict.Status != record.Invalid
		held = held || r.Runs[i].Held()
		for k := range recording.Points {
			if recording.Points[k].Finding == stream.Undecided {
				undecided++
			}
		}
	}
	switch {
	case !usable:
		return &exitError{ExitInvalid, errReported}
	case held:
		return nil
	case undecided > 0:
		return &exitError{ExitThreshold, fmt.Errorf("no number of streams that was measured is known to hold --latency-threshold: %d points were too close to it to "+
			"say so with --confidence; measure for a longer --duration", undecided)}
	}
	return &exitError{ExitThreshold, errors.New("no number of streams that was measured holds --latency-threshold")}
}
