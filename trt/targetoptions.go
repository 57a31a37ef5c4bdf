package trt

import (
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/tensor"
)

// Range bounds the random values of an input: floats lie in [Min, Max), integers in [Min, Max].
type Range = inputs.Range

// TargetOptions are the settings of an engine. The zero value runs it as trtexec does without options.
//
// The maps have names of inputs as keys. One * in a key stands for any text; the exact name goes before that.
type TargetOptions struct {
	Shapes  Shapes // of inputs; open dimensions that are not given become 1, with a warning
	Profile int    // optimization profile to run with

	// Inputs holds values of inputs, in the layout of the tensor, instead of random ones. A type or shape that is known must be
	// that of the input; a shape counts where Shapes has none. For an input that carries sizes, the values are those sizes.
	Inputs map[string]tensor.Values
	Zero   []string          // inputs that are all zeros, such as a recurrent state; keys as in the maps
	Seed   uint32            // start of the random values, the same for every input; 0 is trtexec's
	Seeds  map[string]uint32 // of single inputs
	Ranges map[string]Range  // bounds of random values; by default those of trtexec

	AllocationStrategy    AllocationStrategy // AllocateStatic when empty
	PersistentCacheRatio  float64            // share of the device's persisting L2 cache that contexts may use, 0 to 1
	NVTXVerbosity         Verbosity          // what profilers are told
	WeightStreamingBudget *WeightBudget      // nil leaves the weights alone
	VersionCompatible     bool               // the engine was built to run on later versions and may bring host code: trust it
	TemporaryDirectory    string             // where TensorRT may unpack host code; empty leaves it to TensorRT
}

// validate returns every fault that shows without the engine.
func (o *TargetOptions) validate() error {
	var faults []error
	if !(o.PersistentCacheRatio >= 0 && o.PersistentCacheRatio <= 1) {
		faults = append(faults, fmt.Errorf("trt: persistent cache ratio %v: expected 0 to 1", o.PersistentCacheRatio))
	}
	if o.Profile < 0 {
		faults = append(faults, fmt.Errorf("trt: profile %d: expected 0 or more", o.Profile))
	}
	if o.NVTXVerbosity < LayerNames || o.NVTXVerbosity > Detailed {
		faults = append(faults, fmt.Errorf("trt: NVTX verbosity %d: expected 0 to 2", int(o.NVTXVerbosity)))
	}
	return errors.Join(append(faults, o.AllocationStrategy.Validate())...)
}
