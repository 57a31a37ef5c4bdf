package loadreport

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/trtbench/trtbench/compare"
	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/report/internal/typeset"
)

// CompareSchema names the JSON form of a comparison.
const CompareSchema = "trtbench.load.compare"

// WriteJSON writes the comparison, indented.
func (c *Comparison) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Schema  string `json:"schema"`
		Version int    `json:"version"`
		*Comparison
	}{CompareSchema, SchemaVersion, c})
}

// WriteText writes the comparison for people.
func (c *Comparison) WriteText(w io.Writer) error {
	p := typeset.NewPrinter(w)
	for _, side := range []struct {
		letter string
		*Side
	}{{"A", c.A}, {"B", c.B}} {
		what := ""
		if r := side.Recording; r != nil {
			what = fmt.Sprintf(", %s on %s %s", r.Description.Model.Path, r.Description.Backend, r.Description.Version)
		}
		p.Line("%s: %s (%s%s)", side.letter, side.Name, side.Kind, what)
	}
	for _, line := range c.Differences.Lines() {
		p.Line("%s", line)
	}
	if c.imported() {
		p.Wrap(2, "Figures are those of perf_analyzer on both sides: the time of a request begins when it was sent, however late that was.")
	} else {
		p.Wrap(2, "Times are response times: they begin when a request was due.")
	}
	for _, l := range c.Levels {
		p.Line("")
		p.Line("%-15s %12s %12s %9s  %-21s %s", fmt.Sprintf("level %g", l.Level), "A", "B", "B vs A", "95 % interval", string(l.State))
		for i := range l.Rows {
			writeRow(p, &l.Rows[i])
		}
	}
	p.Line("")
	writeOnly(p, "A", c.OnlyA)
	writeOnly(p, "B", c.OnlyB)
	p.Line("%s (differences up to %g %% do not matter)", c.State.Sentence(), c.Threshold)
	return p.Err()
}

// imported reports whether a side is of perf_analyzer.
func (c *Comparison) imported() bool { return c.A.Recording == nil || c.B.Recording == nil }

// writeOnly names the levels that one side alone has.
func writeOnly(p *typeset.Printer, side string, levels []float64) {
	if len(levels) > 0 {
		p.Line("Only %s has the levels %v.", side, levels)
	}
}

func writeRow(p *typeset.Printer, row *compare.Row) {
	name := row.Name
	if row.Unit == "ms" {
		name += " ms"
	}
	p.Line("  %-13s %12.6g %12.6g %+8.1f%%  %-21s %-8s %s", name, row.A, row.B, row.Percent, row.Interval(), row.State, row.Code)
}

// sequencesOf says which sequences requests form.
func sequencesOf(q *load.SequenceSettings) string {
	switch {
	case q == nil:
		return "none"
	case q.State:
		return "state carried by the client"
	}
	return "state kept by the server"
}

// liveOf is the number of sequences that are alive at a time.
func liveOf(q *load.SequenceSettings) int {
	if q == nil {
		return 0
	}
	return q.Live
}
