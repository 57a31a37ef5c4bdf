package trt

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
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
func NewTarget(lib *Library, device int, path string, options TargetOptions) (_ *Target, err error) {
	t := &Target{options: options, sizes: map[string]uintptr{}}
	if t.node, err = openNode(lib.node, "target "+path); err != nil {
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
	if err = t.read(lib, device, path); err != nil {
		return nil, err
	}
	if err = t.settle(); err != nil {
		return nil, err
	}
	watch(t.node, t, lib.log)
	return t, nil
}

// read opens the device and reads the engine.
func (t *Target) read(lib *Library, device int, path string) error {
	header, err := ReadPlanHeader(path)
	if err != nil {
		return err
	}
	compatible := t.options.VersionCompatible && !header.Simulated && !lib.simulated
	if err := header.Check(path, lib.version, lib.simulated); err != nil && !compatible {
		return err
	}
	if t.runtime, err = lib.NewRuntime(device); err != nil {
		return err
	}
	if t.properties, err = t.runtime.device.Properties(); err != nil {
		return fmt.Errorf("trt: device %d: %w", device, err)
	}
	if t.options.VersionCompatible {
		if err := t.runtime.AllowHostCode(); err != nil {
			return err
		}
	}
	if t.options.TemporaryDirectory != "" {
		if err := t.runtime.SetTemporaryDirectory(t.options.TemporaryDirectory); err != nil {
			return err
		}
	}
	hash := hashFile(path)
	t.engine, err = t.runtime.deserializeFile(path)
	hashed := <-hash
	t.model = hashed.model
	if err != nil {
		return err
	}
	return hashed.err
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

type hashed struct {
	model record.Model
	err   error
}

// hashFile hashes a file while TensorRT reads it.
func hashFile(path string) <-chan hashed {
	result := make(chan hashed, 1)
	go func() {
		var h hashed
		h.model, h.err = hashModel(path)
		result <- h
	}()
	return result
}

func hashModel(path string) (record.Model, error) {
	file, size, err := openPlan(path)
	if err != nil {
		return record.Model{}, err
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return record.Model{}, &PlanError{Path: path, Fault: PlanUnreadable, Err: err}
	}
	return record.Model{Path: path, Bytes: size, SHA256: hex.EncodeToString(digest.Sum(nil))}, nil
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
