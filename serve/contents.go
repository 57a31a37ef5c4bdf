package serve

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/trtbench/trtbench/audio"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// Step is what one chunk consists of: the bytes of each of Model.Inputs.
type Step [][]byte

// Contents are what the chunks of [Local] consist of: streams of steps, as [load.Payloads] counts them. They are not changed.
type Contents [][]Step

// check returns the first fault of each stream.
func (c Contents) check(inputs []record.Tensor, bytes []int) error {
	if len(c) == 0 {
		return errors.New("contents: no stream, expected at least 1")
	}
	var faults []error
	for i, stream := range c {
		if err := checkStream(stream, inputs, bytes); err != nil {
			faults = append(faults, fmt.Errorf("contents: stream %d: %w", i, err))
		}
	}
	return errors.Join(faults...)
}

func checkStream(stream []Step, inputs []record.Tensor, bytes []int) error {
	if len(stream) == 0 {
		return errors.New("no step, expected at least 1")
	}
	for i, step := range stream {
		if len(step) != len(bytes) {
			return fmt.Errorf("step %d has %d inputs, the model takes %d", i, len(step), len(bytes))
		}
		for k, data := range step {
			if len(data) != bytes[k] {
				return fmt.Errorf("step %d has %d bytes for %s, expected %d", i, len(data), inputs[k].Name, bytes[k])
			}
		}
	}
	return nil
}

// Synthetic makes streams of sound for a model whose inputs are samples: tones that come and go, with noise. Elements are as
// [audio.Encode] writes them. The same seed gives the same sound; no two steps are alike.
func Synthetic(model *Model, streams, steps int, seed uint64) (Contents, error) {
	if streams < 1 || steps < 1 {
		return nil, fmt.Errorf("serve: synthetic contents: %d streams of %d steps, expected at least 1", streams, steps)
	}
	for _, in := range model.Inputs {
		if err := audio.CheckType(in.Type); err != nil {
			return nil, fmt.Errorf("serve: synthetic contents: %s: %w; give the contents", in.Name, err)
		}
	}
	bytes, err := sizes(model.Inputs)
	if err != nil {
		return nil, fmt.Errorf("serve: synthetic contents: %w", err)
	}
	contents := make(Contents, streams)
	for i := range contents {
		contents[i] = make([]Step, steps)
		for j := range contents[i] {
			contents[i][j] = make(Step, len(bytes))
		}
		for k, in := range model.Inputs {
			v := newVoice(rand.New(rand.NewPCG(seed, uint64(i)<<16|uint64(k))))
			samples := make([]float32, bytes[k]*8/tensor.Bits(in.Type))
			for j := range contents[i] {
				v.speak(samples)
				if contents[i][j][k], err = audio.Encode(in.Type, samples); err != nil {
					return nil, fmt.Errorf("serve: synthetic contents: %w", err)
				}
			}
		}
	}
	return contents, nil
}

// voice is a tone with a slowly changing loudness.
type voice struct {
	random        *rand.Rand
	pitch, rhythm float64 // radians for each sample
	at            float64 // samples so far
}

func newVoice(random *rand.Rand) voice {
	return voice{random: random, pitch: 0.06 + 0.12*random.Float64(), rhythm: 0.002 + 0.002*random.Float64()}
}

// speak fills in the next samples.
func (v *voice) speak(samples []float32) {
	for i := range samples {
		loudness := 0.5 + 0.5*math.Sin(v.rhythm*v.at)
		tone := 0.5*math.Sin(v.pitch*v.at) + 0.25*math.Sin(2*v.pitch*v.at) + 0.1*(2*v.random.Float64()-1)
		samples[i] = float32(loudness * tone)
		v.at++
	}
}
