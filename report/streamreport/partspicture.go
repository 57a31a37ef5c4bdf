package streamreport

import (
	"fmt"
	"time"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/trtbench/trtbench/report/internal/typeset"
	"github.com/trtbench/trtbench/stream"
)

// part is a part of the latency of a chunk.
type part struct {
	name string
	mean time.Duration
}

// parts of the mean latency, in the order in which they happen; they add up to it, but for chunks without an answer. What a server does
// not tell is one part.
func parts(p *stream.Point, f *stream.Figures) []part {
	l := &f.Latency
	all := []part{{"network", l.Network.Mean}, {"wait for the chunk before", l.Wait.Mean}, {"lag of the client", l.Lag.Mean}}
	rest := l.Service.Mean
	take := func(name string, mean time.Duration) {
		mean = min(mean, rest)
		rest -= mean
		all = append(all, part{name, mean})
	}
	switch {
	case l.Queue != nil && l.Compute != nil:
		take("queue", l.Queue.Mean)
		take("compute", l.Compute.Mean)
	case len(p.Server) == 1:
		s := &p.Server[0]
		take("queue", s.Queue.Mean())
		take("compute", s.ComputeInput.Mean()+s.ComputeInfer.Mean()+s.ComputeOutput.Mean())
	default:
		return append(all, part{"server", rest})
	}
	return append(all, part{"send and deliver", rest})
}

// partPaints are the colours of parts by their names, and their order.
var partPaints = []struct {
	name  string
	paint paint
}{
	{"network", runPaints[4]}, {"wait for the chunk before", runPaints[5]}, {"lag of the client", over}, {"queue", runPaints[1]},
	{"compute", runPaints[0]}, {"server", runPaints[3]}, {"send and deliver", runPaints[2]},
}

const (
	barRow    = 42
	barHeight = 16
)

// parts draws where the time of a chunk goes, a bar for each run; nil when nothing was measured.
func (r *Report) parts() *picture {
	type bar struct {
		name  string
		parts []part
		sum   float64 // ms
	}
	var bars []bar
	top, used := 0.0, map[string]bool{}
	p := &picture{id: "parts", title: "Where the time of a chunk goes", caption: "Parts of the mean chunk latency at the most streams that hold."}
	for i := range r.Runs {
		run := &r.Runs[i]
		k := run.shown()
		if k < 0 {
			continue
		}
		b := bar{name: fmt.Sprintf("%s, %d streams", run.title(), run.Recording.Points[k].Sessions), parts: parts(&run.Recording.Points[k], run.Figures[k])}
		for _, part := range b.parts {
			b.sum += typeset.InMilliseconds(part.mean)
			if part.mean > 0 {
				used[part.name] = true
				p.text += fmt.Sprintf("%s: %s %s ms. ", b.name, part.name, typeset.Milliseconds(part.mean))
			}
		}
		bars, top = append(bars, b), max(top, b.sum)
	}
	if top == 0 {
		return nil
	}
	var keys []key
	for _, known := range partPaints {
		if used[known.name] {
			keys = append(keys, key{known.name, func(c *draw.Canvas, at vg.Point) {
				fill(c, vg.Rectangle{Min: vg.Point{X: at.X - 5, Y: at.Y - 5}, Max: vg.Point{X: at.X + 5, Y: at.Y + 5}}, known.paint)
			}})
		}
	}
	p.height = vg.Length(len(bars))*barRow + keysHeight(keys)
	p.draw = func(c draw.Canvas) {
		c = drawKeys(c, keys)
		scale := (c.Max.X - c.Min.X - 70) / vg.Length(top)
		for i, b := range bars {
			y := c.Max.Y - vg.Length(i)*barRow
			c.FillText(styled(plain, 10.5, ink, draw.XLeft, draw.YTop), vg.Point{X: c.Min.X, Y: y - 2}, b.name)
			at := c.Min.X
			for _, known := range partPaints {
				for _, part := range b.parts {
					if wide := vg.Length(typeset.InMilliseconds(part.mean)) * scale; part.name == known.name && wide > 0 {
						fill(&c, vg.Rectangle{Min: vg.Point{X: at, Y: y - 18 - barHeight}, Max: vg.Point{X: at + wide, Y: y - 18}}, known.paint)
						at += wide
					}
				}
			}
			c.FillText(styled(bold, 10.5, ink, draw.XLeft, draw.YCenter), vg.Point{X: at + 6, Y: y - 18 - barHeight/2}, typeset.Number(b.sum)+" ms")
		}
	}
	return p
}
