package serve

import (
	"errors"
	"fmt"
	"strings"

	"github.com/trtbench/trtbench/audio"
)

// SoundInput returns which of the model's inputs takes sound, and how many samples a chunk of it has. The name may be empty where there
// is one input; states are none. An input whose elements cannot be samples is an error.
func SoundInput(model *Model, name string) (index, samples int, err error) {
	index = -1
	names := make([]string, len(model.Inputs))
	for i, in := range model.Inputs {
		names[i] = in.Name
		if in.Name == name || name == "" && len(model.Inputs) == 1 {
			index = i
		}
	}
	all := strings.Join(names, ", ")
	switch {
	case index < 0 && name == "":
		return 0, 0, fmt.Errorf("serve: the model has %d inputs besides states, expected the name of the one that takes sound: %s", len(names), all)
	case index < 0:
		return 0, 0, fmt.Errorf("serve: the model has no input %q that could take sound, expected one of %s", name, all)
	}
	in := model.Inputs[index]
	if err := audio.CheckType(in.Type); err != nil {
		return 0, 0, fmt.Errorf("serve: input %s takes no sound: %w", in.Name, err)
	}
	samples = 1
	for _, d := range in.Shape {
		samples *= max(d, 0)
	}
	if samples == 0 {
		return 0, 0, fmt.Errorf("serve: input %s has shape %v, expected every dimension to be known and above 0", in.Name, in.Shape)
	}
	return index, samples, nil
}

// Recorded makes contents of clips: a stream for each, with a step for each chunk, the last one being filled up with silence. The sound
// goes to the input that [SoundInput] finds; other inputs are zero. The clips have the rate of the model, which nothing here can check.
func Recorded(model *Model, input string, clips []*audio.Clip) (Contents, error) {
	sound, samples, err := SoundInput(model, input)
	if err != nil {
		return nil, err
	}
	if len(clips) == 0 {
		return nil, errors.New("serve: recorded contents: no clip, expected at least 1")
	}
	bytes, err := sizes(model.Inputs)
	if err != nil {
		return nil, fmt.Errorf("serve: recorded contents: %w", err)
	}
	rest := make(Step, len(bytes))
	for k, n := range bytes {
		rest[k] = make([]byte, n)
	}
	contents := make(Contents, len(clips))
	for i, clip := range clips {
		for _, chunk := range clip.Chunks(samples) {
			step := append(Step(nil), rest...)
			if step[sound], err = audio.Encode(model.Inputs[sound].Type, chunk); err != nil {
				return nil, fmt.Errorf("serve: recorded contents: %w", err)
			}
			contents[i] = append(contents[i], step)
		}
		if len(contents[i]) == 0 {
			return nil, fmt.Errorf("serve: recorded contents: clip %d has no samples", i)
		}
	}
	return contents, nil
}
