package fill

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/x448/float16"
)

// The generator's values from 1 are known from the literature. The expectations of the tests below follow from them
// by hand: a float is (x−1)·2⁻³⁰ − 1 in single precision, an int8 (x−1) div 8388607 − 128, a bool (x−1) div 1073741822.
func TestGeneratorValues(t *testing.T) {
	g := newGenerator(0)
	for _, want := range []uint32{16807, 282475249, 1622650073, 984943658, 1144108930, 470211272, 101027544, 1457850878, 1458777923, 2007237709} {
		assert.Equal(t, want, g.next())
	}
	g = newGenerator(1)
	for range 9999 {
		g.next()
	}
	assert.Equal(t, uint32(1043618065), g.next(), "the 10,000th value, by which the generator is checked by tradition")
}

func TestRandomIntegers(t *testing.T) {
	want8 := []int64{-128, -95, 65, -11, 8}
	for _, c := range []struct {
		typ  string
		size int
		want []int64
	}{
		{"int8", 1, want8},
		{"int16", 2, want8},
		{"int32", 4, want8},
		{"int64", 8, want8},
		{"uint8", 1, []int64{0, 33, 193, 117, 136}},
		{"uint16", 2, []int64{0, 33, 193, 117, 136}},
		{"uint32", 4, []int64{0, 33, 193, 117, 136}},
		{"uint64", 8, []int64{0, 33, 193, 117, 136}},
		{"bool", 1, []int64{0, 0, 1, 0, 1}},
		{"int4", 1, want8},
	} {
		t.Run(c.typ, func(t *testing.T) {
			got := make([]byte, len(c.want)*c.size)
			require.NoError(t, Random(got, c.typ))
			want := make([]byte, 0, len(got))
			for _, v := range c.want {
				want = append(want, binary.LittleEndian.AppendUint64(nil, uint64(v))[:c.size]...)
			}
			assert.Equal(t, want, got)
		})
	}
}

func TestRandomFloats(t *testing.T) {
	// (x−1)·2⁻³⁰ − 1: 16806·2⁻³⁰−1, 282475248·2⁻³⁰−1, 1622650072·2⁻³⁰−1, each operation rounded to single precision.
	exact := []float64{16806.0/(1<<30) - 1, 282475248.0/(1<<30) - 1, 1622650072.0/(1<<30) - 1}
	dst := make([]byte, 12)
	require.NoError(t, Random(dst, "float32"))
	for i, want := range exact {
		got := math.Float32frombits(binary.LittleEndian.Uint32(dst[4*i:]))
		assert.InDelta(t, want, got, 1e-7)
	}
	// -0.99998432, -0.73692441, 0.51121068.
	assert.Equal(t, []byte{0xf9, 0xfe, 0x7f, 0xbf, 0x14, 0xa7, 0x3c, 0xbf, 0xb4, 0xde, 0x02, 0x3f}, dst)

	dst = make([]byte, 6)
	require.NoError(t, Random(dst, "float16"))
	assert.Equal(t, float32(-1), float16.Frombits(binary.LittleEndian.Uint16(dst)).Float32(), "rounds to -1")
	assert.Equal(t, []byte{0x00, 0xbc, 0xe5, 0xb9, 0x17, 0x38}, dst)

	require.NoError(t, Random(dst, "bfloat16"))
	assert.Equal(t, []byte{0x80, 0xbf, 0x3d, 0xbf, 0x03, 0x3f}, dst)

	dst = make([]byte, 3)
	require.NoError(t, Random(dst, "float8"))
	assert.Equal(t, []byte{0xb8, 0xb4, 0x30}, dst, "-1, -0.75, 0.5")

	dst = make([]byte, 16)
	require.NoError(t, Random(dst, "float64"))
	assert.Equal(t, float64(math.Float32frombits(0xbf7ffef9)), math.Float64frombits(binary.LittleEndian.Uint64(dst)),
		"the value of single precision")
}

// The digests come from a million values of std::default_random_engine with std::uniform_real_distribution<float>
// and std::uniform_int_distribution<int> of GNU's libstdc++, which trtexec is built with.
func TestSameValuesAsStandardLibraryOfCpp(t *testing.T) {
	for typ, c := range map[string]struct {
		size int
		want uint64
	}{"float32": {4, 0xf945079ed11d0fe3}, "int8": {1, 0xf50bd023fcf96941}} {
		dst := make([]byte, 1_000_000*c.size)
		require.NoError(t, Random(dst, typ))
		digest := fnv.New64a()
		digest.Write(dst)
		assert.Equal(t, c.want, digest.Sum64(), typ)
	}
}

func TestEveryTensorStartsAnew(t *testing.T) {
	short, long := make([]byte, 100), make([]byte, 1000)
	require.NoError(t, Random(short, "float32"))
	require.NoError(t, Random(long, "float32"))
	assert.Equal(t, short, long[:100])
}

