package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/ort"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/stream"
	"github.com/trtbench/trtbench/tensor"
)

// openedStream is a server that streams can be sent to.
type openedStream struct {
	server   load.Server
	untagged bool
	notices  []string       // what a reader would not expect
	closers  []func() error // in the order in which they are called
}

// Close closes the server, then what it needs.
func (o *openedStream) Close() error {
	var errs []error
	for _, c := range o.closers {
		errs = append(errs, c())
	}
	o.closers = nil
	return errors.Join(errs...)
}

// open opens the server of a target.
func (t *streamTarget) open(ctx context.Context, process Process, f *streamFlags, log *report.Log) (*openedStream, error) {
	switch t.kind {
	case targetTriton:
		return t.openTriton(ctx, f)
	case targetORT:
		return t.openORT(ctx, f)
	}
	return t.openTensorRT(ctx, process, f, log)
}

func (t *streamTarget) openORT(ctx context.Context, f *streamFlags) (*openedStream, error) {
	states, err := f.serve.pairs()
	if err != nil {
		return nil, usage(err)
	}
	library, err := ort.Load(ort.LoadOptions{Paths: f.targets.libraryPath})
	if err != nil {
		return nil, err
	}
	executor, err := ort.NewExecutor(library, t.path, ort.ExecutorOptions{States: states, MaxBatch: f.serve.maxBatch, IntraOpThreads: f.serve.intra})
	if err != nil {
		return nil, errors.Join(err, library.Close())
	}
	return t.serve(ctx, f, executor, executor.Close, library.Close)
}

// Contents of the chunks without --audio: so many voices, each with so many chunks that differ; fewer where a chunk is large.
const (
	streamVoices = 8
	streamSteps  = 50
	streamBytes  = 16 << 20 // of all of them
)

// syntheticSound makes what speakers say without --audio.
func syntheticSound(model *serve.Model, seed uint64) (serve.Contents, error) {
	chunk := 0
	for _, in := range model.Inputs {
		bits := tensor.Bits(in.Type)
		for _, d := range in.Shape {
			bits *= d
		}
		chunk += bits / 8
	}
	steps := min(streamSteps, max(2, streamBytes/streamVoices/max(chunk, 1)))
	return serve.Synthetic(model, streamVoices, steps, seed)
}

// serve puts an executor behind a server in this process.
func (t *streamTarget) serve(ctx context.Context, f *streamFlags, executor serve.Executor, closers ...func() error) (_ *openedStream, err error) {
	o := &openedStream{closers: closers}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.Close())
		}
	}()
	model := executor.Model()
	if len(model.States) == 0 && f.serve.state == stateAuto {
		o.notices = append(o.notices, fmt.Sprintf("%s has no recurrent state that its names tell: chunks are independent; --state=IN:OUT names one", t.path))
	}
	options := serve.LocalOptions{Options: f.serve.local(t.travel)}
	contents, notes, err := f.contents(ctx, &model)
	if err != nil {
		return nil, err
	}
	options.Contents, o.notices = contents, append(o.notices, notes...)
	if f.verify {
		if options.Verifier, err = serve.NewAcousticVerifier(&model); err != nil {
			return nil, fmt.Errorf("--verify: %w", err)
		}
	}
	if o.server, err = serve.NewLocal(executor, options); err != nil {
		return nil, err
	}
	return o, nil
}

// options are those of a run against the server.
func (o *openedStream) options(f *streamFlags) stream.Options {
	options := f.options
	options.Untagged = o.untagged
	f.audio.speak(&options)
	return options
}
