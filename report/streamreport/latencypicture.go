package streamreport

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/trtbench/trtbench/report/internal/typeset"
	"github.com/trtbench/trtbench/stream"
)

// dot is a point of the curve.
type dot struct {
	sessions float64
	latency  float64 // ms, of the percentile that the limit is for
	holds    bool
	scout    bool // only a short look was taken
	usable   bool // it says something about the server
}

// dots returns the points that have a latency, ascending by sessions and latency.
func (r *Run) dots() []dot {
	var dots []dot
	for i, f := range r.Figures {
		if f == nil {
			continue
		}
		finding := r.Recording.Points[i].Finding
		if q, known := f.Latency.Chunk.At(r.Recording.Settings.Percentile / 100); known {
			scout := finding == stream.Scouted
			usable := scout || finding == stream.Holds || finding == stream.OverLimit || finding == stream.FellBehind || finding == stream.Undecided
			dots = append(dots, dot{float64(f.Sessions), typeset.InMilliseconds(q.Value), finding == stream.Holds || scout, scout, usable})
		}
	}
	slices.SortStableFunc(dots, func(a, b dot) int {
		return cmp.Or(cmp.Compare(a.sessions, b.sessions), cmp.Compare(a.latency, b.latency))
	})
	return dots
}

// middle returns one dot for each number of sessions: the middle one of those that are usable.
func middle(dots []dot) []dot {
	var line []dot
	usable := slices.DeleteFunc(slices.Clone(dots), func(d dot) bool { return !d.usable })
	for len(usable) > 0 {
		n := 1
		for n < len(usable) && usable[n].sessions == usable[0].sessions {
			n++
		}
		line = append(line, usable[(n-1)/2])
		usable = usable[n:]
	}
	return line
}

// What lies farther out than so much is at the edge of the picture, so that the place where capacity ends is not squashed.
const (
	farSessions = 1.5 // times the sessions at which capacity ends
	farLatency  = 2.2 // times the limit
)

// extent returns the ends of the axes.
func (r *Report) extent(limit float64) (sessions, latency float64) {
	ends := 0
	for i := range r.Runs {
		in := r.Runs[i].interval()
		ends = max(ends, in.holds, in.breaks)
	}
	latency = 1.25 * limit
	for i := range r.Runs {
		for _, d := range r.Runs[i].dots() {
			if ends == 0 || d.sessions <= farSessions*float64(ends) {
				sessions = max(sessions, d.sessions)
			}
			if d.latency <= farLatency*limit {
				latency = max(latency, 1.1*d.latency)
			}
		}
	}
	return 1.1 * max(sessions, float64(ends), 1), latency
}

// latency draws latency against the number of streams, the limit, and where the capacity of each run lies.
func (r *Report) latency() *picture {
	settings := &r.Runs[0].Recording.Settings
	limit := typeset.InMilliseconds(settings.Limit)
	sessions, top := r.extent(limit)
	keys := r.latencyKeys(sessions, top)
	p := &picture{
		id: "latency", title: "Chunk latency against number of streams", height: 300 + keysHeight(keys),
		caption: fmt.Sprintf("p%g of the time from the end of a chunk at the speaker to its answer. Filled marks hold, hollow ones do not.", settings.Percentile),
	}
	for i := range r.Runs {
		run := &r.Runs[i]
		p.text += fmt.Sprintf("%s: %s streams, %s. ", run.title(), run.Capacity(), run.Outcome())
	}
	plt := newPlot(axis{"streams", sessions, true}, axis{fmt.Sprintf("p%g of the chunk latency, ms", settings.Percentile), top, false}, nil,
		func(c *draw.Canvas, x, y func(float64) vg.Length) {
			limitLine(c, y(limit), fmt.Sprintf("limit %g ms", limit))
			frame := frame{c, x, y, sessions, top}
			for i := range r.Runs {
				frame.curve(r.Runs[i].dots(), i)
			}
			for i := range r.Runs {
				frame.knee(r.Runs[i].interval(), i)
			}
		})
	p.draw = func(c draw.Canvas) { drawPlot(drawKeys(c, keys), plt) }
	return p
}

