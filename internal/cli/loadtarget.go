package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/triton"
)

// loadTarget is a model on a server, ready to be loaded.
type loadTarget struct {
	load.Server // a *triton.Target or *triton.Metered

	options   load.Options // completed with what the model is like
	notes     []string     // what a reader should know about the requests
	notices   []string     // what a reader would not expect
	decoupled bool         // the model answers a request any number of times
	closers   []func() error
}

// Close closes the target, then the connection to the server.
func (t *loadTarget) Close() error {
	var errs []error
	for i := len(t.closers) - 1; i >= 0; i-- {
		errs = append(errs, t.closers[i]())
	}
	t.closers = nil
	return errors.Join(errs...)
}

// describe is the description of the server with what the command knows. It travels with the recording.
func (t *loadTarget) describe(d record.Description) record.Description {
	d.Notes = append(d.Notes[:len(d.Notes):len(d.Notes)], t.notes...)
	for _, notice := range t.notices {
		d.Notes = append(d.Notes, "note: "+notice)
	}
	return d
}

// openLoad connects to the server, looks at the model and prepares the requests.
func openLoad(ctx context.Context, f *loadFlags) (*loadTarget, error) {
	client, err := triton.Connect(ctx, f.connect)
	if err != nil {
		return nil, err
	}
	t := &loadTarget{options: f.options, closers: []func() error{client.Close}}
	if err := t.prepare(ctx, f, client); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

func (t *loadTarget) prepare(ctx context.Context, f *loadFlags, client *triton.Client) error {
	model, err := client.Model(ctx, f.request.model, f.request.version)
	if err != nil {
		return err
	}
	requests := f.requests
	if err := t.planSequences(f, model, &requests); err != nil {
		return err
	}
	target, err := triton.NewTarget(ctx, client, model, requests)
	if err != nil {
		return err
	}
	t.Server, t.decoupled = target, model.Decoupled
	t.closers = append(t.closers, target.Close)
	t.notices = append(t.notices, target.Warnings()...)
	if f.window.metrics {
		metered, err := target.WithMetrics(f.window.metricsURL)
		if err != nil {
			return err
		}
		t.Server, t.closers = metered, append(t.closers[:1:1], metered.Close) // which closes the target
	}
	if t.options.Statistics && !client.Has("statistics") {
		t.options.Statistics = false
		t.notices = append(t.notices, "the server has no statistics: what it spent on requests is not known")
	}
	switch checked := target.Payloads().Checked; {
	case f.request.validate && !checked:
		return usage(errors.New("--validate compares answers with the validation_data of --input-data, and there are none; add them, or leave --validate out"))
	default:
		t.options.CheckAnswers = checked
	}
	return t.complete(f, model, target)
}

// complete sets the options that follow from the model and the data.
func (t *loadTarget) complete(f *loadFlags, model *triton.Model, target *triton.Target) error {
	o := &t.options
	if o.Mode == load.ModeSchedule {
		stamps := target.Timestamps()
		if stamps == nil {
			return usage(errors.New(`--fixed-schedule sends each request at its "timestamp" in --input-data, and there is none; add one to each step`))
		}
		for _, ms := range stamps {
			o.Schedule = append(o.Schedule, time.Duration(ms*float64(time.Millisecond)))
		}
	}
	o.Sync = f.server.sync || !f.server.async && !f.server.streaming && !model.Sequences
	if n := f.level.threads; n > 0 {
		switch {
		case o.Sync && o.Senders == 0:
			o.Senders = n
		case !o.Sync && !o.Sequence.Use && o.Conns == 0:
			o.Conns = n
		}
	}
	o.ChunkDuration = f.window.chunk
	if !f.lengths && !o.Sequence.Use {
		o.ChunkDuration = 0
	}
	way := fmt.Sprintf("a call for each request over %s", f.connect.Protocol)
	if f.server.streaming {
		way = "requests over streams of gRPC"
	}
	t.notes = append(t.notes, way)
	return nil
}
