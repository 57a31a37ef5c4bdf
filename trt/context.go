package trt

import (
	"fmt"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
)

// AllocationStrategy says how a context gets its device memory.
type AllocationStrategy string

// The strategies, named as trtexec's --allocationStrategy names them.
const (
	AllocateStatic  AllocationStrategy = "static"  // TensorRT allocates for the largest profile, at once
	AllocateProfile AllocationStrategy = "profile" // the caller gives memory for the profile in use
	AllocateRuntime AllocationStrategy = "runtime" // the caller gives memory for the shapes in use
)

// Validate returns an error for an unknown strategy. The empty one acts as AllocateStatic.
func (s AllocationStrategy) Validate() error {
	switch s {
	case "", AllocateStatic, AllocateProfile, AllocateRuntime:
		return nil
	}
	return fmt.Errorf("trt: allocation strategy %q: expected static, profile or runtime", string(s))
}

// number is TensorRT's: with the strategies in which the caller gives memory, it allocates none.
func (s AllocationStrategy) number() int {
	const static, userManaged = 0, 2
	if s == AllocateProfile || s == AllocateRuntime {
		return userManaged
	}
	return static
}

// Context is one execution of an engine: shapes, addresses, memory. It is used by one goroutine at a time, and by one inference.
// Close it before the engine, and before what was attached to it.
type Context struct {
	engine   *Engine
	object   csrc.Object
	node     *node
	strategy AllocationStrategy
	profile  int
	memory   *cuda.DeviceMemory // of the strategies other than static, after UseMemory
	outputs  map[string]*csrc.Output
	profiler *layerTimes // after StartProfiler
}

// NewContext makes a context. Close it after use.
func (e *Engine) NewContext(strategy AllocationStrategy) (_ *Context, err error) {
	if err := strategy.Validate(); err != nil {
		return nil, err
	}
	c := &Context{engine: e, strategy: strategy}
	e.contexts++
	name := fmt.Sprintf("context %d of %s", e.contexts, e.node.name)
	if c.node, err = openNode(e.node, name); err != nil {
		return nil, err
	}
	err = e.try("create context", func() (status int) {
		c.object, status = e.runtime.lib.nvinfer.CreateContext(e.object, strategy.number())
		return status
	})
	if err != nil {
		_ = c.node.close(c.free) // nothing to free yet
		return nil, err
	}
	watch(c.node, c, e.runtime.lib.log)
	return c, nil
}

// Engine returns the engine of the context.
func (c *Context) Engine() *Engine { return c.engine }

// Profile returns the number of the optimization profile in use.
func (c *Context) Profile() int { return c.profile }

// SetProfile chooses the optimization profile and returns when the switch is done. Shapes must be set again afterwards.
func (c *Context) SetProfile(profile int) error {
	if err := c.engine.checkProfile(profile); err != nil {
		return err
	}
	stream := c.engine.runtime.stream
	err := c.try(fmt.Sprintf("use profile %d", profile), func() int {
		return c.nvinfer().SetProfile(c.object, profile, stream.Handle())
	})
	if err != nil {
		return err
	}
	c.profile = profile
	return stream.Synchronize()
}

// SetShape sets the shape of an input.
func (c *Context) SetShape(tensor string, shape []int64) error {
	if len(shape) > csrc.MaxDims {
		return &ShapeError{Tensor: tensor, Given: shape, Reason: fmt.Sprintf("TensorRT knows at most %d dimensions", csrc.MaxDims)}
	}
	return c.try(fmt.Sprintf("set shape of %s to %s", tensor, formatShape(shape)), func() int {
		return c.nvinfer().SetShape(c.object, tensor, shape)
	})
}

// Shape returns the shape of a tensor with the inputs as they are set; -1 where the data will decide.
func (c *Context) Shape(tensor string) (shape []int64, err error) {
	err = c.try("shape of "+tensor, func() (status int) {
		shape, status = c.nvinfer().Shape(c.object, tensor)
		return known(shape, status)
	})
	return shape, err
}

// Strides returns the distances between neighbours in each dimension of a tensor, in elements or, for a vectorised tensor, in
// vectors.
func (c *Context) Strides(tensor string) (strides []int64, err error) {
	err = c.try("strides of "+tensor, func() (status int) {
		strides, status = c.nvinfer().Strides(c.object, tensor)
		return known(strides, status)
	})
	return strides, err
}