// latencyKeys names the runs and explains the marks that are in a picture with these ends of its axes.
func (r *Report) latencyKeys(sessions, top float64) []key {
	var keys []key
	unusable, outside, scouted := false, false, false
	for i := range r.Runs {
		run := &r.Runs[i]
		keys = append(keys, key{run.title() + ": " + run.Capacity(), func(c *draw.Canvas, at vg.Point) {
			c.StrokeLine2(line(runColour(i), 2), at.X-9, at.Y, at.X+9, at.Y)
			mark(c, runShape(i), at, 4, runColour(i), true)
		}})
		for _, d := range run.dots() {
			unusable, scouted = unusable || !d.usable, scouted || d.scout
			outside = outside || d.usable && (d.sessions > sessions || d.latency > top)
		}
	}
	if scouted {
		keys = append(keys, key{"a short look", func(c *draw.Canvas, at vg.Point) { mark(c, runShape(0), at, 2, soft, true) }})
	}
	if outside {
		keys = append(keys, key{"beyond the picture", func(c *draw.Canvas, at vg.Point) { arrow(c, vg.Point{X: at.X, Y: at.Y + 6}, 0, 1, soft) }})
	}
	if unusable {
		keys = append(keys, key{"says nothing about the server", func(c *draw.Canvas, at vg.Point) { cross(c, at, soft) }})
	}
	return keys
}

// frame is the place between the axes.
type frame struct {
	c              *draw.Canvas
	x, y           func(float64) vg.Length
	sessions, most float64 // ends of the axes
}

// place returns where a dot is drawn, and whether it really lies there, or farther to the right or up.
func (f *frame) place(d dot) (at vg.Point, right, up bool) {
	return vg.Point{X: f.x(min(d.sessions, f.sessions)), Y: f.y(min(d.latency, f.most))}, d.sessions > f.sessions, d.latency > f.most
}

// curve draws a run: filled marks hold, hollow ones do not, small ones are of a short look; what lies outside is an arrow at the edge, to which dashes lead.
func (f *frame) curve(dots []dot, i int) {
	colour := runColour(i)
	way := middle(dots)
	for k := 1; k < len(way); k++ {
		from, right, up := f.place(way[k-1])
		to, right2, up2 := f.place(way[k])
		style := line(colour, 2)
		if right || up || right2 || up2 {
			style = line(colour, 1.5, 2, 3)
		}
		f.c.StrokeLine2(style, from.X, from.Y, to.X, to.Y)
	}
	for _, d := range dots {
		at, right, up := f.place(d)
		switch {
		case !d.usable:
			cross(f.c, at, soft)
		case up:
			arrow(f.c, at, 0, 1, colour)
		case right:
			arrow(f.c, at, 1, 0, colour)
		case d.scout:
			mark(f.c, runShape(i), at, 2, colour, true)
		default:
			mark(f.c, runShape(i), at, 4, colour, d.holds)
		}
	}
}

// knee marks the largest number of sessions that holds, and from there to the smallest that does not what lies between. The numbers of
// runs stand below each other.
func (f *frame) knee(in interval, i int) {
	if in.holds == 0 {
		return
	}
	c, at, colour := f.c, f.x(float64(in.holds)), runColour(i)
	place := vg.Point{X: at - 6, Y: c.Max.Y - 12 - vg.Length(i)*17}
	c.StrokeLine2(line(colour, 1, 1, 2), at, c.Min.Y, at, c.Max.Y)
	text := fmt.Sprintf("%d streams", in.holds)
	if in.breaks == 0 {
		text = "≥ " + text
	} else {
		end := f.x(min(float64(in.breaks), f.sessions))
		fill(c, vg.Rectangle{Min: vg.Point{X: at, Y: place.Y - 5}, Max: vg.Point{X: end, Y: place.Y + 5}}, tint(colour))
		c.StrokeLine2(line(colour, 1.5), end, place.Y-5, end, place.Y+5)
	}
	c.StrokeLine2(line(colour, 1.5), at, place.Y-5, at, place.Y+5)
	style := styled(bold, 11.5, colour, draw.XRight, draw.YCenter)
	if at-style.Width(text)-10 < c.Min.X {
		style.XAlign, place.X = draw.XLeft, max(at, f.x(min(float64(in.breaks), f.sessions)))+6
	}
	boxed(c, style, place, text)
}

// WriteSVG writes the picture of latency against streams as a file of its own. It returns [ErrNoFigures] when there is no run.
func (r *Report) WriteSVG(w io.Writer) error { return r.writePicture(w, (*picture).writeSVG) }

// WritePNG writes the same picture as PNG.
func (r *Report) WritePNG(w io.Writer) error { return r.writePicture(w, (*picture).writePNG) }

func (r *Report) writePicture(w io.Writer, write func(*picture, io.Writer) error) error {
	if len(r.Runs) == 0 {
		return ErrNoFigures
	}
	return write(r.latency(), w)
}
