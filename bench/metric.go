package bench

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/trtbench/trtbench/stat"
)

// Metric describes the distribution of one time, in milliseconds.
type Metric struct {
	Min         float32
	Max         float32
	Mean        float32
	Median      float32
	Percentiles []float32 // one for each of SummaryOptions.Percentiles, by stat.TrtexecIndex
	CVPercent   float32   // standard deviation (over n) in % of the mean; infinite when the mean is 0

	Robust Robust
}

// measure computes the metrics of the inferences from first on, two at a time: each needs 16 bytes for an inference.
func (s *Summary) measure(trace Trace, first int, percentiles []float32) {
	metrics := []struct {
		to *Metric
		of func(Timing) float32
	}{
		{&s.Latency, Timing.Latency},
		{&s.Enqueue, func(t Timing) float32 { return t.Enqueue }},
		{&s.H2D, func(t Timing) float32 { return t.H2D }},
		{&s.Compute, func(t Timing) float32 { return t.Compute }},
		{&s.D2H, func(t Timing) float32 { return t.D2H }},
	}
	var next atomic.Int32
	var working sync.WaitGroup
	for range min(2, runtime.GOMAXPROCS(0)) {
		working.Go(func() {
			c := newColumn(trace, first, percentiles)
			for i := next.Add(1) - 1; int(i) < len(metrics); i = next.Add(1) - 1 {
				*metrics[i].to = c.metric(metrics[i].of)
			}
		})
	}
	working.Wait()
}

// column computes metrics of a trace one after the other in the same memory.
type column struct {
	trace       Trace
	first       int
	percentiles []float32
	values      []float32
	scratch     []float32
	robust      robustColumn
}

func newColumn(trace Trace, first int, percentiles []float32) *column {
	return &column{trace: trace, first: first, percentiles: percentiles, values: make([]float32, trace.Len()-first)}
}

func (c *column) metric(of func(Timing) float32) Metric {
	for i := range c.values {
		c.values[i] = of(c.trace.Timing(c.first + i))
	}
	c.scratch = stat.Sort(c.values, c.scratch)
	v, n := c.values, float32(len(c.values))

	m := Metric{Min: v[0], Max: v[len(v)-1], Median: stat.Median(v), Percentiles: []float32{}}
	var sum float32
	for _, x := range v {
		sum += x
	}
	m.Mean = sum / n
	var squares float32
	for _, x := range v {
		squares += float32((x - m.Mean) * (x - m.Mean))
	}
	m.CVPercent = float32(math.Sqrt(float64(squares/n))) / m.Mean * 100
	if m.Mean == 0 {
		m.CVPercent = float32(math.Inf(1))
	}
	for _, p := range c.percentiles {
		m.Percentiles = append(m.Percentiles, v[stat.TrtexecIndex(len(v), p)])
	}
	m.Robust = c.robust.of(v)
	return m
}
