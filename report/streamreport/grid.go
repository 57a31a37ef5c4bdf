package streamreport

import (
	"strings"
	"unicode/utf8"

	"github.com/trtbench/trtbench/report/internal/typeset"
)

// grid is a table of texts. Columns that are read as words have their texts at the left, those of numbers at the right.
type grid struct {
	Head []gridCell
	Rows [][]gridCell
}

type gridCell struct {
	Text string
	Left bool
}

// print writes the table with its columns below each other.
func (g *grid) print(p *typeset.Printer) {
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
		p.Line("%s", strings.TrimRight(line, " "))
	}
}
