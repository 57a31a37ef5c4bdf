package serve

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
)

var (
	_ load.Server           = (*Local)(nil)
	_ load.StatisticsReader = (*Local)(nil)
)

// Local puts a server in this process under load: it is a [load.Server] that opens a [Server] of its own for each Dial, with a
// session for each of load.DialSetup.States. It is safe for concurrent use.
type Local struct {
	executor Executor
	options  Options
	model    Model
	contents Contents
	verifier Verifier

	mu     sync.Mutex
	server *Server // of the last Dial; nil: none
}

// LocalOptions are the settings of a [Local].
type LocalOptions struct {
	Options           // Sessions, Clock and Drain are Dial's to set
	Contents Contents // of the chunks; see Synthetic
	Verifier Verifier // checks the outputs when load.DialSetup.Validate is set; nil: nothing is known of them
}

// BatchObserver is what a [load.Sink] may be besides: one that learns how a request went through the server. Batched comes once for
// each request that was computed, before Answered, with times of load.DialSetup.Clock. It must be safe for concurrent use and neither
// block nor allocate.
type BatchObserver interface {
	// Batched says when request i was put into a batch, when the batch began to run, when it had run, and how many requests it had.
	Batched(i int64, batched, started, finished int64, batch int)
}

// NewLocal returns a server for an executor. The error names every fault that shows before anything is opened.
func NewLocal(executor Executor, options LocalOptions) (*Local, error) {
	l := &Local{executor: executor, options: options.Options, model: executor.Model(), contents: options.Contents, verifier: options.Verifier}
	bytes, err := sizes(l.model.Inputs)
	if err == nil {
		err = l.contents.check(l.model.Inputs, bytes)
	}
	if err != nil {
		return nil, fmt.Errorf("serve: %w", err)
	}
	if _, err := options.Options.normal(&l.model); err != nil {
		return nil, fmt.Errorf("serve: %w", err)
	}
	return l, nil
}

// Describe says what runs, and how it is served.
func (l *Local) Describe() record.Description {
	d := l.executor.Describe()
	o, err := l.options.normal(&l.model)
	if err != nil { // NewLocal has seen to that
		return d
	}
	d.Serving, d.Runtime = record.ServedHere, d.Backend
	states := "none"
	if len(l.model.States) > 0 {
		states = "kept by the server"
		if o.Travel {
			states, d.Serving = "through the host with every chunk", record.ServedHereTravelled
		}
	}
	d.Notes = append(slices.Clone(d.Notes), "served in this process", "batching: "+o.Policy.String(), fmt.Sprintf("largest batch: %d", o.MaxBatch),
		fmt.Sprintf("instances: %d", o.Instances), fmt.Sprintf("queue: %d chunks", o.Queue), "states: "+states)
	return d
}

// Payloads says how many streams and steps the contents have.
func (l *Local) Payloads() load.Payloads {
	p := load.Payloads{Batch: 1, Checked: l.verifier != nil}
	for _, stream := range l.contents {
		p.Steps = append(p.Steps, len(stream))
	}
	for _, data := range l.contents[0][0] {
		p.Bytes += int64(len(data))
	}
	return p
}

// Dial opens a server for the load. The caller closes the connections, which closes the server.
func (l *Local) Dial(ctx context.Context, setup load.DialSetup) (load.Conns, error) {
	options := l.options
	options.Sessions, options.Clock = max(setup.States, 1), setup.Clock
	server, err := Open(ctx, l.executor, options)
	if err != nil {
		return nil, err
	}
	c, err := newConns(l, server, setup)
	if err != nil {
		_ = server.Close() // it has nothing to do yet
		return nil, err
	}
	l.mu.Lock()
	l.server = server
	l.mu.Unlock()
	return c, nil
}

// Stats returns what the server of the last Dial counted, and false before the first. It may be called after the connections were
// closed.
func (l *Local) Stats() (Stats, bool) {
	l.mu.Lock()
	server := l.server
	l.mu.Unlock()
	if server == nil {
		return Stats{}, false
	}
	return server.Stats(), true
}

// Statistics is part of [load.StatisticsReader].
func (l *Local) Statistics(context.Context) ([]load.ModelStatistics, error) {
	s, ok := l.Stats()
	if !ok {
		return nil, nil
	}
	path := l.executor.Describe().Model.Path
	computed := s.chunks()
	return []load.ModelStatistics{{
		Model:        strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)),
		Inferences:   computed,
		Executions:   s.Batches,
		Success:      load.Stage{Count: s.Answered, Time: s.Queue + s.Chunks},
		Fail:         load.Stage{Count: s.Failed},
		Queue:        load.Stage{Count: computed, Time: s.Queue},
		ComputeInfer: load.Stage{Count: computed, Time: s.Chunks},
	}}, nil
}
