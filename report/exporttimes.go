package report

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/trtbench/trtbench/bench"
)

// TimesTrace is a trace that can be written as a times file: a [bench.Recording], or [Times] that were read from one.
type TimesTrace interface {
	bench.Trace
	Positions(i int) bench.Positions
}

// WriteTimes writes the timed inferences of a trace, those from the end of the warm-up on, as trtexec writes them with
// --exportTimes: the same keys in the same order, times in ms with six significant digits. A time that is no finite number
// becomes null. With nothing timed the array is empty.
func WriteTimes(w io.Writer, trace TimesTrace, warmUp time.Duration) error {
	out := newTimesWriter(w, appendFinite)
	for i := bench.FirstTimed(trace, warmUp); i < trace.Len(); i++ {
		out.begin()
		out.inference(trace.Timing(i), trace.Positions(i))
		out.end()
	}
	return out.close()
}

// WriteTimesExtended writes all samples of a recording, those of the warm-up included, as a times file with as many
// digits as are needed to restore every time. To trtexec's keys it adds, in each record, "enqueueMs", the duration of the
// enqueue; "stream", the inference stream; "warmUp", whether the report leaves the inference out; and "gcPause", whether
// Go's garbage collector stopped the program meanwhile. ReadTimes reads it, and the report of what it reads, with the same
// warm-up, is the report of the recording.
func WriteTimesExtended(w io.Writer, r *bench.Recording, warmUp time.Duration) error {
	out := newTimesWriter(w, appendShortest)
	first := bench.FirstTimed(r, warmUp)
	for i := range r.Samples {
		sample := &r.Samples[i]
		timing := sample.Timing()
		out.begin()
		out.inference(timing, sample.Positions())
		out.field("enqueueMs", float64(timing.Enqueue))
		out.key("stream")
		out.line = strconv.AppendInt(out.line, int64(sample.Lane), 10)
		out.key("warmUp")
		out.line = strconv.AppendBool(out.line, i < first)
		out.key("gcPause")
		out.line = strconv.AppendBool(out.line, sample.Flags&bench.GCPause != 0)
		out.end()
	}
	return out.close()
}

// timesWriter writes the array of a times file, a line for each record. The first error ends all output; close returns it.
type timesWriter struct {
	w      *bufio.Writer
	number func([]byte, float64) []byte
	line   []byte
	start  string // of the next record
}

func newTimesWriter(w io.Writer, number func([]byte, float64) []byte) *timesWriter {
	t := &timesWriter{w: bufio.NewWriterSize(w, 1<<16), number: number, start: "  {"}
	_, _ = t.w.WriteString("[\n") // bufio keeps the error until close
	return t
}

func (t *timesWriter) begin() {
	t.line = append(t.line[:0], t.start...)
	t.start = ", {"
}

func (t *timesWriter) inference(d bench.Timing, p bench.Positions) {
	t.field("startEnqMs", p.EnqueueStart)
	t.field("endEnqMs", p.EnqueueEnd)
	t.field("startH2dMs", float64(p.H2DStart))
	t.field("endH2dMs", float64(p.H2DEnd))
	t.field("startComputeMs", float64(p.ComputeStart))
	t.field("endComputeMs", float64(p.ComputeEnd))
	t.field("startD2hMs", float64(p.D2HStart))
	t.field("endD2hMs", float64(p.D2HEnd))
	t.field("h2dMs", float64(d.H2D))
	t.field("computeMs", float64(d.Compute))
	t.field("d2hMs", float64(d.D2H))
	t.field("latencyMs", float64(d.Latency()))
}

func (t *timesWriter) key(name string) {
	if t.line[len(t.line)-1] != '{' {
		t.line = append(t.line, ',')
	}
	t.line = append(t.line, ` "`...)
	t.line = append(t.line, name...)
	t.line = append(t.line, `" : `...)
}

func (t *timesWriter) field(name string, value float64) {
	t.key(name)
	t.line = t.number(t.line, value)
}

func (t *timesWriter) end() {
	t.line = append(t.line, " }\n"...)
	_, _ = t.w.Write(t.line)
}

func (t *timesWriter) close() error {
	_, _ = t.w.WriteString("]\n")
	return t.w.Flush()
}

// appendShortest writes a number that came from single precision with as few digits as restore it, and others, which are
// host times in whole nanoseconds, with as few as restore those. What JSON cannot hold becomes null.
func appendShortest(dst []byte, v float64) []byte {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return append(dst, "null"...)
	case float64(float32(v)) == v:
		return strconv.AppendFloat(dst, v, 'g', -1, 32)
	default:
		return strconv.AppendFloat(dst, v, 'g', -1, 64)
	}
}
