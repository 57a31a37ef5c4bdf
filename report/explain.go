package report

import (
	"fmt"
	"strings"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stat"
)

// Explain writes every figure with its definition beside it, how far the percentiles can be trusted, where the time went and
// which inferences were slow.
func Explain(log *Log, s *bench.Summary, a *bench.Analysis, source *record.Description) {
	log.Info("=== Explained ===")
	log.Info("Throughput: %s qps. %d timed queries divided by the wall time.", Number(s.ThroughputQPS), s.Queries)
	log.Info("Wall time: %s s. From the first start of copies or computation to the last end.", seconds(s.WallMs))
	for _, m := range shownMetrics(s, source) {
		log.Info("%s: median %s ms, mean %s ms. It is %s.", m.name, Number(m.metric.Median), Number(m.metric.Mean), m.definition)
	}
	log.Info("Total %s Compute Time: %s s. Sum of the computations.", source.Device.Kind, seconds(s.ComputeTotalMs))
	for _, p := range a.Percentiles {
		log.Info("Latency percentile(%s%%): %s ms. %s.", Number(p.Percentile), Number(p.Value), certainty(p))
	}
	parts(log, a, source)
	outliers(log, &a.Outliers, s.Inferences)
	log.Info("")
}

// certainty says how far a percentile can be trusted.
func certainty(p bench.Percentile) string {
	switch {
	case p.Needed == 0:
		return "The most extreme inference of this run; a longer run finds others"
	case !p.Enough:
		return fmt.Sprintf("TOO FEW INFERENCES to say how precise this is; %d are needed", p.Needed)
	}
	return fmt.Sprintf("The true one lies between %s and %s ms with 95 %% confidence, if the inferences are independent", Number(p.Low), Number(p.High))
}

func parts(log *Log, a *bench.Analysis, source *record.Description) {
	if !source.Measures(record.StageH2D) { // a backend that computes while it is called has neither queue nor copies
		return
	}
	p := &a.Parts
	log.Info("Response: mean %s ms, from the host's call to the end of the copies out. It is the sum of", Number(p.Response))
	log.Info("  queue %s ms, waiting behind the inference ahead and for copies in (which take %s ms)", Number(p.Queue), Number(p.H2D))
	log.Info("  computation %s ms", Number(p.Compute))
	log.Info("  wait for copies out %s ms and copies out %s ms", Number(p.ComputeToD2H), Number(p.D2H))
	w := &a.Wall
	log.Info("Device: %s ms from the first start to the last end. It is the sum of", Number(w.Total))
	log.Info("  computing %s ms (%s %%)", Number(w.Computing), share(w.Computing, w.Total))
	log.Info("  copying alone %s ms (%s %%)", Number(w.Copying), share(w.Copying, w.Total))
	log.Info("  idle %s ms (%s %%)", Number(w.Idle), share(w.Idle, w.Total))
}

func share(part, whole float64) string {
	if whole <= 0 {
		return "0"
	}
	return fmt.Sprintf("%.1f", 100*part/whole)
}

func outliers(log *Log, o *bench.Outliers, inferences int) {
	log.Info("Outliers: %d of %d inferences took over %s ms (median + %d standard deviations estimated robustly)",
		o.Count, inferences, Number(o.LimitMs), bench.OutlierFactor)
	for _, slow := range o.Worst {
		reason := ""
		if slow.GCPause {
			reason = ", while Go's garbage collector stopped the program"
		}
		log.Info("  %s ms, enqueued %s ms after the start of the run on stream %d%s", Number(slow.LatencyMs), Number(slow.AtMs), slow.Lane, reason)
	}
}

// Deadline writes how many chunks kept their deadline, pipelined and, where single is not nil, one at a time. perInference is the
// number of chunks in one inference.
func Deadline(log *Log, pipelined, single *bench.Deadline, perInference int) {
	log.Info("=== Deadline ===")
	share := func(d *bench.Deadline, what string) {
		log.Info("Chunks within %s ms: %d of %d (%.4g %%), %s", Number(d.LimitMs), d.Kept*perInference, d.Of*perInference, 100*d.Share, what)
	}
	share(pipelined, "each from the start of its copies in to the end of its copies out, waits included")
	if single != nil {
		share(single, "one inference at a time, from issuing its copies in to the host having the result")
	}
	log.Info("")
}

// OneAtATime writes the latency that a host sees with one inference at a time, beside the latency of the pipelined run.
func OneAtATime(log *Log, m *bench.Metric, percentiles []float32, pipelined *bench.Summary) {
	log.Info("=== One inference at a time ===")
	log.Info("Host latency at depth 1: %s", distribution(m, percentiles))
	log.Info("It is the time from issuing the copies in to the host having the result, with nothing else in flight.")
	log.Info("Pipelined run, for comparison: latency median = %s ms, one result every %s ms",
		Number(pipelined.Latency.Median), Number(pipelined.WallMs/float32(pipelined.Inferences)))
	log.Info("")
}

// FewSamples warns, in one line, of the percentiles that rest on too few inferences to bound them.
func FewSamples(log *Log, inferences int, percentiles []float32) {
	var imprecise []string
	for _, p := range percentiles {
		if p <= 0 || p >= 100 {
			continue
		}
		if needed := stat.MinimumForQuantile(float64(p)/100, bench.Confidence); inferences < needed {
			imprecise = append(imprecise, fmt.Sprintf("percentile(%s%%) needs %d", Number(p), needed))
		}
	}
	if len(imprecise) > 0 {
		log.Warn("few-samples %d: too few inferences to know how precise these are: %s", inferences, strings.Join(imprecise, ", "))
	}
}
