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

func assertSortedInts(t *testing.T, values []int64) {
	t.Helper()
	want := slices.Clone(values)
	slices.Sort(want)
	got := slices.Clone(values)
	SortInts(got, nil)
	require.True(t, slices.Equal(want, got), "%v sorted is %v", values, got)
}

func TestSortInts(t *testing.T) {
	for name, values := range map[string][]int64{
		"empty":       {},
		"one":         {3},
		"two":         {2, 1},
		"equal":       {5, 5, 5},
		"signs":       {1, -1, 0, -2, 2},
		"extremes":    {math.MaxInt64, 0, math.MinInt64, -1, 1},
		"first digit": {1 << 62, 1 << 61, 0},
	} {
		t.Run(name, func(t *testing.T) { assertSortedInts(t, values) })
	}
	r := rand.New(rand.NewPCG(1, 2))
	for name, draw := range map[string]func() int64{
		"times":    func() int64 { return int64(1e6 * r.ExpFloat64()) },
		"lags":     func() int64 { return int64(1e5 * r.NormFloat64()) },
		"any bits": func() int64 { return int64(r.Uint64()) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{2, 3, 100, 10_000} {
				values := make([]int64, n)
				for i := range values {
					values[i] = draw()
				}
				assertSortedInts(t, values)
			}
		})
	}
}

func TestSortIntsKeepsScratch(t *testing.T) {
	scratch := SortInts(make([]int64, 100), nil)
	values := []int64{3, 1, 2}
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		values[0], values[1], values[2] = 3, 1, 2
		scratch = SortInts(values, scratch)
	}))
	assert.Equal(t, []int64{1, 2, 3}, values)
}

func FuzzSortInts(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, raw []byte) {
		values := make([]int64, len(raw)/8)
		for i := range values {
			values[i] = int64(binary.LittleEndian.Uint64(raw[8*i:]))
		}
		assertSortedInts(t, values)
	})
}

func BenchmarkSortInts(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]int64, 10_000_000)
	for i := range values {
		values[i] = 13_000_000 + int64(2e6*r.ExpFloat64())
	}
	shuffled := slices.Clone(values)
	var scratch []int64
	b.SetBytes(int64(8 * len(values)))
	for b.Loop() {
		copy(values, shuffled)
		scratch = SortInts(values, scratch)
	}
}
