package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"golang.org/x/image/riff"
)

// waveFormat is the chunk "fmt " of a WAV file. Source: Microsoft and IBM, Multimedia Programming Interface and Data Specifications 1.0,
// and the header mmreg.h of Windows for the extensible form.
type waveFormat struct {
	Tag                       uint16
	Channels                  uint16
	Rate, BytesPerSecond      uint32
	BlockAlign, BitsPerSample uint16
	ExtensionSize, ValidBits  uint16 // from here on only in the extensible form
	ChannelMask               uint32
	SubTag                    uint16 // the first bytes of a GUID, whose rest is the same for all formats that have a tag
	SubFormat                 [14]byte
}

// Sizes of a waveFormat.
const (
	waveFormatSize           = 16
	waveFormatExtensibleSize = 40
)

// Tags of formats.
const (
	tagPCM        = 1
	tagFloat      = 3
	tagExtensible = 0xFFFE
)

// compressedTags are formats that are met in practice and not read.
var compressedTags = map[uint16]string{
	2: "Microsoft ADPCM", 6: "A-law", 7: "µ-law", 0x11: "IMA ADPCM", 0x31: "GSM 6.10", 0x50: "MPEG", 0x55: "MP3", 0x161: "WMA", 0xFF: "AAC",
}

// baseFormat is the rest of the GUID of a format that has a tag.
var baseFormat = [14]byte{0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71}

func decodeWAV(r io.Reader) (*Clip, error) {
	form, chunks, err := riff.NewReader(r)
	if err != nil {
		return nil, cutShort(err)
	}
	if form != (riff.FourCC{'W', 'A', 'V', 'E'}) {
		return nil, fmt.Errorf("it is RIFF of form %q, expected WAVE; %s", form[:], convert)
	}
	var format *waveFormat
	for {
		id, size, body, err := chunks.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, errors.New("the WAV file has no samples: there is no chunk \"data\"")
		case err != nil:
			return nil, cutShort(err)
		}
		switch string(id[:]) {
		case "fmt ":
			if format, err = readWaveFormat(body, size); err != nil {
				return nil, err
			}
		case "data":
			if format == nil {
				return nil, errors.New("the WAV file is damaged: the chunk \"data\" comes before \"fmt \"")
			}
			return format.samples(body, int(size))
		}
	}
}

// cutShort says that sizes in a WAV file promise more than there is, in the words of the library.
func cutShort(err error) error {
	return fmt.Errorf("the WAV file is cut short, or was written to a pipe, so that its sizes are not true (%w); write it again: ffmpeg -i FILE NEW.wav", err)
}

func readWaveFormat(r io.Reader, size uint32) (*waveFormat, error) {
	if size < waveFormatSize {
		return nil, fmt.Errorf("the WAV file is damaged: its chunk \"fmt \" has %d bytes, expected %d or more", size, waveFormatSize)
	}
	raw := make([]byte, waveFormatExtensibleSize)
	n, err := io.ReadFull(r, raw[:min(size, waveFormatExtensibleSize)])
	if err != nil {
		return nil, cutShort(err)
	}
	f := &waveFormat{}
	if _, err := binary.Decode(raw, binary.LittleEndian, f); err != nil {
		return nil, err
	}
	if f.Tag == tagExtensible {
		if n < waveFormatExtensibleSize {
			return nil, fmt.Errorf("the WAV file is damaged: its chunk \"fmt \" has %d bytes, expected %d for the extensible form", size, waveFormatExtensibleSize)
		}
		if f.SubFormat != baseFormat {
			return nil, fmt.Errorf("the format of its samples is not known (GUID %x…), expected PCM or float; %s", f.SubTag, convert)
		}
		f.Tag = f.SubTag
	}
	return f, f.check()
}

// check says why samples of the format cannot be read.
func (f *waveFormat) check() error {
	kind, sizes := "PCM", []uint16{8, 16, 24, 32}
	switch {
	case f.Tag == tagFloat:
		kind, sizes = "float", []uint16{32, 64}
	case f.Tag != tagPCM:
		name, known := compressedTags[f.Tag]
		if !known {
			name = "an unknown format"
		}
		return fmt.Errorf("its samples are %s (format %#x), expected PCM or float; %s", name, f.Tag, convert)
	}
	if !slices.Contains(sizes, f.BitsPerSample) {
		return fmt.Errorf("its samples are %s of %d bits, expected %v; %s", kind, f.BitsPerSample, sizes, convert)
	}
	source := f.source()
	if err := source.check(); err != nil {
		return err
	}
	if want := source.Channels * source.Bits / 8; int(f.BlockAlign) != want {
		return fmt.Errorf("%d channels of %d bits take %d bytes, expected %d; the header is damaged", f.Channels, f.BitsPerSample, f.BlockAlign, want)
	}
	return nil
}

func (f *waveFormat) source() Source {
	return Source{Format: "WAV", Rate: int(min(f.Rate, MaxRate+1)), Channels: int(f.Channels), Bits: int(f.BitsPerSample), Float: f.Tag == tagFloat}
}

// samples reads the chunk "data" of so many bytes.
func (f *waveFormat) samples(r io.Reader, size int) (*Clip, error) {
	c := &Clip{Rate: int(f.Rate), Source: f.source()}
	block := int(f.BlockAlign)
	count := size / block
	switch {
	case size%block != 0:
		return nil, fmt.Errorf("%d bytes of samples are no whole number of %d, the size of all channels, is the file cut short?", size, block)
	case count > MaxSamples:
		return nil, c.Source.tooLong()
	}
	value := f.reader()
	c.Samples = grow(nil, count)
	buffer := make([]byte, max(1<<16/block, 1)*block)
	for left := size; left > 0; left -= len(buffer) {
		buffer = buffer[:min(left, len(buffer))]
		if n, err := io.ReadFull(r, buffer); err != nil {
			return nil, fmt.Errorf("the WAV file is cut short: %d of %d samples are there", len(c.Samples)+n/block, count)
		}
		for raw := range slices.Chunk(buffer, block) {
			v, err := mean(raw, c.Source.Bits/8, value)
			if err != nil {
				return nil, fmt.Errorf("sample %d: %w", len(c.Samples), err)
			}
			c.Samples = append(c.Samples, v)
		}
	}
	return c, nil
}
