package audio

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func clipOf(samples []float64, rate int) *Clip {
	c := &Clip{Rate: rate}
	for _, v := range samples {
		c.Samples = append(c.Samples, float32(v))
	}
	return c
}

// level returns the amplitude of a frequency in the middle of a clip, and that of all the rest, in dB relative to 1. The part of the
// frequency is found by least squares, so that the two need not fit a number of periods.
func level(c *Clip, hz float64) (tone, rest float64) {
	const edge = 1000
	x := c.Samples[edge : len(c.Samples)-edge]
	var ss, sc, cc, xs, xc float64
	for i, v := range x {
		s, k := math.Sincos(2 * math.Pi * hz * float64(i+edge) / float64(c.Rate))
		ss, sc, cc, xs, xc = ss+s*s, sc+s*k, cc+k*k, xs+float64(v)*s, xc+float64(v)*k
	}
	det := ss*cc - sc*sc
	a, b := (xs*cc-xc*sc)/det, (xc*ss-xs*sc)/det
	left := 0.0
	for i, v := range x {
		s, k := math.Sincos(2 * math.Pi * hz * float64(i+edge) / float64(c.Rate))
		d := float64(v) - a*s - b*k
		left += d * d
	}
	return 20 * math.Log10(math.Hypot(a, b)), 10 * math.Log10(2*left/float64(len(x))+1e-30)
}

// TestResampleKeepsTones states the quality: what is within the pass band keeps its frequency and amplitude, and nothing else appears.
func TestResampleKeepsTones(t *testing.T) {
	for _, c := range []struct {
		from, to int
		hz       float64
	}{
		{44100, 16000, 1000}, {44100, 16000, 50}, {44100, 16000, 7300}, {44100, 8000, 3600}, {48000, 8000, 1000}, {16000, 8000, 3600},
		{8000, 16000, 1000}, {8000, 16000, 3600}, {11025, 8000, 440}, {22050, 48000, 9000}, {44101, 7993, 1000}, {96000, 8000, 3000},
	} {
		t.Run(fmt.Sprintf("%d to %d, %g Hz", c.from, c.to, c.hz), func(t *testing.T) {
			clip, err := clipOf(tone(c.hz, c.from, c.from/2, 1), c.from).Resample(c.to)
			require.NoError(t, err)
			assert.Equal(t, c.to, clip.Rate)
			assert.Len(t, clip.Samples, (c.from/2*c.to+c.from-1)/c.from)
			kept, rest := level(clip, c.hz)
			assert.InDelta(t, 0, kept, 0.001, "amplitude, dB")
			assert.Less(t, rest, -90.0, "what does not belong there, dB")
		})
	}
}

// TestResampleLeavesOutWhatCannotBe: a tone above half the new rate would appear at another frequency.
func TestResampleLeavesOutWhatCannotBe(t *testing.T) {
	for _, c := range []struct {
		from, to int
		hz       float64
	}{
		{44100, 16000, 12000}, {44100, 16000, 8010}, {44100, 8000, 4010}, {48000, 8000, 4100}, {16000, 8000, 7000}, {44101, 7993, 5000},
	} {
		t.Run(fmt.Sprintf("%d to %d, %g Hz", c.from, c.to, c.hz), func(t *testing.T) {
			clip, err := clipOf(tone(c.hz, c.from, c.from/2, 1), c.from).Resample(c.to)
			require.NoError(t, err)
			_, rest := level(clip, 1) // all of it
			assert.Less(t, rest, -90.0)
		})
	}
}

func TestResampleKeepsPlaceAndLength(t *testing.T) {
	for _, rates := range [][2]int{{44100, 16000}, {48000, 8000}, {8000, 44100}, {16000, 8000}} {
		from, to := rates[0], rates[1]
		clip := &Clip{Rate: from, Samples: make([]float32, from)}
		for i := range clip.Samples { // a bump at 0.4 s
			at := (float64(i)/float64(from) - 0.4) / 0.001
			clip.Samples[i] = float32(math.Exp(-at * at))
		}
		got, err := clip.Resample(to)
		require.NoError(t, err)
		require.Len(t, got.Samples, to)
		for i, v := range got.Samples {
			at := (float64(i)/float64(to) - 0.4) / 0.001
			require.InDelta(t, math.Exp(-at*at), v, 1e-4, i)
		}
	}
}

func TestResampleConstant(t *testing.T) {
	constant := make([]float64, 44100)
	for i := range constant {
		constant[i] = 0.5
	}
	got, err := clipOf(constant, 44100).Resample(16000)
	require.NoError(t, err)
	for i, v := range got.Samples[100 : len(got.Samples)-100] {
		require.InDelta(t, 0.5, v, 1e-6, i)
	}
}

func TestResampleBounds(t *testing.T) {
	clip := clipOf(tone(440, 8000, 10, 1), 8000)
	clip.Source = Source{Format: "WAV", Rate: 8000, Channels: 2, Bits: 16}
	same, err := clip.Resample(8000)
	require.NoError(t, err)
	assert.Equal(t, clip, same)
	same.Samples[0] = 7
	assert.Zero(t, clip.Samples[0], "they share nothing")
	one, err := (&Clip{Rate: 48000, Samples: []float32{1}}).Resample(8000)
	require.NoError(t, err)
	assert.Len(t, one.Samples, 1)

	for _, rate := range []int{0, -1, MaxRate + 1} {
		_, err = clip.Resample(rate)
		require.ErrorContains(t, err, "expected 1 to 768000")
	}
	_, err = (&Clip{Samples: []float32{1}}).Resample(8000)
	require.ErrorContains(t, err, "resample from 0 to 8000 Hz")
	_, err = (&Clip{Rate: 1, Samples: make([]float32, 100)}).Resample(MaxRate)
	require.ErrorContains(t, err, "expected at most 33554432; give a shorter file")
}

func BenchmarkResample(b *testing.B) {
	for _, rates := range [][2]int{{44100, 16000}, {48000, 8000}, {44101, 7993}} {
		b.Run(fmt.Sprintf("%d to %d", rates[0], rates[1]), func(b *testing.B) {
			clip := clipOf(tone(440, rates[0], rates[0], 1), rates[0]) // a second
			for b.Loop() {
				if _, err := clip.Resample(rates[1]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
