package trt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
	"github.com/trtbench/trtbench/record"
)

var (
	_ bench.Target      = (*Target)(nil)
	_ bench.InputSetter = (*Target)(nil)
)

// Target is an engine file that can be measured. It is safe for concurrent use. Close it after its lanes and before its library.
type Target struct {
	options    TargetOptions
	model      record.Model
	runtime    *Runtime
	engine     *Engine
	properties cuda.Properties
	node       *node

	inputs       map[string]inputShape
	weightBudget int64 // bytes of streamed weights on the device, where a budget was asked for

	sizes map[string]uintptr // memory of the inputs that carry sizes

	mu       sync.Mutex
	bound    []boundTensor // inputs and outputs in the engine's order, with the shapes that are run
	contexts []*Context    // ready for a lane, not in use
}

// boundTensor is a tensor with the shape that it is run with.
type boundTensor struct {
	Tensor
	shape   []int64 // for an output whose size only the inference knows: of the last one, or with -1
	strides []int64 // between neighbours in each dimension, in vectors; nil for such an output
	bytes   int     // of its elements; 0 for such an output
	open    bool    // only the inference knows its size
}

// NewTarget reads an engine and settles the shapes of its inputs and outputs. The context that this takes is kept for the first
// lane. Close the target after use.
//
// What the user should know but need not act on goes to the library's logger: inputs that got shapes they were not given, more
// than one profile.
func NewTarget(lib *Library, device int, path string, options TargetOptions) (*Target, error) {
	return newTarget(lib, path, options, func(t *Target) error { return t.readFile(lib, device, path) })
}

// NewTargetFromPlan is NewTarget for an engine in memory, which is read before it returns. The name stands where a file's path
// would.
func NewTargetFromPlan(lib *Library, device int, name string, plan []byte, options TargetOptions) (*Target, error) {
	return newTarget(lib, name, options, func(t *Target) error { return t.readPlan(lib, device, name, plan) })
}

func newTarget(lib *Library, name string, options TargetOptions, read func(*Target) error) (_ *Target, err error) {
	t := &Target{options: options, sizes: map[string]uintptr{}}
	if t.node, err = openNode(lib.node, "target "+name); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.node.close(t.free))
		}
	}()
	if err = options.validate(); err != nil {
		return nil, err
	}
	if err = read(t); err != nil {
		return nil, err
	}
	if err = t.settle(); err != nil {
		return nil, err
	}
	watch(t.node, t, lib.log)
	return t, nil
}

// Engine returns the engine that is measured. It is the target's to close.
func (t *Target) Engine() *Engine { return t.engine }

// Inspect returns what the engine tells about its layers as JSON, with the shapes that are run.
func (t *Target) Inspect() (json string, err error) {
	if err := t.node.use(); err != nil {
		return "", err
	}
	c, err := t.acquire(context.Background())
	if err != nil {
		return "", err
	}
	defer t.release(c)
	return t.engine.Inspect(c)
}

// Describe says what is measured. After a run it knows the shapes of outputs that only the data decided.
func (t *Target) Describe() record.Description {
	lib := t.runtime.lib
	d := record.Description{
		Backend:   "TensorRT",
		Version:   lib.version.String(),
		Library:   lib.path,
		Simulated: lib.simulated,
		Device:    t.describeDevice(),
		Model:     t.model,
		Stages:    []record.Stage{record.StageEnqueue, record.StageH2D, record.StageCompute, record.StageD2H},
		Notes:     t.notes(),
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, input := range []bool{true, false} {
		for _, b := range t.bound {
			if b.Input == input {
				d.Tensors = append(d.Tensors, b.describe())
			}
		}
	}
	return d
}

func (t *Target) describeDevice() record.Device {
	p, lib := t.properties, t.runtime.lib.cuda
	return record.Device{
		Kind:              record.GPU,
		Name:              p.Name,
		Index:             t.runtime.device.Ordinal(),
		UUID:              p.UUID.String(),
		PCIBusID:          p.PCI,
		ComputeCapability: p.ComputeCapability.String(),
		MemoryBytes:       p.MemoryBytes,
		SMs:               p.Multiprocessors,
		ClockMHz:          int(p.ClockMHz),
		MemoryClockMHz:    int(p.MemoryClockMHz),
		DriverVersion:     lib.DriverVersion().String(),
		RuntimeVersion:    lib.RuntimeVersion().String(),
	}
}

func (b *boundTensor) describe() record.Tensor {
	shape := make([]int, len(b.shape))
	for i, size := range b.shape {
		shape[i] = int(size)
	}
	return record.Tensor{Name: b.Name, Input: b.Input, Type: b.Type.String(), Shape: shape}
}

// notes tells a reader of the numbers what they depend on.
func (t *Target) notes() []string {
	info, o := t.engine.info, &t.options
	strategy := o.AllocationStrategy
	if strategy == "" {
		strategy = AllocateStatic
	}
	notes := []string{
		fmt.Sprintf("optimization profile: %d of %d", o.Profile, info.Profiles),
		fmt.Sprintf("allocation strategy: %s", strategy),
		fmt.Sprintf("auxiliary streams: %d", info.AuxStreams),
		fmt.Sprintf("random seed: %d", max(o.Seed, 1)),
	}
	if bytes := t.persistentCache(); bytes > 0 {
		notes = append(notes, "persistent cache: "+formatBytes(int64(bytes)))
	}
	if o.WeightStreamingBudget != nil {
		notes = append(notes, fmt.Sprintf("weight-streaming budget: %s of %s (asked for: %v)",
			formatBytes(t.weightBudget), formatBytes(info.StreamableWeightsBytes), *o.WeightStreamingBudget))
	}
	return notes
}

// persistentCache returns the bytes of L2 cache that each context may keep activations in.
func (t *Target) persistentCache() uint64 {
	return uint64(t.options.PersistentCacheRatio * float64(t.properties.MaxPersistingL2Bytes))
}

// Close frees the engine. It is an error while lanes are open. Closing twice is none.
func (t *Target) Close() error { return t.node.close(t.free) }

// free gives back what NewTarget got, as far as it came.
func (t *Target) free() error {
	var errs []error
	for _, c := range t.contexts {
		errs = append(errs, c.Close())
	}
	for _, address := range t.sizes {
		csrc.PageableFree(address)
	}
	if t.engine != nil {
		errs = append(errs, t.engine.Close())
	}
	if t.runtime != nil {
		errs = append(errs, t.runtime.Close())
	}
	return errors.Join(errs...)
}

// setShape notes the shape of an output that only the inference knew.
func (t *Target) setShape(output string, shape []int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.bound {
		if t.bound[i].Name == output && t.bound[i].open {
			t.bound[i].shape = slices.Clone(shape)
		}
	}
}

// acquire returns a context that is ready for a lane: one of those kept, or a new one.
func (t *Target) acquire(ctx context.Context) (*Context, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.mu.Lock()
	if n := len(t.contexts); n > 0 {
		c := t.contexts[n-1]
		t.contexts = t.contexts[:n-1]
		t.mu.Unlock()
		return c, nil
	}
	t.mu.Unlock()
	return t.newContext()
}

// release takes a context back from a lane.
func (t *Target) release(c *Context) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.contexts = append(t.contexts, c)
}
