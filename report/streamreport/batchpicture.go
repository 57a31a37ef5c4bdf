package streamreport

import (
	"fmt"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/trtbench/trtbench/report/internal/typeset"
)

const leastBars = 8 // for which a histogram has room, so that few are not very wide

// batches draws how many of the batches had how many chunks; nil when the server does not tell.
func (r *Run) batches(i int) *picture {
	f := r.best()
	if f == nil || f.Batches == nil || f.Batches.Count == 0 {
		return nil
	}
	largest, top := leastBars, 0.0
	shares := make([]float64, len(f.Batches.Sizes)) // per cent
	for size, n := range f.Batches.Sizes {
		shares[size] = 100 * float64(n) / float64(f.Batches.Count)
		if n > 0 {
			largest, top = max(largest, size), max(top, shares[size])
		}
	}
	p := &picture{
		id: fmt.Sprintf("batches-%d", i), title: "Sizes of batches", height: 190,
		caption: fmt.Sprintf("%d batches with %d streams; %s chunks in a batch on average, at least one batch running %.0f %% of the time.",
			f.Batches.Count, f.Sessions, typeset.Number(f.Batches.Mean), 100*f.Batches.Busy),
	}
	p.text = r.title() + ": " + p.caption
	x := axis{"chunks in a batch", float64(largest) + 1, true}
	plt := newPlot(x, axis{"% of the batches", 1.1 * top, false}, nil, func(c *draw.Canvas, x, y func(float64) vg.Length) {
		half := (x(1) - x(0)) * 0.38
		for size, share := range shares {
			if share > 0 {
				fill(c, vg.Rectangle{Min: vg.Point{X: x(float64(size)) - half, Y: c.Min.Y}, Max: vg.Point{X: x(float64(size)) + half, Y: max(y(share), c.Min.Y+1)}}, runColour(i))
			}
		}
	})
	every := largest/20 + 1
	var ticks plot.ConstantTicks
	for size := 1; size <= largest; size++ {
		if size == 1 || size%every == 0 {
			ticks = append(ticks, plot.Tick{Value: float64(size), Label: strconv.Itoa(size)})
		}
	}
	plt.X.Tick.Marker = ticks
	p.draw = func(c draw.Canvas) { drawPlot(c, plt) }
	return p
}
