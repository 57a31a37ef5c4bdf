package inspect

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"
)

// DiffOptions say what is left out of the text of a comparison.
type DiffOptions struct {
	Limit int // things of one sort that are listed; 0 for DefaultLimit, negative for all
}

// WriteText writes the comparison for people: "~" marks what changed, "-" what only A has, "+" what only B has.
func (d *Diff) WriteText(w io.Writer, o DiffOptions) error {
	var text strings.Builder
	d.A.write(&text, "A")
	d.B.write(&text, "B")
	for i := range d.Sections {
		d.Sections[i].write(&text, cmp.Or(o.Limit, DefaultLimit))
	}
	for _, note := range d.Notes {
		fmt.Fprintf(&text, "\nNote: %s\n", note)
	}
	text.WriteString("\n" + d.verdict() + "\n")
	_, err := io.WriteString(w, text.String())
	return err
}

func (s *Side) write(w *strings.Builder, letter string) {
	document := Document{Kind: s.Kind}
	fmt.Fprintf(w, "%s: %s (%s, %s, SHA-256 %.12s…)\n", letter, s.File.Path, document.describeKind(), bytesText(s.File.Bytes), s.File.SHA256)
}

func (s *Section) write(w *strings.Builder, limit int) {
	counts := map[State]int{}
	for i := range s.Items {
		counts[s.Items[i].State]++
	}
	parts := []string{}
	for _, p := range []struct {
		count int
		word  string
	}{{s.Alike, "alike"}, {counts[Changed], "changed"}, {counts[Removed], "removed"}, {counts[Added], "added"}} {
		if p.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.count, p.word))
		}
	}
	section(w, "%s: %s", strings.ToUpper(s.Name[:1])+s.Name[1:], strings.Join(parts, ", "))
	for i := range s.Items {
		if limit > 0 && i == limit {
			fmt.Fprintf(w, "  … and %d more; --all-layers lists them all\n", len(s.Items)-limit)
			return
		}
		s.Items[i].write(w)
	}
}

var marks = map[State]string{Changed: "~", Removed: "-", Added: "+"}

func (i *Item) write(w *strings.Builder) {
	name := cut(i.Name, 60)
	if i.NameInB != "" {
		name += " (in B: " + cut(i.NameInB, 60) + ")"
	}
	var texts []string
	for _, c := range i.Changes {
		texts = append(texts, c.write(i.State))
	}
	line := "  " + marks[i.State] + " " + name
	inOneLine := line + ": " + strings.Join(texts, ", ")
	switch {
	case len(texts) == 0:
		w.WriteString(line + "\n")
	case len([]rune(inOneLine)) <= lineWidth:
		w.WriteString(inOneLine + "\n")
	case i.State == Changed:
		w.WriteString(line + "\n")
		for _, text := range texts {
			if len([]rune(text)) > lineWidth-6 {
				text = strings.Replace(text, " -> ", "\n        -> ", 1)
			}
			w.WriteString("      " + text + "\n")
		}
	default:
		w.WriteString(line + "\n")
		wrap(w, "      ", texts)
	}
}

// write writes a property: of what changed, both values; else the one there is.
func (c *Change) write(state State) string {
	text := cmp.Or(c.B, c.A)
	if state == Changed {
		text = cmp.Or(c.A, "none") + " -> " + cmp.Or(c.B, "none")
	}
	if c.What != "" {
		text = c.What + " " + text
	}
	if c.Percent != nil {
		text += fmt.Sprintf(" (%+.1f %%)", *c.Percent)
	}
	return text
}

func (d *Diff) verdict() string {
	size := humanize.Comma(d.B.File.Bytes - d.A.File.Bytes)
	if !strings.HasPrefix(size, "-") {
		size = "+" + size
	}
	switch d.Result {
	case Identical:
		return "The files are the same, byte for byte."
	case SameStructure:
		return fmt.Sprintf("All that is compared is alike. The bytes are not: weights, or what is not compared; size %s bytes.", size)
	}
	return fmt.Sprintf("B differs from A; size %s bytes.", size)
}
