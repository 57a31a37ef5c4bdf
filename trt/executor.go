package trt

import (
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/serve"
)

var _ serve.Executor = (*Executor)(nil)

// ExecutorOptions are the settings of an engine that runs batches of sessions. The zero value prepares every batch size that the
// first profile takes.
type ExecutorOptions struct {
	// States are the recurrent pairs, of which only the names of input and output count. nil: those that names, types and shapes
	// tell; empty but not nil: none, every input comes with the chunk.
	States []serve.State

	Profile  int   // optimization profile to run with
	MaxBatch int   // largest batch; 0: the largest that the profile takes
	Batches  []int // sizes to prepare, in any order; nil: steps that pad a batch by an eighth at most

	Plain bool // enqueue every batch instead of launching a CUDA graph
	Spin  bool // keep a core busy while waiting for a batch, which answers sooner

	PersistentCacheRatio  float64       // as in TargetOptions, like the fields below
	NVTXVerbosity         Verbosity     //
	WeightStreamingBudget *WeightBudget //
	VersionCompatible     bool          //
	TemporaryDirectory    string        //
}

// target are the options of the engine that is run.
func (o *ExecutorOptions) target() TargetOptions {
	return TargetOptions{
		Profile:               o.Profile,
		AllocationStrategy:    AllocateProfile,
		PersistentCacheRatio:  o.PersistentCacheRatio,
		NVTXVerbosity:         o.NVTXVerbosity,
		WeightStreamingBudget: o.WeightStreamingBudget,
		VersionCompatible:     o.VersionCompatible,
		TemporaryDirectory:    o.TemporaryDirectory,
	}
}

// Executor is an engine file that runs batches of sessions and keeps their recurrent states on the device. It is safe for
// concurrent use. Close it after its instances and before its library.
type Executor struct {
	options ExecutorOptions
	target  *Target
	model   serve.Model
	inputs  []batchTensor // that a chunk brings, in the order of the model
	outputs []batchTensor // that a result holds, likewise
	states  []statePair
	largest int // batch
}

// batchTensor is a tensor whose leading dimension is the batch.
type batchTensor struct {
	boundTensor     // at the largest batch
	row         int // bytes of one session's part
}

// statePair is a recurrent state.
type statePair struct {
	in, out batchTensor
}

// NewExecutor reads an engine and finds out what a chunk consists of. Close the executor after use.
//
// Every tensor must be dense, lie on the device and have the batch as its leading dimension; other dimensions are fixed, by the
// engine or by the profile. An engine of a fixed batch is filled up to that.
func NewExecutor(lib *Library, device int, path string, options ExecutorOptions) (*Executor, error) {
	return newExecutor(lib, path, options, func(t *Target) error { return t.readFile(lib, device, path) })
}

// NewExecutorFromPlan is NewExecutor for an engine in memory, which is read before it returns. The name stands where a file's path
// would.
func NewExecutorFromPlan(lib *Library, device int, name string, plan []byte, options ExecutorOptions) (*Executor, error) {
	return newExecutor(lib, name, options, func(t *Target) error { return t.readPlan(lib, device, name, plan) })
}

func newExecutor(lib *Library, name string, options ExecutorOptions, read func(*Target) error) (_ *Executor, err error) {
	x := &Executor{options: options}
	x.target, err = newTarget(lib, name, options.target(), func(t *Target) error {
		if err := read(t); err != nil {
			return err
		}
		if err := t.engine.checkProfile(t.options.Profile); err != nil {
			return err
		}
		if err := x.chooseBatches(t); err != nil {
			return fmt.Errorf("trt: executor of %s: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = x.target.dropContexts() // instances have their own, which share memory
	if err == nil {
		err = x.settle()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("trt: executor of %s: %w", name, err), x.target.Close())
	}
	return x, nil
}

// Describe says what runs. The shapes are those of the largest batch.
func (x *Executor) Describe() record.Description {
	d := x.target.Describe()
	d.Stages = nil // a batch is timed as a whole
	d.Notes = []string{
		fmt.Sprintf("optimization profile: %d of %d", x.options.Profile, x.target.engine.info.Profiles),
		"batch sizes: " + formatSizes(x.model.Batches),
		fmt.Sprintf("CUDA graphs: %t", !x.options.Plain),
	}
	for _, s := range x.model.States {
		d.Notes = append(d.Notes, fmt.Sprintf("recurrent state: %s:%s", s.Input, s.Output))
	}
	return d
}

// Model says what a chunk consists of.
func (x *Executor) Model() serve.Model { return x.model }

// Close frees the engine. It is an error while instances are open. Closing twice is none.
func (x *Executor) Close() error { return x.target.Close() }

// stateBytes is what the states of one session take.
func (x *Executor) stateBytes() int64 {
	var bytes int64
	for _, s := range x.states {
		bytes += int64(s.in.row)
	}
	return bytes
}

// dropContexts closes the contexts that are kept for lanes.
func (t *Target) dropContexts() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var errs []error
	for _, c := range t.contexts {
		errs = append(errs, c.Close())
	}
	t.contexts = nil
	return errors.Join(errs...)
}
