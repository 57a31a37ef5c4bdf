package trt

import (
	"context"
	"fmt"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
)

// instance runs one batch at a time: a stream, memory for the largest batch, and a context for each batch size.
type instance struct {
	owner   *Instances
	stack   stack
	stream  *cuda.Stream
	inputs  []batchBuffer // of the executor's inputs
	outputs []batchBuffer // of its outputs
	states  []stateBuffers
	sizes   []preparedSize // in the order of Model.Batches
	sizeOf  []int          // index into sizes, by the number of chunks
	batch   *csrc.Batch
}

// batchBuffer is the memory of one tensor for the largest batch.
type batchBuffer struct {
	batchTensor
	device uintptr
	host   uintptr // page-locked; 0 for a state that stays on the device
}

// stateBuffers are where a batch has its states, before and after.
type stateBuffers struct{ in, out batchBuffer }

// rows shows the first n sessions' parts on the host.
func (b *batchBuffer) rows(n int) []byte { return csrc.Bytes(b.host, n*b.row) }

// open allocates and prepares everything. What it got until an error is on the stack.
func (in *instance) open(ctx context.Context) (err error) {
	x := in.owner.executor
	r := x.target.runtime
	if in.stream, err = r.device.NewStream(cuda.StreamNonBlocking()); err != nil {
		return err
	}
	in.stack.push(in.stream.Close)
	if err := in.allocate(); err != nil {
		return err
	}
	scratch, err := in.allocateScratch()
	if err != nil {
		return err
	}
	for _, n := range x.model.Batches {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := in.prepare(n, scratch); err != nil {
			return fmt.Errorf("batch of %d: %w", n, err)
		}
	}
	if !x.options.Plain {
		if err := in.capture(); err != nil {
			return err
		}
	}
	in.index()
	return in.makeBatch()
}

// allocate gives every tensor its memory. It is zero, so that what pads a batch is defined: zeros, or an earlier batch.
func (in *instance) allocate() error {
	x, travel := in.owner.executor, in.owner.setup.Travel
	var err error
	allocate := func(t batchTensor, onHost bool) (b batchBuffer) {
		if err == nil {
			b, err = in.allocateTensor(t, onHost)
		}
		return b
	}
	for _, t := range x.inputs {
		in.inputs = append(in.inputs, allocate(t, true))
	}
	for _, s := range x.states {
		in.states = append(in.states, stateBuffers{in: allocate(s.in, travel)})
	}
	for i, s := range x.states {
		in.states[i].out = allocate(s.out, travel)
	}
	for _, t := range x.outputs {
		in.outputs = append(in.outputs, allocate(t, true))
	}
	if err != nil {
		return err
	}
	return in.stream.Synchronize()
}

// allocateTensor allocates memory for the largest batch. An output that shares an input's memory comes after that.
func (in *instance) allocateTensor(t batchTensor, onHost bool) (b batchBuffer, err error) {
	device := in.owner.executor.target.runtime.device
	b.batchTensor = t
	if t.SharesMemory != "" {
		b.device = in.addresses()[t.SharesMemory]
	} else {
		memory, err := device.AllocDevice(max(t.bytes, 1))
		if err != nil {
			return b, fmt.Errorf("device memory of %s: %w", t.Name, err)
		}
		in.stack.push(memory.Close)
		if err := in.stream.Fill(memory, 0); err != nil {
			return b, err
		}
		b.device = memory.Address()
	}
	if onHost {
		memory, err := device.AllocPinned(max(t.bytes, 1))
		if err != nil {
			return b, fmt.Errorf("page-locked memory of %s: %w", t.Name, err)
		}
		in.stack.push(memory.Close)
		b.host = memory.Address()
	}
	return b, nil
}

// addresses are where the engine finds its tensors.
func (in *instance) addresses() map[string]uintptr {
	addresses := map[string]uintptr{}
	for _, list := range [][]batchBuffer{in.inputs, in.outputs} {
		for _, b := range list {
			addresses[b.Name] = b.device
		}
	}
	for _, s := range in.states {
		addresses[s.in.Name], addresses[s.out.Name] = s.in.device, s.out.device
	}
	return addresses
}

// makeBatch reserves room for the largest batch.
func (in *instance) makeBatch() error {
	x := in.owner.executor
	r := x.target.runtime
	options := []cuda.EventOption{cuda.EventWithoutTiming()}
	if !x.options.Spin {
		options = append(options, cuda.EventBlocking())
	}
	done, err := r.device.NewEvent(options...)
	if err != nil {
		return err
	}
	in.stack.push(done.Close)
	in.batch = csrc.NewBatch(csrc.BatchConfig{
		Cuda:   r.lib.cuda.Runtime(),
		Device: r.device.Ordinal(),
		Stream: in.stream.Handle(),
		Done:   done.Handle(),
		Moves:  len(x.inputs) + len(x.outputs) + len(x.states)*x.largest,
	})
	if in.batch == nil {
		return errHostMemory
	}
	in.stack.push(func() error {
		in.batch.Close()
		return nil
	})
	return nil
}
