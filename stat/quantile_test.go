package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/montanaflynn/stats"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The places follow by hand from max(n-1-trunc((1-p/100)·n), 0) in single precision, which rounds 1-p/100.
func TestTrtexecIndex(t *testing.T) {
	for _, c := range []struct {
		n          int
		percentile float32
		want       int
	}{
		{1, 0, 0}, {1, 50, 0}, {1, 100, 0},
		{2, 50, 0}, {2, 50.1, 1}, {2, 90, 1},
		{10, 0, 0}, {10, 10, 0}, {10, 20, 1}, {10, 50, 4}, {10, 60, 6}, {10, 70, 6}, {10, 90, 8}, {10, 100, 9},
		{100, 1, 0}, {100, 50, 49}, {100, 90, 89}, {100, 95, 94}, {100, 99, 99}, {100, 99.9, 99},
		{1000, 0.1, 0}, {1000, 99, 990}, {1000, 99.9, 999}, {1000, 99.99, 999},
	} {
		assert.Equal(t, c.want, TrtexecIndex(c.n, c.percentile), "n %d, percentile %v", c.n, c.percentile)
	}
}

func TestIndexesAreMonotoneAndInRange(t *testing.T) {
	for _, n := range []int{1, 2, 3, 7, 10, 99, 100, 101, 1000, 1 << 24, 1<<24 + 3, 100_000_000} {
		before := 0
		for p := float32(0); p <= 100; p += 0.125 {
			i := TrtexecIndex(n, p)
			require.GreaterOrEqual(t, i, before, "n %d, percentile %v", n, p)
			require.Less(t, i, n)
			before = i
		}
		assert.Equal(t, n-1, before)
		before = 0
		for q := 1.0 / 1024; q <= 1; q += 1.0 / 1024 {
			i := NearestRankIndex(n, q)
			require.GreaterOrEqual(t, i, before, "n %d, q %v", n, q)
			require.Less(t, i, n)
			before = i
		}
		assert.Equal(t, n-1, before)
	}
}

// The rank of a decimal quantile is exact, although its binary value is not.
func TestNearestRankIndex(t *testing.T) {
	assert.Equal(t, 0, NearestRankIndex(5, 0))
	assert.Equal(t, 0, NearestRankIndex(5, 0.2))
	assert.Equal(t, 1, NearestRankIndex(5, 0.21))
	assert.Equal(t, 6, NearestRankIndex(100, 0.07))
	for thousandths := 1; thousandths <= 1000; thousandths++ {
		for _, n := range []int{1, 3, 10, 99, 100, 200, 1000, 12345, 10_000_000} {
			want := (thousandths*n+999)/1000 - 1
			require.Equal(t, want, NearestRankIndex(n, float64(thousandths)/1000), "n %d, q %v/1000", n, thousandths)
		}
	}
}

func TestMedianAndMAD(t *testing.T) {
	for _, c := range []struct {
		values      []float32
		median, mad float64
	}{
		{[]float32{7}, 7, 0},
		{[]float32{1, 4}, 2.5, 1.5},
		{[]float32{1, 2, 9}, 2, 1},
		{[]float32{1, 1, 2, 2, 4, 6, 9}, 2, 1},
		{[]float32{-3, 0, 0, 5}, 0, 1.5},
		{[]float32{2, 2, 2, 2}, 2, 0},
		{[]float32{1, 2, 3, 4, 1e9}, 3, 1},
	} {
		assert.InDelta(t, c.median, Median(c.values), 0, "%v", c.values)
		assert.InDelta(t, c.mad, MAD(c.values), 0, "%v", c.values)
	}
}

// ascending returns n ascending values, with repeats, of a distribution with a long tail.
func ascending(r *rand.Rand, n int) ([]float32, []float64) {
	single, double := make([]float32, n), make([]float64, n)
	for i := range single {
		single[i] = float32(math.Round(100*r.ExpFloat64())) / 100
	}
	slices.Sort(single)
	for i, v := range single {
		double[i] = float64(v)
	}
	return single, double
}

func TestMedianAndMADEqualAnotherLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 200; n++ {
		single, double := ascending(r, n)
		median, err := stats.Median(double)
		require.NoError(t, err)
		mad, err := stats.MedianAbsoluteDeviation(double)
		require.NoError(t, err)
		require.InDelta(t, median, Median(double), 0)
		// The middle of single values is rounded to single precision.
		require.InDelta(t, median, Median(single), 1e-6)
		require.InDelta(t, mad, MAD(single), 1e-6, "%d values", n)
	}
}

