package loadreport

import (
	"cmp"
	"fmt"
	"io"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/internal/typeset"
)

// column is a column of the table: two lines of heading, and how a point shows in it.
type column struct {
	width     int
	top, unit string
	cell      func(*load.Settings, *Point) string
}

// columns returns those that the settings call for. With the verdict they fit into 120 characters.
func columns(s *load.Settings) []column {
	asked := column{6, "asked", "req/s", func(_ *load.Settings, p *Point) string { return typeset.Number(p.Figures.AskedRate) }}
	if !s.Mode.Open() {
		asked = column{6, "in", "flight", func(_ *load.Settings, p *Point) string { return typeset.Number(p.Level) }}
	}
	all := []column{
		asked,
		{7, "sent", "req/s", func(_ *load.Settings, p *Point) string { return typeset.Number(p.Figures.SentRate) }},
		{9, "answered", "req/s", func(_ *load.Settings, p *Point) string { return typeset.Number(p.Figures.AchievedRate) }},
	}
	if s.Batch > 1 {
		all = append(all, column{9, "inferred", "inf/s", func(_ *load.Settings, p *Point) string { return typeset.Number(p.Figures.Throughput) }})
	}
	if s.ChunkDuration > 0 {
		all = append(all, column{7, "SPS", "s/s", func(s *load.Settings, p *Point) string { return typeset.Number(p.Figures.SPS(s.ChunkDuration)) }})
	}
	times := func(width int, top, unit string, of func(*load.Figures) *load.Distribution, q float64) column {
		return column{width, top, unit, func(_ *load.Settings, p *Point) string { return quantile(of(p.Figures), q) }}
	}
	lag := func(f *load.Figures) *load.Distribution { return &f.Lag }
	service := func(f *load.Figures) *load.Distribution { return &f.Service }
	response := func(f *load.Figures) *load.Distribution { return &f.Response }
	return append(all,
		times(7, "lag", "p99", lag, 0.99),
		times(8, "service", "p50", service, 0.5),
		times(7, "", "p99", service, 0.99),
		times(8, "response", "p50", response, 0.5),
		times(7, "", "p95", response, 0.95),
		times(7, "", "p99", response, 0.99),
		times(7, "", "p99.9", response, 0.999),
		column{7, "", "max", func(_ *load.Settings, p *Point) string { return typeset.Milliseconds(p.Figures.Response.Max) }},
		column{7, "errors", "", func(_ *load.Settings, p *Point) string { return fmt.Sprint(p.Figures.Failed) }},
		column{6, "batch", "", func(_ *load.Settings, p *Point) string { return meanBatch(p) }},
	)
}

// WriteTableHead writes the heading of the table. Times are in milliseconds.
func WriteTableHead(w io.Writer, s *load.Settings) error {
	var top, unit string
	for _, c := range columns(s) {
		top += fmt.Sprintf("%*s", c.width, c.top)
		unit += fmt.Sprintf("%*s", c.width, c.unit)
	}
	p := typeset.NewPrinter(w)
	p.Line("%s", top)
	p.Line("%s times in ms", unit)
	return p.Err()
}

// WriteRow writes the row of a point, its verdict at the end.
func WriteRow(w io.Writer, s *load.Settings, point *Point) error {
	p := typeset.NewPrinter(w)
	if point.Figures == nil {
		p.Line("%7s  nothing was measured", typeset.Number(point.Level))
		return p.Err()
	}
	row := ""
	for _, c := range columns(s) {
		row += fmt.Sprintf("%*s", c.width, c.cell(s, point))
	}
	p.Line("%s %s", row, verdictWord(point))
	return p.Err()
}

// verdictWord is the verdict as one column shows it: what stands against the point, the gravest first. That the point is over the limit goes
// before other warnings. WriteDetails has the rest.
func verdictWord(p *Point) string {
	text := string(p.Verdict.Status)
	if len(p.Verdict.Reasons) > 0 {
		text = string(p.Verdict.Reasons[0].Code)
	}
	switch {
	case p.Verdict.Status == record.Invalid:
		return "!" + text
	case p.OverLimit:
		return string(load.CodeOverLimit)
	}
	return text
}

// meanBatch is the number of items that the server gave to the model at a time.
func meanBatch(p *Point) string {
	served, known := p.Served()
	if !known || served.Executions == 0 {
		return "-"
	}
	return typeset.Number(served.MeanBatch())
}

// quantile writes a quantile in milliseconds, with a mark when there are too few requests to know it; "-" when it is unknown.
func quantile(d *load.Distribution, q float64) string { return cmp.Or(typeset.Quantile(d, q), "-") }
