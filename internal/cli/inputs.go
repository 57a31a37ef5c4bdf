package cli

import (
	"errors"
	"fmt"
	"math"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/tensor"
)

// inputFlags says what the inputs hold.
type inputFlags struct {
	files  string
	ranges string
	seeds  string
	zero   []string
	seed   uint64
}

func (f *inputFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.files, "loadInputs", "", "values of inputs from files of NumPy (.npy) or of plain bytes, as signal:signal.npy,state:state.raw")
	flags.Uint64Var(&f.seed, "seed", 0, "seed of the random input values; 0 takes trtexec's")
	flags.StringVar(&f.seeds, "input-seed", "", "seeds of single inputs, as signal:7,state:8")
	flags.StringVar(&f.ranges, "input-range", "", "bounds of random values, as ids:0:999,mask:0:1")
	flags.StringSliceVar(&f.zero, "zero-input", nil, "input that is all zeros, such as a recurrent state; may be repeated")
}

// inputValues is what both backends take.
type inputValues struct {
	values map[string]tensor.Values
	ranges map[string]inputs.Range
	seeds  map[string]uint32
}

// validate returns every fault that shows without the files.
func (f *inputFlags) validate() error {
	_, err := f.parse()
	if f.seed > math.MaxUint32 {
		err = errors.Join(err, fmt.Errorf("--seed is %d; expected at most %d", f.seed, uint32(math.MaxUint32)))
	}
	return err
}

// parse reads everything but the files.
func (f *inputFlags) parse() (v inputValues, err error) {
	var faults [2]error
	v.ranges, faults[0] = inputs.ParseRanges(f.ranges)
	v.seeds, faults[1] = inputs.ParseSeeds(f.seeds)
	return v, errors.Join(faults[:]...)
}

// load reads everything, the files too.
func (f *inputFlags) load() (inputValues, error) {
	v, err := f.parse()
	if err != nil {
		return v, usage(err)
	}
	v.values, err = inputs.Load(f.files)
	return v, err
}
