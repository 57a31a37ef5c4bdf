package gpuverify

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// confidence is that of the intervals in comparisons of times. A page has a few dozen of them, and a sound device should pass all.
const confidence = 0.999

// student is the factor on the standard error of n values that bounds their mean on both sides with the confidence.
func student(n int) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}.Quantile(1 - (1-confidence)/2)
}

// checkRepeat compares a second set of rounds with the first: each of its medians must lie where a further round of the first is
// expected, which is mean ± t · s · √(1 + 1/n), the prediction interval of a normal distribution, widened by the resolution of
// the device's clock.
func checkRepeat(subject, figure string, first, second []float64, judged bool) Check {
	v := newVerdict("repeat-"+figure, subject, fmt.Sprintf(
		"the median %s of a second run lies within the interval that the rounds of the first give for a further one (%.1f %%, and 0.001 ms of the clock)", figure, 100*confidence))
	if len(first) < 3 || len(second) == 0 {
		return skip(v.check.Name, subject, v.check.Requires, fmt.Sprintf("%d and %d rounds; 3 and 1 are needed", len(first), len(second)))
	}
	mean, deviation := stat.MeanStdDev(first, nil)
	half := student(len(first))*deviation*math.Sqrt(1+1/float64(len(first))) + betweenMs
	again := median(second)
	v.figure("rounds", float64(len(first)), "")
	v.figure("first", mean, "ms")
	v.figure("±", half, "ms")
	v.figure("second", again, "ms")
	if !(math.Abs(again-mean) <= half) {
		v.fail("the second run has %.4f ms; expected %.4f to %.4f ms", again, mean-half, mean+half)
	}
	return v.endTimes(judged)
}

// checkNotSlower compares rounds that were run in turn: b, which is to be as fast as a, may be slower by the noise of their
// differences, t · s / √n of the paired differences, and by the resolution of the clock.
func checkNotSlower(name, subject, requires string, a, b Series, judged bool) Check {
	v := newVerdict(name, subject, fmt.Sprintf("%s, plus the noise of their differences round by round (%.1f %%) and 0.001 ms of the clock", requires, 100*confidence))
	n := min(len(a.Values), len(b.Values))
	if n < 3 {
		return skip(name, subject, v.check.Requires, fmt.Sprintf("%d rounds; 3 are needed", n))
	}
	differences := make([]float64, n)
	for i := range differences {
		differences[i] = b.Values[i] - a.Values[i]
	}
	mean, deviation := stat.MeanStdDev(differences, nil)
	noise := student(n)*deviation/math.Sqrt(float64(n)) + betweenMs
	v.figure("rounds", float64(n), "")
	v.figure(b.Name, median(b.Values), "ms")
	v.figure(a.Name, median(a.Values), "ms")
	v.figure("difference", mean, "ms")
	v.figure("noise", noise, "ms")
	if !(mean <= noise) {
		v.fail("%s takes %.4f ms more than %s; the noise is %.4f ms", b.Name, mean, a.Name, noise)
	}
	return v.endTimes(judged)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
