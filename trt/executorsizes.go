package trt

import (
	"fmt"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
)

// preparedSize is a batch size that can run.
type preparedSize struct {
	n         int
	context   *Context
	graph     *cuda.GraphExec // nil: the context is enqueued
	inference csrc.Inference
}

// allocateScratch allocates what the contexts compute in. They share it, because they run one after the other on one stream.
func (in *instance) allocateScratch() (*cuda.DeviceMemory, error) {
	t := in.owner.executor.target
	bytes, err := t.engine.ProfileMemory(t.options.Profile)
	if err != nil {
		return nil, err
	}
	memory, err := t.runtime.device.AllocDevice(int(max(bytes, 1)))
	if err != nil {
		return nil, fmt.Errorf("memory of the contexts: %w", err)
	}
	in.stack.push(memory.Close)
	return memory, nil
}

// prepare makes the context of a batch size and runs it once, so that what TensorRT does but once is done.
func (in *instance) prepare(n int, scratch *cuda.DeviceMemory) error {
	t := in.owner.executor.target
	c, err := t.engine.NewContext(AllocateProfile)
	if err != nil {
		return t.explainMemory(err)
	}
	in.stack.push(c.Close)
	if err := t.configure(c); err != nil {
		return err
	}
	if err := c.try("set memory", func() int { return c.nvinfer().SetMemory(c.object, scratch.Address(), int64(scratch.Size())) }); err != nil {
		return err
	}
	addresses := in.addresses()
	for _, b := range t.bound {
		if b.Input && b.Dynamic() {
			if err := c.SetShape(b.Name, b.batchShape(n, t.options.Profile)); err != nil {
				return err
			}
		}
		if err := c.SetAddress(b.Name, addresses[b.Name]); err != nil {
			return err
		}
	}
	if err := c.InferShapes(); err != nil {
		return err
	}
	if err := c.Enqueue(in.stream); err != nil {
		return fmt.Errorf("trial inference: %w", err)
	}
	if err := in.stream.Synchronize(); err != nil {
		return fmt.Errorf("trial inference: %w", err)
	}
	in.sizes = append(in.sizes, preparedSize{n: n, context: c})
	return nil
}

// capture turns the inference of each size into a graph. An engine that cannot be captured is enqueued plainly instead, with a
// warning.
func (in *instance) capture() error {
	for i := range in.sizes {
		size := &in.sizes[i]
		graph, err := size.context.capture(in.stream)
		if graph != nil {
			in.stack.push(graph.Close)
			if err == nil {
				err = graph.Upload(in.stream)
			}
		}
		switch {
		case err == nil:
			size.graph = graph
		case cuda.IsSticky(err):
			return fmt.Errorf("capture a CUDA graph: %w", err)
		default:
			in.owner.executor.target.runtime.lib.log.Warn("trt: batches cannot be captured into CUDA graphs and are enqueued without, "+
				"which takes more time of the host", "batch", size.n, "error", err)
			return in.stream.Synchronize()
		}
	}
	return in.stream.Synchronize()
}

// index finds for each number of chunks the smallest size that holds them.
func (in *instance) index() {
	lib := in.owner.executor.target.runtime.lib
	in.sizeOf = make([]int, in.owner.executor.largest+1)
	for i, n := len(in.sizes)-1, len(in.sizeOf)-1; n >= 0; n-- {
		for i > 0 && in.sizes[i-1].n >= n {
			i--
		}
		in.sizeOf[n] = i
	}
	for i := range in.sizes {
		size := &in.sizes[i]
		var graph csrc.GraphExec
		if size.graph != nil {
			graph = size.graph.Handle()
		}
		size.inference = lib.nvinfer.NewInference(size.context.object, graph)
	}
}
