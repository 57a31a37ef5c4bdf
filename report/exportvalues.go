package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/trtbench/trtbench/tensor"
)

// WriteValues writes tensors as trtexec writes them with --exportOutput, in the order given. It writes valid JSON where
// trtexec does not: names are escaped, and a float that is no finite number becomes "NaN", "Infinity" or "-Infinity" in
// quotes, as Protocol Buffers write it and as most languages read it back. Integers of 8 bits are numbers and bools 0 or 1.
func WriteValues(w io.Writer, tensors []tensor.Values) error {
	out := bufio.NewWriterSize(w, 1<<16)
	_, _ = out.WriteString("[\n") // bufio keeps the error until Flush
	start := "  {"
	for i := range tensors {
		v := &tensors[i]
		name := appendString(nil, v.Name)
		_, _ = fmt.Fprintf(out, "%s \"name\" : %s\n  , \"dimensions\" : \"%s\"\n  , \"values\" : [ ", start, name, dimensions(v.Shape, "x"))
		if err := writeElements(out, v, ", ", appendJSONFloat); err != nil {
			return errors.Join(err, out.Flush())
		}
		_, _ = out.WriteString(" ]\n  }\n")
		start = ", {"
	}
	_, _ = out.WriteString("]\n")
	return out.Flush()
}

// LogValues writes tensors to a log as trtexec writes them with --dumpOutput: name and dimensions, then all elements in one
// line.
func LogValues(log *Log, tensors []tensor.Values) error {
	log.Info("Output Tensors:")
	for i := range tensors {
		v := &tensors[i]
		log.Info("%s: (%s)", v.Name, dimensions(v.Shape, "x"))
		out := bufio.NewWriterSize(logWriter{log}, 1<<16)
		_, _ = out.WriteString(log.prefix('I'))
		err := writeElements(out, v, " ", appendTextFloat)
		_, _ = out.WriteString("\n")
		if err := errors.Join(err, out.Flush()); err != nil {
			return err
		}
	}
	return log.Failed()
}

// logWriter writes raw text to the output of a log.
type logWriter struct{ log *Log }

func (w logWriter) Write(p []byte) (int, error) {
	w.log.write(w.log.Out, string(p))
	if err := w.log.Failed(); err != nil {
		return 0, err
	}
	return len(p), nil
}

// writeElements writes all elements. Errors of the output are kept by it.
func writeElements(out *bufio.Writer, v *tensor.Values, separator string, float func([]byte, float64) []byte) error {
	elements, err := v.Elements()
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	first := true
	for text := range elements.Texts(float) {
		if !first {
			_, _ = out.WriteString(separator)
		}
		first = false
		if _, err := out.Write(text); err != nil {
			return nil // kept until Flush
		}
	}
	return nil
}

func appendJSONFloat(dst []byte, v float64) []byte {
	switch {
	case math.IsNaN(v):
		return append(dst, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(v, -1):
		return append(dst, `"-Infinity"`...)
	default:
		return appendNumber(dst, v)
	}
}

// appendTextFloat writes a number as C++ streams do, which show the sign of what is no number.
func appendTextFloat(dst []byte, v float64) []byte {
	if math.IsNaN(v) && math.Signbit(v) {
		dst = append(dst, '-')
	}
	return appendNumber(dst, v)
}

// dimensions writes a shape as trtexec does in its files: "2x3", and nothing for a scalar.
func dimensions(shape []int, separator string) string {
	parts := make([]string, len(shape))
	for i, d := range shape {
		parts[i] = fmt.Sprint(d)
	}
	return strings.Join(parts, separator)
}
