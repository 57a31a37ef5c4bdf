package cli

import (
	"errors"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/report"
)

// view is one look at a recording: a summary under some options, ready to be written in any form.
type view struct {
	recording   *bench.Recording
	percentiles []float32
	summary     *bench.Summary
	err         error // why there is no summary
	chunks      report.Chunks
}

// newView summarizes a recording. The warm-up is the one the recording was made with.
func newView(r *bench.Recording, f *summaryFlags) *view {
	v := &view{recording: r, percentiles: f.percentiles}
	v.summary, v.err = bench.Summarize(r, bench.SummaryOptions{
		WarmUp: r.Settings.WarmUp, AvgRuns: f.avgRuns, Percentiles: f.percentiles, Lanes: r.Settings.Lanes,
		Stages: r.Description.Stages,
	})
	if v.err == nil {
		v.chunks = report.NewChunks(v.summary, &r.Description, f.chunkDuration)
	}
	return v
}

// write writes the text report, and the JSON report where it is asked for: to the named file, or with "-" to standard
// output in place of the text.
func (v *view) write(process Process, log *report.Log, jsonPath string) error {
	report.Header(log, &v.recording.Head, &v.recording.Settings)
	report.Judgement(log, &v.recording.Head)
	if v.err != nil {
		return v.refusal()
	}
	log.Info("")
	report.Trtexec(log, v.summary, v.percentiles, &v.recording.Description)
	v.chunks.Write(log)
	if jsonPath == "" {
		return nil
	}
	r := v.recording
	document := report.NewDocument(&r.Head, &r.Settings, v.summary, v.percentiles, &v.chunks, &r.Description)
	return writeJSON(process.Out, jsonPath, document.Write)
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
