package pace

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// take returns the first n instants of a schedule, fewer if it ends.
func take(t *testing.T, s Schedule, err error, n int) []time.Duration {
	t.Helper()
	require.NoError(t, err)
	var dues []time.Duration
	for range n {
		due, ok := s.Next()
		if !ok {
			break
		}
		dues = append(dues, due)
	}
	return dues
}

func us(values ...int64) []time.Duration {
	list := make([]time.Duration, len(values))
	for i, v := range values {
		list[i] = time.Duration(v) * time.Microsecond
	}
	return list
}

func TestSchedules(t *testing.T) {
	for name, test := range map[string]struct {
		make func() (Schedule, error)
		want []time.Duration
	}{
		"constant 1000":     {func() (Schedule, error) { return NewConstant(1000) }, us(0, 1000, 2000, 3000, 4000)},
		"constant 3":        {func() (Schedule, error) { return NewConstant(3) }, []time.Duration{0, 333333333, 666666666, 1000000000, 1333333333}},
		"constant 0.3":      {func() (Schedule, error) { return NewConstant(0.3) }, []time.Duration{0, 3333333333, 6666666666, 1e10, 13333333333}},
		"constant MaxRate":  {func() (Schedule, error) { return NewConstant(MaxRate) }, []time.Duration{0, 1, 2, 3, 4}},
		"period 2048":       {func() (Schedule, error) { return NewPeriod(2048) }, []time.Duration{488281, 976562, 1464843, 1953124, 2441405}},
		"period 1000":       {func() (Schedule, error) { return NewPeriod(1000) }, us(1000, 2000, 3000, 4000, 5000)},
		"period 0.5":        {func() (Schedule, error) { return NewPeriod(0.5) }, us(2e6, 4e6, 6e6, 8e6, 10e6)},
		"ramp that is none": {func() (Schedule, error) { return NewRamp(10, 10, time.Second) }, us(0, 100000, 200000, 300000, 400000)},
		"ramp up, then on":  {func() (Schedule, error) { return NewRamp(0, 2, 2*time.Second) }, us(0, 1414213, 2000000, 2500000, 3000000)},
		"ramp down":         {func() (Schedule, error) { return NewRamp(3, 1, time.Second) }, us(0, 381966, 1000000, 2000000, 3000000)},
		"intervals": {
			func() (Schedule, error) { return NewIntervals(us(10, 0, 5)) }, us(10, 10, 15, 25, 25),
		},
		"fixed":  {func() (Schedule, error) { return NewFixed(us(0, 0, 70)) }, us(0, 0, 70)},
		"replay": {func() (Schedule, error) { return NewReplay([]int64{7000, 5000, 9000}) }, us(0, 2, 4)},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := test.make()
			got := take(t, s, err, 5)
			require.Len(t, got, len(test.want))
			for i := range got {
				assert.InDelta(t, test.want[i], got[i], float64(time.Microsecond), "request %d", i)
				if test.want[i]%time.Microsecond != 0 {
					assert.Equal(t, test.want[i], got[i])
				}
			}
		})
	}
}

func TestSchedulesRefuse(t *testing.T) {
	for name, test := range map[string]struct {
		make func() (Schedule, error)
		want string
	}{
		"no rate":                 {func() (Schedule, error) { return NewConstant(0) }, "rate is 0 requests per second, expected 1e-06 to 1e+09"},
		"negative":                {func() (Schedule, error) { return NewPeriod(-5) }, "rate is -5"},
		"not a number":            {func() (Schedule, error) { return NewPoisson(math.NaN(), 1) }, "rate is NaN"},
		"too fast":                {func() (Schedule, error) { return NewGamma(2e9, 1, 1) }, "rate is 2e+09"},
		"too slow":                {func() (Schedule, error) { return NewConstant(1e-7) }, "rate is 1e-07"},
		"burst 0":                 {func() (Schedule, error) { return NewGamma(5, 0, 1) }, "burst is 0, expected 0.01 to 1000"},
		"burst not a number":      {func() (Schedule, error) { return NewGamma(5, math.NaN(), 1) }, "burst is NaN"},
		"ramp from below 0":       {func() (Schedule, error) { return NewRamp(-1, 5, time.Second) }, "rate is -1"},
		"ramp to 0":               {func() (Schedule, error) { return NewRamp(5, 0, time.Second) }, "rate is 0"},
		"ramp without a time":     {func() (Schedule, error) { return NewRamp(1, 5, 0) }, "ramp takes 0s"},
		"no intervals":            {func() (Schedule, error) { return NewIntervals(nil) }, "no interval is longer than 0"},
		"only empty intervals":    {func() (Schedule, error) { return NewIntervals(us(0, 0)) }, "no interval is longer than 0"},
		"negative interval":       {func() (Schedule, error) { return NewIntervals(us(5, -1)) }, "interval 2 is -1µs"},
		"intervals too long":      {func() (Schedule, error) { return NewIntervals([]time.Duration{math.MaxInt64, 1}) }, "the first 2 intervals are longer"},
		"no instants":             {func() (Schedule, error) { return NewFixed(nil) }, "no instants"},
		"instants in disorder":    {func() (Schedule, error) { return NewFixed(us(1, 3, 2)) }, "instant 3 is 2µs, expected no less than the one before it, 3µs"},
		"instant before it began": {func() (Schedule, error) { return NewFixed(us(-1)) }, "instant 1 is -1µs"},
		"nothing to replay":       {func() (Schedule, error) { return NewReplay(nil) }, "no instants"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.make()
			require.ErrorContains(t, err, test.want)
		})
	}
}

