package streamreport

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// picture is drawn once and written as SVG, as PNG, or into a page.
type picture struct {
	id             string // unique in a page
	title, caption string
	text           string // what the picture says, for those who do not see it
	height         vg.Length
	draw           func(c draw.Canvas)
}

// Measures of pictures, in points.
const (
	pictureWidth = 760
	margin       = 16
	titleHeight  = 46
	pngDPI       = 144 // two pixels for a point of the page
)

// paintOn draws the picture with ground and title, as a file of its own has it.
func (p *picture) paintOn(canvas vg.CanvasSizer) {
	c := draw.New(canvas)
	fill(&c, c.Rectangle, ground)
	c = draw.Crop(c, margin, -margin, margin, -margin)
	top := c.Max.Y
	c.FillText(styled(bold, 15, ink, draw.XLeft, draw.YTop), vg.Point{X: c.Min.X, Y: top}, p.title)
	c.FillText(styled(plain, 10.5, soft, draw.XLeft, draw.YTop), vg.Point{X: c.Min.X, Y: top - 21}, p.caption)
	c.Max.Y -= titleHeight
	p.draw(c)
}

// size is that of the file.
func (p *picture) size() (width, height vg.Length) {
	return pictureWidth + 2*margin, p.height + titleHeight + 2*margin
}

// writeSVG writes the picture as a file.
func (p *picture) writeSVG(w io.Writer) error {
	width, height := p.size()
	canvas := vgsvg.New(width, height)
	p.paintOn(canvas)
	text, err := svgText(canvas)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, p.describe(text, width, height))
	return err
}

// writePNG writes the picture as a file.
func (p *picture) writePNG(w io.Writer) error {
	width, height := p.size()
	canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(pngDPI))}
	p.paintOn(canvas)
	_, err := canvas.WriteTo(w)
	return err
}

// inline is the picture as a part of a page, which has its title and its colours.
func (p *picture) inline() (template.HTML, error) {
	canvas := vgsvg.New(pictureWidth, p.height)
	p.draw(draw.New(canvas))
	text, err := svgText(canvas)
	if err != nil {
		return "", err
	}
	return template.HTML(themed(p.describe(text, pictureWidth, p.height))), nil // made of numbers and escaped texts
}

// svgText writes a drawing. Where the font that it was measured with is missing, others of the same widths take its place.
func svgText(canvas *vgsvg.Canvas) (string, error) {
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return "", fmt.Errorf("streamreport: draw: %w", err)
	}
	return strings.ReplaceAll(b.String(), "font-family:Liberation Sans;font-variant:normal;", "font-family:Liberation Sans,Arimo,Arial,Helvetica,sans-serif;"), nil
}

// element is where a drawing begins, after what only files have.
var element = regexp.MustCompile(`<svg[^>]*>`)

// describe gives a drawing a name and a description, and lets it grow with its place.
func (p *picture) describe(svg string, width, height vg.Length) string {
	at := element.FindStringIndex(svg)
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" role="img" aria-labelledby="%[3]s-t %[3]s-d">`+"\n"+
		`<title id="%[3]s-t">%[4]s</title><desc id="%[3]s-d">%[5]s</desc>`, width.Points(), height.Points(), p.id,
		template.HTMLEscapeString(p.title), template.HTMLEscapeString(p.text)) + svg[at[1]:]
}
