package trt

import (
	"context"
	"fmt"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
)

// lane is one inference stream: a context with its buffers, streams and events.
type lane struct {
	target  *Target
	index   int
	context *Context
	buffers map[string]*buffer
	stack   // of what is there before the start mark; the rest goes onto that of the run

	input, compute, output *cuda.Stream
	events                 [csrc.LaneSlots][csrc.StageEvents]*cuda.Event
	graph                  *cuda.GraphExec
	timed                  *csrc.Lane
}

// newLane gets a context and memory. A lane that is returned with an error must be closed.
func (t *Target) newLane(ctx context.Context, index int, kind memoryKind) (*lane, error) {
	l := &lane{target: t, index: index, buffers: map[string]*buffer{}}
	var err error
	if l.context, err = t.acquire(ctx); err != nil {
		return nil, err
	}
	l.push(func() error {
		t.release(l.context)
		return nil
	})
	for _, b := range t.bound {
		if b.carriesShape() {
			continue // its memory is the target's
		}
		if l.buffers[b.Name], err = l.allocate(b, kind); err != nil {
			return l, err
		}
	}
	return l, nil
}

// setUp makes streams and events, tells the context its addresses, captures the graph and brings inputs to the device.
func (l *lane) setUp(run *Lanes) error {
	setup := &run.setup
	device := l.target.runtime.device
	for _, stream := range []**cuda.Stream{&l.input, &l.compute, &l.output} {
		var err error
		if *stream, err = device.NewStream(); err != nil {
			return err
		}
		run.push((*stream).Close)
	}
	if err := l.makeEvents(run); err != nil {
		return err
	}
	for _, b := range l.buffers {
		if b.open {
			continue // the context allocates it
		}
		if err := l.context.SetAddress(b.Name, b.address()); err != nil {
			return err
		}
	}
	if setup.ProfileLayers && l.index == profiledLane {
		if err := l.profile(run); err != nil {
			return err
		}
	}
	if setup.Graph {
		if err := l.capture(run); err != nil {
			return err
		}
	}
	if !setup.Transfers {
		return l.upload(l.input)
	}
	return nil
}

// profile begins to time the layers of the lane's inferences.
func (l *lane) profile(run *Lanes) error {
	if err := l.context.StartProfiler(false); err != nil {
		return err
	}
	run.push(l.context.StopProfiler)
	run.profiled = l
	return nil
}

func (l *lane) makeEvents(run *Lanes) error {
	var options []cuda.EventOption
	if !run.setup.Spin {
		options = append(options, cuda.EventBlocking())
	}
	for slot := range run.setup.Slots {
		for stage := range l.events[slot] {
			event, err := l.target.runtime.device.NewEvent(options...)
			if err != nil {
				return err
			}
			run.push(event.Close)
			l.events[slot][stage] = event
		}
	}
	return nil
}

// upload copies the inputs to the device and waits for it.
func (l *lane) upload(stream *cuda.Stream) error {
	rt, ordinal := l.target.runtime.lib.cuda.Runtime(), l.target.runtime.device.Ordinal()
	for _, c := range l.copies(true) {
		if status := rt.CopyAsync(ordinal, c.To, c.From, c.Bytes, c.Kind, stream.Handle()); status != 0 {
			return cudaError(l.target.runtime.lib.cuda, "cudaMemcpyAsync", status)
		}
	}
	return stream.Synchronize()
}

// capture turns one inference into a graph, after a trial one that lets TensorRT do what it does but once. An engine that cannot
// be captured is enqueued plainly instead, with warnings; one whose trial fails cannot be run at all.
func (l *lane) capture(run *Lanes) error {
	if run.setup.UploadFirst {
		if err := l.upload(l.compute); err != nil {
			return err
		}
	}
	if err := l.context.Enqueue(l.compute); err != nil {
		return fmt.Errorf("trial inference: %w", err)
	}
	if err := l.compute.Synchronize(); err != nil {
		return fmt.Errorf("trial inference: %w", err)
	}
	if run.profiled == l {
		if err := run.timeLayers(); err != nil {
			return fmt.Errorf("trial inference: %w", err)
		}
	}
	var err error
	if l.graph, err = l.context.capture(l.compute); l.graph != nil {
		run.push(l.graph.Close)
	}
	if err != nil && cuda.IsSticky(err) {
		return fmt.Errorf("capture a CUDA graph: %w", err)
	}
	if err != nil {
		log := l.target.runtime.lib.log
		log.Warn("trt: the inference cannot be captured into a CUDA graph", "lane", l.index, "error", err)
		log.Warn("trt: it is enqueued without a graph instead, which takes more time of the host")
		log.Warn("trt: engines with loops, conditions, or outputs whose size depends on the data cannot be captured")
	}
	return nil
}

// copies lists the copies of inputs to the device, or of outputs from it.
func (l *lane) copies(inputs bool) []csrc.LaneCopy {
	var copies []csrc.LaneCopy
	for _, bound := range l.target.bound {
		b := l.buffers[bound.Name]
		switch {
		case b == nil || b.Input != inputs || !b.copied():
		case b.open:
			copies = append(copies, csrc.LaneCopy{Output: l.context.outputs[b.Name]})
		case inputs:
			copies = append(copies, csrc.LaneCopy{To: b.device, From: b.host, Bytes: uint64(b.bytes), Kind: csrc.CopyHostToDevice})
		default:
			copies = append(copies, csrc.LaneCopy{To: b.host, From: b.device, Bytes: uint64(b.bytes), Kind: csrc.CopyDeviceToHost})
		}
	}
	return copies
}

// arm lets the streams wait for the start mark and hands everything to the timed part.
func (l *lane) arm(run *Lanes) error {
	for _, stream := range []*cuda.Stream{l.input, l.compute, l.output} {
		if err := stream.WaitEvent(run.start); err != nil {
			return err
		}
	}
	r := l.target.runtime
	config := csrc.LaneConfig{
		Cuda:             r.lib.cuda.Runtime(),
		Device:           r.device.Ordinal(),
		Context:          l.context.object,
		Input:            l.input.Handle(),
		Compute:          l.compute.Handle(),
		Output:           l.output.Handle(),
		H2D:              l.copies(true),
		D2H:              l.copies(false),
		Transfers:        run.setup.Transfers,
		FirstRoundCopies: run.setup.FirstRoundCopies,
		Start:            run.start.Handle(),
		HostStart:        run.hostStart,
	}
	if l.graph != nil {
		config.Graph = l.graph.Handle()
	}
	for slot := range run.setup.Slots {
		for stage, event := range l.events[slot] {
			config.Events[slot][stage] = event.Handle()
		}
	}
	if l.timed = r.lib.nvinfer.NewLane(config); l.timed == nil {
		return errHostMemory
	}
	run.push(func() error {
		l.timed.Close()
		return nil
	})
	return nil
}

// finish waits for inferences under way and notes what they found out.
func (l *lane) finish() error {
	for _, stream := range []*cuda.Stream{l.input, l.compute, l.output} {
		if stream == nil {
			continue
		}
		if err := stream.Synchronize(); err != nil {
			return fmt.Errorf("trt: close lanes: lane %d: %w", l.index, err)
		}
	}
	for _, b := range l.buffers {
		if b != nil && b.open {
			if memory, err := l.context.Output(b.Name); err == nil && memory.Shape != nil {
				l.target.setShape(b.Name, memory.Shape)
			}
		}
	}
	return nil
}
