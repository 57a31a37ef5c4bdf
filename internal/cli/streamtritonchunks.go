package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/data"
)

// tritonChunks is what speakers send to a model on a Triton server: the same as to a model in this process, where its inputs are sound.
type tritonChunks struct {
	model    serve.Model // without the states that the client carries
	shapes   [][]int64   // of its inputs, without the batch
	contents serve.Contents
	notes    []string       // on the contents
	verifier serve.Verifier // nil: answers are not checked
}

// newTritonChunks makes the chunks. The states are those that the client carries.
func newTritonChunks(ctx context.Context, model *triton.Model, states []triton.StatePair, f *streamFlags) (*tritonChunks, error) {
	c := &tritonChunks{}
	for _, in := range model.Inputs {
		if !slices.ContainsFunc(states, func(s triton.StatePair) bool { return s.Input == in.Name }) {
			c.model.Inputs, c.shapes = append(c.model.Inputs, ofOneSession(in, true)), append(c.shapes, in.Shape)
		}
	}
	for _, out := range model.Outputs {
		if !slices.ContainsFunc(states, func(s triton.StatePair) bool { return s.Output == out.Name }) {
			c.model.Outputs = append(c.model.Outputs, ofOneSession(out, false))
		}
	}
	var err error
	if f.verify {
		if c.verifier, err = serve.NewAcousticVerifier(&c.model); err != nil {
			return nil, fmt.Errorf("--verify: model %s: %w", model.Name, err)
		}
	}
	c.contents, c.notes, err = f.contents(ctx, &c.model)
	if err != nil && len(f.audio.files) > 0 {
		return nil, fmt.Errorf("model %s: %w", model.Name, err)
	}
	if err != nil {
		c.contents = nil // its inputs are not sound: numbers at random will do
	}
	return c, nil
}

// ofOneSession describes a tensor as the models in this process do: with a batch of one.
func ofOneSession(t data.Tensor, input bool) record.Tensor {
	r := record.Tensor{Name: t.Name, Input: input, Type: data.ElementName(t.Type), Shape: []int{1}}
	for _, size := range t.Shape {
		r.Shape = append(r.Shape, int(size))
	}
	return r
}

// data are the chunks as requests take them.
func (c *tritonChunks) data(f *streamFlags) data.Options {
	if c.contents == nil {
		return data.Options{Random: inputs.Source{Seed: uint32(f.options.Seed)}, Variants: randomVariants, Shapes: map[string][]int64{}}
	}
	o := data.Options{Kind: data.Given, Streams: make([][]data.Step, len(c.contents))}
	for i, steps := range c.contents {
		for _, step := range steps {
			values := data.Step{}
			for k, content := range step {
				values[c.model.Inputs[k].Name] = data.Value{Shape: c.shapes[k], Data: content}
			}
			o.Streams[i] = append(o.Streams[i], values)
		}
	}
	return o
}

// check compares each answer with all earlier chunks of its session; nil when that is not wanted.
func (c *tritonChunks) check() func(triton.Answered) error {
	if c.verifier == nil {
		return nil
	}
	return func(a triton.Answered) error {
		outputs := make([][]byte, len(c.model.Outputs))
		for i, out := range c.model.Outputs {
			var there bool
			if outputs[i], there = a.Outputs.Output(out.Name); !there {
				return fmt.Errorf("the answer does not have the bytes of output %q", out.Name)
			}
		}
		return c.verifier.Verify(serve.Observation{Session: a.Session, Start: a.Start, Inputs: c.contents[a.Stream][a.Step], Outputs: outputs})
	}
}
