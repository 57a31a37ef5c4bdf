package streamreport

import (
	"fmt"
	"slices"
	"time"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/report/internal/typeset"
	"github.com/trtbench/trtbench/stat"
	"github.com/trtbench/trtbench/stream"
)

const (
	mostSlices    = 180 // of a timeline
	chunksOfSlice = 8   // at least, on average
)

// slice is a part of the measured time. Latencies are in ms.
type slice struct {
	chunks                int
	least, half, greatest float64
}

// sliced returns the latencies of all chunks of a point by the instant at which they were complete.
func sliced(p *stream.Point) []slice {
	inside := func(c *stream.Chunk) bool {
		return c.Complete >= p.Start && c.Complete < p.End && c.Status == load.StatusOK && c.Answered > 0 && c.Flags&stream.FlagLeaving == 0
	}
	n := 0
	for i := range p.Chunks {
		if inside(&p.Chunks[i]) {
			n++
		}
	}
	values := make([][]int64, min(max(n/chunksOfSlice, 1), mostSlices))
	for i := range p.Chunks {
		if c := &p.Chunks[i]; inside(c) {
			k := int(float64(c.Complete-p.Start) / float64(p.End-p.Start) * float64(len(values)))
			k = min(k, len(values)-1)
			values[k] = append(values[k], c.Latency())
		}
	}
	found := make([]slice, len(values))
	for k, v := range values {
		if len(v) == 0 {
			continue
		}
		slices.Sort(v)
		ms := func(ns int64) float64 { return typeset.InMilliseconds(time.Duration(ns)) }
		found[k] = slice{len(v), ms(v[0]), ms(v[stat.NearestRankIndex(len(v), 0.5)]), ms(v[len(v)-1])}
	}
	return found
}

// timeline draws the latencies of the point that stands for a run over its measured time; nil when nothing was measured.
func (r *Run) timeline(i int) *picture {
	shown := r.shown()
	if shown < 0 {
		return nil
	}
	point := &r.Recording.Points[shown]
	parts, limit := sliced(point), typeset.InMilliseconds(r.Recording.Settings.Limit)
	greatest := 0.0
	for _, s := range parts {
		greatest = max(greatest, s.greatest)
	}
	if greatest == 0 {
		return nil
	}
	seconds := time.Duration(point.End - point.Start).Seconds()
	top := max(1.25*limit, min(1.1*greatest, farLatency*limit))
	if greatest < limit/3 { // the limit is far above: what happened below it is what can be seen
		top = 1.15 * greatest
	}
	p := &picture{
		id: fmt.Sprintf("timeline-%d", i), title: fmt.Sprintf("Latency over time with %d streams", point.Sessions), height: 210,
		caption: fmt.Sprintf("All chunks of the measured time, in slices of %v: the line is the median, the area reaches from the least to the greatest.",
			roundSlice(time.Duration(point.End-point.Start)/time.Duration(len(parts)))),
	}
	if top < limit {
		p.caption += fmt.Sprintf(" The limit, %g ms, is above.", limit)
	}
	p.text = fmt.Sprintf("%s: greatest latency %s ms.", r.title(), typeset.Number(greatest))
	plt := newPlot(axis{"seconds of measured time", seconds, false}, axis{"chunk latency, ms", top, false},
		func(c *draw.Canvas, _, y func(float64) vg.Length) { drawBand(c, y, parts, top, runColour(i)) },
		func(c *draw.Canvas, _, y func(float64) vg.Length) {
			drawSlices(c, y, parts, top, runColour(i))
			if limit < top {
				limitLine(c, y(limit), fmt.Sprintf("limit %g ms", limit))
			}
		})
	p.draw = func(c draw.Canvas) { drawPlot(c, plt) }
	return p
}

// roundSlice leaves two digits or three of a time.
func roundSlice(d time.Duration) time.Duration {
	unit := time.Nanosecond
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}

// drawBand fills the area between the least and the greatest latency of each slice.
func drawBand(c *draw.Canvas, y func(float64) vg.Length, parts []slice, top float64, colour paint) {
	wide := (c.Max.X - c.Min.X) / vg.Length(len(parts))
	for k, s := range parts {
		if s.chunks > 0 {
			from := c.Min.X + vg.Length(k)*wide
			fill(c, vg.Rectangle{Min: vg.Point{X: from, Y: y(min(s.least, top))}, Max: vg.Point{X: from + wide, Y: max(y(min(s.greatest, top)), y(min(s.least, top))+1)}}, tint(colour))
		}
	}
}

// drawSlices draws the medians, and arrows where latencies lie above the picture.
func drawSlices(c *draw.Canvas, y func(float64) vg.Length, parts []slice, top float64, colour paint) {
	wide := (c.Max.X - c.Min.X) / vg.Length(len(parts))
	var way []vg.Point
	end := func() {
		if len(way) == 1 {
			way = []vg.Point{{X: way[0].X - wide/2, Y: way[0].Y}, {X: way[0].X + wide/2, Y: way[0].Y}}
		}
		if len(way) > 0 {
			c.StrokeLines(line(colour, 1.5), way)
		}
		way = nil
	}
	for k, s := range parts {
		at := c.Min.X + (vg.Length(k)+0.5)*wide
		if s.chunks == 0 {
			end()
			continue
		}
		way = append(way, vg.Point{X: at, Y: y(min(s.half, top))})
		if s.greatest > top {
			arrow(c, vg.Point{X: at, Y: c.Max.Y}, 0, 1, over)
		}
	}
	end()
}
