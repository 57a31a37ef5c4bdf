package trt

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"unsafe"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/tensor"
)

var (
	_ bench.Lanes         = (*Lanes)(nil)
	_ bench.ValueReader   = (*Lanes)(nil)
	_ bench.LayerProfiler = (*Lanes)(nil)
)

// The timed part writes samples from C. This does not compile when the two sides see them differently.
const sampleLayout = unsafe.Sizeof(bench.Sample{}) == csrc.SampleSize &&
	unsafe.Offsetof(bench.Sample{}.EnqueueStart) == csrc.SampleEnqueueStart &&
	unsafe.Offsetof(bench.Sample{}.EnqueueEnd) == csrc.SampleEnqueueEnd &&
	unsafe.Offsetof(bench.Sample{}.ComputeStart) == csrc.SampleComputeStart &&
	unsafe.Offsetof(bench.Sample{}.H2D) == csrc.SampleH2D &&
	unsafe.Offsetof(bench.Sample{}.H2DToCompute) == csrc.SampleH2DToCompute &&
	unsafe.Offsetof(bench.Sample{}.Compute) == csrc.SampleCompute &&
	unsafe.Offsetof(bench.Sample{}.ComputeToD2H) == csrc.SampleComputeToD2H &&
	unsafe.Offsetof(bench.Sample{}.D2H) == csrc.SampleD2H &&
	unsafe.Offsetof(bench.Sample{}.Lane) == csrc.SampleLane &&
	unsafe.Offsetof(bench.Sample{}.Flags) == csrc.SampleFlags

var _ = map[bool]struct{}{false: {}, sampleLayout: {}}

// Lanes is one opened run of a [Target]: every lane has its context, buffers, streams, events and perhaps a graph, and the clocks
// run. The calls for one lane come from one goroutine at a time.
type Lanes struct {
	target *Target
	setup  bench.Setup
	node   *node
	stack
	lanes  []*lane
	closed atomic.Bool

	profiled *lane // whose layers are timed, or nil
	unheard  error // why the times of an inference were lost

	start     *cuda.Event // the start mark on the device
	hostStart int64       // and on the host
}

// Open allocates and uploads all that a run needs, captures graphs and starts the clocks. The result is a *Lanes.
func (t *Target) Open(ctx context.Context, setup bench.Setup) (_ bench.Lanes, err error) {
	if setup.Lanes < 1 || setup.Slots < 1 || setup.Slots > csrc.LaneSlots {
		return nil, fmt.Errorf("trt: open lanes: %d lanes with %d slots, expected at least 1 lane and 1 or %d slots",
			setup.Lanes, setup.Slots, csrc.LaneSlots)
	}
	l := &Lanes{target: t, setup: setup}
	if l.node, err = openNode(t.node, "run of "+t.model.Path); err != nil {
		return nil, err
	}
	if err = l.open(ctx); err != nil {
		err = fmt.Errorf("trt: open lanes: %w", t.explainRunMemory(err, setup.Lanes))
		return nil, errors.Join(err, l.node.close(l.free))
	}
	watch(l.node, l, t.runtime.lib.log)
	return l, nil
}

// open follows the order in which trtexec sets up a run: what comes after the start mark eats into the warm-up.
func (l *Lanes) open(ctx context.Context) error {
	kind := separate
	if p := l.target.properties; l.setup.ManagedMemory || p.Integrated && !l.setup.Transfers {
		kind = managed
	}
	for i := range l.setup.Lanes {
		lane, err := l.target.newLane(ctx, i, kind)
		if lane != nil {
			l.lanes = append(l.lanes, lane)
			l.push(lane.stack.close)
		}
		if err != nil {
			return fmt.Errorf("lane %d: %w", i, err)
		}
	}
	if err := l.fillInputs(); err != nil {
		return err
	}
	if err := l.markStart(); err != nil {
		return fmt.Errorf("start mark: %w", err)
	}
	for i, lane := range l.lanes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := lane.setUp(l); err != nil {
			return fmt.Errorf("lane %d: %w", i, err)
		}
	}
	for i, lane := range l.lanes {
		if err := lane.arm(l); err != nil {
			return fmt.Errorf("lane %d: %w", i, err)
		}
	}
	return nil
}

