package compare

import (
	"fmt"
	"math"
	"slices"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stat"
)

// State is what became of a figure from A to B.
type State string

// The states.
const (
	Same    State = "same"
	Better  State = "better"
	Worse   State = "worse"
	Unclear State = "unclear"
)

// Code says why a figure has its state. Codes are stable.
type Code string

// The reasons.
const (
	Within        Code = "within-threshold"  // the interval of the difference lies within the threshold on both sides
	Beyond        Code = "beyond-threshold"  // the interval lies beyond the threshold
	Crosses       Code = "crosses-threshold" // there is a difference, and the interval does not say whether it is beyond the threshold
	Noisy         Code = "too-noisy"         // the interval holds no difference as well as one beyond the threshold
	FewSamples    Code = "few-samples"       // there are too few inferences for an interval
	PointEstimate Code = "point-estimate"    // only figures are known, no inferences: there is no interval
)

// Row is the comparison of one figure.
type Row struct {
	Name         string  `json:"name"`
	Unit         string  `json:"unit"`
	HigherBetter bool    `json:"higher_is_better"`
	Decides      bool    `json:"decides"` // whether being worse is a regression
	A            float64 `json:"a"`
	B            float64 `json:"b"`
	Percent      float64 `json:"difference_percent"` // of B from A
	LowPercent   float64 `json:"low_percent"`        // with 95 % confidence; both are Percent without an interval
	HighPercent  float64 `json:"high_percent"`
	State        State   `json:"state"`
	Code         Code    `json:"code"`
}

// Result is a comparison of two runs.
type Result struct {
	A           *Side        `json:"a"`
	B           *Side        `json:"b"`
	Threshold   float64      `json:"threshold_percent"`
	Differences []Difference `json:"differences"`
	Rows        []Row        `json:"rows"`
	State       State        `json:"state"` // worse if a deciding figure is, else better, unclear, same in this order
}

// DefaultThreshold is the difference in percent that does not matter.
const DefaultThreshold = 5.0

// Options say how to compare.
type Options struct {
	Threshold        float64 // percent that does not matter, 0 or more
	AllowDifferences bool    // compare although blocking differences exist, or a run is invalid
}

// IncomparableError says why two runs were not compared.
type IncomparableError struct {
	Differences []Difference // blocking ones
	Invalid     []string     // sides whose own verdict is that they must not be used
}

// Error lists what stands against a comparison.
func (e *IncomparableError) Error() string {
	text := "compare: the two runs cannot be compared"
	for _, name := range e.Invalid {
		text += fmt.Sprintf("; %s is marked invalid", name)
	}
	for _, d := range e.Differences {
		text += fmt.Sprintf("; %s: %s and %s", d.Name, d.A, d.B)
	}
	return text + "; allow differences if that is meant"
}

// Compare compares run B with run A. The error is an [*IncomparableError], or a fault of the options.
func Compare(a, b *Side, options Options) (*Result, error) {
	if !(options.Threshold >= 0) || math.IsInf(options.Threshold, 0) {
		return nil, fmt.Errorf("compare: threshold %v %%; expected 0 or more", options.Threshold)
	}
	r := &Result{A: a, B: b, Threshold: options.Threshold, Differences: differences(a, b)}
	refused := &IncomparableError{}
	for _, side := range []*Side{a, b} {
		if side.verdict.Status == record.Invalid {
			refused.Invalid = append(refused.Invalid, side.Name)
		}
	}
	for _, d := range r.Differences {
		if d.Blocking {
			refused.Differences = append(refused.Differences, d)
		}
	}
	if !options.AllowDifferences && len(refused.Invalid)+len(refused.Differences) > 0 {
		return nil, refused
	}
	r.Rows = append(r.Rows, r.throughput())
	for _, m := range metrics {
		if m.stage != "" && (!a.Description.Measures(m.stage) || !b.Description.Measures(m.stage)) {
			continue
		}
		if x, y := m.of(a.summary), m.of(b.summary); x.Max > 0 || y.Max > 0 { // not copies that neither side made
			r.Rows = append(r.Rows, r.median(m))
		}
	}
	if a.trace != nil && b.trace != nil {
		r.Rows = append(r.Rows, r.tail())
	}
	r.State = overall(r.Rows)
	return r, nil
}

// metric is a time that is compared by its median.
type metric struct {
	name    string
	stage   record.Stage // that must have been measured; empty for all
	decides bool
	of      func(*bench.Summary) *bench.Metric
	value   func(bench.Timing) float32
}

var metrics = []metric{
	{"latency median", "", true, func(s *bench.Summary) *bench.Metric { return &s.Latency }, bench.Timing.Latency},
	{"compute median", record.StageCompute, true, func(s *bench.Summary) *bench.Metric { return &s.Compute }, func(t bench.Timing) float32 { return t.Compute }},
	{"enqueue median", record.StageEnqueue, false, func(s *bench.Summary) *bench.Metric { return &s.Enqueue }, func(t bench.Timing) float32 { return t.Enqueue }},
	{"H2D median", record.StageH2D, false, func(s *bench.Summary) *bench.Metric { return &s.H2D }, func(t bench.Timing) float32 { return t.H2D }},
	{"D2H median", record.StageD2H, false, func(s *bench.Summary) *bench.Metric { return &s.D2H }, func(t bench.Timing) float32 { return t.D2H }},
}

