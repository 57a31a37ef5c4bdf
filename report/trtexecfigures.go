package report

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/bench"
)

// requiredFigures are the lines of trtexec's report that all versions print.
var requiredFigures = []string{
	"Throughput", "Latency", "Enqueue Time", "H2D Latency", "GPU Compute Time", "D2H Latency", "Total Host Walltime", "Total GPU Compute Time",
}

// The lines of the report. X is a number.
var (
	warmUpLine     = logPattern(`Warmup completed (\d+) queries over X ms`)
	traceLine      = logPattern(`Timing trace has (\d+) queries over X s`)
	averagesLine   = logPattern(`Trace averages of (-?\d+) runs:`)
	averageLine    = logPattern(`Average on -?\d+ runs - GPU latency: X ms - Host latency: X ms \((?:end to end \S+ ms, )?enqueue X ms\)`)
	omittedLine    = logPattern(`\.\.\. Omitting (\d+) lines`)
	throughputLine = logPattern(`Throughput: X qps`)
	wallLine       = logPattern(`Total Host Walltime: X s`)
	computeLine    = logPattern(`Total GPU Compute Time: X s`)
	metricLine     = logPattern(`([\w -]+): min = X ms, max = X ms, mean = X ms, median = X ms((?:, percentile\(\S+%\) = \S+ ms)*)`)
	percentilePart = logPattern(`, percentile\(X%\) = X ms`)
)

func logPattern(text string) *regexp.Regexp {
	text = strings.ReplaceAll(text, "X", `([-+.\deE]+)`)
	if !strings.HasPrefix(text, ",") {
		text = "^" + text + "$"
	}
	return regexp.MustCompile(text)
}

// figure reads a line of the report, if it is one. The first line of a kind counts.
func (p *logParser) figure(text string) {
	s := &p.summary
	switch {
	case strings.HasPrefix(text, "Warmup completed "):
		p.read(warmUpLine, text, "Warmup", func(m []string) bool {
			return parseInt(m[1], &s.WarmUpQueries) && parseFloat(m[2], &s.WarmUpMs)
		})
	case strings.HasPrefix(text, "Timing trace has "):
		p.read(traceLine, text, "Timing trace", func(m []string) bool { return parseInt(m[1], &s.Queries) })
	case strings.HasPrefix(text, "Trace averages of "):
		p.read(averagesLine, text, "Trace averages", func(m []string) bool { return parseInt(m[1], &s.AvgRuns) })
	case strings.HasPrefix(text, "Average on "), strings.HasPrefix(text, "... Omitting "):
		p.average(text)
	case strings.HasPrefix(text, "Throughput: "):
		p.read(throughputLine, text, "Throughput", func(m []string) bool { return parseFloat(m[1], &s.ThroughputQPS) })
	case strings.HasPrefix(text, "Total Host Walltime: "):
		p.read(wallLine, text, "Total Host Walltime", func(m []string) bool { return parseSeconds(m[1], &s.WallMs) })
	case strings.HasPrefix(text, "Total GPU Compute Time: "):
		p.read(computeLine, text, "Total GPU Compute Time", func(m []string) bool { return parseSeconds(m[1], &s.ComputeTotalMs) })
	case strings.Contains(text, ": min = "):
		p.metric(text)
	}
}

// read matches a line and lets use take its parts.
func (p *logParser) read(pattern *regexp.Regexp, text, name string, use func(parts []string) bool) {
	if p.seen[name] {
		return
	}
	if parts := pattern.FindStringSubmatch(text); parts != nil && use(parts) {
		p.mark(name)
	}
}

func (p *logParser) mark(name string) {
	if p.seen == nil {
		p.seen = make(map[string]bool)
	}
	p.seen[name] = true
}

func (p *logParser) average(text string) {
	var a bench.Average
	if m := omittedLine.FindStringSubmatch(text); m != nil && parseInt(m[1], &a.Omitted) {
		p.summary.Averages = appendBounded(p.summary.Averages, a, maxLogAverages)
	}
	m := averageLine.FindStringSubmatch(text)
	if m != nil && parseFloat(m[1], &a.ComputeMs) && parseFloat(m[2], &a.LatencyMs) && parseFloat(m[3], &a.EnqueueMs) {
		p.summary.Averages = appendBounded(p.summary.Averages, a, maxLogAverages)
	}
}

// metric reads the line of a distribution.
func (p *logParser) metric(text string) {
	parts := metricLine.FindStringSubmatch(text)
	if parts == nil || p.seen[parts[1]] {
		return
	}
	m := bench.Metric{Percentiles: []float32{}}
	if !parseFloat(parts[2], &m.Min) || !parseFloat(parts[3], &m.Max) || !parseFloat(parts[4], &m.Mean) || !parseFloat(parts[5], &m.Median) {
		return
	}
	percentiles := []float32{}
	for _, pair := range percentilePart.FindAllStringSubmatch(parts[6], -1) {
		var percentile, value float32
		if !parseFloat(pair[1], &percentile) || !parseFloat(pair[2], &value) {
			return
		}
		percentiles, m.Percentiles = append(percentiles, percentile), append(m.Percentiles, value)
	}
	if strings.Count(parts[6], "percentile(") != len(percentiles) {
		return
	}
	s := &p.summary
	known := map[string]*bench.Metric{
		"Latency": &s.Latency, "Enqueue Time": &s.Enqueue, "H2D Latency": &s.H2D, "GPU Compute Time": &s.Compute, "D2H Latency": &s.D2H,
	}
	into := known[parts[1]]
	switch {
	case into == nil:
		p.report.Others = appendBounded(p.report.Others, LogMetric{parts[1], m}, maxLogEntries)
		return
	case p.report.Percentiles == nil:
		p.report.Percentiles = percentiles
	case !slices.Equal(p.report.Percentiles, percentiles):
		return
	}
	*into = m
	p.mark(parts[1])
}

// parseFloat reads a finite number.
func parseFloat(text string, into *float32) bool {
	v, err := strconv.ParseFloat(text, 32)
	if err != nil || math.IsNaN(v) {
		return false
	}
	*into = float32(v)
	return true
}

func parseSeconds(text string, intoMs *float32) bool {
	if !parseFloat(text, intoMs) {
		return false
	}
	*intoMs *= 1000
	return !math.IsInf(float64(*intoMs), 0)
}

func parseInt(text string, into *int) bool {
	v, err := strconv.Atoi(text)
	if err != nil {
		return false
	}
	*into = v
	return true
}
