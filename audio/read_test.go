package audio

import (
	"bytes"
	"encoding/binary"
	"io"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWAVFormats(t *testing.T) {
	want := tone(500, 8000, 801, 0.7) // an odd number: 8 bits need a byte of padding
	floats := func(bits int) []byte {
		var b []byte
		for _, v := range want {
			if bits == 64 {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
			} else {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
			}
		}
		return b
	}
	for _, c := range []struct {
		name  string
		file  wav
		error float64
	}{
		{"8 bits", wav{tag: tagPCM, bits: 8, data: pcm(want, 8)}, 1.0 / (1 << 8)},
		{"16 bits", wav{tag: tagPCM, bits: 16, data: pcm(want, 16)}, 1.0 / (1 << 16)},
		{"24 bits", wav{tag: tagPCM, bits: 24, data: pcm(want, 24)}, 1e-7},
		{"32 bits", wav{tag: tagPCM, bits: 32, data: pcm(want, 32)}, 1e-7},
		{"float32", wav{tag: tagFloat, bits: 32, data: floats(32)}, 1e-7},
		{"float64", wav{tag: tagFloat, bits: 64, data: floats(64)}, 1e-7},
		{"extensible", wav{tag: tagPCM, bits: 16, extensible: true, data: pcm(want, 16)}, 1.0 / (1 << 16)},
		{"extensible float", wav{tag: tagFloat, bits: 32, extensible: true, data: floats(32)}, 1e-7},
		{"other chunks", wav{tag: tagPCM, bits: 16, between: append(chunk("LIST", []byte("INFOx")), chunk("fact", nil)...), data: pcm(want, 16)}, 1.0 / (1 << 16)},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.file.channels, c.file.rate = 1, 8000
			got, err := Decode(bytes.NewReader(c.file.write()))
			require.NoError(t, err)
			assert.Equal(t, Source{Format: "WAV", Rate: 8000, Channels: 1, Bits: int(c.file.bits), Float: c.file.tag == tagFloat}, got.Source)
			assert.Equal(t, 8000, got.Rate)
			require.Len(t, got.Samples, len(want))
			for i, v := range got.Samples {
				require.InDelta(t, want[i], v, c.error, i)
			}
		})
	}
}

func TestChannelsAreMixedByTheirMean(t *testing.T) {
	file := wav{tag: tagPCM, channels: 3, bits: 16, rate: 8000, data: pcm([]float64{0.5, 0.25, 0, -1, -1, -1}, 16)}
	got, err := Decode(bytes.NewReader(file.write()))
	require.NoError(t, err)
	assert.Equal(t, []float32{0.25, -1}, got.Samples)

	constant := func(v float64) []float64 { return slices.Repeat([]float64{v}, 20) }
	got, err = Decode(bytes.NewReader(encodeFLAC(t, 8000, 16, constant(0.5), constant(0.25), constant(-1))))
	require.NoError(t, err)
	assert.Equal(t, slices.Repeat([]float32{-0.25 / 3}, 20), got.Samples)
}

func TestFLAC(t *testing.T) {
	for _, bits := range []uint8{8, 12, 16, 20, 24} {
		for _, rate := range []uint32{8000, 16000, 24000, 44100, 48000} {
			want := voiced(int(rate), 9000) // two blocks and a part of one
			got, err := Decode(bytes.NewReader(encodeFLAC(t, rate, bits, want)))
			require.NoError(t, err)
			assert.Equal(t, Source{Format: "FLAC", Rate: int(rate), Channels: 1, Bits: int(bits)}, got.Source)
			require.Len(t, got.Samples, len(want))
			for i, v := range got.Samples {
				require.InDelta(t, want[i], v, 1/float64(int(1)<<bits)+1e-7, i)
			}
		}
	}
}

// The library writes a remark for each frame of 24 kHz, which is no business of the user's.
func TestTheLibraryIsSilent(t *testing.T) {
	var logged bytes.Buffer
	before := log.Writer()
	log.SetOutput(&logged)
	defer log.SetOutput(before)
	_, err := Decode(bytes.NewReader(encodeFLAC(t, 24000, 16, voiced(24000, 9000))))
	require.NoError(t, err)
	log.Print("something else")
	assert.NotContains(t, logged.String(), "flac library")
	assert.Contains(t, logged.String(), "something else")

	end := silence()
	log.Print("meanwhile")
	end()
	assert.Contains(t, logged.String(), "meanwhile")
}

