package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/trtbench/trtbench/report/streamreport"
	"github.com/trtbench/trtbench/stream"
)

// streamView shows a run while it goes on, and its end.
type streamView struct {
	process Process
	log     io.Writer // of the text report
	line    progressLine
	err     error // of the writes that failed
}

func newStreamView(process Process, f *streamFlags) *streamView {
	v := &streamView{process: process, log: process.Out}
	if f.output.json == "-" {
		v.log = process.Err // standard output is the JSON document's
	}
	if process.Terminal {
		v.line.w = process.Err
	}
	return v
}

// begin says what is measured next.
func (v *streamView) begin(t *streamTarget, notices []string) {
	v.say("%s: measuring", t.name)
	for _, notice := range notices {
		v.say("note: %s", notice)
	}
}

func (v *streamView) say(format string, args ...any) {
	_, err := fmt.Fprintf(v.process.Err, "trtbench: "+format+"\n", args...)
	v.err = errors.Join(v.err, err)
}

// progress shows how a point goes on.
func (v *streamView) progress(p stream.Progress) { v.line.showText(streamProgress(p)) }

// streamProgress says how a point goes on, within 120 columns.
func streamProgress(p stream.Progress) string {
	return fmt.Sprintf("%d streams, %.4g SPS; p50 %s, p99 %s; over the limit %d; waiting %d; errors %d; %s %ds", p.Sessions, p.SPS,
		progressTime(p.P50), progressTime(p.P99), p.Over, p.Waiting, p.Errors, p.Phase, int(p.Elapsed.Seconds()))
}

// point shows a point that is complete.
func (v *streamView) point(r *stream.Recording, i int) {
	v.line.clear()
	v.say("%s", streamreport.PointText(r, i))
}

// end writes the report.
func (v *streamView) end(r *streamreport.Report) error { return errors.Join(v.err, r.WriteText(v.log)) }
