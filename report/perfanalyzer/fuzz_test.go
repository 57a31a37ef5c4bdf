package perfanalyzer

import (
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// seed adds what the real perf_analyzer left, but for what is too long to change in many ways.
func seed(f *testing.F, suffix string) {
	const longest = 20_000
	for _, v := range vectors(f, suffix) {
		if text := v.text(f, suffix); len(text) < longest {
			f.Add(text)
		}
	}
}

// checked runs a reader: it must not fail in another way than by an error, and its figures must be such.
func checked(f *testing.F, read func(io.Reader) (*Import, error)) {
	f.Fuzz(func(t *testing.T, text string) {
		result, err := read(strings.NewReader(text))
		if err != nil {
			assert.Nil(t, result)
			assert.ErrorContains(t, err, "perfanalyzer: read ")
			return
		}
		for _, p := range result.Points {
			for _, v := range []float64{p.Level, p.Throughput, p.ResponseThroughput, p.DelayedPercent} {
				assert.False(t, math.IsNaN(v) || math.IsInf(v, 0) || v < 0, v)
			}
			assert.GreaterOrEqual(t, p.Mean, 0*p.Mean)
			last := 0
			for _, q := range p.Percentiles {
				assert.Greater(t, q.Percentile, last)
				assert.GreaterOrEqual(t, q.Value, 0*q.Value)
				last = q.Percentile
			}
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	seed(f, ".csv")
	f.Add("Concurrency,Inferences/Second\n1,\"2\n")
	checked(f, ReadCSV)
}

func FuzzReadExport(f *testing.F) {
	seed(f, ".json")
	f.Add(`{"experiments":[{"experiment":{"mode":"concurrency","value":1},"requests":[{"timestamp":5,"response_timestamps":[9,7]}],"window_boundaries":[4,9]}]}`)
	checked(f, func(r io.Reader) (*Import, error) { return ReadExport(r, 2) })
}

func FuzzReadLog(f *testing.F) {
	seed(f, ".txt")
	f.Add("Request Rate: 1e+06 inference requests per second\n  Client: \n    p50 latency: 1 usec\n    p50 latency: 2 usec\n")
	checked(f, ReadLog)
}
