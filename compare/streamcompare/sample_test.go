package streamcompare

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// clustered draws chunks whose times have a part in common in each second.
func clustered(random *rand.Rand, seconds, each int, common float64) *sample {
	s := &sample{}
	for block := range seconds {
		shift := common * random.NormFloat64()
		for range each {
			s.add(int64(1e6*math.Exp(0.3*(shift+random.NormFloat64()))), block)
		}
	}
	return s
}

// TestCoverage: the interval of the difference holds the true one, none, about as often as it says, whether chunks are independent or
// not.
func TestCoverage(t *testing.T) {
	for _, c := range []struct {
		name   string
		q      float64
		common float64
		least  float64
	}{
		{"median of independent chunks", 0.5, 0, 0.93},
		{"median of clustered chunks", 0.5, 0.5, 0.93},
		{"p99 of independent chunks", 0.99, 0, 0.93},
		{"p99 of clustered chunks", 0.99, 0.5, 0.90},
	} {
		t.Run(c.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			const trials = 300
			held, known := 0, 0
			for range trials {
				a, b := clustered(random, 20, 100, c.common), clustered(random, 20, 100, c.common)
				low, high, ok := change(a.quantile(c.q), b.quantile(c.q))
				if !ok {
					continue
				}
				known++
				if low <= 0 && 0 <= high {
					held++
				}
			}
			require.Greater(t, known, trials/2)
			t.Logf("%d of %d", held, known)
			assert.GreaterOrEqual(t, float64(held), c.least*float64(known))
		})
	}
}

func TestQuantileWithoutInterval(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	assert.False(t, clustered(random, fewestBlocks-1, 1000, 0).quantile(0.5).known, "too short")
	assert.False(t, clustered(random, 20, 5, 0).quantile(0.99).known, "too few chunks")
	assert.True(t, clustered(random, 20, 5, 0).quantile(0.5).known)
}

// TestShare: none late of a number of chunks is no proof that none ever is.
func TestShare(t *testing.T) {
	var none, some clusters
	for i := range 1000 {
		none.add(false, i/100)
		some.add(i%10 == 0, i/100)
	}
	e := none.share()
	assert.Zero(t, e.low)
	assert.Greater(t, e.high, 0.003)
	e = some.share()
	assert.InDelta(t, 0.1, e.value, 1e-9)
	assert.Less(t, e.low, 0.09)
	assert.Greater(t, e.high, 0.11)
}
