package trt

import (
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/internal/fill"
	"github.com/trtbench/trtbench/internal/suggest"
)

// Range bounds the random values of an input: floats lie in [Min, Max), integers in [Min, Max].
type Range = fill.Range

// TargetOptions are the settings of an engine. The zero value runs it as trtexec does without options.
//
// The maps have names of inputs as keys. One * in a key stands for any text; the exact name goes before that.
type TargetOptions struct {
	Shapes  Shapes // of inputs; open dimensions that are not given become 1, with a warning
	Profile int    // optimization profile to run with

	Inputs map[string][]byte // values of inputs, little-endian and in the layout of the tensor, instead of random ones
	Zero   []string          // inputs that are all zeros, such as a recurrent state; keys as in the maps
	Seed   uint32            // start of the random values, the same for every input; 0 is trtexec's
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

// unknownKeys returns an error for every key that fits no input.
func (o *TargetOptions) unknownKeys(inputs []Tensor) error {
	var faults []error
	check := func(option, key string) {
		if !matchesAny(key, inputs) {
			faults = append(faults, fmt.Errorf("trt: %s: no input is named %s; the inputs are %s%s",
				option, key, joinNames(inputs), suggest.Hint(key, names(inputs))))
		}
	}
	for key := range o.Inputs {
		check("values", key)
	}
	for key := range o.Ranges {
		check("ranges", key)
	}
	for _, key := range o.Zero {
		check("zero", key)
	}
	return errors.Join(faults...)
}

// fill writes the values of an input.
func (o *TargetOptions) fill(into []byte, t Tensor) error {
	if data, _, ok := lookup(o.Inputs, t.Name); ok {
		// trtexec takes files of twice the size too, and so do those who wrote files for it.
		if len(data) != len(into) && len(data) != 2*len(into) {
			return fmt.Errorf("trt: values of %s: %d bytes were given, the input takes %d", t.Name, len(data), len(into))
		}
		copy(into, data)
		return nil
	}
	for _, key := range o.Zero {
		if key == t.Name || matchesPattern(key, t.Name) {
			clear(into)
			return nil
		}
	}
	random := fill.Options{Seed: o.Seed}
	if r, _, ok := lookup(o.Ranges, t.Name); ok {
		random.Range = &r
	}
	typ := t.Type.String()
	switch t.Type { // trtexec does not fill these
	case Float4:
		typ = "uint8" // every byte is two numbers
	case E8M0:
		typ = "uint8"
		if random.Range == nil {
			random.Range = &Range{Min: 120, Max: 134} // powers of two around 1, which is 127
		}
	}
	if err := random.Fill(into, typ); err != nil {
		return fmt.Errorf("trt: values of %s: %w", t.Name, err)
	}
	return nil
}
