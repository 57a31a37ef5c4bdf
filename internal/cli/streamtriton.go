package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/data"
)

func (t *streamTarget) openTriton(ctx context.Context, f *streamFlags) (_ *openedStream, err error) {
	if f.verify {
		return nil, usage(errors.New("--verify checks models in this process; leave it out where a Triton server is measured"))
	}
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
	requests := triton.RequestOptions{Data: data.Options{Random: inputs.Source{Seed: uint32(f.options.Seed)}, Variants: randomVariants, Shapes: map[string][]int64{}}, Streaming: true}
	switch f.serve.state {
	case stateAuto:
		requests.States = model.States()
	case stateNone:
	default:
		if requests.States, err = triton.ParseStates(f.serve.state); err == nil {
			err = triton.CheckStates(requests.States, model.Inputs, model.Outputs)
		}
		if err != nil {
			return nil, usage(fmt.Errorf("--state: %w", err))
		}
	}
	o.untagged = !model.Sequences
	switch {
	case len(requests.States) > 0:
		o.notices = append(o.notices, fmt.Sprintf("model %s keeps no state: this client carries it, each answer's into the next chunk of the same stream", t.model))
	case !model.Sequences:
		o.notices = append(o.notices, fmt.Sprintf("model %s has neither sequences nor a recurrent state that its names tell: chunks are independent; --state=IN:OUT names one", t.model))
	}
	target, err := triton.NewTarget(ctx, client, model, requests)
	if err != nil {
		return nil, err
	}
	o.server, o.closers = target, []func() error{target.Close, client.Close}
	o.notices = append(o.notices, target.Warnings()...)
	return o, nil
}
