package loadreport

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Width is the number of columns that a report fits into.
const Width = 120

// printer writes lines and keeps the first error, which ends all output.
type printer struct {
	w   io.Writer
	err error
}

// line writes a line as it is.
func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// text writes a text over as many lines as it takes, those after the first one set in by so much.
func (p *printer) text(indent int, text string) {
	for _, line := range Wrap(text, indent) {
		p.line("%s", line)
	}
}

// Wrap cuts a text at blanks into lines of at most [Width] columns; those after the first one are set in. A longer word stays whole.
func Wrap(text string, indent int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.SplitAfter(text, " ") {
		n := utf8.RuneCountInString(strings.TrimRight(word, " "))
		if used > indent && used+n > Width {
			lines = append(lines, strings.TrimRight(line, " "))
			line, used = strings.Repeat(" ", indent), indent
		}
		line += word
		used += utf8.RuneCountInString(word)
	}
	return append(lines, strings.TrimRight(line, " "))
}
