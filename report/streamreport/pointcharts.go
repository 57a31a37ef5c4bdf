package streamreport

import (
	"fmt"
	"html/template"
	"math"
	"time"

	"github.com/trtbench/trtbench/load"
)

// timelineColumns is the number of slices of time that a timeline shows.
const timelineColumns = 230

// timeline draws the latencies of the point that stands for a run over its measured time: from the least to the greatest in each slice
// of time. "" when nothing was measured.
func (r *Run) timeline(id string) template.HTML {
	i := r.shown()
	if i < 0 {
		return ""
	}
	p := &r.Recording.Points[i]
	span := float64(p.End - p.Start)
	lows, highs := make([]float64, timelineColumns), make([]float64, timelineColumns)
	highest := float64(r.Recording.Settings.Limit) / float64(time.Millisecond)
	limit := highest
	for k := range p.Chunks {
		c := &p.Chunks[k]
		if c.Complete < p.Start || c.Complete >= p.End || c.Status != load.StatusOK || c.Answered == 0 {
			continue
		}
		ms := float64(c.Latency()) / float64(time.Millisecond)
		slot := min(int(float64(c.Complete-p.Start)/span*timelineColumns), timelineColumns-1)
		if lows[slot] == 0 || ms < lows[slot] {
			lows[slot] = ms
		}
		highs[slot], highest = max(highs[slot], ms), max(highest, ms)
	}
	x, y := newAxes(span/float64(time.Second), min(1.1*highest, 3*limit))
	x.high = span / float64(time.Second)
	c := &chart{}
	c.begin(id, fmt.Sprintf("%s: chunk latencies over time with %d streams", r.Name, p.Sessions), "Each bar spans the least to the greatest latency of a slice of time.")
	c.axes(x, y, "seconds of measured time", "chunk latency, ms")
	c.add(`<line class="limit" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/>`, left, chartWidth-right, y.at(limit), y.at(limit))
	for k := range lows {
		if highs[k] == 0 {
			continue
		}
		at := x.from + (float64(k)+0.5)/timelineColumns*(x.upTo-x.from)
		c.add(`<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="%s" stroke-width="2"/>`, at, at, y.at(lows[k])+1, y.at(highs[k]), colours[0])
	}
	return c.end()
}

// batches draws how many batches had how many chunks; "" when the server does not tell.
func (r *Run) batches(id string) template.HTML {
	f := r.best()
	if f == nil || f.Batches == nil || f.Batches.Count == 0 {
		return ""
	}
	most, largest := 0, 1
	for size, n := range f.Batches.Sizes {
		if most = max(most, n); n > 0 {
			largest = max(largest, size)
		}
	}
	_, y := newAxes(1, float64(most))
	c := &chart{}
	c.begin(id, r.Name+": batch sizes", fmt.Sprintf("%d batches, %s chunks on average.", f.Batches.Count, number(f.Batches.Mean)))
	wide := float64(chartWidth-left-right) / float64(largest)
	x := axis{0, 1, left, chartWidth - right}
	for _, v := range y.ticks() {
		c.add(`<line class="grid" x1="%.0f" x2="%.0f" y1="%.1f" y2="%.1f"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`, x.from, x.upTo, y.at(v), y.at(v), left-8, y.at(v)+4, short(v))
	}
	every := int(math.Ceil(float64(largest) / 20))
	for size := 1; size <= largest && size < len(f.Batches.Sizes); size++ {
		n := f.Batches.Sizes[size]
		at := left + wide*float64(size-1)
		c.add(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"><title>%d chunks: %d batches</title></rect>`,
			at+0.1*wide, y.at(float64(n)), 0.8*wide, y.from-y.at(float64(n)), colours[0], size, n)
		if size%every == 0 || size == 1 {
			c.add(`<text x="%.1f" y="%d" text-anchor="middle">%d</text>`, at+wide/2, chartHeight-below+18, size)
		}
	}
	c.add(`<text x="%d" y="%d" text-anchor="middle">chunks in a batch</text>`, (left+chartWidth-right)/2, chartHeight-8)
	c.add(`<text transform="translate(14 %d) rotate(-90)" text-anchor="middle">batches</text>`, (top+chartHeight-below)/2)
	return c.end()
}
