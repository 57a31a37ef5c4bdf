package compare

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/trtbench/trtbench/report"
)

// Schema names the JSON form of a result; SchemaVersion grows when a field changes its meaning or goes away.
const (
	Schema        = "trtbench.compare"
	SchemaVersion = 1
)

// WriteJSON writes the result, indented.
func (r *Result) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		Schema  string `json:"schema"`
		Version int    `json:"version"`
		*Result
	}{Schema, SchemaVersion, r})
}

// WriteText writes the result for people.
func (r *Result) WriteText(w io.Writer) error {
	var text strings.Builder
	for _, side := range []struct {
		letter string
		*Side
	}{{"A", r.A}, {"B", r.B}} {
		d := side.Description
		simulated := ""
		if d.Simulated {
			simulated = ", SIMULATED: invented times"
		}
		fmt.Fprintf(&text, "%s: %s (%s, %s %s, %s %s, %d inferences%s)\n", side.letter, side.Name, side.Kind, d.Backend, d.Version,
			d.Device.Kind, d.Device.Name, side.Inferences, simulated)
	}
	for _, line := range r.Differences.Lines() {
		text.WriteString(line + "\n")
	}
	fmt.Fprintf(&text, "\n%-15s %12s %12s %9s  %-19s %-8s %s\n", "", "A", "B", "B vs A", "95 % interval", "", "")
	for i := range r.Rows {
		r.Rows[i].write(&text)
	}
	if r.A.trace != nil && r.B.trace != nil {
		text.WriteString("Medians and p99 are the middle ones of stretches of each run, times in ms.\n")
	}
	fmt.Fprintf(&text, "\nB is %s (differences up to %s %% do not matter)\n", r.sentence(), report.Number(r.Threshold))
	_, err := io.WriteString(w, text.String())
	return err
}

func (row *Row) write(w io.Writer) {
	fmt.Fprintf(w, "%-15s %12s %12s %+8.1f%%  %-19s %-8s %s\n", row.Name, report.Number(row.A), report.Number(row.B), row.Percent, row.Interval(), row.State, row.Code)
}

func (r *Result) sentence() string {
	switch r.State {
	case Same:
		return "as fast as A"
	case Better:
		return "faster than A"
	case Worse:
		return "slower than A"
	}
	return "not clearly faster or slower than A; measure longer"
}
