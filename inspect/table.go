package inspect

import (
	"strings"
	"unicode/utf8"
)

// lineWidth is what a line may take.
const lineWidth = 100

// table lines cells up in columns.
type table struct {
	head []string // titles of the columns; none are written when it is nil
	rows [][]string
	fit  int // column that is cut where a line would be too long; -1 for none
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// write writes the table, indented by two spaces.
func (t *table) write(w *strings.Builder) {
	rows := t.rows
	if t.head != nil {
		rows = append([][]string{t.head}, rows...)
	}
	widths := columnWidths(rows)
	if t.fit >= 0 && t.fit < len(widths) {
		const narrowest = 16
		total := 2 * len(widths)
		for _, width := range widths {
			total += width
		}
		widths[t.fit] = max(min(widths[t.fit], narrowest), widths[t.fit]-max(total-lineWidth, 0))
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if i == t.fit {
				cell = cut(cell, widths[i])
			}
			line.WriteString("  " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		w.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

func columnWidths(rows [][]string) []int {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

// cut leaves out the middle of a text that is too long: of long names both ends tell something.
func cut(text string, width int) string {
	runes := []rune(text)
	if len(runes) <= width {
		return text
	}
	front := (width - 1) / 2
	return string(runes[:front]) + "…" + string(runes[len(runes)-(width-1-front):])
}

// wrap writes items separated by commas, in lines that are not too long.
func wrap(w *strings.Builder, indent string, items []string) {
	column := 0
	for i, item := range items {
		if i < len(items)-1 {
			item += ","
		}
		width := 1 + utf8.RuneCountInString(item)
		switch {
		case i == 0:
			w.WriteString(indent)
			column = len(indent)
		case column+width > lineWidth:
			w.WriteString("\n" + indent)
			column = len(indent)
		default:
			w.WriteByte(' ')
		}
		w.WriteString(item)
		column += width
	}
	if len(items) > 0 {
		w.WriteByte('\n')
	}
}
