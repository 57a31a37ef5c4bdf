package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
)

func runCommand(process Process) *cobra.Command {
	f := runFlags{verb: verbRun}
	cmd := &cobra.Command{
		Use:   "run --loadEngine=FILE | --onnx=FILE",
		Short: "Measure a TensorRT engine or an ONNX model, back to back",
		Long: `run loads a model, warms up, measures as trtexec does and prints trtexec's report.
Options of trtexec keep their names and meaning; the others are trtbench's own.

An ONNX model runs on ONNX Runtime. With --backend=tensorrt, --simulated or any option of a build, an engine is built first, or taken from the
engine cache, and measured; so it is with trtbench build and where the verb is left out.`,
		Example: `  trtbench run --loadEngine=model.plan --warmUp=2000 --duration=10 --avgRuns=5
  trtbench run --onnx=testdata/models/streaming_acoustic.onnx --chunk-duration=300ms
  trtbench run --onnx=model.onnx --shapes=signal:16x2400x1,state:16x219729 --out=run.trtbench`,
		Args: noArguments,
		RunE: f.command(process),
	}
	f.register(cmd.Flags())
	return cmd
}

// run measures and reports. Whatever was measured before a failure or an interruption is reported and kept as well.
func run(ctx context.Context, process Process, f *runFlags) error {
	if err := errors.Join(f.writable(), f.output.values.writable(), f.output.values.accuracy.load()); err != nil {
		return err
	}
	log := &report.Log{Out: process.Out, Err: process.Err, Verbose: f.model.verbose}
	if f.output.json == "-" {
		log.Out = process.Err // standard output is the JSON document's
	}
	if process.Terminal {
		s := &screen{terminal: process.Err}
		log.Out, log.Err = s.above(log.Out), s.above(log.Err)
		process.Err = s.bar()
	}
	for _, notice := range f.notices {
		log.Warn("%s", notice)
	}
	switch {
	case f.model.planVersionOnly:
		return planVersion(log, f.model.engine)
	case f.model.timeDeserialize:
		return timeDeserialize(ctx, process, f, log)
	}
	if f.builds {
		built, err := buildEngine(ctx, process, f, log)
		if err != nil {
			return f.failed(log, process.Args, err)
		}
		defer built.Close()
		f.model.built = built
		if built.foreign != "" {
			log.Info("Inference was skipped: %s", built.foreign)
			return f.end(log, process.Args, nil)
		}
	}
	if len(f.sweep.points) > 0 {
		return runSweep(ctx, process, f, log)
	}
	return f.runTarget(ctx, process, log)
}

// runTarget opens the model, measures it and reports.
func (f *runFlags) runTarget(ctx context.Context, process Process, log *report.Log) error {
	target, err := openTarget(ctx, f, log)
	if err != nil {
		return f.failed(log, process.Args, err)
	}
	defer target.Close()
	f.begin(log, target.Describe(), process.Args)
	err = f.output.describeEngine(log, target.engine)
	switch {
	case err != nil:
	case f.model.skipInference:
		source := target.Describe()
		report.Source(log, &source)
		log.Info("Inference was skipped, as --skipInference asks")
	default:
		err = f.measureTarget(ctx, process, log, target)
	}
	return f.end(log, process.Args, err)
}

// measureTarget runs inferences and reports them.
func (f *runFlags) measureTarget(ctx context.Context, process Process, log *report.Log, target *openedTarget) error {
	f.output.values.ask(&f.measure)
	f.measure.ProfileLayers = f.output.layers.inRun(&f.measure, target.Describe())
	show := startProgress(process, &f.measure)
	recording, err := bench.Run(ctx, target, f.measure)
	show.stop()
	if recording == nil {
		return err
	}
	var single oneAtATime
	if err == nil && f.depth == 1 && !recording.Interrupted {
		single, err = f.oneAtATime(ctx, target)
	}
	shown := f.present(process, log, recording, single)
	shown = errors.Join(shown, f.output.values.write(log, recording))
	if err == nil && !recording.Interrupted {
		err = f.output.layers.write(ctx, log, target, &f.measure, recording)
	}
	switch {
	case errors.Is(err, context.Canceled): // while the run beside the first one was set up
		return &exitError{ExitInterrupted, errReported}
	case err != nil: // what there is was reported; that it does not suffice for figures is no news
		return &exitError{ExitFailed, err}
	case shown != nil:
		return shown
	case ctx.Err() != nil && !f.measure.Endless && recording.Verdict.Status != record.Invalid: // also in a run beside the first
		return &exitError{ExitInterrupted, errReported}
	}
	return judged(recording)
}

// oneAtATime measures how long a host waits for one inference at a time, in a run of its own.
func (f *runFlags) oneAtATime(ctx context.Context, target bench.Target) (single oneAtATime, err error) {
	recording, err := bench.Run(ctx, target, f.measure.OneAtATime())
	if err != nil {
		return single, err
	}
	if f.summary.deadline > 0 {
		if single.deadline, err = bench.HostDeadline(recording, f.summary.deadline); err != nil {
			return single, err
		}
	}
	single.latency, err = bench.HostLatency(recording, f.summary.percentiles)
	return single, err
}

// present keeps the recording and writes its reports. A report that fails does not keep the others from being written.
func (f *runFlags) present(process Process, log *report.Log, recording *bench.Recording, single oneAtATime) error {
	var errs []error
	if f.output.out != "" {
		if err := recording.Save(f.output.out); err != nil {
			errs = append(errs, err)
		} else {
			log.Info("Recording: %s (%d inferences)", f.output.out, recording.Len())
		}
	}
	errs = append(errs, f.output.exportTimes(recording))
	view := newView(recording, &f.summary, &f.output)
	view.single = single
	errs = append(errs, view.write(process, log, f.output.json))
	return errors.Join(errs...)
}

// judged turns the verdict of a recording into the end of the command. The report has shown the reasons.
func judged(recording *bench.Recording) error {
	switch {
	case recording.Verdict.Status == record.Invalid:
		return &exitError{ExitInvalid, errReported}
	case recording.Interrupted && !recording.Settings.Endless:
		return &exitError{ExitInterrupted, errReported}
	}
	return nil
}