func TestReadRefuses(t *testing.T) {
	good := wav{tag: tagPCM, channels: 1, bits: 16, rate: 8000, data: pcm(voiced(8000, 800), 16)}
	change := func(edit func(*wav)) []byte {
		w := good
		edit(&w)
		return w.write()
	}
	ramp := make([]float64, 100) // the encoder stores its steps, which fit
	for i := range ramp {
		ramp[i] = float64(i) / 50
	}
	flacFile := encodeFLAC(t, 16000, 16, voiced(16000, 9000))
	header := func(at int, value ...byte) []byte {
		data := good.write()
		copy(data[at:], value)
		return data
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "the file is empty, expected WAV or FLAC"},
		{"one byte", []byte("R"), `it begins with "R", which is neither WAV nor FLAC`},
		{"text", []byte("hello"), `it begins with "hell", which is neither WAV nor FLAC, expected WAV or FLAC; convert it`},
		{"MP3", []byte{0xFF, 0xFB, 0x90, 0}, "it is MPEG audio"},
		{"ID3", []byte("ID3\x04xxxx"), "begins with an ID3 tag"},
		{"Ogg", []byte("OggS...."), "it is Ogg, expected WAV or FLAC"},
		{"RF64", []byte("RF64...."), "it is RF64, a variety of WAV that is not read"},
		{"AVI", append(good.write()[:8], "AVI xxxx"...), `it is RIFF of form "AVI ", expected WAVE`},
		{"head alone", good.write()[:36], "cut short"},
		{"WAV cut short", good.write()[:500], "the WAV file is cut short: 228 of 800 samples are there"},
		{"written to a pipe", header(40, 0xFF, 0xFF, 0xFF, 0xFF), "written to a pipe"},
		{"no data", append([]byte("RIFF\x1c\x00\x00\x00WAVE"), good.write()[12:36]...), `there is no chunk "data"`},
		{"data first", append([]byte("RIFF\x0e\x00\x00\x00WAVE"), "data\x02\x00\x00\x00xx"...), `comes before "fmt "`},
		{"small format", append([]byte("RIFF\x10\x00\x00\x00WAVE"), "fmt \x04\x00\x00\x00xxxx"...), `has 4 bytes, expected 16 or more`},
		{"no samples", change(func(w *wav) { w.data = nil }), "the WAV file has no samples"},
		{"half a sample", change(func(w *wav) { w.data = w.data[:801] }), "801 bytes of samples are no whole number of 2"},
		{"µ-law", change(func(w *wav) { w.tag, w.bits = 7, 8 }), "its samples are µ-law (format 0x7), expected PCM or float; convert it"},
		{"ADPCM", change(func(w *wav) { w.tag, w.bits = 0x11, 8 }), "IMA ADPCM"},
		{"unknown", change(func(w *wav) { w.tag = 0x1234 }), "an unknown format (format 0x1234)"},
		{"12 bits", change(func(w *wav) { w.bits = 12 }), "its samples are PCM of 12 bits, expected [8 16 24 32]"},
		{"float of 16 bits", change(func(w *wav) { w.tag = tagFloat }), "float of 16 bits, expected [32 64]"},
		{"0 Hz", change(func(w *wav) { w.rate = 0 }), "its rate is 0 Hz, expected 1 to 768000"},
		{"4 GHz", change(func(w *wav) { w.rate = math.MaxUint32 }), "expected 1 to 768000"},
		{"no channel", change(func(w *wav) { w.channels = 0 }), "it has 0 channels"},
		{"wrong block", header(32, 3), "1 channels of 16 bits take 3 bytes, expected 2"},
		{"extensible, small", header(20, 0xFE, 0xFF), "has 16 bytes, expected 40"},
		{"foreign GUID", func() []byte {
			data := change(func(w *wav) { w.extensible = true })
			data[50]++
			return data
		}(), "the format of its samples is not known"},
		{"NaN", change(func(w *wav) { w.tag, w.bits, w.data = tagFloat, 32, []byte{0, 0, 0, 0, 0, 0, 0xC0, 0x7F} }), "sample 1: it is NaN, expected about -1 to 1"},
		{"floats of integers", change(func(w *wav) {
			w.tag, w.bits, w.data = tagFloat, 32, binary.LittleEndian.AppendUint32(nil, math.Float32bits(-20000))
		}), "sample 0: it is -20000"},
		{"FLAC cut short", flacFile[:len(flacFile)-100], "the FLAC file ends in the middle, is it cut short?"},
		{"FLAC without frames", flacFile[:42], "the FLAC file is cut short: 0 of 9000 samples are there"},
		{"FLAC head", flacFile[:20], "the FLAC file ends in the middle"},
		{"FLAC damaged", func() []byte {
			data := bytes.Clone(flacFile)
			data[len(data)/2] ^= 0xFF
			return data
		}(), "the FLAC file is damaged"},
		{"FLAC beyond full scale", encodeFLAC(t, 8000, 16, ramp), "the FLAC file is damaged: sample 51 is beyond full scale"},
		{"FLAC changes", append(bytes.Clone(flacFile), encodeFLAC(t, 16000, 24, voiced(16000, 100))[42:]...), "the sound changes after 562.5ms"},
	} {
		t.Run(c.name, func(t *testing.T) {
			clip, err := Decode(bytes.NewReader(c.data))
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, "audio: decode: ")
			assert.Nil(t, clip)
		})
	}
}

