package streamreport

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// Size of a picture in its own units, and the room that its axes take.
const (
	chartWidth, chartHeight = 760, 340
	left, right, top, below = 64, 20, 18, 48
)

// axis maps values to places.
type axis struct {
	low, high  float64
	from, upTo float64
}

func (a axis) at(v float64) float64 {
	return a.from + (min(max(v, a.low), a.high)-a.low)/(a.high-a.low)*(a.upTo-a.from)
}

// newAxes returns axes that begin at 0 and have round ends.
func newAxes(x, y float64) (axis, axis) {
	return axis{0, roundUp(x), left, chartWidth - right}, axis{0, roundUp(y), chartHeight - below, top}
}

// ticks are five steps of an axis, ends included.
func (a axis) ticks() []float64 {
	const steps = 5
	var t []float64
	for i := range steps + 1 {
		t = append(t, a.low+(a.high-a.low)*float64(i)/steps)
	}
	return t
}

// roundUp returns the next of 1, 2, 2.5, 4, 5, 8 and 10 times a power of ten.
func roundUp(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8} {
		if v <= step*unit {
			return step * unit
		}
	}
	return 10 * unit
}

// chart is a picture under way.
type chart struct{ strings.Builder }

func (c *chart) add(format string, args ...any) { fmt.Fprintf(c, format+"\n", args...) }

// begin opens the picture. Title and description are for those who do not see it.
func (c *chart) begin(id, title, description string) {
	c.add(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-t %s-d" font-family="system-ui,sans-serif" font-size="12">`,
		chartWidth, chartHeight, id, id)
	c.add(`<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, id, escape(title), id, escape(description))
	c.add(`<style>%s</style>`, chartStyle)
}

// axes draws both axes with their names and a grid.
func (c *chart) axes(x, y axis, xName, yName string) {
	for _, v := range y.ticks() {
		c.add(`<line class="grid" x1="%d" x2="%d" y1="%.1f" y2="%.1f"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`,
			left, chartWidth-right, y.at(v), y.at(v), left-8, y.at(v)+4, short(v))
	}
	for _, v := range x.ticks() {
		c.add(`<text x="%.1f" y="%d" text-anchor="middle">%s</text>`, x.at(v), chartHeight-below+18, short(v))
	}
	c.add(`<text x="%d" y="%d" text-anchor="middle">%s</text>`, (left+chartWidth-right)/2, chartHeight-8, escape(xName))
	c.add(`<text transform="translate(14 %d) rotate(-90)" text-anchor="middle">%s</text>`, (top+chartHeight-below)/2, escape(yName))
}

func (c *chart) end() template.HTML {
	c.add(`</svg>`)
	return template.HTML(c.String()) // made of numbers and escaped texts
}

// chartStyle works inside a page and in a file of its own, by day and by night.
const chartStyle = `svg{--ink:#1b1f24;--soft:#d9dee4;--limit:#c62828}text{fill:var(--ink)}.grid{stroke:var(--soft)}` +
	`.limit{stroke:var(--limit);stroke-dasharray:6 4;stroke-width:1.5}.limit-text{fill:var(--limit)}.knee{stroke:var(--ink);stroke-dasharray:2 3}` +
	`@media (prefers-color-scheme:dark){svg{--ink:#e6e9ed;--soft:#39414b;--limit:#ff8a80}}`

// colours of the runs, which tell apart for those who see fewer of them, on light and on dark ground.
var colours = []string{"#2f7ed8", "#e08214", "#2ca25f", "#9e6ebd", "#d6604d"}

func colour(i int) string { return colours[i%len(colours)] }

// short writes a value of an axis.
func short(v float64) string { return fmt.Sprintf("%.4g", v) }

func escape(text string) string { return template.HTMLEscapeString(text) }
