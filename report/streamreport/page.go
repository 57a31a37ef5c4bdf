package streamreport

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// pageData is what the page shows.
type pageData struct {
	Columns []string
	Rows    [][]string
	Taxes   []string
	Latency template.HTML
	Runs    []pageRun
}

// pageRun is the part of the page about one run.
type pageRun struct {
	Name, Model, Client string
	Simulated           bool
	Notes               []string
	Settings            []setting
	Columns             []string
	Points              [][]string
	Evidence            []string
	Timeline, Batches   template.HTML
}

// WriteHTML writes a page that shows everything and loads nothing.
func (r *Report) WriteHTML(w io.Writer) error {
	if len(r.Runs) == 0 {
		return ErrNoFigures
	}
	d := pageData{Columns: append(append([]string{"served by"}, columns...), "outcome"), Latency: r.latencyChart()}
	for i := range r.Runs {
		run := &r.Runs[i]
		d.Rows = append(d.Rows, append(append([]string{run.Name}, cells(run.Capacity(), run.best())...), run.Outcome()))
		d.Runs = append(d.Runs, run.page(i))
	}
	for _, t := range r.Taxes() {
		d.Taxes = append(d.Taxes, t.Text())
	}
	return page.Execute(w, &d)
}

func (r *Run) page(i int) pageRun {
	rec := r.Recording
	e := &rec.Environment
	p := pageRun{
		Name: r.Name, Simulated: rec.Description.Simulated, Notes: rec.Description.Notes, Settings: settings(&rec.Settings),
		Model:    strings.TrimSpace(fmt.Sprintf("%s on %s %s", rec.Description.Model.Path, rec.Description.Backend, rec.Description.Version)),
		Client:   fmt.Sprintf("%s, %d logical CPUs, %s/%s, trtbench %s, %s", e.CPU, e.CPUs, e.OS, e.Arch, e.Build.Version, e.Go),
		Columns:  append(columns[:len(columns):len(columns)], "finding"),
		Timeline: r.timeline(fmt.Sprintf("timeline-%d", i)), Batches: r.batches(fmt.Sprintf("batches-%d", i)),
	}
	for k := range rec.Points {
		point := &rec.Points[k]
		p.Points = append(p.Points, append(cells(fmt.Sprint(point.Sessions), r.Figures[k]), verdict(point)))
		if point.Evidence != "" {
			p.Evidence = append(p.Evidence, fmt.Sprintf("%d streams: %s", point.Sessions, point.Evidence))
		}
	}
	return p
}