func TestLongFilesAreRefused(t *testing.T) {
	header := wav{tag: tagPCM, channels: 1, bits: 8, rate: 8000, data: make([]byte, MaxSamples+1)}.write()
	_, err := Decode(bytes.NewReader(header))
	require.ErrorContains(t, err, "it lasts longer than 1h9m54s, the most that is read at 8000 Hz; cut it, as with ffmpeg -t 4194 ")
	long := encodeFLAC(t, 8000, 16, voiced(8000, 100))
	binary.BigEndian.PutUint32(long[22:], math.MaxUint32) // samples
	_, err = Decode(bytes.NewReader(long))
	require.ErrorContains(t, err, "it lasts longer than")
}

func TestRead(t *testing.T) {
	clip, err := Read(filepath.Join("testdata", "voice-8k.wav"))
	require.NoError(t, err)
	assert.Equal(t, 700*time.Millisecond, clip.Duration())
	assert.Equal(t, "WAV, 8000 Hz, 1 channel, 16 bits", clip.Source.String())
	assert.Equal(t, "WAV, 8000 Hz, 2 channels, 32 bits of float", Source{Format: "WAV", Rate: 8000, Channels: 2, Bits: 32, Float: true}.String())

	_, err = Read("testdata")
	require.ErrorContains(t, err, "it is a folder")
	_, err = Read(os.DevNull)
	require.ErrorContains(t, err, "it is no regular file", "a pipe would be waited for")
	_, err = Read(filepath.Join("testdata", "missing.wav"))
	require.ErrorIs(t, err, os.ErrNotExist)
	odd := filepath.Join(t.TempDir(), "odd.wav")
	require.NoError(t, os.WriteFile(odd, []byte("odd!"), 0o600))
	_, err = Read(odd)
	require.ErrorContains(t, err, "audio: read "+odd+": it begins with")
}

func TestReadErrorsOfTheReader(t *testing.T) {
	_, err := Decode(io.MultiReader(bytes.NewReader([]byte("RI")), failing{}))
	require.ErrorIs(t, err, os.ErrClosed)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, os.ErrClosed }

func FuzzDecode(f *testing.F) {
	for _, data := range examples(f) {
		f.Add(data[:min(len(data), 3000)])
	}
	f.Add(wav{tag: tagPCM, channels: 1, bits: 8, rate: 8000, data: pcm(voiced(8000, 31), 8)}.write())
	f.Add(wav{tag: tagFloat, channels: 2, bits: 64, rate: 96000, extensible: true, data: make([]byte, 64)}.write())
	f.Add(encodeFLAC(f, 8000, 16, voiced(8000, 200), tone(300, 8000, 200, 0.1)))
	f.Add(encodeFLAC(f, 24000, 12, make([]float64, 50)))
	f.Fuzz(func(t *testing.T, data []byte) {
		clip, err := Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		require.True(t, len(clip.Samples) > 0 && len(clip.Samples) <= MaxSamples)
		require.True(t, clip.Rate >= 1 && clip.Rate <= MaxRate)
		for _, v := range clip.Samples {
			require.True(t, math.Abs(float64(v)) <= loudest)
		}
	})
}
