package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
)

// WriteValues writes tensors as trtexec writes them with --exportOutput, in the order given. It writes valid JSON where
// trtexec does not: names are escaped, and a float that is no finite number becomes "NaN", "Infinity" or "-Infinity" in
// quotes, as Protocol Buffers write it and as most languages read it back. Integers of 8 bits are numbers and bools 0 or 1.
func WriteValues(w io.Writer, tensors []Values) error {
	out := bufio.NewWriterSize(w, 1<<16)
	_, _ = out.WriteString("[\n") // bufio keeps the error until Flush
	start := "  {"
	for i := range tensors {
		v := &tensors[i]
		name := appendString(nil, v.Name)
		_, _ = fmt.Fprintf(out, "%s \"name\" : %s\n  , \"dimensions\" : \"%s\"\n  , \"values\" : [ ", start, name, dimensions(v.Shape, "x"))
		if err := v.write(out, ", ", appendJSONFloat); err != nil {
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
func LogValues(log *Log, tensors []Values) error {
	log.Info("Output Tensors:")
	for i := range tensors {
		v := &tensors[i]
		log.Info("%s: (%s)", v.Name, dimensions(v.Shape, "x"))
		out := bufio.NewWriterSize(logWriter{log}, 1<<16)
		_, _ = out.WriteString(log.prefix('I'))
		err := v.write(out, " ", appendTextFloat)
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

// write writes all elements. Errors of the output are kept by it.
func (v *Values) write(out *bufio.Writer, separator string, float func([]byte, float64) []byte) error {
	element, count, err := v.check()
	if err != nil || count == 0 {
		return err
	}
	first := true
	for place := range v.places(count) {
		text := out.AvailableBuffer()
		if !first {
			text = append(text, separator...)
		}
		first = false
		if element.float != nil {
			text = float(text, element.float(v.Data, place))
		} else {
			text = element.integer(text, v.Data, place)
		}
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
