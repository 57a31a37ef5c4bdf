package streamreport

import (
	"fmt"
	"slices"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/internal/typeset"
	"github.com/trtbench/trtbench/stream"
)

// column is a figure that tables show. value writes it; "" where a point does not have it. A column that no row has is left out, so that
// what only some servers tell takes no room elsewhere.
type column struct {
	title string
	value func(p *stream.Point, f *stream.Figures) string
}

// columns are the figures of the tables, in their order. Times are in milliseconds.
func (r *Report) columns() []column {
	c := []column{{"SPS", func(_ *stream.Point, f *stream.Figures) string { return typeset.Number(f.Rate.SPS) }}}
	for _, q := range r.percentiles() {
		c = append(c, column{fmt.Sprintf("p%g", q), func(_ *stream.Point, f *stream.Figures) string { return typeset.Quantile(&f.Latency.Chunk, q/100) }})
	}
	return append(c,
		column{"late", func(_ *stream.Point, f *stream.Figures) string { return fmt.Sprintf("%.2f%%", 100*f.Miss.LimitShare) }},
		column{"batch", batch},
		column{"GPU use", func(p *stream.Point, _ *stream.Figures) string {
			if p.Telemetry == nil || p.Telemetry.Utilization == nil {
				return ""
			}
			return fmt.Sprintf("%.0f%%", p.Telemetry.Utilization.Mean)
		}},
		column{"J/audio h", func(p *stream.Point, _ *stream.Figures) string {
			if p.Telemetry == nil || p.Telemetry.JoulesPerAudioHour == 0 {
				return ""
			}
			text := typeset.Number(p.Telemetry.JoulesPerAudioHour)
			if p.Telemetry.Kind == record.CPU { // which is not to be held against that of a GPU
				text += " (CPU)"
			}
			return text
		}},
		column{"lag p99", func(_ *stream.Point, f *stream.Figures) string { return typeset.Quantile(&f.Latency.Lag, 0.99) }},
	)
}

// percentiles are those of the chunk latency that tables show: the usual ones, and those that a limit is for.
func (r *Report) percentiles() []float64 {
	shown := []float64{50, 95, 99}
	for i := range r.Runs {
		if p := r.Runs[i].Recording.Settings.Percentile; !slices.Contains(shown, p) {
			shown = append(shown, p)
		}
	}
	slices.Sort(shown)
	return shown
}

// batch writes the chunks of a batch on average, as a server in this process or another one tells.
func batch(p *stream.Point, f *stream.Figures) string {
	switch {
	case f.Batches != nil:
		return typeset.Number(f.Batches.Mean)
	case len(p.Server) == 1 && p.Server[0].Executions > 0:
		return typeset.Number(p.Server[0].MeanBatch())
	}
	return ""
}

// tableRow is a point, with what stands before and behind its figures.
type tableRow struct {
	before  []string
	point   *stream.Point
	figures *stream.Figures // nil when nothing was measured
	after   string
}

// table puts rows together. before and after are the titles of what stands there.
func (r *Report) table(before []gridCell, after string, rows []tableRow) *grid {
	g := &grid{Rows: make([][]gridCell, len(rows))}
	add := func(title string, left bool, text func(*tableRow) string) {
		g.Head = append(g.Head, gridCell{title, left})
		for i := range rows {
			g.Rows[i] = append(g.Rows[i], gridCell{text(&rows[i]), left})
		}
	}
	for k, title := range before {
		add(title.Text, title.Left, func(row *tableRow) string { return row.before[k] })
	}
	for _, c := range r.columns() {
		known := false
		text := func(row *tableRow) string {
			if row.figures != nil {
				if text := c.value(row.point, row.figures); text != "" {
					known = true
					return text
				}
			}
			return "-"
		}
		for i := range rows {
			text(&rows[i])
		}
		if known {
			add(c.title, false, text)
		}
	}
	add(after, true, func(row *tableRow) string { return row.after })
	return g
}