// A constant schedule keeps its rate for ever; perf_analyzer's gains a request in some minutes.
func TestConstantDoesNotDrift(t *testing.T) {
	const rate, n = 2048, 2048 * 3600
	s, err := NewConstant(rate)
	require.NoError(t, err)
	p, err := NewPeriod(rate)
	require.NoError(t, err)
	var exact, short time.Duration
	for range n {
		exact, _ = s.Next()
		short, _ = p.Next()
	}
	assert.Equal(t, time.Hour-time.Second/rate, exact+1, "rounded down")
	assert.Equal(t, n*time.Duration(488281), short)
}

func TestRandomSchedules(t *testing.T) {
	const n, rate = 200_000, 5000.0
	for name, test := range map[string]struct {
		make      func(seed uint64) (Schedule, error)
		variation float64 // standard deviation of the gaps over their mean
	}{
		"poisson":      {func(seed uint64) (Schedule, error) { return NewPoisson(rate, seed) }, 1},
		"gamma even":   {func(seed uint64) (Schedule, error) { return NewGamma(rate, 0.25, seed) }, 0.5},
		"gamma 1":      {func(seed uint64) (Schedule, error) { return NewGamma(rate, 1, seed) }, 1},
		"gamma bursts": {func(seed uint64) (Schedule, error) { return NewGamma(rate, 9, seed) }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := test.make(1)
			dues := take(t, s, err, n)
			require.True(t, slices.IsSorted(dues))
			var sum, squares float64
			last := time.Duration(0)
			for _, due := range dues {
				gap := (due - last).Seconds()
				sum, squares, last = sum+gap, squares+gap*gap, due
			}
			mean := sum / n
			assert.InEpsilon(t, 1/rate, mean, 0.03)
			assert.InEpsilon(t, test.variation, math.Sqrt(squares/n-mean*mean)/mean, 0.03)

			again, err := test.make(1)
			assert.Equal(t, dues[:100], take(t, again, err, 100), "the same seed gives the same arrivals")
			other, err := test.make(2)
			assert.NotEqual(t, dues[:100], take(t, other, err, 100))
		})
	}
}

func TestSchedulesEndBeforeTimeOverflows(t *testing.T) {
	century := 100 * 365 * 24 * time.Hour
	for name, make := range map[string]func() (Schedule, error){
		"constant":  func() (Schedule, error) { return NewConstant(MinRate) },
		"period":    func() (Schedule, error) { return NewPeriod(MinRate) },
		"poisson":   func() (Schedule, error) { return NewPoisson(MinRate, 1) },
		"intervals": func() (Schedule, error) { return NewIntervals([]time.Duration{century}) },
		"ramp":      func() (Schedule, error) { return NewRamp(0, MinRate, century) },
	} {
		t.Run(name, func(t *testing.T) {
			s, err := make()
			dues := take(t, s, err, 20000)
			assert.NotEmpty(t, dues)
			assert.Less(t, len(dues), 20000)
			assert.IsNonDecreasing(t, dues)
		})
	}
}

func TestMeanRate(t *testing.T) {
	assert.InDelta(t, 200000, MeanRate(us(10, 0, 5)), 1e-6)
}

func BenchmarkNext(b *testing.B) {
	for name, make := range map[string]func() (Schedule, error){
		"constant": func() (Schedule, error) { return NewConstant(4096) },
		"poisson":  func() (Schedule, error) { return NewPoisson(4096, 1) },
		"gamma":    func() (Schedule, error) { return NewGamma(4096, 4, 1) },
		"ramp":     func() (Schedule, error) { return NewRamp(0, 4096, time.Hour) },
	} {
		b.Run(name, func(b *testing.B) {
			s, err := make()
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				s.Next()
			}
		})
	}
}