func TestFloatsStayInRange(t *testing.T) {
	dst := make([]byte, 400_000)
	for _, r := range []Range{{-1, 1}, {0, 1}, {-3, -2}, {0, 1e30}, {5, math.Nextafter(5, 6) + 1e-6}} {
		require.NoError(t, Options{Range: &r}.Fill(dst, "float32"))
		low, high := float32(math.Inf(1)), float32(math.Inf(-1))
		for i := 0; i < len(dst); i += 4 {
			v := math.Float32frombits(binary.LittleEndian.Uint32(dst[i:]))
			low, high = min(low, v), max(high, v)
		}
		assert.GreaterOrEqual(t, low, float32(r.Min))
		assert.Less(t, high, float32(r.Max))
	}
}

func TestSeedAndRange(t *testing.T) {
	first, second := make([]byte, 64), make([]byte, 64)
	require.NoError(t, Options{Seed: 7}.Fill(first, "int32"))
	require.NoError(t, Random(second, "int32"))
	assert.NotEqual(t, first, second)
	require.NoError(t, Options{Seed: modulus}.Fill(first, "int32"))
	assert.Equal(t, second, first, "a seed of zero modulo 2³¹−1 acts as 1")

	require.NoError(t, Options{Range: &Range{3, 3}}.Fill(first, "int64"))
	for i := 0; i < len(first); i += 8 {
		assert.Equal(t, uint64(3), binary.LittleEndian.Uint64(first[i:]))
	}
	require.NoError(t, Options{Range: &Range{-10, 20}}.Fill(first, "bool"))
	for _, b := range first {
		assert.LessOrEqual(t, b, byte(1), "a range does not apply to bool")
	}
}

func TestFillRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		options Options
		typ     string
		bytes   int
		want    string
	}{
		"unknown type":       {Options{}, "string", 4, `fill: no random values for type "string", only for bfloat16, bool, float16, float32, float64, float8, int16, int32, int4, int64, int8, uint16, uint32, uint64, uint8`},
		"half an element":    {Options{}, "float32", 7, "fill: 7 bytes do not hold a whole number of float32, which take 4 each"},
		"NaN":                {Options{Range: &Range{math.NaN(), 1}}, "float32", 4, "both ends must be finite"},
		"infinite":           {Options{Range: &Range{0, math.Inf(1)}}, "float32", 4, "both ends must be finite"},
		"empty float range":  {Options{Range: &Range{1, 1}}, "float32", 4, "the lower end must be below the upper one in single precision"},
		"wide float range":   {Options{Range: &Range{-3e38, 3e38}}, "float32", 4, "the width must be at most 3.4"},
		"float16 overflow":   {Options{Range: &Range{0, 70000}}, "float16", 2, "the type holds -65504 to 65504"},
		"fraction":           {Options{Range: &Range{0, 1.5}}, "int8", 1, "both ends must be whole numbers"},
		"integer backwards":  {Options{Range: &Range{2, 1}}, "int8", 1, "the lower end is above the upper one"},
		"negative unsigned":  {Options{Range: &Range{-1, 1}}, "uint8", 1, "the type holds 0 to 255"},
		"too many integers":  {Options{Range: &Range{math.MinInt32, math.MaxInt32}}, "int32", 4, "at most 2147483645 different values are possible"},
		"too large an int64": {Options{Range: &Range{0, 1 << 60}}, "int64", 8, "the type holds"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorContains(t, c.options.Fill(make([]byte, c.bytes), c.typ), c.want)
		})
	}
	assert.NoError(t, Random(nil, "float32"), "an empty tensor is fine")
}

func TestSmallFloatsRoundToNearestEven(t *testing.T) {
	for v, want := range map[float32]byte{
		0: 0x00, 1: 0x38, -1: 0xB8, 448: 0x7E, 1e9: 0x7E, -1e9: 0xFE,
		0x1p-9:    0x01, // smallest
		0x1p-10:   0x00, // half of it: to even
		0x1.8p-9:  0x02, // one and a half of it: to even
		0x1.Fp-7:  0x08, // between the largest subnormal and the smallest normal: to even
		1.0625:    0x38, // tie, down to even
		1.1875:    0x3A, // tie, up to even
		1.96875:   0x40, // carries into the exponent
		240:       0x77,
		0.3333333: 0x2B,
	} {
		assert.Equalf(t, want, float8Bits(v), "float8 of %g", v)
	}
	for v, want := range map[float32]uint16{
		1: 0x3F80, -2: 0xC000, 0: 0, 0x1.01p0: 0x3F80, 0x1.03p0: 0x3F82, 0x1.FFp0: 0x4000,
	} {
		assert.Equalf(t, want, bfloat16Bits(v), "bfloat16 of %g", v)
	}
}

func BenchmarkFloat16State(b *testing.B) {
	dst := make([]byte, 2*219729)
	b.SetBytes(int64(len(dst)))
	for b.Loop() {
		_ = Random(dst, "float16")
	}
}