// markStart starts the clocks: the main stream sleeps as it was told to, the host's clock is read, then an event is recorded
// that every lane will wait for.
func (l *Lanes) markStart() error {
	device := l.target.runtime.device
	if err := device.ProfilerStart(); err != nil {
		return err
	}
	l.push(device.ProfilerStop)
	stream, err := device.NewStream()
	if err != nil {
		return err
	}
	l.push(stream.Close)
	if l.start, err = device.NewEvent(cuda.EventBlocking()); err != nil {
		return err
	}
	l.push(l.start.Close)
	if err := stream.Sleep(l.setup.SleepTime); err != nil {
		return err
	}
	l.hostStart = csrc.Clock()
	return l.start.Record(stream)
}

// fillInputs writes the values of the inputs, the same in every lane.
func (l *Lanes) fillInputs() error {
	source := l.target.source()
	for _, b := range l.target.bound {
		if !b.Input || b.carriesShape() {
			continue
		}
		first := l.lanes[0].buffers[b.Name].bytesOnHost()
		if err := source.Fill(&tensor.Values{Tensor: b.describe(), Data: first, Layout: b.layout()}); err != nil {
			return fmt.Errorf("trt: %w", err)
		}
		for _, other := range l.lanes[1:] {
			copy(other.buffers[b.Name].bytesOnHost(), first)
		}
	}
	return nil
}

// Enqueue queues one inference in a slot of a lane.
func (l *Lanes) Enqueue(lane, slot int) error {
	if l.closed.Load() || uint(slot) >= uint(l.setup.Slots) {
		return l.misuse(slot)
	}
	if status := l.lanes[lane].timed.Enqueue(slot); status != csrc.OK {
		return l.failure(lane, status)
	}
	if l.profiled != nil && lane == profiledLane {
		return l.timeLayers()
	}
	return nil
}

// Wait returns when the inference in the slot has ended, with its times.
func (l *Lanes) Wait(lane, slot int, s *bench.Sample) error {
	if l.closed.Load() || uint(slot) >= uint(l.setup.Slots) {
		return l.misuse(slot)
	}
	if status := l.lanes[lane].timed.Wait(slot, unsafe.Pointer(s)); status != csrc.OK {
		return l.failure(lane, status)
	}
	return nil
}

func (l *Lanes) misuse(slot int) error {
	if err := l.node.use(); err != nil {
		return err
	}
	return fmt.Errorf("trt: slot %d: the run has %d", slot, l.setup.Slots)
}

// failure describes a call of the timed part that failed.
func (l *Lanes) failure(lane, status int) error {
	failed := l.lanes[lane].timed.Failed()
	return l.target.runtime.lib.failure(fmt.Sprintf("run %s on lane %d", l.target.model.Path, lane), failed, status)
}

// Close waits for inferences under way and frees everything. The contexts stay with the target for its next run. Closing twice
// is no error.
func (l *Lanes) Close() error {
	return l.node.close(func() error {
		l.closed.Store(true)
		return l.free()
	})
}

// free gives back what open got, as far as it came. When the device is lost every call says so, and the first is enough.
func (l *Lanes) free() error {
	var first error
	for _, lane := range l.lanes {
		if err := lane.finish(); err != nil && first == nil {
			first = err
		}
	}
	undone := l.stack.close()
	if cuda.IsSticky(first) {
		return first
	}
	return errors.Join(first, undone)
}

// stack holds what must be undone, the last first.
type stack struct{ undo []func() error }

func (s *stack) push(f func() error) { s.undo = append(s.undo, f) }

// close undoes everything and returns the errors.
func (s *stack) close() error {
	var errs []error
	for len(s.undo) > 0 {
		last := len(s.undo) - 1
		errs = append(errs, s.undo[last]())
		s.undo = s.undo[:last]
	}
	return errors.Join(errs...)
}
