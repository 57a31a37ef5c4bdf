package loadreport

import (
	"io"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/report/internal/typeset"
)

// WriteWindows writes a line for each window of point i: what a search for stability looked at. Their figures count, as perf_analyzer's
// do, what ended in the window.
func WriteWindows(w io.Writer, r *load.Recording, i int) error {
	p := typeset.NewPrinter(w)
	windows := r.Points[i].Windows
	for k, f := range r.WindowFigures(i) {
		mark := ""
		if windows[k].Cut {
			mark = ", cut short"
		}
		if k >= len(windows)-r.Points[i].Merged {
			mark += ", counts"
		}
		p.Line("        window %d: %v, %d answered, %s inferences/s, mean service %s ms%s", k+1, windows[k].Duration().Round(time.Millisecond), f.Requests,
			typeset.Number(f.Throughput), typeset.Milliseconds(time.Duration(f.MeanNs)), mark)
	}
	return p.Err()
}
