package perfanalyzer

import (
	"fmt"
	"io"
	"strings"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/report"
)

// Text writes perf_analyzer's text as a run goes on: the settings first, each point when it is complete, the table at the end. It keeps the
// first error of a writer, writes nothing from then on, and returns it from every call. It is not safe for concurrent use.
type Text struct {
	out, log io.Writer // standard output and standard error
	options  Options
	fixed    bool // numbers have two decimals, as they do from perf_analyzer's first warning of delays on
	err      error
}

// NewText returns a Text that writes reports to out, where perf_analyzer has its standard output, and warnings to log, where it has its
// standard error.
func NewText(out, log io.Writer, o Options) *Text { return &Text{out: out, log: log, options: o} }

// WriteText writes the whole text of a recording.
func WriteText(out, log io.Writer, r *load.Recording, o Options) error {
	t := NewText(out, log, o)
	_ = t.Settings(&r.Settings) // Summary returns the error as well
	for i := range r.Points {
		_ = t.Point(r, i)
	}
	return t.Summary(r)
}

// Settings writes what will be measured.
func (t *Text) Settings(s *load.Settings) error {
	generation := t.options.generation(s)
	t.line("*** Measurement Settings ***")
	t.line("  Batch size: %d", max(s.Batch, 1))
	if generation == load.Compat2402 {
		t.line("  Service Kind: Triton")
	} else {
		t.line("  Service Kind: TRITON")
	}
	t.windows(s, generation)
	t.limits(s)
	switch {
	case s.Mode != load.ModeRate:
	case s.Arrival == load.ArrivalConstant || s.Arrival == "":
		t.line("  Using uniform distribution on request generation")
	default:
		t.line("  Using %s distribution on request generation", s.Arrival)
	}
	if s.Search == load.SearchBinary {
		t.line("  Using Binary Search algorithm")
	}
	calls := "asynchronous"
	if s.Sync {
		calls = "synchronous"
	}
	t.line("  Using %s calls for inference", calls)
	if t.options.Decoupled {
		t.line("  Detected decoupled model, using the first response for measuring latency")
	}
	if generation == load.Compat2402 {
		t.line("  Stabilizing using %s latency", latencyName(s))
	}
	t.line("")
	return t.err
}

// windows says what is measured and when it is stable.
func (t *Text) windows(s *load.Settings, generation load.Compat) {
	if s.WarmUpRequests > 0 {
		t.line("  Sending %d warmup requests", s.WarmUpRequests)
	}
	if generation != load.Compat2402 && s.Requests > 0 {
		t.line("  Sending %d benchmark requests", s.Requests)
		return
	}
	t.line("  Using \"%s\" mode for stabilization", s.WindowMode)
	switch {
	case generation == load.Compat2402:
	case s.Percentile > 0:
		t.line("  Stabilizing using %sthroughput", latencyName(s)) // it has no blank there
	case s.Sync:
		t.line("  Stabilizing using average latency and throughput")
	default:
		t.line("  Stabilizing using average throughput")
	}
	if s.WindowMode == load.WindowCount {
		t.line("  Minimum number of samples in each window: %d", s.WindowRequests)
	} else {
		t.line("  Measurement window: %d msec", s.WindowTime.Milliseconds())
	}
}

// limits says where a range of levels ends.
func (t *Text) limits(s *load.Settings) {
	if s.Range.Start == s.Range.End || s.Mode != load.ModeRate && s.Mode != load.ModeConcurrency {
		return
	}
	t.line("  Latency limit: %d msec", s.LatencyLimit.Milliseconds())
	end := "MAX"
	if s.Range.End != 0 {
		end = t.number(s.Range.End)
	}
	if s.Mode == load.ModeConcurrency {
		t.line("  Concurrency limit: %s concurrent requests", end)
	} else {
		t.line("  Request Rate limit: %s requests per seconds", end)
	}
}

// Point writes point i of a recording: its level, its windows with [Options].Verbose, and its figures if it passed. Why it did not pass goes
// to the log.
func (t *Text) Point(r *load.Recording, i int) error {
	p, s := &r.Points[i], &r.Settings
	switch generation := t.options.generation(s); {
	case s.Mode == load.ModeConcurrency || s.Mode == load.ModeSteps:
		t.line("Request concurrency: %g", p.Level)
	case s.Mode != load.ModeRate: // intervals and schedules have no such line
	case generation == load.Compat2402:
		t.line("Request Rate: %s inference requests per seconds", t.number(p.Level))
	default:
		t.line("Request Rate: %s inference requests per second", t.number(p.Level))
	}
	t.passes(r, i)
	f, err := r.CompatFigures(i)
	switch {
	case err != nil || p.Empty || f.Requests == 0:
		t.warn("No valid requests recorded within time interval. Please use a larger time window.")
	case !p.Stable && !t.options.AllPoints:
		t.warn("Failed to obtain stable measurement.")
	case p.OverLimit && !t.options.AllPoints:
		t.warn("Measured latency went over the set limit of %d msec. ", s.LatencyLimit.Milliseconds())
	default:
		t.figures(r, i, f)
	}
	return t.err
}

// passes writes a line for each window.
func (t *Text) passes(r *load.Recording, i int) {
	if !t.options.Verbose || r.Settings.Requests > 0 {
		return
	}
	for k, f := range r.WindowFigures(i) {
		if f.Requests == 0 {
			continue
		}
		latency := fmt.Sprintf("Avg latency: %d usec (std %d usec). ", f.MeanNs/1000, f.StdDevUs)
		if r.Settings.Percentile > 0 {
			latency = fmt.Sprintf("%s latency: %d usec", latencyName(&r.Settings), f.StabilizingNs/1000)
		}
		t.line("  Pass [%d] throughput: %s infer/sec. %s", k+1, t.number(f.Throughput), latency)
	}
}

// Summary writes the table of the points that passed; nothing when there are none.
func (t *Text) Summary(r *load.Recording) error {
	rows := t.options.rows(r)
	if len(rows) == 0 {
		return t.err
	}
	s := &r.Settings
	t.line("Inferences/Second vs. Client %s Batch Latency", strings.Replace(latencyName(s), "average", "Average", 1))
	for _, row := range rows {
		t.line("%s: %s, throughput: %s infer/sec, latency %d usec", tableNames[closed(s)], t.number(row.level),
			t.number(row.figures.Throughput), row.figures.StabilizingNs/1000)
	}
	return t.err
}

// tableNames are the names of levels in tables, of open and of closed loops.
var tableNames = map[bool]string{false: columnRate, true: columnConcurrency}

// closed reports whether levels are requests in flight.
func closed(s *load.Settings) bool { return !s.Mode.Open() }

// latencyName names the latency that stabilizes: "average", or "p95".
func latencyName(s *load.Settings) string {
	if s.Percentile > 0 {
		return fmt.Sprintf("p%d", int(s.Percentile))
	}
	return "average"
}

// number writes a number as a stream of C++ does.
func (t *Text) number(v float64) string {
	if t.fixed {
		return fmt.Sprintf("%.2f", v)
	}
	return report.Number(v)
}

func (t *Text) line(format string, args ...any) { t.print(t.out, format, args) }
func (t *Text) warn(format string, args ...any) { t.print(t.log, format, args) }

func (t *Text) print(w io.Writer, format string, args []any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(w, format+"\n", args...)
	}
}
