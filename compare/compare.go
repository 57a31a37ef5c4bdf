package compare

import (
	"slices"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stat"
)

// Result is a comparison of two runs.
type Result struct {
	A           *Side       `json:"a"`
	B           *Side       `json:"b"`
	Threshold   float64     `json:"threshold_percent"`
	Differences Differences `json:"differences"`
	Rows        []Row       `json:"rows"`
	State       State       `json:"state"` // worse if a deciding figure is, else better, unclear, same in this order
}

// Compare compares run B with run A. The error is an [*IncomparableError], or a fault of the options.
func Compare(a, b *Side, options Options) (*Result, error) {
	if err := options.Validate(); err != nil {
		return nil, err
	}
	r := &Result{A: a, B: b, Threshold: options.Threshold, Differences: differences(a, b)}
	var invalid []string
	for _, side := range []*Side{a, b} {
		if side.verdict.Status == record.Invalid {
			invalid = append(invalid, side.Name)
		}
	}
	if err := options.Refuse(r.Differences, invalid); err != nil {
		return nil, err
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
	r.State = Overall(r.Rows)
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
		row.WithoutInterval(FewSamples, r.Threshold)
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
	if a == nil || b == nil {
		row.WithoutInterval(PointEstimate, r.Threshold)
		return row
	}
	low, high, ok := relativeInterval(a, b, of)
	if !ok {
		row.WithoutInterval(FewSamples, r.Threshold)
		return row
	}
	row.WithInterval(100*low, 100*high, r.Threshold)
	return row
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
