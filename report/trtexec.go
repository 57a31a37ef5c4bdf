package report

import (
	"fmt"
	"strings"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
)

// Trtexec writes a summary as the lines of trtexec's report, so that whatever reads those keeps working. percentiles
// are those the summary was made with. Stages that the backend does not measure have no line.
func Trtexec(log *Log, s *bench.Summary, percentiles []float32, source *record.Description) {
	log.Info("Warmup completed %d queries over %s ms", s.WarmUpQueries, Number(s.WarmUpMs))
	log.Info("Timing trace has %d queries over %s s", s.Queries, seconds(s.WallMs))
	log.Info("")
	log.Info("=== Trace details ===")
	log.Info("Trace averages of %d runs:", s.AvgRuns)
	for _, a := range s.Averages {
		traceAverage(log, a, s.AvgRuns, source)
	}
	log.Info("")
	log.Info("=== Performance summary ===")
	log.Info("Throughput: %s qps", Number(s.ThroughputQPS))
	for _, m := range shownMetrics(s, source) {
		log.Info("%s: %s", m.name, distribution(m.metric, percentiles))
	}
	log.Info("Total Host Walltime: %s s", seconds(s.WallMs))
	log.Info("Total %s Compute Time: %s s", source.Device.Kind, seconds(s.ComputeTotalMs))
	for _, w := range s.Warnings {
		log.Warn("%s", warningText(w, source))
	}
	definitions(log, source)
	log.Info("")
}

func traceAverage(log *Log, a bench.Average, runs int, source *record.Description) {
	if a.Omitted > 0 {
		log.Info("... Omitting %d lines", a.Omitted)
		return
	}
	enqueue := ""
	if source.Measures(record.StageEnqueue) {
		enqueue = fmt.Sprintf(" (enqueue %s ms)", Number(a.EnqueueMs))
	}
	log.Info("Average on %d runs - %s latency: %s ms - Host latency: %s ms%s",
		runs, source.Device.Kind, Number(a.ComputeMs), Number(a.LatencyMs), enqueue)
}

type namedMetric struct {
	name       string
	metric     *bench.Metric
	definition string
}

// shownMetrics returns the metrics of the stages that were measured, in trtexec's order.
func shownMetrics(s *bench.Summary, source *record.Description) []namedMetric {
	metrics := []namedMetric{{"Latency", &s.Latency,
		"copies to the device, computation and copies back, added up; waiting between them is not in it"}}
	for _, m := range []struct {
		stage record.Stage
		namedMetric
	}{
		{record.StageEnqueue, namedMetric{"Enqueue Time", &s.Enqueue, "host time to queue one inference"}},
		{record.StageH2D, namedMetric{"H2D Latency", &s.H2D, "time of the copies to the device of one inference"}},
		{record.StageCompute, namedMetric{string(source.Device.Kind) + " Compute Time", &s.Compute, "device time of the computation of one inference"}},
		{record.StageD2H, namedMetric{"D2H Latency", &s.D2H, "time of the copies to the host of one inference"}},
	} {
		if source.Measures(m.stage) {
			metrics = append(metrics, m.namedMetric)
		}
	}
	return metrics
}

func distribution(m *bench.Metric, percentiles []float32) string {
	var line strings.Builder
	fmt.Fprintf(&line, "min = %s ms, max = %s ms, mean = %s ms, median = %s ms",
		Number(m.Min), Number(m.Max), Number(m.Mean), Number(m.Median))
	for i, p := range percentiles {
		fmt.Fprintf(&line, ", percentile(%s%%) = %s ms", Number(p), Number(m.Percentiles[i]))
	}
	return line.String()
}

// definitions writes, in a verbose log, what each figure means.
func definitions(log *Log, source *record.Description) {
	log.Debug("")
	log.Debug("=== What the figures mean ===")
	log.Debug("Throughput: queries divided by the wall time between the first start and the last end.")
	for _, m := range shownMetrics(&bench.Summary{}, source) {
		log.Debug("%s: %s.", m.name, m.definition)
	}
	log.Debug("Total Host Walltime: from the start of the first timed inference to the end of the last.")
	log.Debug("Total %s Compute Time: sum of the computations; far below the wall time, the device was idle meanwhile.", source.Device.Kind)
}

// warningText says what a warning means and what to do. It begins with the stable code, then the value if there is one.
func warningText(w bench.Warning, source *record.Description) string {
	switch w.Code {
	case bench.EnqueueBound:
		return "enqueue-bound: queueing takes the host over 80 % of the compute time, so the host may limit the throughput; try a CUDA graph"
	case bench.H2DBound:
		return "h2d-bound: copying inputs takes as long as computing and may limit the throughput; measure without transfers to see the engine alone"
	case bench.D2HBound:
		return "d2h-bound: copying outputs takes as long as computing and may limit the throughput; measure without transfers to see the engine alone"
	case bench.ComputeUnstable:
		advice := "lock the GPU clocks or wait longer between runs"
		if source.Device.Kind == record.CPU {
			advice = "stop what else runs on this machine or pin the threads"
		}
		return fmt.Sprintf("compute-unstable %s: the compute time varies by this coefficient of variance in %%; %s", Number(w.Value), advice)
	case bench.MultiStream:
		return "multi-stream: inferences of several streams share the device, so times of one contain waiting for others"
	}
	return string(w.Code)
}

func seconds(ms float32) string { return Number(ms / 1000) }
