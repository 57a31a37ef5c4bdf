package streamreport

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"time"

	"github.com/trtbench/trtbench/stream"
)

// dot is a point of the curve.
type dot struct {
	sessions int
	latency  float64 // ms
	holds    bool
}

// dots returns the latency that the limit is for at each number of sessions, ascending.
func (r *Run) dots() []dot {
	var dots []dot
	for i, f := range r.Figures {
		if f == nil {
			continue
		}
		if q, known := f.Latency.Chunk.At(r.Recording.Settings.Percentile / 100); known {
			dots = append(dots, dot{f.Sessions, float64(q.Value) / float64(time.Millisecond), r.Recording.Points[i].Finding == stream.Holds})
		}
	}
	slices.SortStableFunc(dots, func(a, b dot) int { return cmp.Compare(a.sessions, b.sessions) })
	return dots
}

// latencyChart draws latency against the number of streams, the limit, and the knee of each run.
func (r *Report) latencyChart() template.HTML {
	settings := &r.Runs[0].Recording.Settings
	limit := float64(settings.Limit) / float64(time.Millisecond)
	most, highest := 0, limit
	for i := range r.Runs {
		for _, d := range r.Runs[i].dots() {
			most, highest = max(most, d.sessions), max(highest, d.latency)
		}
	}
	x, y := newAxes(float64(most), min(1.1*highest, 3*limit))
	c := &chart{}
	c.begin("latency", "Chunk latency against number of streams", r.latencyText())
	c.axes(x, y, "streams", fmt.Sprintf("p%g of the chunk latency, ms", settings.Percentile))
	c.add(`<line class="limit" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/><text class="limit-text" x="%d" y="%.1f">limit %s ms</text>`,
		left, chartWidth-right, y.at(limit), y.at(limit), left+6, y.at(limit)-5, short(limit))
	for i := range r.Runs {
		r.Runs[i].curve(c, x, y, i)
	}
	return c.end()
}

// curve draws one run: filled dots hold, hollow ones do not. Latencies above the picture stand at its edge.
func (r *Run) curve(c *chart, x, y axis, i int) {
	path := ""
	for k, d := range r.dots() {
		verb := "L"
		if k == 0 {
			verb = "M"
		}
		path += fmt.Sprintf("%s%.1f %.1f", verb, x.at(float64(d.sessions)), y.at(d.latency))
	}
	c.add(`<path d="%s" fill="none" stroke="%s" stroke-width="2"/>`, path, colour(i))
	for _, d := range r.dots() {
		fill := "none"
		if d.holds {
			fill = colour(i)
		}
		c.add(`<circle cx="%.1f" cy="%.1f" r="4" fill="%s" stroke="%s" stroke-width="2"><title>%d streams: %s ms</title></circle>`,
			x.at(float64(d.sessions)), y.at(d.latency), fill, colour(i), d.sessions, number(d.latency))
	}
	name := fmt.Sprintf("%s: %s streams", r.Name, r.Capacity())
	c.add(`<text x="%d" y="%d" text-anchor="end" style="fill:%s">%s</text>`, chartWidth-right-6, top+14+16*i, colour(i), escape(name))
	if best := r.holding(); best >= 0 {
		at := x.at(float64(r.Recording.Points[best].Sessions))
		c.add(`<line class="knee" x1="%.1f" x2="%.1f" y1="%d" y2="%d"/>`, at, at, top, chartHeight-below)
	}
}

// latencyText says what the picture shows.
func (r *Report) latencyText() string {
	text := ""
	for i := range r.Runs {
		run := &r.Runs[i]
		text += fmt.Sprintf("%s: %s streams, %s. ", run.Name, run.Capacity(), run.Outcome())
	}
	return text
}

// WriteSVG writes the picture of latency against streams as a file of its own.
func (r *Report) WriteSVG(w io.Writer) error {
	_, err := io.WriteString(w, string(r.latencyChart()))
	return err
}
