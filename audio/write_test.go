package audio

import (
	"bytes"
	"encoding/binary"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the files of testdata again")

// tone returns a sine of an amplitude.
func tone(hz float64, rate, samples int, amplitude float64) []float64 {
	v := make([]float64, samples)
	for i := range v {
		v[i] = amplitude * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))
	}
	return v
}

// voiced returns something like a vowel: a pitch with overtones, which comes and goes.
func voiced(rate, samples int) []float64 {
	v := make([]float64, samples)
	for i := range v {
		at := 2 * math.Pi * float64(i) / float64(rate)
		v[i] = (0.6 - 0.3*math.Cos(8*at)) * (0.5*math.Sin(140*at) + 0.25*math.Sin(420*at) + 0.1*math.Sin(2100*at))
	}
	return v
}

// wav is a WAV file to be written.
type wav struct {
	tag, channels, bits uint16
	rate                uint32
	extensible          bool
	between             []byte // whole chunks between "fmt " and "data"
	data                []byte
}

// write returns the file.
func (w wav) write() []byte {
	le := binary.LittleEndian
	block := w.channels * w.bits / 8
	tag := w.tag
	if w.extensible {
		tag = tagExtensible
	}
	format := le.AppendUint16(nil, tag)
	format = le.AppendUint16(format, w.channels)
	format = le.AppendUint32(format, w.rate)
	format = le.AppendUint32(format, w.rate*uint32(block))
	format = le.AppendUint16(format, block)
	format = le.AppendUint16(format, w.bits)
	if w.extensible {
		format = le.AppendUint16(format, 22)
		format = le.AppendUint16(format, w.bits)
		format = le.AppendUint32(format, 0)
		format = le.AppendUint16(format, w.tag)
		format = append(format, baseFormat[:]...)
	}
	body := append([]byte("WAVE"), chunk("fmt ", format)...)
	body = append(body, w.between...)
	return chunk("RIFF", append(body, chunk("data", w.data)...))
}

// chunk returns a chunk of RIFF.
func chunk(id string, data []byte) []byte {
	c := binary.LittleEndian.AppendUint32([]byte(id), uint32(len(data)))
	c = append(c, data...)
	return append(c, make([]byte, len(data)%2)...)
}

// pcm returns samples as integers of so many bits; those of 8 have their zero at 128.
func pcm(samples []float64, bits int) []byte {
	var b []byte
	for _, v := range samples {
		n := int64(math.Round(v * float64(int64(1)<<(bits-1))))
		n = min(n, int64(1)<<(bits-1)-1)
		if bits == 8 {
			n += 128
		}
		b = append(b, binary.LittleEndian.AppendUint64(nil, uint64(n))[:bits/8]...)
	}
	return b
}

// encodeFLAC returns a FLAC file of channels with samples of so many bits.
func encodeFLAC(t testing.TB, rate uint32, bits uint8, channels ...[]float64) []byte {
	t.Helper()
	const block = 4096
	file := filepath.Join(t.TempDir(), "new.flac")
	f, err := os.Create(file)
	require.NoError(t, err)
	e, err := flac.NewEncoder(f, &meta.StreamInfo{BlockSizeMin: block, BlockSizeMax: block, SampleRate: rate, NChannels: uint8(len(channels)), BitsPerSample: bits})
	require.NoError(t, err)
	for at, number := 0, uint64(0); at < len(channels[0]); at, number = at+block, number+1 {
		n := min(block, len(channels[0])-at)
		next := &frame.Frame{Header: frame.Header{
			HasFixedBlockSize: true, BlockSize: uint16(n), SampleRate: rate, Channels: frame.Channels(len(channels) - 1), BitsPerSample: bits, Num: number,
		}}
		for _, c := range channels {
			s := &frame.Subframe{NSamples: n, SubHeader: frame.SubHeader{Pred: frame.PredVerbatim}}
			for _, v := range c[at : at+n] {
				s.Samples = append(s.Samples, int32(math.Round(v*float64(int64(1)<<(bits-1)))))
			}
			next.Subframes = append(next.Subframes, s)
		}
		require.NoError(t, e.WriteFrame(next))
	}
	require.NoError(t, e.Close()) // the file as well
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return data
}

// examples are the files of testdata, which other packages use as well.
func examples(t testing.TB) map[string][]byte {
	stereo := make([]float64, 0, 2*9600)
	for _, v := range tone(440, 48000, 9600, 0.5) {
		stereo = append(stereo, v, v/2)
	}
	return map[string][]byte{
		"voice-8k.wav":       wav{tag: tagPCM, channels: 1, bits: 16, rate: 8000, data: pcm(voiced(8000, 8*700), 16)}.write(),
		"voice-16k.flac":     encodeFLAC(t, 16000, 16, voiced(16000, 16*1000)),
		"tone-48k-24.wav":    wav{tag: tagPCM, channels: 2, bits: 24, rate: 48000, extensible: true, data: pcm(stereo, 24)}.write(),
		"voice-44k1-24.flac": encodeFLAC(t, 44100, 24, voiced(44100, 11025), tone(440, 44100, 11025, 0.25)),
	}
}

func TestExamples(t *testing.T) {
	for name, want := range examples(t) {
		path := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(path, want, 0o644))
		}
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(want, got), "%s is not what -update writes", name)
	}
}
