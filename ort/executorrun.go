package ort

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	ortgo "github.com/yalue/onnxruntime_go"
	"golang.org/x/sys/unix"

	"github.com/trtbench/trtbench/serve"
)

// executorInstances are an opened [Executor]. Where the processor computes in the host's memory, keeping a state means that it is
// copied between its row and the batch, and nowhere else.
type executorInstances struct {
	executor  *Executor
	travel    bool
	slabs     [][]byte // for each state, the rows of all sessions
	instances []*executorInstance
	closed    bool // guarded by the target's lock

	batches, items, host, reply, state atomic.Int64
}

// executorInstance runs batches one after the other, in memory of its own.
type executorInstance struct {
	session           *ortgo.DynamicAdvancedSession
	shared            bool // the session is the target's
	inputs, outputs   []*batchTensor
	stateIn, stateOut []*batchTensor           // for each state
	bindings          map[int]*ortgo.IoBinding // by size of the batch
	underway          []byte                   // a state that travels
}

// batchTensor is memory for the largest batch, with a view for each size.
type batchTensor struct {
	tensorSpec
	row    int // bytes of one session's part
	memory []byte
	views  []ortgo.Value
}

// at returns the part of the i-th session of a batch.
func (t *batchTensor) at(i int) []byte { return t.memory[i*t.row:][:t.row] }

// allocate makes the slabs, of zeros.
func (o *executorInstances) allocate(sessions int) error {
	each := int64(0)
	for _, s := range o.executor.states {
		each += int64(s.in.bytes / o.executor.largest)
	}
	free, err := freeMemory()
	if err != nil {
		return err
	}
	if each*int64(sessions) > free {
		return &serve.ShortOfMemoryError{Sessions: sessions, PerSession: each, Free: free}
	}
	for _, s := range o.executor.states {
		slab, err := pages(s.in.bytes / o.executor.largest * sessions)
		if err != nil {
			return fmt.Errorf("states %s of %d streams: %w", s.in.name, sessions, err)
		}
		o.slabs = append(o.slabs, slab)
	}
	return nil
}

// addInstance makes another instance. What it has made stays with o in any case.
func (o *executorInstances) addInstance() error {
	x := o.executor
	in := &executorInstance{bindings: map[int]*ortgo.IoBinding{}}
	o.instances = append(o.instances, in)
	if len(o.instances) == 1 {
		in.session, in.shared = x.target.session, true
	} else {
		options, err := x.target.options.session()
		if err != nil {
			return err
		}
		defer options.Destroy()
		if in.session, err = ortgo.NewDynamicAdvancedSession(x.target.model.Path, nil, nil, options); err != nil {
			return explain(x.target.model, err)
		}
	}
	var stateIn, stateOut []tensorSpec
	for _, pair := range x.states {
		stateIn, stateOut = append(stateIn, pair.in), append(stateOut, pair.out)
	}
	for _, made := range []struct {
		tensors *[]*batchTensor
		specs   []tensorSpec
	}{{&in.inputs, x.inputs}, {&in.stateIn, stateIn}, {&in.outputs, x.outputs}, {&in.stateOut, stateOut}} {
		for _, spec := range made.specs {
			t, err := newBatchTensor(spec, x.largest, x.model.Batches)
			if err != nil {
				return err
			}
			*made.tensors = append(*made.tensors, t)
		}
	}
	if o.travel {
		for _, t := range in.stateIn {
			in.underway = make([]byte, max(len(in.underway), t.row))
		}
	}
	return in.bind(x.model.Batches)
}

// bind prepares the batch sizes.
func (in *executorInstance) bind(sizes []int) error {
	for i, size := range sizes {
		binding, err := in.session.CreateIoBinding()
		if err != nil {
			return err
		}
		in.bindings[size] = binding
		for _, t := range slices.Concat(in.inputs, in.stateIn) {
			if err := binding.BindInput(t.name, t.views[i]); err != nil {
				return fmt.Errorf("bind %s: %w", t.name, err)
			}
		}
		for _, t := range slices.Concat(in.outputs, in.stateOut) {
			if err := binding.BindOutput(t.name, t.views[i]); err != nil {
				return fmt.Errorf("bind %s: %w", t.name, err)
			}
		}
	}
	return nil
}