// known refuses the dimensions that TensorRT returns for a name it does not know.
func known(dims []int64, status int) int {
	if status == csrc.OK && dims == nil {
		return csrc.Refused
	}
	return status
}

// SetAddress sets where the data of a tensor is: device memory, or host memory for a tensor located there. The memory stays the
// caller's and must outlive the inferences.
func (c *Context) SetAddress(tensor string, address uintptr) error {
	return c.try("set address of "+tensor, func() int { return c.nvinfer().SetAddress(c.object, tensor, address) })
}

// InferShapes computes the shapes of the outputs. It is an error while an input lacks its shape or values.
func (c *Context) InferShapes() error {
	var missing string
	err := c.try("infer shapes", func() (status int) {
		missing, status = c.nvinfer().InferShapes(c.object)
		return status
	})
	if err != nil && missing != "" {
		return fmt.Errorf("%w (input %s is not complete)", err, missing)
	}
	return err
}

// MaxOutputBytes returns an upper bound on the size of an output with the inputs as they are set.
func (c *Context) MaxOutputBytes(tensor string) (bytes int64, err error) {
	err = c.try("size of "+tensor, func() (status int) {
		bytes, status = c.nvinfer().MaxOutputSize(c.object, tensor)
		return status
	})
	return bytes, err
}

// UseMemory gives a context that has no memory of its own what its profile or shapes need, and keeps it until Close. Call it
// after the profile, with AllocateRuntime after the shapes, and again when they change.
func (c *Context) UseMemory() error {
	var bytes int64
	var err error
	switch c.strategy {
	case AllocateProfile:
		bytes, err = c.engine.ProfileMemory(c.profile)
	case AllocateRuntime:
		err = c.try("memory for the shapes", func() (status int) {
			bytes, status = c.nvinfer().MemoryForShapes(c.object)
			return status
		})
	default:
		return nil
	}
	if err != nil {
		return err
	}
	memory, err := c.engine.runtime.device.AllocDevice(int(max(bytes, 1)))
	if err != nil {
		return fmt.Errorf("trt: %s: memory: %w", c.node.name, err)
	}
	err = c.try("set memory", func() int { return c.nvinfer().SetMemory(c.object, memory.Address(), bytes) })
	if err != nil {
		_ = memory.Close() // the first error is the one to tell
		return err
	}
	old := c.memory
	c.memory = memory
	if old != nil {
		return old.Close()
	}
	return nil
}

// SetPersistentCache sets how many bytes of L2 cache the context may keep activations in.
func (c *Context) SetPersistentCache(bytes uint64) error {
	return c.try("set persistent cache", func() int { return c.nvinfer().SetPersistentCache(c.object, bytes) })
}

// SetNVTXVerbosity sets how much the context tells profilers through NVTX; an engine built with less cannot tell more.
func (c *Context) SetNVTXVerbosity(v Verbosity) error {
	return c.try("set NVTX verbosity", func() int { return c.nvinfer().SetNVTXVerbosity(c.object, int(v)) })
}

// Enqueue queues one inference on the stream.
func (c *Context) Enqueue(stream *cuda.Stream) error {
	err := c.try("enqueue", func() int { return c.nvinfer().Enqueue(c.object, stream.Handle()) })
	if err == nil && c.profiler != nil && c.profiler.inEnqueue {
		c.profiler.endPass()
	}
	return err
}

// capture turns an inference on the stream into a graph that can be launched. A graph may come with an error; the caller closes it.
func (c *Context) capture(stream *cuda.Stream) (*cuda.GraphExec, error) {
	graph, err := stream.Capture(func() error { return c.Enqueue(stream) })
	if err != nil {
		return nil, err
	}
	launchable, err := graph.Instantiate()
	if closed := graph.Close(); err == nil {
		err = closed
	}
	return launchable, err
}

// Close frees the context and what it was given by UseMemory, AllocateOutput and StartProfiler. No inference may be under way. Closing twice is no error.
func (c *Context) Close() error { return c.node.close(c.free) }

func (c *Context) free() error {
	c.engine.runtime.destroy(c.object)
	return c.freeAttached()
}

func (c *Context) nvinfer() *csrc.NVInfer { return c.engine.runtime.lib.nvinfer }

func (c *Context) try(operation string, f func() int) error {
	if err := c.node.use(); err != nil {
		return err
	}
	return c.engine.runtime.try(c.node.name+": "+operation, f)
}
