package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/audio"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/stream"
)

// streamAudioFlags says what speakers say: files of sound or, without any, sound that is made up.
type streamAudioFlags struct {
	paths []string
	rate  int
	input string
	whole bool // an utterance is a file, however long

	files []string      // that the paths stand for
	clips []*audio.Clip // of the first files, all at one rate; nil: not read yet
}

func (a *streamAudioFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&a.paths, "audio", nil, "WAV or FLAC file, or folder of them, that speakers say, an utterance each, instead of sound that is made up; may be repeated")
	_ = cobra.MarkFlagFilename(flags, "audio", "wav", "wave", "flac") // it is there
	flags.IntVar(&a.rate, "sample-rate", 0, "rate of the model in Hz (default samples of a chunk ÷ --chunk-duration)")
	flags.StringVar(&a.input, "audio-input", "", "input of the model that takes --audio, where there are several besides states; the others are zero")
}

// finish checks the flags.
func (a *streamAudioFlags) finish(flags *pflag.FlagSet) error {
	a.whole = !flags.Changed("utterance")
	var faults []error
	for _, name := range []string{"sample-rate", "audio-input"} {
		if flags.Changed(name) && len(a.paths) == 0 {
			faults = append(faults, fmt.Errorf("--%s is for --audio; leave it out or name a file", name))
		}
	}
	if flags.Changed("sample-rate") && (a.rate < slowestModel || a.rate > audio.MaxRate) {
		faults = append(faults, fmt.Errorf("--sample-rate is %d; expected %d to %d", a.rate, slowestModel, audio.MaxRate))
	}
	return errors.Join(faults...)
}

// find lists the files that the paths stand for: those themselves, and what folders hold at any depth, by name.
func (a *streamAudioFlags) find() error {
	for _, path := range a.paths {
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("--audio: %w", err)
		}
		if !info.IsDir() {
			a.files = append(a.files, path)
			continue
		}
		before := len(a.files)
		err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() && slices.Contains(audio.Extensions(), strings.ToLower(filepath.Ext(file))) {
				a.files = append(a.files, file)
			}
			return err
		})
		if err == nil && len(a.files) == before {
			err = fmt.Errorf("folder %s has no file that ends with %s", path, strings.Join(audio.Extensions(), ", "))
		}
		if err != nil {
			return fmt.Errorf("--audio: %w", err)
		}
	}
	return nil
}

// contents makes what speakers say to a model, and says what a reader of the figures must know of it.
func (f *streamFlags) contents(ctx context.Context, model *serve.Model) (serve.Contents, []string, error) {
	a := &f.audio
	if len(a.files) == 0 {
		contents, err := syntheticSound(model, f.options.Seed)
		return contents, nil, err
	}
	index, samples, err := serve.SoundInput(model, a.input)
	if err != nil {
		return nil, nil, usage(fmt.Errorf("--audio, --audio-input: %w", err))
	}
	rate, err := a.modelRate(model.Inputs[index].Name, samples, f.chunk)
	if err != nil {
		return nil, nil, usage(err)
	}
	if err := a.read(ctx, rate, audio.MaxSamples); err != nil {
		return nil, nil, err
	}
	contents, err := serve.Recorded(model, a.input, a.clips)
	if err != nil {
		return nil, nil, err
	}
	return contents, a.notes(model, index, samples), nil
}

// slowestModel is the rate in Hz below which there is no speech: an input with less than that takes something else.
const slowestModel = 1000

// modelRate is the rate at which a chunk's samples last as long as a chunk.
func (a *streamAudioFlags) modelRate(input string, samples int, chunk time.Duration) (int, error) {
	per := int64(samples) * int64(time.Second)
	rate := per / int64(chunk)
	switch {
	case a.rate != 0 && int64(a.rate)*int64(chunk) != per:
		return 0, fmt.Errorf("--sample-rate=%d: the %d samples that input %s takes would last %v, and --chunk-duration is %v; give %.6g Hz or the other duration",
			a.rate, samples, input, time.Duration(per/int64(a.rate)), chunk, float64(per)/float64(chunk))
	case per%int64(chunk) != 0 || rate < slowestModel || rate > audio.MaxRate:
		return 0, fmt.Errorf("--audio: the %d samples that input %s takes in %v are %.6g Hz; expected a whole number from %d to %d: give the --chunk-duration of the model, "+
			"and the --audio-input that takes samples", samples, input, chunk, float64(per)/float64(chunk), slowestModel, audio.MaxRate)
	}
	return int(rate), nil
}

// read reads files for as long as they have at most so many samples in all at the rate of the model.
func (a *streamAudioFlags) read(ctx context.Context, rate, most int) error {
	if len(a.clips) > 0 && a.clips[0].Rate == rate {
		return nil
	}
	a.clips = nil
	total := 0
	for _, file := range a.files {
		if err := ctx.Err(); err != nil {
			return err
		}
		clip, err := audio.Read(file)
		if err != nil {
			return err
		}
		if clip, err = clip.Resample(rate); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if total += len(clip.Samples); total > most && len(a.clips) > 0 {
			return nil
		}
		a.clips = append(a.clips, clip)
	}
	return nil
}

// namedFiles bounds the files that a note names.
const namedFiles = 5

// notes tell which sound was used, and what became of it.
func (a *streamAudioFlags) notes(model *serve.Model, index, samples int) []string {
	var total time.Duration
	var names []string
	filled := 0
	for i, clip := range a.clips {
		total += clip.Duration()
		if len(clip.Samples)%samples != 0 {
			filled++
		}
		if i < namedFiles {
			names = append(names, fmt.Sprintf("%s (%.4g s, %s)", a.files[i], clip.Duration().Seconds(), clip.Source))
		}
	}
	if more := len(a.clips) - namedFiles; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	input := model.Inputs[index]
	notes := []string{fmt.Sprintf("audio: %.4g s for input %s, %s at %d Hz: %s", total.Seconds(), input.Name, input.Type, a.clips[0].Rate, strings.Join(names, ", "))}
	if left := len(a.files) - len(a.clips); left > 0 {
		notes = append(notes, fmt.Sprintf("audio: the last %d of %d files were left out: %d samples are kept in memory at most", left, len(a.files), audio.MaxSamples))
	}
	if filled > 0 {
		notes = append(notes, fmt.Sprintf("audio: the last chunk of %d of %d files is filled up with silence", filled, len(a.clips)))
	}
	for i, in := range model.Inputs {
		if i != index {
			notes = append(notes, fmt.Sprintf("audio: input %s is zero", in.Name))
		}
	}
	return notes
}

// speak makes files utterances: one ends where its file ends, or after --utterance where that was given and is less.
func (a *streamAudioFlags) speak(o *stream.Options) {
	if len(a.clips) == 0 {
		return
	}
	o.Once = true
	if !a.whole {
		return
	}
	longest := o.ChunkDuration
	for _, clip := range a.clips {
		longest = max(longest, (clip.Duration()+o.ChunkDuration-1)/o.ChunkDuration*o.ChunkDuration)
	}
	o.Utterance = stream.Fixed(longest)
}
