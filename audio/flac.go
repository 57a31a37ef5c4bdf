package audio

import (
	"errors"
	"fmt"
	"io"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
)

func decodeFLAC(r io.Reader) (*Clip, error) {
	defer silence()()
	stream, err := flac.New(r)
	if err != nil {
		return nil, damagedFLAC(err)
	}
	info := stream.Info
	c := &Clip{Rate: int(info.SampleRate), Source: Source{
		Format: "FLAC", Rate: int(info.SampleRate), Channels: int(info.NChannels), Bits: int(info.BitsPerSample),
	}}
	if err := c.Source.check(); err != nil {
		return nil, err
	}
	if info.NSamples > MaxSamples {
		return nil, c.Source.tooLong()
	}
	c.Samples = grow(nil, int(info.NSamples))
	for {
		f, err := stream.Next()
		switch {
		case errors.Is(err, io.EOF):
			// 0 says that the number is not known.
			if info.NSamples != 0 && uint64(len(c.Samples)) != info.NSamples {
				return nil, fmt.Errorf("the FLAC file is cut short: %d of %d samples are there", len(c.Samples), info.NSamples)
			}
			return c, nil
		case err != nil:
			return nil, damagedFLAC(err)
		}
		if err := c.frame(f); err != nil {
			return nil, err
		}
	}
}

// frame adds the samples of a frame whose header was read.
func (c *Clip) frame(f *frame.Frame) error {
	if f.BitsPerSample == 0 { // which refers to the head of the file
		f.BitsPerSample = uint8(c.Source.Bits)
	}
	if f.Channels.Count() != c.Source.Channels || int(f.BitsPerSample) != c.Source.Bits || f.SampleRate != 0 && int(f.SampleRate) != c.Rate {
		return fmt.Errorf("the sound changes after %v: %d Hz, %d channels, %d bits after %s; %s", c.Duration(), f.SampleRate, f.Channels.Count(),
			f.BitsPerSample, c.Source, convert)
	}
	if len(c.Samples)+int(f.BlockSize) > MaxSamples {
		return c.Source.tooLong()
	}
	if err := f.Parse(); err != nil {
		return damagedFLAC(err)
	}
	scale := 1 / (float64(uint64(1)<<(c.Source.Bits-1)) * float64(c.Source.Channels))
	for i := range int(f.BlockSize) {
		sum := int64(0)
		for _, channel := range f.Subframes {
			sum += int64(channel.Samples[i])
		}
		v := float64(sum) * scale
		if v < -1 || v > 1 {
			return fmt.Errorf("the FLAC file is damaged: sample %d is beyond full scale", len(c.Samples))
		}
		c.Samples = append(c.Samples, float32(v))
	}
	return nil
}

func damagedFLAC(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errors.New("the FLAC file ends in the middle, is it cut short?")
	}
	return fmt.Errorf("the FLAC file is damaged: %w", err)
}
