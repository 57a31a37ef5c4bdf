package cli

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/audio"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/stream"
)

// speech is a model that takes chunks of 100 ms at 8 kHz.
func speech() *serve.Model {
	return &serve.Model{Inputs: []record.Tensor{{Name: "signal", Type: "int16", Shape: []int{1, 800}}, {Name: "pitch", Type: "float32", Shape: []int{1}}}}
}

func TestModelRate(t *testing.T) {
	for _, c := range []struct {
		given, samples int
		chunk          time.Duration
		rate           int
		wrong          string
	}{
		{0, 2400, 300 * time.Millisecond, 8000, ""},
		{0, 1600, 100 * time.Millisecond, 16000, ""},
		{44100, 441, 10 * time.Millisecond, 44100, ""},
		{0, 1323, 30 * time.Millisecond, 44100, ""},
		{16000, 2400, 300 * time.Millisecond, 0, "would last 150ms, and --chunk-duration is 300ms; give 8000 Hz or the other duration"},
		{0, 2400, 290 * time.Millisecond, 0, "in 290ms are 8275.86 Hz; expected a whole number from 1000 to 768000"},
		{0, 80, 300 * time.Millisecond, 0, "are 266.667 Hz"},
		{0, 90, 300 * time.Millisecond, 0, "are 300 Hz"},
		{0, 1 << 20, time.Millisecond, 0, "are 1.04858e+09 Hz"},
	} {
		a := &streamAudioFlags{rate: c.given}
		rate, err := a.modelRate("signal", c.samples, c.chunk)
		if c.wrong != "" {
			require.ErrorContains(t, err, c.wrong)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, c.rate, rate)
	}
}

func TestFilesBeyondTheLimitAreLeftOut(t *testing.T) {
	a := &streamAudioFlags{paths: []string{"../../audio/testdata", "../../audio/testdata/voice-8k.wav"}, whole: true}
	require.NoError(t, a.find())
	require.Len(t, a.files, 5)
	require.NoError(t, a.read(t.Context(), 8000, 8000*5/4))
	require.Len(t, a.clips, 2) // 0.2 s and 1 s; the next one has 0.25 s
	notes := a.notes(speech(), 0, 800)
	require.Len(t, notes, 3)
	assert.Regexp(t, `^audio: 1\.2 s for input signal, int16 at 8000 Hz: .*tone-48k-24.wav \(0\.2 s, WAV, 48000 Hz, 2 channels, 24 bits\), .*voice-16k.flac \(1 s, .*\)$`, notes[0])
	assert.Equal(t, "audio: the last 3 of 5 files were left out: 33554432 samples are kept in memory at most", notes[1])
	assert.Equal(t, "audio: input pitch is zero", notes[2])

	before := &a.clips[0]
	require.NoError(t, a.read(t.Context(), 8000, audio.MaxSamples))
	assert.Same(t, before, &a.clips[0], "another target with the same rate takes the same clips")
	require.NoError(t, a.read(t.Context(), 11025, audio.MaxSamples))
	require.Len(t, a.clips, 5)
	assert.Equal(t, 11025, a.clips[0].Rate)
	assert.Equal(t, "audio: the last chunk of 5 of 5 files is filled up with silence", a.notes(speech(), 0, 800)[1])

	require.NoError(t, a.read(t.Context(), 16000, 1))
	require.Len(t, a.clips, 1, "one file is always used")
}

func TestManyFilesAreNotAllNamed(t *testing.T) {
	a := &streamAudioFlags{}
	for range namedFiles + 3 {
		a.files, a.clips = append(a.files, "a.wav"), append(a.clips, &audio.Clip{Rate: 8000, Samples: make([]float32, 800)})
	}
	assert.Regexp(t, `, and 3 more$`, a.notes(speech(), 0, 800)[0])
}

func TestReadingFilesCanBeStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := &streamAudioFlags{files: []string{filepath.Join("..", "..", "audio", "testdata", "voice-8k.wav")}}
	require.ErrorIs(t, a.read(ctx, 8000, audio.MaxSamples), context.Canceled)
}

func TestFilesAreUtterances(t *testing.T) {
	clips := []*audio.Clip{{Rate: 8000, Samples: make([]float32, 8001)}, {Rate: 8000, Samples: make([]float32, 400)}}
	given := stream.Options{ChunkDuration: 100 * time.Millisecond, Utterance: stream.Fixed(15 * time.Second)}

	options := given
	(&streamAudioFlags{whole: true}).speak(&options)
	assert.Equal(t, given, options, "sound that is made up")

	(&streamAudioFlags{whole: true, clips: clips}).speak(&options)
	assert.True(t, options.Once)
	assert.Equal(t, stream.Fixed(1100*time.Millisecond), options.Utterance)

	options = given
	(&streamAudioFlags{clips: clips}).speak(&options)
	assert.True(t, options.Once)
	assert.Equal(t, given.Utterance, options.Utterance)
}
