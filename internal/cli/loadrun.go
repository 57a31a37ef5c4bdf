package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/perfanalyzer"
)

// runLoad measures and reports. Whatever was measured before a failure or an interruption is reported and kept as well.
func runLoad(ctx context.Context, process Process, f *loadFlags) error {
	if err := writableFiles(f.output.files()); err != nil {
		return f.ended(process, err)
	}
	target, err := openLoad(ctx, f)
	switch {
	case err != nil && ctx.Err() != nil:
		return f.ended(process, &exitError{ExitInterrupted, err})
	case err != nil:
		return f.ended(process, err)
	}
	defer target.Close()
	show := newLoadView(process, f, target)
	show.begin()
	options := target.options
	options.OnProgress, options.OnPoint = show.progress, show.point
	recording, err := load.Run(ctx, target.Server, options)
	show.line.clear()
	if recording == nil {
		return f.ended(process, err)
	}
	recording.Description = target.describe(recording.Description)
	recording.Argv = append([]string{"trtbench"}, process.Args...)
	return f.conclude(show, recording, err)
}

// conclude keeps the recording, reports it, and says how the command ends.
func (f *loadFlags) conclude(show *loadView, recording *load.Recording, err error) error {
	failed := errors.Join(err, f.output.keep(show, recording), show.end(recording))
	if f.compat != load.CompatNone {
		return compatEnd(perfanalyzer.ExitCode(recording, failed), failed)
	}
	if failed != nil {
		return &exitError{ExitFailed, failed}
	}
	return judgedLoad(recording)
}

// compatEnd ends the command with an exit code of perf_analyzer.
func compatEnd(code int, failed error) error {
	switch {
	case failed != nil:
		return &exitError{code, failed}
	case code != perfanalyzer.ExitSuccess:
		return &exitError{code, errReported}
	}
	return nil
}

// judgedLoad turns a recording into the end of the command. The report has shown the reasons.
func judgedLoad(r *load.Recording) error {
	usable := false
	for i := range r.Points {
		usable = usable || r.Points[i].Verdict.Status != record.Invalid
	}
	switch {
	case r.Interrupted:
		return &exitError{ExitInterrupted, errReported}
	case !usable || r.Verdict.Status == record.Invalid:
		return &exitError{ExitInvalid, errReported}
	case r.Points[0].OverLimit:
		return &exitError{ExitThreshold, fmt.Errorf("the first level, %g, is over --latency-threshold already; start lower, or raise it", r.Points[0].Level)}
	}
	return nil
}
