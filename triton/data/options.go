package data

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/tensor"
)

// Kind says where contents come from.
type Kind uint8

// Where contents come from.
const (
	Random Kind = iota // numbers from ranges that make sense, see inputs.Source
	Zero               // zero bytes; strings stay random unless Options.StringData is set
	Files              // Options.Paths: JSON files, or one folder
	Given              // Options.Streams
)

// Options say what requests contain. The zero value stands for random numbers.
type Options struct {
	Kind  Kind
	Paths []string // JSON files, whose streams are put one after another, or one folder with a file for each input
	// Streams are the contents themselves. They are kept, not copied.
	Streams [][]Step

	Shapes map[string][]int64 // sizes of inputs with dimensions that the request chooses, without the batch

	Random   inputs.Source // seed, ranges of numbers and zero inputs; its Values go before the rest
	Variants int           // random streams with different contents, of one step each; 0 stands for 1
	RawBytes bool          // random bytes as perf_analyzer sends them, any bit pattern: NaN, infinity, indices out of range

	StringLength int    // of random strings; 0 stands for 128
	StringData   string // content of every string; "" stands for random ones

	// Carried are inputs that something else provides: states that come from the last answer.
	Carried []string
}

// Make returns the content of requests to a model with these inputs and outputs. The error names every fault that was found.
func Make(ins, outs []Tensor, o Options) (*Set, error) {
	if err := o.validate(ins); err != nil {
		return nil, fmt.Errorf("input data: %w", err)
	}
	shaped := o.shape(ins)
	set, err := o.make(shaped, outs)
	if err != nil {
		return nil, fmt.Errorf("input data: %w", err)
	}
	return set, nil
}

func (o *Options) make(ins, outs []Tensor) (*Set, error) {
	switch o.Kind {
	case Files:
	case Given:
		return o.given(ins)
	default:
		return o.generate(ins)
	}
	if len(o.Paths) == 1 {
		info, err := os.Stat(o.Paths[0])
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			return readFolder(o.Paths[0], ins, outs, o.Carried)
		}
	}
	return readFiles(o.Paths, ins, outs, o.Carried)
}

// given checks the contents that the caller has.
func (o *Options) given(ins []Tensor) (*Set, error) {
	if len(o.Streams) == 0 {
		return nil, errors.New("no stream was given")
	}
	for i, steps := range o.Streams {
		if len(steps) == 0 {
			return nil, fmt.Errorf("stream %d has no step", i)
		}
		for k, step := range steps {
			if err := checkStep(step, ins); err != nil {
				return nil, fmt.Errorf("stream %d, step %d: %w", i, k, err)
			}
		}
	}
	return &Set{Streams: o.Streams}, nil
}

// checkStep returns the first fault of a step: a value that is missing, or does not fit its tensor.
func checkStep(step Step, ins []Tensor) error {
	for i := range ins {
		v, there := step[ins[i].Name]
		if !there && !ins[i].Optional {
			return fmt.Errorf("nothing for input %q", ins[i].Name)
		}
		if there {
			if err := ins[i].check(v); err != nil {
				return fmt.Errorf("input %q: %w", ins[i].Name, err)
			}
		}
	}
	return nil
}

// shape gives inputs with open dimensions the sizes that were chosen, and leaves out those that are carried.
func (o *Options) shape(ins []Tensor) []Tensor {
	shaped := slices.Clone(ins)
	for i := range shaped {
		if shape, given := o.Shapes[shaped[i].Name]; given && !shaped[i].Fixed() {
			shaped[i].Shape = shape
		}
	}
	return slices.DeleteFunc(shaped, func(t Tensor) bool { return slices.Contains(o.Carried, t.Name) })
}

func (o *Options) validate(ins []Tensor) error {
	var faults []error
	names := make([]string, len(ins))
	for i, t := range ins {
		names[i] = t.Name
		if !Known(t.Type) {
			faults = append(faults, fmt.Errorf("input %q has type %s, which is not known; known are %v", t.Name, t.Type, Types()))
		}
	}
	for _, name := range sorted(o.Shapes) {
		t, err := find(ins, "input", name)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if shape := o.Shapes[name]; !t.fits(shape) && !t.Fixed() {
			faults = append(faults, fmt.Errorf("shape %s of input %q does not fit the model's %s (without the batch)",
				tensor.FormatShape(shape), name, tensor.FormatShape(t.Shape)))
		}
	}
	if err := o.Random.Unknown(names); err != nil {
		faults = append(faults, err)
	}
	if o.Kind == Files && len(o.Paths) == 0 {
		faults = append(faults, errors.New("no file was named"))
	}
	if o.StringLength < 0 || o.Variants < 0 {
		faults = append(faults, fmt.Errorf("string length %d and variants %d; expected 0 or more", o.StringLength, o.Variants))
	}
	return errors.Join(faults...)
}

func sorted[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
