package audio

import "fmt"

// Resample returns the clip at another rate, with the same beginning and as long, to a sample. The result shares nothing with the clip.
//
// The sound passes a low-pass filter of 128 zero crossings, whose stop band is 90 dB down from half the lower of the two rates on, so that
// nothing appears at wrong frequencies, and whose pass band, flat within 0.001 dB, ends at 91 % of that: going to 8 kHz, speech is whole up
// to 3.65 kHz. It delays nothing. Before and after the clip is silence.
func (c *Clip) Resample(rate int) (*Clip, error) {
	if rate < 1 || rate > MaxRate || c.Rate < 1 || c.Rate > MaxRate {
		return nil, fmt.Errorf("audio: resample from %d to %d Hz, expected 1 to %d", c.Rate, rate, MaxRate)
	}
	count := (len(c.Samples)*rate + c.Rate - 1) / c.Rate
	if count > MaxSamples {
		return nil, fmt.Errorf("audio: resample from %d to %d Hz: %d samples, expected at most %d; give a shorter file", c.Rate, rate, count, MaxSamples)
	}
	result := &Clip{Rate: rate, Samples: make([]float32, count), Source: c.Source}
	if rate == c.Rate {
		copy(result.Samples, c.Samples)
		return result, nil
	}
	newBank(c.Rate, rate).filter(result.Samples, c.Samples)
	return result, nil
}
