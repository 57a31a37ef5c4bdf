package compare

import (
	"math/rand/v2"
	"slices"

	"github.com/trtbench/trtbench/stat"
)

const (
	confidence = 0.95
	resamples  = 2000
	maxBlocks  = 50
	minBlock   = 5 // inferences; below maxBlocks·minBlock there are fewer blocks
	minBlocks  = 8 // below, no interval is given
	seed       = 1

	tailQuantile  = 0.99
	maxTailBlocks = 20
	minTailBlock  = 100 // inferences, so that the percentile is not simply the slowest
)

// blocks cuts n inferences in a row into stretches of about equal length and calls use with the bounds of each. Neighbours influence each
// other, so that single inferences would promise more precision than there is; stretches hardly do.
func blocks(n, most, least int, use func(from, to int)) int {
	count := max(min(most, n/least), 1)
	for i := range count {
		use(i*n/count, (i+1)*n/count)
	}
	return count
}

// estimate turns the figures of blocks into the one of all; it may sort them.
type estimate func(blocks []float64) float64

// middle is the median of block figures.
func middle(blocks []float64) float64 {
	slices.Sort(blocks)
	return stat.Median(blocks)
}

// overallRate is the rate of all from the rates of blocks of equal numbers of inferences: their harmonic mean.
func overallRate(blocks []float64) float64 {
	seconds := 0.0
	for _, rate := range blocks {
		seconds += 1 / rate
	}
	return float64(len(blocks)) / seconds
}

// relativeInterval returns the interval of b/a − 1, in which a and b are estimates from figures of blocks, by resampling the blocks of both
// sides. ok is false when there are too few. The numbers are the same in every run.
func relativeInterval(a, b []float64, of estimate) (low, high float64, ok bool) {
	if len(a) < minBlocks || len(b) < minBlocks {
		return 0, 0, false
	}
	random := rand.New(rand.NewPCG(seed, seed))
	ratios := make([]float64, 0, resamples)
	scratch := make([]float64, max(len(a), len(b)))
	for range resamples {
		x := of(resampled(random, a, scratch))
		y := of(resampled(random, b, scratch))
		if x > 0 {
			ratios = append(ratios, y/x-1)
		}
	}
	if len(ratios) < resamples {
		return 0, 0, false // times of zero
	}
	slices.Sort(ratios)
	tail := int((1 - confidence) / 2 * resamples)
	return ratios[tail], ratios[resamples-1-tail], true
}

// resampled draws as many values as there are, with replacement, into scratch.
func resampled(random *rand.Rand, values, scratch []float64) []float64 {
	drawn := scratch[:len(values)]
	for i := range drawn {
		drawn[i] = values[random.IntN(len(values))]
	}
	return drawn
}