// Run is part of [serve.Instances].
func (o *executorInstances) Run(instance int, batch []serve.Item) error {
	in := o.instances[instance]
	binding := in.bindings[len(batch)]
	if fixed := o.executor.model.Batches[0]; binding == nil && len(batch) > 0 && len(batch) <= fixed {
		binding = in.bindings[fixed]
	}
	if binding == nil {
		return fmt.Errorf("ort: run: a batch of %d, expected 1 to %d", len(batch), o.executor.largest)
	}
	o.gather(in, batch)
	if err := in.session.RunWithBinding(binding); err != nil {
		return fmt.Errorf("ort: run %s with a batch of %d: %w", o.executor.target.model.Path, len(batch), err)
	}
	o.scatter(in, batch)
	o.batches.Add(1)
	o.items.Add(int64(len(batch)))
	return nil
}

// gather copies what the chunks bring, and the states of their sessions, into the batch.
func (o *executorInstances) gather(in *executorInstance, batch []serve.Item) {
	var host, state int
	for i := range batch {
		for k, t := range in.inputs {
			host += copy(t.at(i), batch[i].Inputs[k])
		}
		for k, t := range in.stateIn {
			row := o.row(k, batch[i].Session, t.row)
			switch {
			case batch[i].Start && o.travel: // a client has to send its zeros too
				clear(row)
				fallthrough
			case o.travel:
				copy(in.underway, row)
				host += copy(t.at(i), in.underway)
			case batch[i].Start:
				clear(t.at(i))
			default:
				state += copy(t.at(i), row)
			}
		}
	}
	o.host.Add(int64(host))
	o.state.Add(int64(state))
}

// scatter copies the results to where they are wanted, and the states into the rows of their sessions.
func (o *executorInstances) scatter(in *executorInstance, batch []serve.Item) {
	var reply, state int
	for i := range batch {
		for k, t := range in.outputs {
			if room := batch[i].Outputs[k]; room != nil {
				reply += copy(room, t.at(i))
			}
		}
		for k, t := range in.stateOut {
			row := o.row(k, batch[i].Session, t.row)
			if o.travel {
				copy(in.underway, t.at(i))
				reply += copy(row, in.underway)
			} else {
				state += copy(row, t.at(i))
			}
		}
	}
	o.reply.Add(int64(reply))
	o.state.Add(int64(state))
}

// row returns the state of a session.
func (o *executorInstances) row(state, session, bytes int) []byte {
	return o.slabs[state][session*bytes:][:bytes]
}

// Counters is part of [serve.Instances]. What goes into and comes out of the tensors of a batch counts as copied between host and
// device.
func (o *executorInstances) Counters() serve.Counters {
	return serve.Counters{Batches: o.batches.Load(), Items: o.items.Load(), HostBytes: o.host.Load(), ReplyBytes: o.reply.Load(), StateBytes: o.state.Load()}
}

// Close is part of [serve.Instances]. A second call does nothing.
func (o *executorInstances) Close() error {
	t := o.executor.target
	t.mu.Lock()
	defer t.mu.Unlock()
	if o.closed {
		return nil
	}
	o.closed = true
	t.lanes--
	if err := o.free(); err != nil {
		return fmt.Errorf("ort: close instances: %w", err)
	}
	return nil
}

func (o *executorInstances) free() error {
	var errs []error
	for _, in := range o.instances {
		errs = append(errs, in.free())
	}
	for _, slab := range o.slabs {
		errs = append(errs, unix.Munmap(slab))
	}
	o.instances, o.slabs = nil, nil
	return errors.Join(errs...)
}

func (in *executorInstance) free() error {
	var errs []error
	for _, binding := range in.bindings {
		errs = append(errs, binding.Destroy())
	}
	for _, t := range slices.Concat(in.inputs, in.stateIn, in.outputs, in.stateOut) {
		errs = append(errs, t.close())
	}
	if in.session != nil && !in.shared {
		errs = append(errs, in.session.Destroy())
	}
	return errors.Join(errs...)
}
