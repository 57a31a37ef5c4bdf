package streamreport

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trtbench/trtbench/report/internal/typeset"
)

// legend explains what the tables show.
const legend = "Times in ms, from the end of a chunk at the speaker to its answer. SPS: seconds of audio answered per second. " +
	"late: share of chunks over the limit."

// WriteText writes the report for a terminal: every point of each run, then one table of all runs.
func (r *Report) WriteText(w io.Writer) error {
	p := typeset.NewPrinter(w)
	var before []fact
	for i := range r.Runs {
		run := &r.Runs[i]
		facts := run.facts()
		run.writeHead(p, facts, before)
		before = facts[own:]
		r.writePoints(p, run)
	}
	r.writeTable(p)
	return p.Err()
}

// WriteTable writes the table of all runs alone.
func (r *Report) WriteTable(w io.Writer) error {
	p := typeset.NewPrinter(w)
	r.writeTable(p)
	return p.Err()
}

// writeHead says what was measured, where, and how. What the run before has said is left out.
func (r *Run) writeHead(p *typeset.Printer, facts, before []fact) {
	mark := ""
	if r.Recording.Description.Simulated {
		mark = " (SIMULATED: its times are invented)"
	}
	p.Line("Streams on %s%s", r.Name, mark)
	say := func(f fact) { p.Wrap(11, fmt.Sprintf("  %-9s%s", f.Name, f.Value)) }
	say(facts[0])
	var served, warnings []string
	for _, note := range r.Recording.Description.Notes {
		if text, found := strings.CutPrefix(note, "note: "); found {
			warnings = append(warnings, text)
		} else {
			served = append(served, note)
		}
	}
	for i, line := range together(served) {
		if i == 0 {
			say(fact{"served", line})
		} else {
			say(fact{"", line})
		}
	}
	for _, f := range facts[own:] {
		if !slices.Contains(before, f) {
			say(f)
		}
	}
	for _, text := range warnings {
		say(fact{"note", text})
	}
}

// together puts short notes into the same line, and none into two.
func together(notes []string) []string {
	const room = typeset.Width - 11
	var lines []string
	for _, note := range notes {
		note = strings.TrimPrefix(note, "served ")
		if last := len(lines) - 1; last >= 0 && utf8.RuneCountInString(lines[last]+"; "+note) <= room {
			lines[last] += "; " + note
		} else {
			lines = append(lines, note)
		}
	}
	return lines
}

// writePoints writes the points, and the evidence for those that need one.
func (r *Report) writePoints(p *typeset.Printer, run *Run) {
	p.Line("")
	r.points(run).print(p)
	if evidence := run.evidence(); len(evidence) > 0 {
		p.Line("")
		for _, text := range evidence {
			p.Wrap(4, "  "+text)
		}
	}
	p.Line("")
}

func (r *Report) writeTable(p *typeset.Printer) {
	r.runs().print(p)
	p.Line("")
	p.Wrap(0, legend)
	for _, t := range r.Taxes() {
		p.Wrap(0, t.Text())
	}
	for i := range r.Runs {
		for _, hint := range r.Runs[i].hints() {
			p.Wrap(2, "Next, "+r.Runs[i].Name+": "+hint+".")
		}
	}
}
