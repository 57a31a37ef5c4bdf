package trt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/internal/named"
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

// source is where the values of the inputs come from.
func (o *TargetOptions) source() *inputs.Source {
	return &inputs.Source{Values: o.Inputs, Zero: o.Zero, Seed: o.Seed, Seeds: o.Seeds, Ranges: o.Ranges}
}

// shapes returns the shapes that were given, and where there is none those of the values that were given.
func (o *TargetOptions) shapes(inputs []Tensor) (Shapes, error) {
	source := o.source()
	shapes := maps.Clone(o.Shapes)
	for _, input := range inputs {
		if _, _, given := named.Lookup(o.Shapes, input.Name); given {
			continue
		}
		shape, known := source.Shape(input.Name)
		if values, _, given := named.Lookup(o.Inputs, input.Name); given && input.carriesShape() {
			var err error
			if shape, err = input.sizesIn(values.Data); err != nil {
				return nil, err
			}
			known = true
		}
		if known {
			if shapes == nil {
				shapes = Shapes{}
			}
			shapes[input.Name] = shape
		}
	}
	return shapes, nil
}

// sizesIn reads the sizes that values for the input carry.
func (t Tensor) sizesIn(data []byte) ([]int64, error) {
	size := t.Type.Bits() / 8
	if t.Type != Int32 && t.Type != Int64 || len(data)%size != 0 {
		return nil, fmt.Errorf("trt: values of %s: %d bytes do not hold sizes of type %v", t.Name, len(data), t.Type)
	}
	sizes := make([]int64, 0, len(data)/size)
	for ; len(data) > 0; data = data[size:] {
		if t.Type == Int32 {
			sizes = append(sizes, int64(int32(binary.LittleEndian.Uint32(data))))
		} else {
			sizes = append(sizes, int64(binary.LittleEndian.Uint64(data)))
		}
	}
	return sizes, nil
}
