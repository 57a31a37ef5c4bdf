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

// measure computes the metrics of the inferences from first on, two at a time.
func (s *Summary) measure(trace Trace, first int, percentiles []float32) {
	metrics := [...]*Metric{&s.Latency, &s.Enqueue, &s.H2D, &s.Compute, &s.D2H}
	n := trace.Len() - first
	var columns [len(metrics)][]float32
	for i := range columns {
		columns[i] = make([]float32, n)
	}
	for i := range n {
		t := trace.Timing(first + i)
		columns[0][i], columns[1][i], columns[2][i], columns[3][i], columns[4][i] = t.Latency(), t.Enqueue, t.H2D, t.Compute, t.D2H
	}
	var next atomic.Int32
	var working sync.WaitGroup
	for range min(2, runtime.GOMAXPROCS(0)) {
		working.Go(func() {
			var c calculator
			for i := next.Add(1) - 1; int(i) < len(metrics); i = next.Add(1) - 1 {
				*metrics[i] = c.metric(columns[i], percentiles)
			}
		})
	}
	working.Wait()
}

// calculator computes metrics one after the other in the same memory.
type calculator struct {
	scratch []float32
	robust  robustColumn
}

// metric sorts and describes the values v; there is at least one.
func (c *calculator) metric(v []float32, percentiles []float32) Metric {
	c.scratch = stat.Sort(v, c.scratch)
	n := float32(len(v))
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
	for _, p := range percentiles {
		m.Percentiles = append(m.Percentiles, v[stat.TrtexecIndex(len(v), p)])
	}
	m.Robust = c.robust.of(v)
	return m
}
