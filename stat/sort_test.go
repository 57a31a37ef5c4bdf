package stat

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// assertSorted checks values against slices.Sort, which puts every NaN first and knows one zero.
func assertSorted(t *testing.T, values []float32) {
	t.Helper()
	want := slices.Clone(values)
	slices.Sort(want)
	got := slices.Clone(values)
	Sort(got, nil)

	require.Len(t, got, len(want))
	nan := func(v float32) bool { return v != v }
	first, last := 0, len(got)
	for first < last && nan(got[first]) {
		first++
	}
	for last > first && nan(got[last-1]) {
		last--
	}
	numbers := got[first:last]
	require.True(t, slices.Equal(want[len(want)-len(numbers):], numbers), "%v sorted is %v", values, got)
}

func TestSort(t *testing.T) {
	negative, nan := float32(math.Copysign(0, -1)), float32(math.NaN())
	infinity := float32(math.Inf(1))
	for name, values := range map[string][]float32{
		"empty":       {},
		"one":         {3},
		"two":         {2, 1},
		"equal":       {5, 5, 5, 5},
		"last digit":  {math.Float32frombits(0x40000003), math.Float32frombits(0x40000001)},
		"first digit": {-1, 1, -2, 2},
		"extremes":    {infinity, math.MaxFloat32, math.SmallestNonzeroFloat32, 0, -math.MaxFloat32, -infinity},
		"zeros":       {0, negative, 1, -1, negative, 0},
		"NaN":         {1, nan, -1, nan, infinity, -nan, 0},
		"only NaN":    {nan, nan},
	} {
		t.Run(name, func(t *testing.T) { assertSorted(t, values) })
	}
	zeros := []float32{0, negative}
	Sort(zeros, nil)
	assert.True(t, math.Signbit(float64(zeros[0])), "the negative zero comes first")
}

func TestSortDistributions(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, draw := range map[string]func() float32{
		"normal":      func() float32 { return float32(1 + 0.01*r.NormFloat64()) },
		"exponential": func() float32 { return float32(r.ExpFloat64()) },
		"any bits":    func() float32 { return math.Float32frombits(r.Uint32()) },
		"few values":  func() float32 { return float32(r.IntN(3)) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{2, 3, 100, 2048, 10_000} {
				values := make([]float32, n)
				for i := range values {
					values[i] = draw()
				}
				assertSorted(t, values)
			}
		})
	}
}

func TestSortKeepsScratch(t *testing.T) {
	scratch := Sort(make([]float32, 100), nil)
	assert.GreaterOrEqual(t, cap(scratch), 100)
	values := []float32{3, 1, 2}
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		values[0], values[1], values[2] = 3, 1, 2
		scratch = Sort(values, scratch)
	}))
	assert.Equal(t, []float32{1, 2, 3}, values)
	scratch = Sort(make([]float32, 1000), scratch)
	assert.GreaterOrEqual(t, cap(scratch), 1000)
}

func FuzzSort(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0, 0x80, 0x7f, 0, 0, 0xc0, 0xff, 0, 0, 0, 0x80, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		values := make([]float32, len(raw)/4)
		for i := range values {
			values[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
		assertSorted(t, values)
	})
}

func benchmarkSort(b *testing.B, sort func([]float32)) {
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float32, 10_000_000)
	for i := range values {
		values[i] = float32(1 + 0.01*r.NormFloat64())
	}
	shuffled := slices.Clone(values)
	b.SetBytes(int64(4 * len(values)))
	for b.Loop() {
		copy(values, shuffled)
		sort(values)
	}
}

func BenchmarkSort(b *testing.B) {
	var scratch []float32
	benchmarkSort(b, func(values []float32) { scratch = Sort(values, scratch) })
}

// BenchmarkSortByComparing is the sort of the standard library, to compare with.
func BenchmarkSortByComparing(b *testing.B) { benchmarkSort(b, slices.Sort) }
