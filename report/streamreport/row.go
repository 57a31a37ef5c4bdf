package streamreport

import (
	"fmt"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
)

// columns are the headings of the table, in its order. Times are in milliseconds.
var columns = []string{"streams", "SPS", "p50", "p95", "p99", "late", "batch", "lag p99"}

// cells returns what stands under the columns for a point.
func cells(sessions string, f *stream.Figures) []string {
	if f == nil {
		return []string{sessions, "-", "-", "-", "-", "-", "-", "-"}
	}
	batch := "-"
	if f.Batches != nil {
		batch = number(f.Batches.Mean)
	}
	chunk := &f.Latency.Chunk
	return []string{sessions, number(f.Rate.SPS), quantile(chunk, 0.5), quantile(chunk, 0.95), quantile(chunk, 0.99),
		fmt.Sprintf("%.2f%%", 100*f.Miss.LimitShare), batch, quantile(&f.Latency.Lag, 0.99)}
}

// Capacity writes how many sessions a run holds: the number found, or what its points show.
func (r *Run) Capacity() string {
	if result := r.Recording.Result; result != nil {
		text := fmt.Sprint(result.Holds)
		if result.Breaks == 0 && result.Holds > 0 {
			return "≥ " + text
		}
		if !result.Confirmed {
			return text + "?"
		}
		return text
	}
	if best := r.holding(); best >= 0 {
		return fmt.Sprintf("≥ %d", r.Recording.Points[best].Sessions)
	}
	if i := r.shown(); i >= 0 && decided(r.Recording.Points[i].Finding) {
		return fmt.Sprintf("< %d", r.Recording.Points[i].Sessions)
	}
	return "-"
}

// decided reports whether a finding says that the server does not hold the sessions.
func decided(f stream.Finding) bool { return f == stream.OverLimit || f == stream.FellBehind }

// Outcome says in a few words what the row of a run came to, and what stands in the way of more.
func (r *Run) Outcome() string {
	if result := r.Recording.Result; result != nil {
		if result.Limiting != "" {
			return "limit: " + string(result.Limiting)
		}
		return "no limit found"
	}
	i := r.shown()
	if i < 0 {
		return "nothing was measured"
	}
	return verdict(&r.Recording.Points[i])
}

// verdict is what a point came to, in one cell.
func verdict(p *stream.Point) string {
	text := string(p.Finding)
	if p.Limiting != "" {
		text += " (" + string(p.Limiting) + ")"
	}
	if p.Verdict.Status != record.Valid && p.Finding == stream.Holds {
		text += ", " + string(p.Verdict.Status)
	}
	return text
}

// quantile writes a quantile in milliseconds, with a mark when there are too few chunks to know it.
func quantile(d *load.Distribution, q float64) string {
	found, known := d.At(q)
	if !known || d.Count == 0 {
		return "-"
	}
	text := milliseconds(found.Value)
	if !found.Enough {
		text += "*"
	}
	return text
}

func milliseconds(d time.Duration) string { return number(float64(d) / float64(time.Millisecond)) }

// number writes up to four significant digits, and never an exponent.
func number(v float64) string {
	switch a := max(v, -v); {
	case a == 0:
		return "0"
	case a >= 1000:
		return fmt.Sprintf("%.0f", v)
	case a >= 100:
		return fmt.Sprintf("%.1f", v)
	case a >= 10:
		return fmt.Sprintf("%.2f", v)
	default:
		return fmt.Sprintf("%.3f", v)
	}
}