func TestMADEstimatesStandardDeviation(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	values := make([]float32, 100_000)
	for i := range values {
		values[i] = float32(10 + 2*r.NormFloat64())
	}
	slices.Sort(values)
	assert.InDelta(t, 2, 1.4826*MAD(values), 0.02)
	assert.InDelta(t, 10, Median(values), 0.02)

	scaled := make([]float32, len(values))
	for i, v := range values {
		scaled[i] = 4*v + 16 // exact in the exponent, so that only the sum rounds
	}
	assert.InDelta(t, 4*MAD(values), MAD(scaled), 1e-5, "scale, not shift")
}

// The first intervals stand in tables of order statistics, counted from 1: the median of 10 lies between the 2nd and
// the 9th value, that of 100 between the 40th and the 61st.
func TestQuantileInterval(t *testing.T) {
	for _, c := range []struct {
		n    int
		q    float64
		want Interval
		ok   bool
	}{
		{10, 0.5, Interval{1, 8}, true},
		{100, 0.5, Interval{39, 60}, true},
		{5, 0.5, Interval{0, 4}, false},
		{6, 0.5, Interval{0, 5}, true},
		{1, 0.99, Interval{0, 0}, false},
		{35, 0.9, Interval{27, 34}, false},
		{36, 0.9, Interval{28, 35}, true},
	} {
		in, ok := QuantileInterval(c.n, c.q, 0.95)
		assert.Equal(t, c.want, in, "n %d, q %v", c.n, c.q)
		assert.Equal(t, c.ok, ok, "n %d, q %v", c.n, c.q)
	}
}

func TestQuantileIntervalProperties(t *testing.T) {
	for _, n := range []int{50, 999, 10_000, 10_000_000} {
		for _, q := range []float64{0.1, 0.5, 0.75, 0.9} {
			narrow, ok := QuantileInterval(n, q, 0.9)
			require.True(t, ok)
			wide, ok := QuantileInterval(n, q, 0.99)
			require.True(t, ok || n == 50)
			assert.LessOrEqual(t, wide.Low, narrow.Low)
			assert.GreaterOrEqual(t, wide.High, narrow.High)
			assert.LessOrEqual(t, narrow.Low, NearestRankIndex(n, q))
			assert.GreaterOrEqual(t, narrow.High, NearestRankIndex(n, q))

			mirrored, _ := QuantileInterval(n, 1-q, 0.9)
			assert.InDelta(t, n-1-narrow.High, mirrored.Low, 1)
			assert.InDelta(t, n-1-narrow.Low, mirrored.High, 1)
		}
	}
	in, ok := QuantileInterval(10_000_000, 0.9, 0.95) // close to the normal distribution
	require.True(t, ok)
	deviation := math.Sqrt(10_000_000 * 0.9 * 0.1)
	assert.InDelta(t, 9_000_000-1.96*deviation, in.Low, 2)
	assert.InDelta(t, 9_000_000+1.96*deviation, in.High, 2)
}

// The interval covers the true quantile at least as often as promised, and not much more often.
func TestQuantileIntervalCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const trials = 4000
	for _, c := range []struct {
		n    int
		q    float64
		most float64 // a small sample has few intervals to choose from
	}{{20, 0.5, 0.98}, {100, 0.5, 0.975}, {100, 0.9, 0.98}, {500, 0.99, 0.985}, {1000, 0.9, 0.97}} {
		t.Run(fmt.Sprintf("n %d q %v", c.n, c.q), func(t *testing.T) {
			in, ok := QuantileInterval(c.n, c.q, 0.95)
			require.True(t, ok)
			covered := 0
			values := make([]float64, c.n)
			for range trials {
				for i := range values {
					values[i] = r.Float64() // its q-quantile is q
				}
				slices.Sort(values)
				if values[in.Low] <= c.q && c.q <= values[in.High] {
					covered++
				}
			}
			share := float64(covered) / trials
			assert.GreaterOrEqual(t, share, 0.94) // 3 standard errors below 0.95
			assert.LessOrEqual(t, share, c.most)
		})
	}
}

func TestMinimumForQuantile(t *testing.T) {
	for _, c := range []struct {
		q, confidence float64
		want          int
	}{{0.5, 0.95, 6}, {0.9, 0.95, 36}, {0.1, 0.95, 36}, {0.99, 0.95, 368}, {0.999, 0.95, 3688}, {0.99, 0.99, 528}} {
		n := MinimumForQuantile(c.q, c.confidence)
		assert.Equal(t, c.want, n, "q %v", c.q)
		_, ok := QuantileInterval(n, c.q, c.confidence)
		assert.True(t, ok, "q %v: %d are enough", c.q, n)
		_, ok = QuantileInterval(n-1, c.q, c.confidence)
		assert.False(t, ok, "q %v: %d are not", c.q, n-1)
	}
}
