package bench

import (
	"slices"

	"github.com/montanaflynn/stats"

	"github.com/trtbench/trtbench/stat"
)

// Robust describes the distribution of one time in double precision, with figures that a few outliers do not move and
// with the uncertainty of the quantiles. Milliseconds.
type Robust struct {
	Mean      float64    `json:"mean"`
	StdDev    float64    `json:"std_dev"` // over n-1; 0 for a single value
	Median    float64    `json:"median"`
	MAD       float64    `json:"mad"` // median absolute deviation from the median
	Quantiles []Quantile `json:"quantiles"`
}

// Quantile is a quantile by the nearest-rank rule, with the interval in which the true one lies with a confidence of
// 95 % if the samples are independent.
type Quantile struct {
	Q     float64 `json:"q"`
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// Enough is false when the interval is open: there are too few samples to say so much about this quantile.
	Enough bool `json:"enough"`
}

// Confidence is that of every interval of a quantile.
const Confidence = 0.95

// robustQuantiles are the quantiles that every metric carries.
var robustQuantiles = []float64{0.5, 0.9, 0.95, 0.99, 0.999}

// robustColumn computes robust figures in memory that it keeps for the next column.
type robustColumn struct{ values []float64 }

// of describes ascending values; there is at least one.
func (c *robustColumn) of(sorted []float32) Robust {
	c.values = slices.Grow(c.values[:0], len(sorted))[:len(sorted)]
	for i, v := range sorted {
		c.values[i] = float64(v)
	}
	r := Robust{Median: stat.Median(c.values), MAD: stat.MAD(sorted)}
	// Neither call can fail: there is a value.
	r.Mean, _ = stats.Mean(c.values)
	if len(c.values) > 1 {
		r.StdDev, _ = stats.StandardDeviationSample(c.values)
	}
	for _, q := range robustQuantiles {
		in, enough := stat.QuantileInterval(len(sorted), q, Confidence)
		r.Quantiles = append(r.Quantiles, Quantile{
			Q: q, Value: c.values[stat.NearestRankIndex(len(sorted), q)],
			Low: c.values[in.Low], High: c.values[in.High], Enough: enough,
		})
	}
	return r
}
