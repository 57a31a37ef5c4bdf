package audio

import (
	"fmt"
	"slices"
	"time"
)

// MaxSamples bounds the samples of a clip: 128 MiB, which are 11 minutes at 48 kHz and 70 minutes at 8 kHz.
const MaxSamples = 32 << 20

// MaxRate bounds the samples per second of a clip.
const MaxRate = 768_000

// Clip is sound of one channel.
type Clip struct {
	Rate int // samples per second, 1 to MaxRate
	// Samples are between -1 and 1 for what does not exceed full scale. Floats of a file may be louder by up to 24 dB, and resampling
	// overshoots a little at jumps; Encode limits integers.
	Samples []float32
	Source  Source // what the clip was read from, which Resample keeps
}

// Source is what a clip was before anything was done to it.
type Source struct {
	Format   string // "WAV" or "FLAC"
	Rate     int    // samples per second
	Channels int    // of which the clip is the mean
	Bits     int    // of a sample
	Float    bool   // samples were floats, not integers
}

// String returns the source in a few words, as "WAV, 44100 Hz, 2 channels, 16 bits".
func (s Source) String() string {
	channels := "1 channel"
	if s.Channels != 1 {
		channels = fmt.Sprintf("%d channels", s.Channels)
	}
	text := fmt.Sprintf("%s, %d Hz, %s, %d bits", s.Format, s.Rate, channels, s.Bits)
	if s.Float {
		text += " of float"
	}
	return text
}

// Duration returns how long the clip lasts.
func (c *Clip) Duration() time.Duration { return lasts(len(c.Samples), c.Rate) }

// lasts returns how long so many samples last, rounded to nanoseconds.
func lasts(samples, rate int) time.Duration {
	return time.Duration(float64(samples) / float64(rate) * float64(time.Second))
}

// Chunks cuts the clip into chunks of so many samples, at least 1. The last one is filled up with silence; the others are parts of the
// clip, not copies.
func (c *Clip) Chunks(samples int) [][]float32 {
	chunks := slices.Collect(slices.Chunk(c.Samples, samples))
	if n := len(chunks); n > 0 && len(chunks[n-1]) < samples {
		last := make([]float32, samples)
		copy(last, chunks[n-1])
		chunks[n-1] = last
	}
	return chunks
}
