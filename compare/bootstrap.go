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
)

// blocks cuts n inferences in a row into stretches of about equal length and calls use with the bounds of each. Neighbours influence each
// other, so that single inferences would promise more precision than there is; stretches hardly do.
func blocks(n int, use func(from, to int)) int {
	count := max(min(maxBlocks, n/minBlock), 1)
	for i := range count {
		use(i*n/count, (i+1)*n/count)
	}
	return count
}

// relativeInterval returns the interval of b/a − 1, in which a and b are the medians of figures of blocks, by resampling the blocks of both
// sides. ok is false when there are too few. The numbers are the same in every run.
func relativeInterval(a, b []float64) (low, high float64, ok bool) {
	if len(a) < minBlocks || len(b) < minBlocks {
		return 0, 0, false
	}
	random := rand.New(rand.NewPCG(seed, seed))
	ratios := make([]float64, 0, resamples)
	scratch := make([]float64, max(len(a), len(b)))
	for range resamples {
		x, y := resampled(random, a, scratch), resampled(random, b, scratch)
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

// resampled returns the median of as many values as there are, drawn with replacement.
func resampled(random *rand.Rand, values, scratch []float64) float64 {
	drawn := scratch[:len(values)]
	for i := range drawn {
		drawn[i] = values[random.IntN(len(values))]
	}
	slices.Sort(drawn)
	return stat.Median(drawn)
}
