package cli

import (
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/report"
)

// view is one look at a recording: a summary under some options, ready to be written in any form.
type view struct {
	recording *bench.Recording
	flags     *summaryFlags
	summary   *bench.Summary
	err       error // why there is no summary
	chunks    report.Chunks
	analysis  *bench.Analysis // only where something of it is written
	single    oneAtATime      // where that was measured
}

// oneAtATime is what a run with one inference at a time says.
type oneAtATime struct {
	latency  *bench.Metric   // of the host; nil when it was not measured
	deadline *bench.Deadline // nil without a deadline
}

// newView summarizes a recording. The warm-up is the one the recording was made with.
func newView(r *bench.Recording, f *summaryFlags, output *outputFlags) *view {
	v := &view{recording: r, flags: f}
	v.summary, v.err = bench.Summarize(r, bench.SummaryOptions{
		WarmUp: r.Settings.WarmUp, AvgRuns: f.avgRuns, Percentiles: f.percentiles, Lanes: r.Settings.Lanes,
		Stages: r.Description.Stages,
	})
	if v.err != nil {
		return v
	}
	v.chunks = report.NewChunks(v.summary, &r.Description, f.chunkDuration)
	if f.explain || f.deadline > 0 || output.json != "" {
		v.analysis, v.err = bench.Analyze(r, bench.AnalysisOptions{Percentiles: f.percentiles, Deadline: f.deadline})
	}
	return v
}

// write writes the text report, and the JSON report where it is asked for: to the named file, or with "-" to standard
// output in place of the text. The error may be that a limit is not kept.
func (v *view) write(process Process, log *report.Log, jsonPath string) error {
	r := v.recording
	report.Header(log, &r.Head, &r.Settings)
	report.Judgement(log, &r.Head)
	if v.err != nil {
		return v.refusal()
	}
	log.Info("")
	report.Trtexec(log, v.summary, v.flags.percentiles, &r.Description)
	report.FewSamples(log, v.summary.Inferences, v.flags.percentiles)
	v.chunks.Write(log)
	v.writeMore(log)
	if jsonPath != "" {
		document := report.NewDocument(&r.Head, &r.Settings, v.summary, v.flags.percentiles, &v.chunks, &r.Description)
		document.Analysis = v.analysis
		if v.single.latency != nil {
			document.SetOneAtATime(v.single.latency)
			document.OneAtATimeDeadline = v.single.deadline
		}
		if err := writeJSON(process.Out, jsonPath, document.Write); err != nil {
			return err
		}
	}
	return v.kept()
}

// writeMore writes what only options ask for.
func (v *view) writeMore(log *report.Log) {
	if v.flags.explain {
		report.Explain(log, v.summary, v.analysis, &v.recording.Description)
	}
	if v.flags.deadline > 0 {
		report.Deadline(log, v.analysis.Deadline, v.single.deadline, v.chunks.PerInference)
	}
	if v.single.latency != nil {
		report.OneAtATime(log, v.single.latency, v.flags.percentiles, v.summary)
	}
}

// kept returns an error when fewer chunks than asked for keep the deadline: one at a time where that was measured, else pipelined.
func (v *view) kept() error {
	least := v.flags.minShare
	if !least.set {
		return nil
	}
	deadline := v.analysis.Deadline
	if v.single.deadline != nil {
		deadline = v.single.deadline
	}
	if 100*deadline.Share >= least.percent {
		return nil
	}
	return &exitError{ExitThreshold, fmt.Errorf("%.4g %% of the chunks keep the deadline of %v; expected at least %v",
		100*deadline.Share, v.flags.deadline, &least)}
}

// refusal says why there are no figures. A trace without timed inferences is no failure of the program, but its figures
// must not be used.
func (v *view) refusal() error {
	var nothing *bench.NothingTimedError
	if errors.As(v.err, &nothing) {
		return &exitError{ExitInvalid, v.err}
	}
	return v.err
}
