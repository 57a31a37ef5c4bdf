package streamreport

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// axis goes from 0 to top. Its ticks lie at round numbers.
type axis struct {
	name  string
	top   float64
	whole bool // no ticks between whole numbers
}

// ticks are at most most+1 round numbers from 0 to the top.
func (a axis) ticks(most int) plot.ConstantTicks {
	step := roundStep(a.top / float64(most))
	if a.whole {
		step = max(math.Ceil(step), 1)
	}
	var ticks plot.ConstantTicks
	for i := 0; float64(i)*step <= a.top*(1+1e-9); i++ {
		v := float64(i) * step
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 6, 64)})
	}
	return ticks
}

// roundStep returns the next of 1, 2, 2.5, 5 and 10 times a power of ten.
func roundStep(v float64) float64 {
	if !(v > 0) || math.IsInf(v, 0) {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 2, 2.5, 5} {
		if v <= step*unit*(1+1e-9) {
			return step * unit
		}
	}
	return 10 * unit
}

// plotted draws onto the place between the axes. x and y turn values into places.
type plotted func(c *draw.Canvas, x, y func(float64) vg.Length)

// Plot makes plotted a [plot.Plotter].
func (p plotted) Plot(c draw.Canvas, plt *plot.Plot) {
	x, y := plt.Transforms(&c)
	p(&c, x, y)
}

// newPlot returns a plot with thin lines at the ticks of y, and its name above them. What is drawn comes behind the lines (under) and
// before them (above); either may be nil.
func newPlot(x, y axis, under, above plotted) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, x.top, 0, y.top
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Padding = 0
		a.Tick.Length = 4 // without a width: room
		a.Tick.Label = styled(plain, 10.5, soft, draw.XCenter, draw.YTop)
		a.Tick.LineStyle.Width = 0
		a.LineStyle = line(edge, 0.75)
	}
	p.Y.LineStyle.Width = 0
	p.Y.Tick.Label.XAlign, p.Y.Tick.Label.YAlign = draw.XRight, draw.YCenter
	p.X.Tick.Marker, p.Y.Tick.Marker = x.ticks(8), y.ticks(5)
	p.X.Label.Text, p.X.Label.TextStyle, p.X.Label.Padding = x.name, styled(plain, 10.5, soft, draw.XCenter, draw.YBottom), 2
	if under != nil {
		p.Add(under)
	}
	p.Add(plotted(func(c *draw.Canvas, _, at func(float64) vg.Length) {
		for _, tick := range y.ticks(5) {
			if tick.Value > 0 {
				c.StrokeLine2(line(gridline, 0.75), c.Min.X, at(tick.Value), c.Max.X, at(tick.Value))
			}
		}
		c.FillText(styled(plain, 10.5, soft, draw.XLeft, draw.YBottom), vg.Point{X: c.Min.X, Y: c.Max.Y + 7}, y.name)
	}))
	if above != nil {
		p.Add(above)
	}
	return p
}

// drawPlot draws a plot, with room for the name of y above it and for the last tick of x at the right.
func drawPlot(c draw.Canvas, p *plot.Plot) { p.Draw(draw.Crop(c, 0, -12, 0, -22)) }

// limitLine draws the limit of the latency.
func limitLine(c *draw.Canvas, at vg.Length, text string) {
	c.StrokeLine2(line(over, 1.25, 5, 4), c.Min.X, at, c.Max.X, at)
	boxed(c, styled(plain, 10.5, over, draw.XLeft, draw.YBottom), vg.Point{X: c.Min.X + 4, Y: at + 6}, text)
}

// key is a sample and its name.
type key struct {
	text string
	draw func(c *draw.Canvas, at vg.Point) // around the place
}

const (
	keyRow   = 18
	keyWidth = 22 // of the sample and its distance
)

// keyLines puts keys into lines that are as wide as a picture.
func keyLines(keys []key) [][]key {
	var lines [][]key
	used := vg.Length(math.Inf(1))
	for _, k := range keys {
		width := keyWidth + styled(plain, 10.5, ink, draw.XLeft, draw.YCenter).Width(k.text) + 18
		if used+width > pictureWidth {
			lines, used = append(lines, nil), 0
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], k)
		used += width
	}
	return lines
}

// drawKeys draws keys at the top, and returns what is left of the canvas.
func drawKeys(c draw.Canvas, keys []key) draw.Canvas {
	style := styled(plain, 10.5, ink, draw.XLeft, draw.YCenter)
	for _, row := range keyLines(keys) {
		x := c.Min.X + 7
		for _, k := range row {
			at := vg.Point{X: x, Y: c.Max.Y - keyRow/2}
			k.draw(&c, at)
			c.FillText(style, vg.Point{X: x + keyWidth - 8, Y: at.Y}, k.text)
			x += keyWidth + style.Width(k.text) + 18
		}
		c.Max.Y -= keyRow
	}
	c.Max.Y -= 6
	return c
}

// keysHeight is the room that drawKeys takes.
func keysHeight(keys []key) vg.Length { return vg.Length(len(keyLines(keys)))*keyRow + 6 }
