package loadreport

import (
	"io"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/internal/typeset"
)

// WriteSummary writes a line for each point in the form that perf_analyzer ends with, so that what reads those reads these: the mean time
// of a request in whole microseconds, which here is the response time, from the instant at which it was due, unless the run followed
// perf_analyzer's rules. Behind it stand SPS, where the length of a chunk is known, and what is wrong with the point.
func (r *Report) WriteSummary(w io.Writer) error {
	p := typeset.NewPrinter(w)
	s := &r.Recording.Settings
	p.Line("Inferences/Second vs. Client Average Batch Latency")
	for i := range r.Points {
		point := &r.Points[i]
		if point.Figures == nil {
			continue
		}
		value := point.Level
		if s.Mode.Open() && s.Mode != load.ModeRate {
			value = point.Asked
		}
		f := point.Figures
		latency := f.Response.Mean
		if q, found := f.Response.At(s.Percentile / 100); found {
			latency = q.Value
		}
		rest := ""
		if s.ChunkDuration > 0 {
			rest = ", " + typeset.Number(f.SPS(s.ChunkDuration)) + " SPS"
		}
		if point.OverLimit {
			rest += ", over the limit"
		}
		if point.Verdict.Status == record.Invalid {
			rest += ", INVALID"
		}
		throughput := f.Throughput
		if theirs, err := r.Recording.CompatFigures(i); err == nil && s.Compat != load.CompatNone {
			throughput, latency = theirs.Throughput, time.Duration(theirs.StabilizingNs)
		}
		p.Line("%s: %.6g, throughput: %.6g infer/sec, latency %d usec%s", modeName(s.Mode), value, throughput, latency.Microseconds(), rest)
	}
	return p.Err()
}
