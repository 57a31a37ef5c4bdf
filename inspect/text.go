package inspect

import (
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/trtbench/trtbench/tensor"
)

// TextOptions say what is left out of a text.
type TextOptions struct {
	Layers LayerView
}

// WriteText writes the document for people, in lines of about 100 characters.
func (d *Document) WriteText(w io.Writer, o TextOptions) error {
	var text strings.Builder
	facts := &table{fit: -1}
	facts.add("file", d.File.Path)
	facts.add("kind", d.describeKind())
	facts.add("size", bytesText(d.File.Bytes))
	facts.add("SHA-256", d.File.SHA256)
	switch {
	case d.Engine != nil:
		d.Engine.write(&text, facts, o)
	case d.ONNX != nil:
		d.ONNX.write(&text, facts, o)
	}
	for _, note := range d.Notes {
		fmt.Fprintf(&text, "\nNote: %s\n", note)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func (d *Document) describeKind() string {
	switch d.Kind {
	case KindEngine:
		return "TensorRT engine"
	case KindSimulated:
		return "plan for the SIMULATED device, no TensorRT engine"
	}
	return "ONNX model"
}

// section writes a title with a line before it.
func section(w *strings.Builder, format string, args ...any) {
	fmt.Fprintf(w, "\n"+format+"\n", args...)
}

// bytesText writes a size as "170,287 bytes" and, where that is hard to read, as "64,555,517 bytes (62 MiB)".
func bytesText(bytes int64) string {
	text := plural(bytes, "byte")
	if bytes >= 1<<20 {
		text += " (" + humanize.IBytes(uint64(bytes)) + ")"
	}
	return text
}

// shapeText writes dimensions as trtexec does: "16x2400x1", and "scalar" for none.
func shapeText(dims []int64) string {
	shape := make([]int, len(dims))
	for i, d := range dims {
		shape[i] = int(d)
	}
	return tensor.FormatShape(shape)
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// plural writes a number with a word that takes an s for all but one.
func plural[T int | int64](n T, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return humanize.Comma(int64(n)) + " " + word + "s"
}
