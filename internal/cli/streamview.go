package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

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
func (v *streamView) progress(p stream.Progress) {
	if v.line.w != nil {
		v.line.showText(streamProgress(p, columnsOf(v.process.Err)))
	}
}

// usualColumns are those of a terminal that does not tell its width.
const usualColumns = 80

// columnsOf returns the width of a terminal.
func columnsOf(w io.Writer) int {
	if file, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return usualColumns
}

// streamProgress says how a point goes on, in less than the given number of columns: what matters less is left out first.
func streamProgress(p stream.Progress, columns int) string {
	phase := fmt.Sprintf("%s %ds", p.Phase, int(p.Elapsed.Seconds()))
	if p.Phase == stream.PhaseMeasuring {
		phase = fmt.Sprintf("%s %d of %ds", p.Phase, int(p.Measured.Seconds()), int(p.Measure.Round(time.Second).Seconds()))
	}
	parts := []string{
		fmt.Sprintf("%d streams", p.Sessions), phase, fmt.Sprintf("p99 %s", progressTime(p.P99)), fmt.Sprintf("misses %d", p.Over), fmt.Sprintf("%.0f SPS", p.SPS),
		fmt.Sprintf("p50 %s", progressTime(p.P50)),
	}
	if p.Errors > 0 {
		parts = append(parts[:3], append([]string{fmt.Sprintf("errors %d", p.Errors)}, parts[3:]...)...)
	}
	parts = append(parts, fmt.Sprintf("waiting %d", p.Waiting), fmt.Sprintf("in flight %d", p.InFlight))
	text := ""
	for _, part := range parts {
		longer := strings.TrimPrefix(text+", "+part, ", ")
		if utf8.RuneCountInString(longer) >= columns {
			break
		}
		text = longer
	}
	return text
}

// point shows a point that is complete.
func (v *streamView) point(r *stream.Recording, i int) {
	v.line.clear()
	v.say("%s", streamreport.PointText(r, i))
}

// end writes the report.
func (v *streamView) end(r *streamreport.Report) error { return errors.Join(v.err, r.WriteText(v.log)) }
