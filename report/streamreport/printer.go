package streamreport

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/trtbench/trtbench/report/loadreport"
)

// printer writes lines and keeps the first error, which ends all output.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// wrap writes a text in lines; those after the first are indented.
func (p *printer) wrap(indent int, text string) {
	for _, line := range loadreport.Wrap(text, indent) {
		p.line("%s", line)
	}
}

// grid writes a table with its columns below each other.
func (p *printer) grid(g *grid) {
	widths := make([]int, len(g.Head))
	rows := append([][]gridCell{g.Head}, g.Rows...)
	for _, row := range rows {
		for k, cell := range row {
			widths[k] = max(widths[k], utf8.RuneCountInString(cell.Text))
		}
	}
	for _, row := range rows {
		line := ""
		for k, cell := range row {
			fill := strings.Repeat(" ", widths[k]-utf8.RuneCountInString(cell.Text))
			if cell.Left {
				line += cell.Text + fill + "  "
			} else {
				line += fill + cell.Text + "  "
			}
		}
		p.line("%s", strings.TrimRight(line, " "))
	}
}
