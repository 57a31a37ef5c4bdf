package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
)

// reportFlags is the command line of the report verb.
type reportFlags struct {
	times   string
	log     string
	summary summaryFlags
	output  outputFlags
	warmUp  bench.Value[time.Duration]
	lanes   bench.Value[int]
	batch   int
	compat  int
	verbose bool
	streams streamOutputFlags
}

func reportCommand(process Process) *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report RECORDING | --times=FILE | --log=FILE",
		Short: "Report a recording, or a times file or console log of trtexec, again",
		Long: `report reads what a run left behind and never touches a device. It takes a recording that
run --out, load --out or stream --out wrote, the file that trtexec wrote with --exportTimes, or what trtexec printed; and of perf_analyzer the CSV,
the profile export, or what it printed.
Entries of a times file before --warmUp count as warm-up. Of a console log the figures are
known and not the inferences, so it is reported as it is.`,
		Example: `  trtbench report run.trtbench --avgRuns=100 --percentile=50,99,99.9
  trtbench report --times=times.json --warmUp=0 --json=summary.json
  trtbench report --log=trtexec.log --json=summary.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 && !allStreams(args) {
				return usage(fmt.Errorf("%d recordings given; expected one, or several of trtbench stream", len(args)))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.finish(args); err != nil {
				return usage(err)
			}
			switch {
			case f.times != "":
				return reportTimes(process, &f)
			case f.log != "":
				return reportLog(process, &f)
			}
			switch {
			case recordingKind(args[0]) == record.KindStream:
				return f.reportStreams(process, cmd.Flags(), args)
			case recordingKind(args[0]) == record.KindLoad:
				return reportLoad(process, &f, cmd.Flags(), args[0])
			case isPerfAnalyzers(args[0]):
				return reportTheirs(process, args[0])
			}
			return reportRecording(process, &f, args[0])
		},
	}
	f.register(cmd.Flags())
	return cmd
}

func (f *reportFlags) register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.StringVar(&f.times, "times", "", "times file that trtexec wrote with --exportTimes")
	flags.StringVar(&f.log, "log", "", "console log of trtexec 8 to 11")
	flags.Var(&timeFlag{&f.warmUp, time.Millisecond, "ms"}, "warmUp", "leave out inferences that started earlier (default: as recorded, 200 for a times file)")
	flags.Var(&intFlag{&f.lanes}, "infStreams", "inference streams that ran (default: as recorded, 1 for a times file)")
	flags.IntVar(&f.batch, "batch", 0, "queries in one inference; 0 counts an inference as one query")
	flags.IntVar(&f.compat, "compat", 0, "trtexec of TensorRT 10 or 11 that wrote the times file; their reports are alike")
	f.summary.register(flags)
	f.output.register(flags)
	flags.StringVar(&f.streams.html, "html", "", "of trtbench stream: write a page with table and pictures to this file")
	flags.StringVar(&f.streams.svg, "svg", "", "of trtbench stream: write the picture of latency against streams to this file")
	flags.StringVar(&f.streams.png, "png", "", "likewise as PNG")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "explain every figure")
}

func (f *reportFlags) finish(args []string) error {
	var faults []error
	given := min(len(args), 1)
	for _, path := range []string{f.times, f.log} {
		if path != "" {
			given++
		}
	}
	if given != 1 {
		faults = append(faults, errors.New("give either a recording or --times=FILE or --log=FILE"))
	}
	if f.batch < 0 {
		faults = append(faults, fmt.Errorf("--batch is %d; expected 0 or more", f.batch))
	}
	if f.compat != 0 && f.compat != 10 && f.compat != 11 {
		faults = append(faults, fmt.Errorf("--compat is %d; expected 10 or 11", f.compat))
	}
	if (f.times != "" || f.log != "") && (f.summary.explain || f.summary.deadline > 0) {
		faults = append(faults, errors.New("--explain and --deadline need a recording, which holds more than a file of trtexec"))
	}
	if n := f.lanes.Or(1); n < 1 {
		faults = append(faults, fmt.Errorf("--infStreams is %d; expected 1 or more", n))
	}
	return errors.Join(append(faults, f.summary.validate())...)
}

// reportTimes reports a times file. Standard output holds trtexec's lines and nothing else; where the figures come from
// goes to standard error.
func reportTimes(process Process, f *reportFlags) error {
	file, err := os.Open(f.times)
	if err != nil {
		return fmt.Errorf("times file: %w", err)
	}
	defer file.Close()
	trace, err := report.ReadTimes(file)
	if err != nil {
		return fmt.Errorf("%s: %w", f.times, err)
	}
	source := report.TimesSource(f.times)
	summary, err := bench.Summarize(trace, bench.SummaryOptions{
		WarmUp: f.warmUp.Or(bench.DefaultWarmUp), AvgRuns: f.summary.avgRuns, Percentiles: f.summary.percentiles,
		Lanes: f.lanes.Or(1), Batch: f.batch,
	})
	if err != nil {
		return (&view{err: err}).refusal()
	}
	for _, note := range source.Notes {
		fmt.Fprintf(process.Err, "trtbench: %s: %s\n", f.times, note)
	}
	return f.present(process, f.newLog(process), summary, f.summary.percentiles, source)
}

// present writes the reports of what is no recording.
func (f *reportFlags) present(process Process, log *report.Log, s *bench.Summary, percentiles []float32, source *record.Description) error {
	report.Trtexec(log, s, percentiles, source)
	if f.output.json != "" {
		document := report.NewDocument(nil, nil, s, percentiles, nil, source)
		if err := writeJSON(process.Out, f.output.json, document.Write); err != nil {
			return err
		}
	}
	return log.Failed()
}

// newLog returns the log of a report. Standard output is the JSON document's where one goes there.
func (f *reportFlags) newLog(process Process) *report.Log {
	log := &report.Log{Out: process.Out, Err: process.Err, Verbose: f.verbose}
	if f.output.json == "-" {
		log.Out = process.Err
	}
	return log
}

// reportLog reports what trtexec printed. A run of trtexec that failed is reported and ends the command with a failure.
func reportLog(process Process, f *reportFlags) error {
	file, err := os.Open(f.log)
	if err != nil {
		return fmt.Errorf("console log: %w", err)
	}
	defer file.Close()
	run, err := report.ReadTrtexecLog(file)
	if err != nil {
		return fmt.Errorf("%s: %w", f.log, err)
	}
	source := run.Source(f.log)
	report.Source(&report.Log{Out: process.Err, Err: process.Err}, source)
	log := f.newLog(process)
	for _, text := range run.Warnings {
		log.Warn("%s", text)
	}
	for _, text := range run.Errors {
		log.Error("%s", text)
	}
	if run.Summary == nil {
		return fmt.Errorf("%s: the run that it tells of ended without a report (%s)", f.log, cmp.Or(run.Result, "no result"))
	}
	if err := f.present(process, log, run.Summary, run.Percentiles, source); err != nil {
		return err
	}
	if run.Result == "FAILED" {
		return fmt.Errorf("%s: the run that it tells of failed", f.log)
	}
	return nil
}

func reportRecording(process Process, f *reportFlags, path string) error {
	recording, err := bench.Load(path)
	if err != nil {
		return err
	}
	recording.Settings.WarmUp = f.warmUp.Or(recording.Settings.WarmUp)
	recording.Settings.Lanes = f.lanes.Or(recording.Settings.Lanes)
	log := f.newLog(process)
	if err := newView(recording, &f.summary, &f.output).write(process, log, f.output.json); err != nil {
		return err
	}
	return log.Failed()
}
