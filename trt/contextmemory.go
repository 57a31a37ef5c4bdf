package trt

import (
	"fmt"

	"github.com/trtbench/trtbench/csrc"
)

// OutputMemory is where an output is whose size only the inference knows.
type OutputMemory struct {
	Device, Host uintptr // 0 before the first inference; Bytes each
	Bytes        uint64  // room, not content
	Shape        []int64 // of the last inference, nil before
}

// AllocateOutput lets the context allocate the memory of an output whose size only the inference knows: on the device and,
// page-locked, on the host. It grows as inferences need it and is freed by Close.
func (c *Context) AllocateOutput(tensor string) error {
	if c.outputs[tensor] != nil {
		return nil
	}
	r := c.engine.runtime
	output := csrc.NewOutput(r.lib.cuda.Runtime(), r.device.Ordinal())
	if output == nil {
		return fmt.Errorf("trt: %s: output %s: %w", c.node.name, tensor, errHostMemory)
	}
	err := c.try("set output allocator of "+tensor, func() int { return c.nvinfer().SetOutput(c.object, tensor, output) })
	if err != nil {
		output.Close()
		return err
	}
	if c.outputs == nil {
		c.outputs = map[string]*csrc.Output{}
	}
	c.outputs[tensor] = output
	return nil
}

// Output returns the memory of an output after AllocateOutput, while no inference is under way. The error is that of CUDA when
// there was no memory for it.
func (c *Context) Output(tensor string) (OutputMemory, error) {
	if err := c.node.use(); err != nil {
		return OutputMemory{}, err
	}
	output := c.outputs[tensor]
	if output == nil {
		return OutputMemory{}, fmt.Errorf("trt: %s: output %s has no allocator", c.node.name, tensor)
	}
	state := output.State()
	if state.Status != 0 {
		call := fmt.Sprintf("allocate output %s", tensor)
		return OutputMemory{}, fmt.Errorf("trt: %s: %w", c.node.name, cudaError(c.engine.runtime.lib.cuda, call, state.Status))
	}
	return OutputMemory{Device: state.Device, Host: state.Host, Bytes: state.Bytes, Shape: state.Shape}, nil
}

// freeAttached frees what the context used, after the context itself.
func (c *Context) freeAttached() error {
	for _, output := range c.outputs {
		output.Close()
	}
	if c.profiler != nil {
		c.profiler.close()
	}
	if c.memory == nil {
		return nil
	}
	return c.memory.Close()
}
