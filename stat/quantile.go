package stat

import (
	"cmp"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// TrtexecIndex returns the place of the given percentile, 0 to 100, among n ascending values, as trtexec picks it:
// max(n-1-trunc((1-p/100)·n), 0), all in single precision, n at least 1. The rounding of single precision matters:
// of 100 values the 99th percentile is the largest.
func TrtexecIndex(n int, percentile float32) int {
	above := int(float32(1-percentile/100) * float32(n))
	return max(n-1-above, 0)
}

// NearestRankIndex returns the place of the q-quantile, 0 < q ≤ 1, among n ascending values by the nearest-rank
// rule: the smallest value with at least q·n values not above it. n is at least 1.
func NearestRankIndex(n int, q float64) int {
	const rounding = 1e-15 // 0.07·100 is a little above 7 in binary, and the rank is still 7
	rank := int(math.Ceil(q * float64(n) * (1 - rounding)))
	return min(max(rank-1, 0), n-1)
}

// Median returns the middle of ascending values, or half the sum of the two middle ones. values is not empty.
func Median[T ~float32 | ~float64](values []T) T {
	n := len(values)
	if n%2 == 1 {
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}

// MAD returns the median absolute deviation from the median of ascending values: a measure of spread that outliers do
// not move. Multiplied by 1.4826 it estimates the standard deviation of a normal distribution. values is not empty.
func MAD(values []float32) float64 {
	n := len(values)
	median := float64(Median(values))
	// Deviations grow from the median to both sides: merge the two sides up to the middle ranks.
	right := 0
	for right < n && float64(values[right]) < median {
		right++
	}
	left := right - 1
	next := func() float64 {
		if right == n || left >= 0 && median-float64(values[left]) < float64(values[right])-median {
			left--
			return median - float64(values[left+1])
		}
		right++
		return float64(values[right-1]) - median
	}
	var before, deviation float64
	for range n/2 + 1 {
		before, deviation = deviation, next()
	}
	if n%2 == 1 {
		return deviation
	}
	return (before + deviation) / 2
}

// Interval is a pair of places among ascending values.
type Interval struct{ Low, High int }

// QuantileInterval returns the places among n ascending independent values between which the true q-quantile,
// 0 < q < 1, lies with at least the given confidence, 0 < confidence < 1. ok is false when n is too small for that:
// no value may then stand above the quantile.
//
// It is the distribution-free interval of order statistics, with equal tails: the number of values below the quantile
// has a binomial distribution. See David and Nagaraja, Order Statistics, 3rd edition, section 7.1.
func QuantileInterval(n int, q, confidence float64) (in Interval, ok bool) {
	tail := (1 - confidence) / 2
	// Place k (counted from 0) stands above the quantile with probability P(B ≤ k), B the number of values below.
	low := searchBinomial(n, q, tail) - 1
	high := searchBinomial(n, q, 1-tail)
	if low < 0 || high > n-1 {
		return Interval{max(low, 0), min(high, n-1)}, false
	}
	return Interval{low, high}, true
}

// MinimumForQuantile returns the smallest number of values for which QuantileInterval is ok.
func MinimumForQuantile(q, confidence float64) int {
	q = max(q, 1-q)
	return int(math.Ceil(math.Log((1-confidence)/2) / math.Log(q)))
}

// searchBinomial returns the smallest k with P(B ≤ k) ≥ p for a binomial B of n trials with probability q.
func searchBinomial(n int, q, p float64) int {
	low, high := 0, n
	for low < high {
		if k := (low + high) / 2; cmp.Less(binomialCDF(n, q, k), p) {
			low = k + 1
		} else {
			high = k
		}
	}
	return low
}

// binomialCDF returns P(B ≤ k), by the incomplete beta function.
func binomialCDF(n int, q float64, k int) float64 {
	if k >= n {
		return 1
	}
	return mathext.RegIncBeta(float64(n-k), float64(k+1), 1-q)
}
