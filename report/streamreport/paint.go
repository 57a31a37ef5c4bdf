package streamreport

import (
	"fmt"
	"image/color"
	"strings"
)

// paint is a colour that pictures and page share. It is a [color.Color] as it looks on light ground; in a page it follows the reader's
// choice of light or dark.
type paint struct {
	name        string
	light, dark color.NRGBA
}

// RGBA makes paint a [color.Color].
func (p paint) RGBA() (r, g, b, a uint32) { return p.light.RGBA() }

// variable is the name of the colour in the page's styles.
func (p paint) variable() string { return "--" + p.name }

// hex parses a colour like 1f2933.
func hex(rgb uint32) color.NRGBA {
	return color.NRGBA{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), 0xff}
}

func web(c color.NRGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }

// Colours of what is not a run.
var (
	ground   = paint{"ground", hex(0xffffff), hex(0x171c22)}
	ink      = paint{"ink", hex(0x1f2933), hex(0xe6e9ed)}
	soft     = paint{"soft", hex(0x66727f), hex(0x9aa5b1)}
	gridline = paint{"grid", hex(0xe7ebef), hex(0x2c343d)}
	edge     = paint{"edge", hex(0xc3cbd3), hex(0x4a5561)}
	over     = paint{"over", hex(0xd13438), hex(0xff7b72)}
)

// Colours of runs tell apart for those who see fewer of them, on light and on dark ground. Beside them, the shape of the marks differs.
var runPaints = []paint{
	{"run-0", hex(0x2563eb), hex(0x6ea8fe)},
	{"run-1", hex(0xd97706), hex(0xfbbf24)},
	{"run-2", hex(0x0f9d76), hex(0x34d399)},
	{"run-3", hex(0x8b46d6), hex(0xc4a1ff)},
	{"run-4", hex(0x0891b2), hex(0x22d3ee)},
	{"run-5", hex(0xbe3a7a), hex(0xf472b6)},
}

func runColour(i int) paint { return runPaints[i%len(runPaints)] }

// tint is a colour mixed into the ground, for areas.
func tint(p paint) paint {
	return paint{p.name + "-tint", mix(p.light, ground.light), mix(p.dark, ground.dark)}
}

// mix is one part of a and five of b.
func mix(a, b color.NRGBA) color.NRGBA {
	part := func(a, b uint8) uint8 { return uint8((int(a) + 5*int(b)) / 6) }
	return color.NRGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), 0xff}
}

// paints are all colours of the page.
func paints() []paint {
	all := []paint{ground, ink, soft, gridline, edge, over}
	for _, p := range runPaints {
		all = append(all, p, tint(p))
	}
	return all
}

// pageColours are the colours as styles of a page, by day and by night.
func pageColours() string {
	var light, dark strings.Builder
	for _, p := range paints() {
		fmt.Fprintf(&light, "%s:%s;", p.variable(), web(p.light))
		fmt.Fprintf(&dark, "%s:%s;", p.variable(), web(p.dark))
	}
	return fmt.Sprintf(":root{%s}\n@media (prefers-color-scheme:dark){:root{%s}}", &light, &dark)
}

// themed replaces the colours of a picture by those of the page.
func themed(svg string) string {
	var pairs []string
	for _, p := range paints() {
		pairs = append(pairs, web(p.light), "var("+p.variable()+")")
	}
	return strings.NewReplacer(pairs...).Replace(svg)
}
