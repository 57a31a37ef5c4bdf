package streamreport

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText writes the report for a terminal: every point of each run, then one table of all runs.
func (r *Report) WriteText(w io.Writer) error {
	p := &printer{w: w}
	for i := range r.Runs {
		r.Runs[i].writeHead(p)
		r.Runs[i].writePoints(p)
	}
	r.writeTable(p)
	return p.err
}

// WriteTable writes the table of all runs alone.
func (r *Report) WriteTable(w io.Writer) error {
	p := &printer{w: w}
	r.writeTable(p)
	return p.err
}

// writeHead says what was measured, where, and how.
func (r *Run) writeHead(p *printer) {
	d, e := &r.Recording.Description, &r.Recording.Environment
	mark := ""
	if d.Simulated {
		mark = " (SIMULATED: its times are invented)"
	}
	p.line("Streams on %s: %s on %s %s%s", r.Name, d.Model.Path, d.Backend, d.Version, mark)
	for _, note := range d.Notes {
		p.line("  %s", note)
	}
	p.line("  client: %s, %d logical CPUs, trtbench %s, %s", e.CPU, e.CPUs, e.Build.Version, e.Go)
	for _, s := range settings(&r.Recording.Settings) {
		p.line("  %s: %s", s.Name, s.Value)
	}
}

// writePoints writes every point in the order in which it was measured, and the evidence for it.
func (r *Run) writePoints(p *printer) {
	p.table(func(row func(...string)) {
		row(append(columns[:len(columns):len(columns)], "finding")...)
		for i := range r.Recording.Points {
			point := &r.Recording.Points[i]
			row(append(cells(fmt.Sprint(point.Sessions), r.Figures[i]), verdict(point))...)
		}
	})
	for i := range r.Recording.Points {
		point := &r.Recording.Points[i]
		if point.Evidence != "" {
			p.line("  %d streams: %s", point.Sessions, point.Evidence)
		}
		for _, reason := range point.Verdict.Reasons {
			p.line("  %d streams: %s: %s", point.Sessions, reason.Code, reason.Evidence)
		}
	}
	p.line("")
}

func (r *Report) writeTable(p *printer) {
	p.table(func(row func(...string)) {
		row(append([]string{"served by"}, append(columns[:len(columns):len(columns)], "outcome")...)...)
		for i := range r.Runs {
			run := &r.Runs[i]
			row(append([]string{run.Name}, append(cells(run.Capacity(), run.best()), run.Outcome())...)...)
		}
	})
	p.line("Times in ms, from the end of a chunk at the speaker to its answer; SPS: seconds of audio answered per second.")
	for _, t := range r.Taxes() {
		p.line("%s", t.Text())
	}
}

// printer writes lines and keeps the first error, which ends all output.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, strings.TrimRight(format, " ")+"\n", args...)
	}
}

// table writes rows with their cells below each other.
func (p *printer) table(fill func(row func(...string))) {
	if p.err != nil {
		return
	}
	t := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
	fill(func(cells ...string) { fmt.Fprintln(t, strings.Join(cells, "\t")) }) // Flush has the error
	p.err = t.Flush()
}
