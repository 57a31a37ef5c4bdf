package load

import (
	"math"
	"slices"
	"time"

	"github.com/trtbench/trtbench/stat"
)

// Confidence is that of the interval of every quantile.
const Confidence = 0.95

// quantiles are those that every distribution carries.
var quantiles = []float64{0.5, 0.9, 0.95, 0.99, 0.999}

// Distribution describes one kind of time of many requests. Its zero value describes none.
type Distribution struct {
	Count int `json:"count"`
	// Censored counts those of them that are only known to be at least so long: the request had no answer when waiting ended.
	Censored  int           `json:"censored,omitempty"`
	Min       time.Duration `json:"min_ns"`
	Mean      time.Duration `json:"mean_ns"`
	StdDev    time.Duration `json:"std_dev_ns"` // over n-1; 0 for a single value
	Max       time.Duration `json:"max_ns"`
	Quantiles []Quantile    `json:"quantiles,omitempty"` // ascending: 0.5, 0.9, 0.95, 0.99, 0.999 and the one asked for
}

// Quantile is a quantile by the nearest-rank rule, with the interval in which the true one lies with a probability of
// [Confidence] if the requests are independent. Under load they are not quite, so that the interval is the least to expect.
type Quantile struct {
	Q     float64       `json:"q"`
	Value time.Duration `json:"value_ns"`
	Low   time.Duration `json:"low_ns"`
	High  time.Duration `json:"high_ns"`
	// Enough is false when the interval is open: there are too few requests to say so much about this quantile.
	Enough bool `json:"enough"`
}

// At returns the quantile q, and false when the distribution does not carry it.
func (d *Distribution) At(q float64) (Quantile, bool) {
	for _, found := range d.Quantiles {
		if found.Q == q {
			return found, true
		}
	}
	return Quantile{}, false
}

// NewDistribution sorts and describes values in nanoseconds, of which censored are only known to be at least so long. extra is a
// further quantile to carry; 0: none.
func NewDistribution(values []int64, censored int, extra float64) Distribution {
	d, _ := distributionOf(values, censored, extra, nil)
	return d
}

// distributionOf sorts and describes values in nanoseconds. extra is a further quantile to carry; 0: none.
func distributionOf(values []int64, censored int, extra float64, scratch []int64) (Distribution, []int64) {
	n := len(values)
	if n == 0 {
		return Distribution{}, scratch
	}
	scratch = stat.SortInts(values, scratch)
	mean, deviation := moments(values)
	d := Distribution{
		Count: n, Censored: censored,
		Min: time.Duration(values[0]), Mean: time.Duration(mean), StdDev: time.Duration(deviation), Max: time.Duration(values[n-1]),
	}
	for _, q := range withQuantile(extra) {
		in, enough := stat.QuantileInterval(n, q, Confidence)
		d.Quantiles = append(d.Quantiles, Quantile{
			Q: q, Value: time.Duration(values[stat.NearestRankIndex(n, q)]),
			Low: time.Duration(values[in.Low]), High: time.Duration(values[in.High]), Enough: enough,
		})
	}
	return d, scratch
}

// withQuantile returns the quantiles that every distribution carries and the extra one, ascending.
func withQuantile(extra float64) []float64 {
	place, carried := slices.BinarySearch(quantiles, extra)
	if extra == 0 || carried {
		return quantiles
	}
	return slices.Insert(slices.Clone(quantiles), place, extra)
}

// moments returns the mean and the standard deviation over n-1 of at least one value.
func moments(values []int64) (mean, deviation float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += float64(v)
	}
	mean /= n
	if n < 2 {
		return mean, 0
	}
	var squares float64
	for _, v := range values {
		squares += (float64(v) - mean) * (float64(v) - mean)
	}
	return mean, math.Sqrt(squares / (n - 1))
}