func (r *Result) median(m metric) Row {
	row := Row{Name: m.name, Unit: "ms", Decides: m.decides, A: float64(m.of(r.A.summary).Median), B: float64(m.of(r.B.summary).Median)}
	return r.judgeMiddle(row, r.A.medians(m.value), r.B.medians(m.value))
}

func (r *Result) throughput() Row {
	row := Row{Name: "throughput", Unit: "inferences/s", HigherBetter: true, Decides: true, A: r.A.rate(), B: r.B.rate()}
	return r.judge(row, r.A.rates(), r.B.rates(), overallRate)
}

// tail compares the 99th percentile of the latency, taken in each of a number of stretches: outliers come in clusters, and those of one
// moment must not decide about a whole run.
func (r *Result) tail() Row {
	row := Row{Name: "latency p99", Unit: "ms", Decides: true, A: p99(r.A.summary), B: p99(r.B.summary)}
	a, b := r.A.tails(), r.B.tails()
	if len(a) < minBlocks || len(b) < minBlocks {
		row.Percent = percent(row.A, row.B)
		row.LowPercent, row.HighPercent, row.State, row.Code = row.Percent, row.Percent, Unclear, FewSamples
		return row
	}
	return r.judgeMiddle(row, a, b)
}

// judgeMiddle is judge for a figure that is taken as the median over blocks, and shown as that where inferences are known.
func (r *Result) judgeMiddle(row Row, a, b []float64) Row {
	if a != nil && b != nil {
		row.A, row.B = middle(slices.Clone(a)), middle(slices.Clone(b))
	}
	return r.judge(row, a, b, middle)
}

func p99(s *bench.Summary) float64 {
	i := slices.IndexFunc(s.Latency.Robust.Quantiles, func(q bench.Quantile) bool { return q.Q == tailQuantile })
	if i < 0 {
		return 0
	}
	return s.Latency.Robust.Quantiles[i].Value
}

// judge completes a row from the figures of blocks of both sides, which are nil when no inferences are known.
func (r *Result) judge(row Row, a, b []float64, of estimate) Row {
	row.Percent = percent(row.A, row.B)
	row.LowPercent, row.HighPercent = row.Percent, row.Percent
	if a == nil || b == nil {
		row.State, _ = r.state(&row)
		row.Code = PointEstimate
		return row
	}
	low, high, ok := relativeInterval(a, b, of)
	if !ok {
		row.State, row.Code = Unclear, FewSamples
		return row
	}
	row.LowPercent, row.HighPercent = 100*low, 100*high
	row.State, row.Code = r.state(&row)
	return row
}

// state follows from where the interval lies. Beyond the threshold, the direction decides between better and worse.
func (r *Result) state(row *Row) (State, Code) {
	low, high := row.LowPercent, row.HighPercent
	more, less := Worse, Better
	if row.HigherBetter {
		more, less = Better, Worse
	}
	switch {
	case low >= -r.Threshold && high <= r.Threshold:
		return Same, Within
	case low > r.Threshold:
		return more, Beyond
	case high < -r.Threshold:
		return less, Beyond
	case low > 0 || high < 0:
		return Unclear, Crosses
	}
	return Unclear, Noisy
}

func percent(a, b float64) float64 {
	if a == 0 {
		return 0
	}
	return 100 * (b/a - 1)
}

func overall(rows []Row) State {
	state := Same
	for _, row := range rows {
		switch {
		case !row.Decides:
		case row.State == Worse:
			return Worse
		case row.State == Better:
			state = Better
		case row.State == Unclear && state == Same:
			state = Unclear
		}
	}
	return state
}

// rate is the number of inferences in a second.
func (s *Side) rate() float64 {
	if s.summary.WallMs <= 0 {
		return 0
	}
	return float64(s.Inferences) / float64(s.summary.WallMs) * 1000
}

// perBlock returns a figure of the sorted times in each block.
func (s *Side) perBlock(count, least int, value func(bench.Timing) float32, of func(sorted []float32) float32) []float64 {
	if s.trace == nil {
		return nil
	}
	list := []float64{}
	var block, scratch []float32
	blocks(s.Inferences, count, least, func(from, to int) {
		block = block[:0]
		for i := from; i < to; i++ {
			block = append(block, value(s.trace.Timing(s.first+i)))
		}
		scratch = stat.Sort(block, scratch)
		list = append(list, float64(of(block)))
	})
	return list
}

// medians returns the median of a time in each block.
func (s *Side) medians(value func(bench.Timing) float32) []float64 {
	return s.perBlock(maxBlocks, minBlock, value, stat.Median[float32])
}

// tails returns the 99th percentile of the latency in each of fewer, longer blocks.
func (s *Side) tails() []float64 {
	return s.perBlock(maxTailBlocks, minTailBlock, bench.Timing.Latency, func(sorted []float32) float32 {
		return sorted[stat.NearestRankIndex(len(sorted), tailQuantile)]
	})
}

// rates returns the inferences a second in each block: from its first start to the first start of the next.
func (s *Side) rates() []float64 {
	if s.trace == nil {
		return nil
	}
	list := []float64{}
	blocks(s.Inferences-1, maxBlocks, minBlock, func(from, to int) {
		took := float64(s.trace.Timing(s.first+to).Start) - float64(s.trace.Timing(s.first+from).Start)
		if took > 0 {
			list = append(list, float64(to-from)/took*1000)
		}
	})
	return list
}
