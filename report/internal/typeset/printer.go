// Package typeset sets reports: in lines that fit a terminal, with figures of few digits.
package typeset

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Width is the number of columns that a report fits into.
const Width = 120

// Printer writes lines and keeps the first error, which ends all output. It is not safe for concurrent use.
type Printer struct {
	w   io.Writer
	err error
}

// NewPrinter returns a Printer that writes to w.
func NewPrinter(w io.Writer) *Printer { return &Printer{w: w} }

// Err returns the first error of the writer, nil when there was none.
func (p *Printer) Err() error { return p.err }

// Line writes a line as it is.
func (p *Printer) Line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// Wrap writes a text over as many lines as it takes, see [Wrap].
func (p *Printer) Wrap(indent int, text string) {
	for _, line := range Wrap(text, indent) {
		p.Line("%s", line)
	}
}

// Wrap cuts a text at blanks into lines of at most [Width] columns; those after the first one are set in by so many. A longer word stays
// whole.
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
