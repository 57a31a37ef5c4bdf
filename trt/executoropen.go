package trt

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/serve"
)

var _ serve.Instances = (*Instances)(nil)

// memoryGrain is the size of the pieces that device memory comes in: a block may take so much more than was asked for.
const memoryGrain = 2 << 20

// Instances are an opened [Executor]: the states of its sessions, and what batches run on.
//
// Each state is a row in one block of device memory. A batch gathers the rows of its sessions into the engine's input by copies
// within the device, and scatters the engine's output back; the host sees none of it. Run returns when all that is done, so a
// session's next batch finds its state on whatever instance it runs.
type Instances struct {
	executor  *Executor
	setup     serve.Setup
	node      *node
	stack     stack
	instances []*instance
	slabs     []uintptr // rows of each state: on the device, or on the host where states travel
	rows      rows

	batches, items, hostBytes, replyBytes, stateBytes atomic.Int64
}

// Open allocates the states and what batches run on, and runs each batch size once. When the states do not fit beside the rest,
// the error wraps a *serve.ShortOfMemoryError, which says how many would. The result is an *Instances.
func (x *Executor) Open(ctx context.Context, setup serve.Setup) (_ serve.Instances, err error) {
	if setup.Sessions < 1 || setup.Sessions > serve.MaxSessions || setup.Instances < 1 || setup.Instances > serve.MaxInstances {
		return nil, fmt.Errorf("trt: open executor: %d sessions on %d instances, expected 1 to %d on 1 to %d",
			setup.Sessions, setup.Instances, serve.MaxSessions, serve.MaxInstances)
	}
	s := &Instances{executor: x, setup: setup}
	if s.node, err = openNode(x.target.node, "instances of "+x.target.model.Path); err != nil {
		return nil, err
	}
	if err = s.open(ctx); err != nil {
		err = fmt.Errorf("trt: open executor: %w", err)
		return nil, errors.Join(err, s.node.close(s.free))
	}
	watch(s.node, s, x.target.runtime.lib.log)
	return s, nil
}

// open allocates the states last, when what is left for them is certain.
func (s *Instances) open(ctx context.Context) error {
	if err := s.predict(); err != nil {
		return err
	}
	for i := range s.setup.Instances {
		in := &instance{owner: s}
		s.instances = append(s.instances, in)
		s.stack.push(in.stack.close)
		if err := in.open(ctx); err != nil {
			return fmt.Errorf("instance %d: %w", i, err)
		}
	}
	if len(s.executor.states) == 0 {
		return nil
	}
	s.rows = make(rows, s.setup.Sessions)
	if s.setup.Travel {
		return s.allocateHostSlabs()
	}
	if err := s.checkRoom(0); err != nil {
		return err
	}
	return s.allocateSlabs()
}

// predict returns an error when the instances leave too little memory for the states.
func (s *Instances) predict() error {
	if s.setup.Travel || len(s.executor.states) == 0 {
		return nil
	}
	need := s.executor.target.Memory(s.setup.Instances)
	return s.checkRoom(need.Contexts + need.Tensors)
}

// checkRoom returns an error when the states do not fit into the memory that is free but for some bytes.
func (s *Instances) checkRoom(taken int64) error {
	info, err := s.executor.target.runtime.device.Memory()
	if err != nil {
		return err
	}
	taken += memoryGrain * int64(len(s.executor.states))
	perSession, free := s.executor.stateBytes(), max(int64(info.Free)-taken, 0)
	if saturatingProduct(perSession, int64(s.setup.Sessions)) > free {
		return &serve.ShortOfMemoryError{Sessions: s.setup.Sessions, PerSession: perSession, Free: free}
	}
	return nil
}

func (s *Instances) allocateSlabs() error {
	for _, state := range s.executor.states {
		memory, err := s.executor.target.runtime.device.AllocDevice(s.setup.Sessions * state.in.row)
		if err != nil {
			return fmt.Errorf("states %s of %d sessions: %w", state.in.Name, s.setup.Sessions, err)
		}
		s.stack.push(memory.Close)
		s.slabs = append(s.slabs, memory.Address())
	}
	return nil
}

// allocateHostSlabs allocates the states where they travel.
func (s *Instances) allocateHostSlabs() error {
	for _, state := range s.executor.states {
		bytes := saturatingProduct(int64(s.setup.Sessions), int64(state.in.row))
		slab := csrc.PageableAlloc(uint64(bytes))
		if slab == 0 {
			return fmt.Errorf("states %s of %d sessions: no %s of host memory left", state.in.Name, s.setup.Sessions, formatBytes(bytes))
		}
		s.stack.push(func() error {
			csrc.PageableFree(slab)
			return nil
		})
		s.slabs = append(s.slabs, slab)
	}
	return nil
}

// Counters returns what has been copied by batches that were computed since Open.
func (s *Instances) Counters() serve.Counters {
	return serve.Counters{
		Batches: s.batches.Load(), Items: s.items.Load(),
		HostBytes: s.hostBytes.Load(), ReplyBytes: s.replyBytes.Load(), StateBytes: s.stateBytes.Load(),
	}
}

// Close frees the states and everything else, after the last Run has returned. Closing twice is no error.
func (s *Instances) Close() error { return s.node.close(s.free) }

// free gives back what open got, as far as it came. When the device is lost every call says so, and the first is enough.
func (s *Instances) free() error {
	_, lost := s.executor.target.runtime.device.Memory()
	undone := s.stack.close()
	if cuda.IsSticky(lost) {
		return fmt.Errorf("trt: close instances: %w", lost)
	}
	return undone
}
