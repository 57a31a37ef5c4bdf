package audio

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Extensions are what names of files end with that can be read, in small letters.
func Extensions() []string { return []string{".wav", ".wave", ".flac"} }

// Read reads a WAV or FLAC file, whatever its name ends with. See [Decode].
func Read(path string) (*Clip, error) {
	switch info, err := os.Stat(path); { // before opening it, which waits if it is a pipe
	case err != nil:
		return nil, fmt.Errorf("audio: %w", err)
	case info.IsDir():
		return nil, fmt.Errorf("audio: read %s: it is a folder, expected a WAV or FLAC file", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("audio: read %s: it is no regular file, expected a WAV or FLAC file; write the sound to one first", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("audio: %w", err)
	}
	defer f.Close() // it is only read
	c, err := decode(f)
	if err != nil {
		return nil, fmt.Errorf("audio: read %s: %w", path, err)
	}
	return c, nil
}

// Decode reads WAV (integers of 8, 16, 24 or 32 bits, floats of 32 or 64) or FLAC (4 to 24 bits), and mixes the channels by their
// mean. The error says what was found and what to do: not a file of these formats, cut short, compressed, empty, more than MaxSamples,
// a rate of 0, floats that are no sound.
func Decode(r io.Reader) (*Clip, error) {
	c, err := decode(r)
	if err != nil {
		return nil, fmt.Errorf("audio: decode: %w", err)
	}
	return c, nil
}

func decode(r io.Reader) (*Clip, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	magic, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var c *Clip
	switch string(magic) {
	case "RIFF":
		c, err = decodeWAV(buffered)
	case "fLaC":
		c, err = decodeFLAC(buffered)
	default:
		return nil, foreign(magic)
	}
	if err != nil {
		return nil, err
	}
	if len(c.Samples) == 0 {
		return nil, fmt.Errorf("the %s file has no samples", c.Source.Format)
	}
	return c, nil
}

// convert is what to do about a file that cannot be read.
const convert = "convert it, as with ffmpeg -i FILE -c:a pcm_s16le NEW.wav"

// foreign says what a file is that begins with these bytes.
func foreign(magic []byte) error {
	const expected = "expected WAV or FLAC; "
	switch text := string(magic); {
	case text == "":
		return errors.New("the file is empty, " + expected + "give another one")
	case text == "RIFX" || text == "RF64" || text == "BW64":
		return fmt.Errorf("it is %s, a variety of WAV that is not read, %s%s", text, expected, convert)
	case text == "OggS" || text == "FORM" || text == ".snd":
		name := map[string]string{"OggS": "Ogg", "FORM": "AIFF", ".snd": "AU"}[text]
		return fmt.Errorf("it is %s, %s%s", name, expected, convert)
	case strings.HasPrefix(text, "ID3") || len(magic) > 1 && magic[0] == 0xFF && magic[1]&0xE0 == 0xE0:
		return fmt.Errorf("it is MPEG audio or begins with an ID3 tag, %s%s", expected, convert)
	}
	return fmt.Errorf("it begins with %q, which is neither WAV nor FLAC, %s%s", magic, expected, convert)
}

// check checks what the header of a file says.
func (s *Source) check() error {
	switch {
	case s.Rate < 1 || s.Rate > MaxRate:
		return fmt.Errorf("its rate is %d Hz, expected 1 to %d; the header is damaged", s.Rate, MaxRate)
	case s.Channels < 1:
		return errors.New("it has 0 channels, expected 1 or more; the header is damaged")
	}
	return nil
}

// tooLong is the error for a file with more samples than a clip can have.
func (s *Source) tooLong() error {
	most := lasts(MaxSamples, s.Rate).Truncate(1e9)
	return fmt.Errorf("it lasts longer than %v, the most that is read at %d Hz; cut it, as with ffmpeg -t %d -i FILE NEW.wav", most, s.Rate, int(most.Seconds()))
}

// grow makes room for samples that a header promises, but not for more than a moment of them: a header can promise anything.
func grow(samples []float32, promised int) []float32 {
	const moment = 1 << 20
	return slices.Grow(samples, min(max(promised, 0), moment))
}
