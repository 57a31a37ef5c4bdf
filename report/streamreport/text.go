package streamreport

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// legend explains what the tables show.
const legend = "Times in ms, from the end of a chunk at the speaker to its answer. SPS: seconds of audio answered per second. " +
	"late: share of chunks over the limit."

// WriteText writes the report for a terminal: every point of each run, then one table of all runs.
func (r *Report) WriteText(w io.Writer) error {
	p := &printer{w: w}
	var before []fact
	for i := range r.Runs {
		run := &r.Runs[i]
		facts := run.facts()
		run.writeHead(p, facts, before)
		before = facts[own:]
		r.writePoints(p, run)
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

// writeHead says what was measured, where, and how. What the run before has said is left out.
func (r *Run) writeHead(p *printer, facts, before []fact) {
	mark := ""
	if r.Recording.Description.Simulated {
		mark = " (SIMULATED: its times are invented)"
	}
	p.line("Streams on %s%s", r.Name, mark)
	say := func(f fact) { p.wrap(11, fmt.Sprintf("  %-9s%s", f.Name, f.Value)) }
	say(facts[0])
	var served, warnings []string
	for _, note := range r.Recording.Description.Notes {
		if text, found := strings.CutPrefix(note, "note: "); found {
			warnings = append(warnings, text)
		} else {
			served = append(served, note)
		}
	}
	say(fact{"served", strings.TrimPrefix(strings.Join(served, "; "), "served ")})
	for _, f := range facts[own:] {
		if !slices.Contains(before, f) {
			say(f)
		}
	}
	for _, text := range warnings {
		say(fact{"note", text})
	}
}

// writePoints writes the points, and the evidence for those that need one.
func (r *Report) writePoints(p *printer, run *Run) {
	p.line("")
	p.grid(r.points(run))
	if evidence := run.evidence(); len(evidence) > 0 {
		p.line("")
		for _, text := range evidence {
			p.wrap(4, "  "+text)
		}
	}
	p.line("")
}

func (r *Report) writeTable(p *printer) {
	p.grid(r.runs())
	p.line("")
	p.wrap(0, legend)
	for _, t := range r.Taxes() {
		p.wrap(0, t.Text())
	}
	for i := range r.Runs {
		for _, hint := range r.Runs[i].hints() {
			p.wrap(2, "Next, "+r.Runs[i].Name+": "+hint+".")
		}
	}
}
