package load

import (
	"math"
	"time"

	"github.com/trtbench/trtbench/stat"
)

// CompatFigures are the figures of perf_analyzer for the same requests, by its rules: a request belongs to the window in which it
// ended, its latency starts when the sender turns to it, and everything is cut to whole numbers where perf_analyzer cuts.
type CompatFigures struct {
	Windows  int           `json:"windows"`
	Duration time.Duration `json:"duration_ns"` // of all windows

	Requests  int `json:"requests"`            // that ended in the windows with an answer
	Delayed   int `json:"delayed"`             // of these; see DelayedPercent
	Sequences int `json:"sequences,omitempty"` // whose last request ended in the windows

	// DelayedPercent is Delayed in % of Requests: those to which the sender came when they were due already, for more than 1 ms in
	// the generation 25.06 and for any time in 24.02. Above DelayWarningPercent perf_analyzer warns.
	DelayedPercent float64 `json:"delayed_percent"`
	SendRate       float64 `json:"send_rate"` // requests sent per second; mean of the windows

	Throughput         float64 `json:"throughput"`           // inferences per second
	ResponseThroughput float64 `json:"response_throughput"`  // answers per second
	SequenceThroughput float64 `json:"sequences_per_second"` //
	OverheadPercent    float64 `json:"overhead_percent"`     // of the windows in which senders did not wait; mean of the windows

	MeanNs      uint64             `json:"mean_ns"`     // rounded down
	StdDevUs    uint64             `json:"std_dev_us"`  // rounded down; MaxUint64 for a single request
	Percentiles []CompatPercentile `json:"percentiles"` // ascending: 50, 90, 95, 99 and the one asked for
	// StabilizingNs is what stability and the latency threshold look at: the percentile asked for, or the mean.
	StabilizingNs uint64 `json:"stabilizing_ns"`
}

// CompatPercentile is a percentile as perf_analyzer picks it. Its lines show Ns/1000 without the fraction.
type CompatPercentile struct {
	Percentile int    `json:"percentile"`
	Ns         uint64 `json:"ns"`
}

// DelayWarningPercent is the share of delayed requests above which perf_analyzer warns that it did not keep up.
const DelayWarningPercent = 1.0

// compatPercentiles are those that perf_analyzer always computes.
var compatPercentiles = []int{50, 90, 95, 99}

// compatMeasure says how to look at the outcomes of a point as perf_analyzer does.
type compatMeasure struct {
	windows    []Window
	before     int64 // end of the window before them; 0: there was none
	batch      int
	percentile int           // besides compatPercentiles; 0: none, and the mean stabilizes
	tolerance  time.Duration // lateness that is no delay
}

// figures computes the figures of the windows, which follow each other, as perf_analyzer does when it merges them.
func (m compatMeasure) figures(outcomes []Outcome) CompatFigures {
	f := CompatFigures{Windows: len(m.windows)}
	if len(m.windows) == 0 {
		return f
	}
	all := span{m.windows[0].Start, m.windows[len(m.windows)-1].End}
	var latencies []int64
	answers := 0
	for i := range outcomes {
		o := &outcomes[i]
		if o.Status != StatusOK || o.Flags&FlagClosing != 0 || !all.ends(o.Answered) {
			continue
		}
		latencies = append(latencies, o.Call())
		answers += int(max(o.Parts, 1))
		if o.Flags&FlagEnd != 0 {
			f.Sequences++
		}
		if o.Flags&FlagLate != 0 && o.Delay() > int64(m.tolerance) {
			f.Delayed++
		}
	}
	f.Requests = len(latencies)
	for _, w := range m.windows {
		f.Duration += w.Duration()
	}
	// Seconds are in single precision there, and so is what is divided by them.
	if seconds := float32(f.Duration) / 1e9; seconds > 0 {
		f.Throughput = float64(float32(f.Requests*max(m.batch, 1)) / seconds)
		f.ResponseThroughput = float64(float32(answers) / seconds)
		f.SequenceThroughput = float64(float32(f.Sequences) / seconds)
	}
	if f.Requests > 0 {
		f.DelayedPercent = 100 * float64(f.Delayed) / float64(f.Requests)
		f.describe(latencies, m.percentile)
	}
	f.SendRate, f.OverheadPercent = m.sendRate(outcomes), m.overhead()
	return f
}

// describe computes the latencies' figures; there is at least one.
func (f *CompatFigures) describe(latencies []int64, percentile int) {
	stat.SortInts(latencies, nil)
	var sum uint64
	for _, v := range latencies {
		sum += uint64(v)
	}
	f.MeanNs = sum / uint64(len(latencies))
	f.StdDevUs = compatDeviation(latencies, f.MeanNs)
	f.StabilizingNs = f.MeanNs
	for _, p := range withPercentile(percentile) {
		ns := uint64(latencies[compatIndex(len(latencies), p)])
		f.Percentiles = append(f.Percentiles, CompatPercentile{p, ns})
		if p == percentile {
			f.StabilizingNs = ns
		}
	}
}

// compatDeviation sums squares in ns² as perf_analyzer does: the sum wraps around when the deviation is large.
func compatDeviation(latencies []int64, mean uint64) uint64 {
	if len(latencies) == 1 {
		return math.MaxUint64
	}
	var squares uint64
	for _, v := range latencies {
		squares += (uint64(v) - mean) * (uint64(v) - mean)
	}
	return uint64(math.Sqrt(float64(squares/uint64(len(latencies)-1)))) / 1000
}

// compatIndex returns the place of percentile p among n ascending values.
func compatIndex(n, p int) int {
	return int(math.Floor(float64(p)/100*float64(n-1) + 0.5))
}

// withPercentile returns the percentiles to compute, ascending.
func withPercentile(extra int) []int {
	list := []int{}
	for _, p := range compatPercentiles {
		if extra != 0 && extra < p {
			list, extra = append(list, extra), 0
		}
		if extra == p {
			extra = 0
		}
		list = append(list, p)
	}
	if extra != 0 {
		list = append(list, extra)
	}
	return list
}

// sendRate is the mean of the windows' rates. What was sent before the first window of a point opened counts in it.
func (m compatMeasure) sendRate(outcomes []Outcome) float64 {
	sent := make([]int, len(m.windows))
	for i := range outcomes {
		o := &outcomes[i]
		warmUp := o.Flags&FlagWarmUp != 0 && o.Sent <= m.windows[0].Start
		if o.Sent <= m.before || warmUp || o.Flags&FlagClosing != 0 {
			continue
		}
		for k := range m.windows {
			if o.Sent <= m.windows[k].End {
				sent[k]++
				break
			}
		}
	}
	var sum float64
	for k := range m.windows {
		if seconds := m.windows[k].Duration().Seconds(); seconds > 0 {
			sum += float64(sent[k]) / seconds
		}
	}
	return sum / float64(len(m.windows))
}

// overhead is the mean share of time in which the senders neither slept nor waited for a call; negative shares count as 0.
func (m compatMeasure) overhead() float64 {
	var sum float64
	for _, w := range m.windows {
		if d := w.Duration(); d > 0 && w.Idle < d {
			sum += 100 * float64(d-w.Idle) / float64(d)
		}
	}
	return sum / float64(len(m.windows))
}
