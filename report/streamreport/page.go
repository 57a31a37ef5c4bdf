package streamreport

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/trtbench/trtbench/report/internal/typeset"
	"github.com/trtbench/trtbench/stream"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// pageData is what the page shows.
type pageData struct {
	Premise  string
	Answers  []answer
	Table    *grid
	Legend   string
	Taxes    []string
	Hints    []string
	Pictures []pagePicture
	Runs     []pageRun
	Styles   template.CSS
}

// answer is what a run came to, in large letters.
type answer struct {
	Name, Streams, Interval, Outcome, SPS, P string
	Percentile                               string
	Colour                                   template.CSS // of the run in the pictures
	Simulated                                bool
}

// pagePicture is a picture and what it says.
type pagePicture struct {
	Title, Caption string
	SVG            template.HTML
}

// pageRun is the part of the page about one run.
type pageRun struct {
	Name      string
	Simulated bool
	Facts     []fact
	Notes     []string
	Points    *grid
	Evidence  []string
	Pictures  []pagePicture
}

// WriteHTML writes a page that shows everything and loads nothing.
func (r *Report) WriteHTML(w io.Writer) error {
	if len(r.Runs) == 0 {
		return ErrNoFigures
	}
	d := pageData{Premise: r.premise(), Table: r.runs(), Legend: legend, Styles: template.CSS(pageColours())}
	var err error
	if d.Pictures, err = inline(r.latency(), r.parts()); err != nil {
		return err
	}
	for _, t := range r.Taxes() {
		d.Taxes = append(d.Taxes, t.Text())
	}
	for i := range r.Runs {
		run := &r.Runs[i]
		d.Answers = append(d.Answers, run.answer(i))
		part, err := r.pageRun(run, i)
		if err != nil {
			return err
		}
		d.Runs = append(d.Runs, part)
		for _, hint := range run.hints() {
			d.Hints = append(d.Hints, run.Name+": "+hint+".")
		}
	}
	return page.Execute(w, &d)
}

// premise says in a sentence what it means that streams hold; "" when that is not the same for all runs.
func (r *Report) premise() string {
	text := ""
	for i := range r.Runs {
		s := &r.Runs[i].Recording.Settings
		own := fmt.Sprintf("Every speaker sends a chunk each %v. Streams hold when %g %% of the answers come within %v of the end of their chunk, with %g %% confidence.",
			s.ChunkDuration, s.Percentile, s.Limit, 100*s.Confidence)
		if text != "" && own != text {
			return ""
		}
		text = own
	}
	return text
}

// answer sums a run up.
func (r *Run) answer(i int) answer {
	in := r.interval()
	a := answer{Name: r.Name, Streams: r.headline(), Outcome: r.Outcome(), Colour: template.CSS("var(" + runColour(i).variable() + ")"), Simulated: r.Recording.Description.Simulated}
	if breaker := r.breaker(in); breaker != nil && in.holds > 0 {
		a.Interval = fmt.Sprintf("holds %d, %s at %d", in.holds, ending(breaker.Finding), in.breaks)
	}
	if f := r.best(); f != nil {
		percentile := r.Recording.Settings.Percentile
		a.SPS, a.Percentile, a.P = typeset.Number(f.Rate.SPS), fmt.Sprintf("p%g", percentile), typeset.Quantile(&f.Latency.Chunk, percentile/100)
	}
	return a
}

// headline is the capacity alone.
func (r *Run) headline() string {
	in := r.interval()
	switch breaker := r.breaker(in); {
	case in.holds > 0 && breaker == nil:
		return fmt.Sprintf("≥ %d", in.holds)
	case in.holds > 0:
		return fmt.Sprint(in.holds)
	case breaker != nil && (breaker.Finding == stream.OverLimit || breaker.Finding == stream.FellBehind):
		return fmt.Sprintf("< %d", in.breaks)
	}
	return "?"
}

func (r *Report) pageRun(run *Run, i int) (pageRun, error) {
	d := &run.Recording.Description
	pictures, err := inline(run.timeline(i), run.batches(i))
	return pageRun{
		Name: run.Name, Simulated: d.Simulated, Facts: run.facts(), Notes: d.Notes, Points: r.points(run), Evidence: run.evidence(), Pictures: pictures,
	}, err
}

// inline puts pictures into a page; those that are nil are left out.
func inline(pictures ...*picture) ([]pagePicture, error) {
	var all []pagePicture
	for _, p := range pictures {
		if p == nil {
			continue
		}
		svg, err := p.inline()
		if err != nil {
			return nil, err
		}
		all = append(all, pagePicture{p.title, p.caption, svg})
	}
	return all, nil
}
