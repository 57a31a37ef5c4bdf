package loadreport

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/internal/typeset"
	"github.com/trtbench/trtbench/stat"
)

// WriteDetails writes what the table has no room for: reasons of verdicts, errors, what the server did, its GPUs, sequences. Points with
// nothing to tell are left out.
func (r *Report) WriteDetails(w io.Writer) error {
	p := typeset.NewPrinter(w)
	for i := range r.Points {
		point := &r.Points[i]
		lines := r.details(point)
		if len(lines) == 0 {
			continue
		}
		p.Line("")
		p.Line("At %s:", level(&r.Recording.Settings, point))
		for _, line := range lines {
			p.Wrap(4, "  "+line)
		}
	}
	return p.Err()
}

// level names a point.
func level(s *load.Settings, p *Point) string {
	switch s.Mode {
	case load.ModeRate:
		return fmt.Sprintf("%g requests/s", p.Level)
	case load.ModeConcurrency, load.ModeSteps:
		return fmt.Sprintf("%g requests in flight", p.Level)
	}
	return fmt.Sprintf("%.6g requests/s on average", p.Asked)
}

func (r *Report) details(p *Point) []string {
	var lines []string
	said := false // by the verdict, how requests failed
	for _, reason := range p.Verdict.Reasons {
		lines = append(lines, fmt.Sprintf("%s: %s", reason.Code, reason.Evidence))
		said = said || reason.Code == load.CodeRequestErrors || reason.Code == load.CodeNothingAnswered
	}
	for _, f := range p.Failures {
		if !said {
			lines = append(lines, fmt.Sprintf("errors outside of the measured time: %d × %s (%s)", f.Count, f.Status, firstLine(f.Text)))
		}
	}
	if p.Figures == nil {
		return lines
	}
	if served, known := p.Served(); known {
		lines = append(lines, serverLines(&served)...)
	}
	for _, g := range p.GPUs() {
		lines = append(lines, fmt.Sprintf("%s: utilization %.0f %%, %.0f W, %.0f of %.0f MiB, from %d readings", g.UUID,
			100*g.MeanUtilization, g.MeanPowerWatts, g.MaxMemoryUsedBytes/(1<<20), g.MemoryTotalBytes/(1<<20), g.Readings))
	}
	if q := p.Figures.Sequences; q != nil && q.Completed > 0 {
		lines = append(lines, sequenceLine(q))
	}
	if f := p.Figures.FirstAnswer; f != nil {
		lines = append(lines, fmt.Sprintf("first answer: p50 %s, p99 %s ms; %s answers/s", quantile(f, 0.5), quantile(f, 0.99), typeset.Number(p.Figures.AnswerRate)))
	}
	return append(lines, fewLines(p.Figures)...)
}

// serverLines splits the time of a request in the server.
func serverLines(m *load.ModelStatistics) []string {
	if m.Success.Count == 0 {
		return nil
	}
	parts := []string{
		"queue " + typeset.Milliseconds(m.Queue.Mean()), "compute input " + typeset.Milliseconds(m.ComputeInput.Mean()),
		"infer " + typeset.Milliseconds(m.ComputeInfer.Mean()), "output " + typeset.Milliseconds(m.ComputeOutput.Mean()), "rest " + typeset.Milliseconds(m.Overhead()),
	}
	lines := []string{fmt.Sprintf("server: %s ms of a request: %s", typeset.Milliseconds(m.Success.Mean()), strings.Join(parts, ", "))}
	if m.Executions > 0 {
		lines = append(lines, fmt.Sprintf("server: %d inferences in %d executions, %s at a time", m.Inferences, m.Executions, typeset.Number(m.MeanBatch())))
	}
	if m.CacheHit.Count+m.CacheMiss.Count > 0 {
		lines = append(lines, fmt.Sprintf("server: %d answers from its cache, %d not", m.CacheHit.Count, m.CacheMiss.Count))
	}
	if m.Fail.Count > 0 {
		lines = append(lines, fmt.Sprintf("server: it counted %d failed requests", m.Fail.Count))
	}
	return lines
}

func sequenceLine(q *load.SequenceFigures) string {
	text := fmt.Sprintf("sequences: %d completed, %s/s; response of first chunks p99 %s, of last chunks p99 %s ms; a whole one p50 %s s", q.Completed,
		typeset.Number(q.Rate), quantile(&q.First, 0.99), quantile(&q.Last, 0.99), seconds(&q.Whole, 0.5))
	if q.Cut > 0 {
		text += fmt.Sprintf("; %d were cut by a failure", q.Cut)
	}
	return text
}

func seconds(d *load.Distribution, q float64) string {
	found, known := d.At(q)
	if !known {
		return "-"
	}
	return typeset.Number(found.Value.Round(time.Microsecond).Seconds())
}

// fewLines explains the mark of quantiles.
func fewLines(f *load.Figures) []string {
	var few []string
	for _, q := range f.Response.Quantiles {
		if !q.Enough {
			few = append(few, fmt.Sprintf("p%g takes at least %d", 100*q.Q, stat.MinimumForQuantile(q.Q, load.Confidence)))
		}
	}
	if len(few) == 0 || f.Response.Count == 0 {
		return nil
	}
	return []string{fmt.Sprintf("* %d requests are too few to know how precise this is: %s", f.Response.Count, strings.Join(few, ", "))}
}

// WriteVerdict writes the verdict on the whole run, and why levels were left out.
func (r *Report) WriteVerdict(w io.Writer) error {
	p := typeset.NewPrinter(w)
	v := &r.Recording.Verdict
	p.Line("Verdict: %s%s", v.Status, verdictReasons(v))
	if best := r.Recording.Best(); best >= 0 && len(r.Points) > 1 {
		p.Line("Highest level that passed: %s", level(&r.Recording.Settings, &r.Points[best]))
	}
	if r.Recording.Ended != nil {
		p.Wrap(2, "Not measured: "+r.Recording.Ended.Evidence)
	}
	return p.Err()
}

// verdictReasons names the codes once each; what they mean at a point stands above.
func verdictReasons(v *record.Verdict) string {
	var codes []string
	seen := map[record.Code]bool{}
	for _, reason := range v.Reasons {
		if !seen[reason.Code] {
			codes = append(codes, string(reason.Code))
		}
		seen[reason.Code] = true
	}
	if len(codes) == 0 {
		return ""
	}
	return " (" + strings.Join(codes, ", ") + ")"
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
