package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/trtbench/trtbench/stream"
	"github.com/trtbench/trtbench/triton"
)

// openTriton connects to the server of a target and prepares the chunks for its model.
func (t *streamTarget) openTriton(ctx context.Context, f *streamFlags) (_ *openedStream, err error) {
	client, err := triton.Connect(ctx, triton.Options{URL: t.url, Protocol: triton.GRPC})
	if err != nil {
		return nil, err
	}
	o := &openedStream{closers: []func() error{client.Close}}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.Close())
		}
	}()
	model, err := client.Model(ctx, t.model, "")
	if err != nil {
		return nil, err
	}
	requests := triton.RequestOptions{Streaming: true, Transport: f.targets.transport}
	if requests.States, err = f.serve.carried(model); err != nil {
		return nil, err
	}
	chunks, err := newTritonChunks(ctx, model, requests.States, f)
	if err != nil {
		return nil, err
	}
	requests.Data, requests.Check = chunks.data(f), chunks.check()
	target, err := triton.NewTarget(ctx, client, model, requests)
	if err != nil {
		return nil, err
	}
	o.server, o.closers = &tritonServer{target, client, tritonAbsence}, []func() error{target.Close, client.Close}
	o.untagged = !model.Sequences
	o.notices = slices.Concat(notesOn(model, requests.States, mostStreams(&f.options)), chunks.notes, target.Warnings())
	return o, nil
}

// carried returns the recurrent states that this client carries for a model.
func (s *streamServeFlags) carried(model *triton.Model) ([]triton.StatePair, error) {
	switch s.state {
	case stateAuto:
		return model.States(), nil
	case stateNone:
		return nil, nil
	}
	states, err := triton.ParseStates(s.state)
	if err == nil {
		err = triton.CheckStates(states, model.Inputs, model.Outputs)
	}
	if err != nil {
		return nil, usage(fmt.Errorf("--state: %w", err))
	}
	return states, nil
}

// notesOn tells what a reader of the figures of up to so many streams would not expect of a model.
func notesOn(model *triton.Model, states []triton.StatePair, most int) []string {
	var notes []string
	switch {
	case len(states) > 0:
		notes = append(notes, fmt.Sprintf("model %s keeps no state: this client carries it, each answer's into the next chunk of the same stream", model.Name))
	case !model.Sequences:
		notes = append(notes, fmt.Sprintf("model %s has neither sequences nor a recurrent state that its names tell: chunks are independent; --state=IN:OUT names one",
			model.Name))
	}
	if model.LiveSequences > 0 && model.LiveSequences < most {
		notes = append(notes, fmt.Sprintf("model %s takes the chunks of up to %d speakers at a time: more of them wait until another has ended an utterance",
			model.Name, model.LiveSequences))
	}
	return notes
}

// mostStreams is the largest number of streams that a run may come to.
func mostStreams(o *stream.Options) int {
	switch {
	case !o.FindMax:
		return o.Sessions.End
	case o.Search.Max > 0:
		return o.Search.Max
	}
	return stream.MaxSessions
}
