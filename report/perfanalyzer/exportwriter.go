package perfanalyzer

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/load"
)

// versions are those of perf_analyzer that write the form of each generation.
var versions = map[load.Compat]string{load.Compat2402: "2.43.0", load.Compat2506: "2.59.0"}

// WriteExport writes the profile export: every request that was answered in a window of a point, with times of the wall clock in
// nanoseconds. It writes as it goes and holds no text.
//
// Recordings have no tensors, so that the generation 25.06 has empty objects for them. Of a request with several answers they have the time
// of the first and of the last one, which are the two that are written. A time is that at which the sender turned to the request.
func WriteExport(w io.Writer, r *load.Recording, o Options) error {
	e := exporter{b: bufio.NewWriterSize(w, 64<<10), generation: o.generation(&r.Settings), epoch: r.Epoch.UnixNano()}
	e.b.WriteString(`{"experiments":[`) // bufio.Writer keeps its first error, which Flush returns
	separator := ""
	for i := range r.Points {
		if len(r.Points[i].Windows) > 0 {
			e.b.WriteString(separator)
			e.experiment(&r.Settings, &r.Points[i])
			separator = ","
		}
	}
	e.b.WriteString(`],"version":"` + versions[e.generation] + `"`)
	if e.generation != load.Compat2402 {
		e.b.WriteString(`,"service_kind":"triton","endpoint":""`)
	}
	e.b.WriteByte('}')
	return e.b.Flush()
}

// exporter writes a profile export.
type exporter struct {
	b          *bufio.Writer
	generation load.Compat
	epoch      int64 // wall clock at instant 0
	digits     [20]byte
}

func (e *exporter) experiment(s *load.Settings, p *load.Point) {
	e.b.WriteString(`{"experiment":{"mode":"`)
	if closed(s) {
		e.b.WriteString(`concurrency","value":` + strconv.FormatFloat(p.Level, 'f', 0, 64))
	} else {
		e.b.WriteString(`request_rate","value":` + decimal(shownLevel(s, p)))
	}
	e.b.WriteString(`},"requests":[`)
	start, end := p.Windows[0].Start, p.Windows[len(p.Windows)-1].End
	separator := false
	for i := range p.Outcomes {
		if o := &p.Outcomes[i]; counts(o, start, end) {
			if separator {
				e.b.WriteByte(',')
			}
			e.request(o)
			separator = true
		}
	}
	e.b.WriteString(`],"window_boundaries":[`)
	e.time(start)
	for i := range p.Windows {
		e.b.WriteByte(',')
		e.time(p.Windows[i].End)
	}
	e.b.WriteString("]}")
}

func (e *exporter) request(o *load.Outcome) {
	e.b.WriteString(`{"timestamp":`)
	e.time(o.Begun)
	if o.Sequence != 0 {
		e.b.WriteString(`,"sequence_id":`)
		e.b.Write(strconv.AppendUint(e.digits[:0], o.Sequence, 10))
	}
	tensors := e.generation != load.Compat2402
	if tensors {
		e.b.WriteString(`,"request_inputs":{}`)
	}
	e.b.WriteString(`,"response_timestamps":[`)
	several := o.Parts > 1 && o.First < o.Answered
	if several {
		e.time(o.First)
		e.b.WriteByte(',')
	}
	e.time(o.Answered)
	switch {
	case tensors && several:
		e.b.WriteString(`],"response_outputs":[{},{}]}`)
	case tensors:
		e.b.WriteString(`],"response_outputs":[{}]}`)
	default:
		e.b.WriteString("]}")
	}
}

// time writes an instant of the run's clock as one of the wall clock.
func (e *exporter) time(at int64) { e.b.Write(strconv.AppendInt(e.digits[:0], e.epoch+at, 10)) }

// decimal writes a rate with at least one decimal.
func decimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
