package streamreport

import (
	"image/color"
	"math"

	"golang.org/x/image/font"
	plotfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Weights of text.
const (
	plain = font.WeightNormal
	bold  = font.WeightBold
)

// styled is a style of text.
func styled(weight font.Weight, size vg.Length, c color.Color, x draw.XAlignment, y draw.YAlignment) draw.TextStyle {
	return draw.TextStyle{
		Color: c, XAlign: x, YAlign: y, Handler: text.Plain{Fonts: plotfont.DefaultCache},
		Font: plotfont.Font{Typeface: "Liberation", Variant: "Sans", Weight: weight, Size: size},
	}
}

// line is a style of lines; dashes alternate with gaps.
func line(c color.Color, width vg.Length, dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width, Dashes: dashes}
}

// fill fills a rectangle.
func fill(c *draw.Canvas, r vg.Rectangle, colour color.Color) {
	c.FillPolygon(colour, []vg.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}})
}

// boxed writes text on ground of its own, so that lines behind it do not cross it.
func boxed(c *draw.Canvas, style draw.TextStyle, at vg.Point, text string) {
	box := style.Rectangle(text)
	fill(c, vg.Rectangle{
		Min: vg.Point{X: at.X + box.Min.X - 3, Y: at.Y + box.Min.Y - 1}, Max: vg.Point{X: at.X + box.Max.X + 3, Y: at.Y + box.Max.Y + 1},
	}, ground)
	c.FillText(style, at, text)
}

// shape is that of a mark: a circle, or a polygon with a number of corners of which the first lies at an angle.
type shape struct {
	corners int // 0: a circle
	first   float64
}

var shapes = []shape{{0, 0}, {4, math.Pi / 4}, {3, math.Pi / 2}, {4, math.Pi / 2}, {3, -math.Pi / 2}, {6, 0}}

func runShape(i int) shape { return shapes[i%len(shapes)] }

// mark draws a mark, filled or hollow.
func mark(c *draw.Canvas, s shape, at vg.Point, radius vg.Length, colour color.Color, filled bool) {
	var path vg.Path
	if s.corners == 0 {
		path.Move(vg.Point{X: at.X + radius, Y: at.Y})
		path.Arc(at, radius, 0, 2*math.Pi)
	} else {
		radius *= 1.25
		for i := range s.corners {
			sin, cos := math.Sincos(s.first + 2*math.Pi*float64(i)/float64(s.corners))
			corner := vg.Point{X: at.X + radius*vg.Length(cos), Y: at.Y + radius*vg.Length(sin)}
			if i == 0 {
				path.Move(corner)
			} else {
				path.Line(corner)
			}
		}
	}
	path.Close()
	if filled {
		c.SetColor(colour)
	} else {
		c.SetColor(ground)
	}
	c.Fill(path)
	c.SetLineStyle(line(colour, 1.75))
	c.Stroke(path)
}

// arrow points out of the picture from its edge, in direction x, y.
func arrow(c *draw.Canvas, at vg.Point, x, y vg.Length, colour color.Color) {
	const length, wing = 12, 4.5
	c.StrokeLines(line(colour, 1.75), []vg.Point{{X: at.X - length*x, Y: at.Y - length*y}, at})
	back := vg.Point{X: at.X - wing*x, Y: at.Y - wing*y}
	c.StrokeLines(line(colour, 1.75), []vg.Point{{X: back.X - wing*y, Y: back.Y - wing*x}, at, {X: back.X + wing*y, Y: back.Y + wing*x}})
}

// cross marks a point that says nothing.
func cross(c *draw.Canvas, at vg.Point, colour color.Color) {
	const r = 3.5
	c.StrokeLines(line(colour, 1.5), []vg.Point{{X: at.X - r, Y: at.Y - r}, {X: at.X + r, Y: at.Y + r}})
	c.StrokeLines(line(colour, 1.5), []vg.Point{{X: at.X - r, Y: at.Y + r}, {X: at.X + r, Y: at.Y - r}})
}
