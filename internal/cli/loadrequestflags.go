package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/data"
)

// loadRequestFlags says what is asked of which model.
type loadRequestFlags struct {
	model, version string
	batch          int
	input          []string
	directory      string
	zero           bool
	shapes         []string
	stringLength   int
	stringData     string
	parameters     []string
	memory         string
	outputBytes    int64
	inputFormat    string
	outputFormat   string
	state          string
	validate       bool
}

func (r *loadRequestFlags) register(flags *pflag.FlagSet) {
	flags.StringVarP(&r.model, "model-name", "m", "", "model to load; required")
	flags.StringVarP(&r.version, "model-version", "x", "", "its version (default: the server's choice)")
	flags.IntVarP(&r.batch, "batch-size", "b", 1, "inferences in one request")
	flags.StringArrayVar(&r.input, "input-data", []string{"random"}, "zero, random, a JSON file or a folder with a file for each input; JSON files may be repeated")
	flags.StringVar(&r.directory, "data-directory", "", "old name of --input-data with a folder")
	flags.BoolVarP(&r.zero, "zero-input", "z", false, "old name of --input-data=zero")
	flags.StringArrayVar(&r.shapes, "shape", nil, "sizes of an input that are not fixed, NAME:8,16, without the batch; may be repeated")
	flags.IntVar(&r.stringLength, "string-length", 128, "length of random strings")
	flags.StringVar(&r.stringData, "string-data", "", "content of every string instead of random ones")
	flags.StringArrayVar(&r.parameters, "request-parameter", nil, "parameter of every request, NAME:VALUE:TYPE with type string, int or bool; may be repeated")
	flags.StringVar(&r.memory, "shared-memory", "none", "none, or system: the server reads and writes tensors in shared memory of this machine")
	flags.Int64Var(&r.outputBytes, "output-shared-memory-size", 102400, "bytes for each output of unknown size")
	flags.StringVar(&r.inputFormat, "input-tensor-format", "binary", "binary")
	flags.StringVar(&r.outputFormat, "output-tensor-format", "binary", "binary")
	flags.StringVar(&r.state, "state", "auto", "recurrent state that each answer has for the next request: auto finds it, IN:OUT,… names it, none sends what --input-data says (default auto, with --compat none)")
	flags.BoolVar(&r.validate, "validate", false, "compare answers with the validation_data of --input-data, which must have some (default: where it has)")
}

// Words of --state and --input-data.
const (
	stateAuto, stateNone   = "auto", "none"
	inputZero, inputRandom = "zero", "random"
)

// options returns what requests look like, but for the states. raw asks for perf_analyzer's random bytes.
func (r *loadRequestFlags) options(seed uint64, raw bool) (triton.RequestOptions, error) {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	o := triton.RequestOptions{Batch: r.batch}
	if r.model == "" {
		fault("no model was named; expected -m MODEL")
	}
	if r.batch < 1 {
		fault("-b %d: expected 1 or more inferences in a request", r.batch)
	}
	if r.stringLength < 1 {
		fault("--string-length is %d; expected 1 or more", r.stringLength)
	}
	if r.outputBytes < 1 {
		fault("--output-shared-memory-size is %d; expected 1 or more bytes", r.outputBytes)
	}
	if r.inputFormat != "binary" || r.outputFormat != "binary" {
		fault("tensors travel as binary only: JSON would measure how fast numbers are printed; leave --input-tensor-format and --output-tensor-format out")
	}
	switch r.memory {
	case "none":
	case "system":
		o.Memory = triton.Memory{Kind: triton.SystemMemory, OutputBytes: r.outputBytes}
	case "cuda":
		fault("--shared-memory=cuda is not taken: the server would read tensors from this client's GPU, which serves nobody over a network; expected none or system")
	default:
		fault("--shared-memory is %q; expected none or system", r.memory)
	}
	o.Parameters = map[string]any{}
	for _, text := range r.parameters {
		name, value, err := triton.ParseParameter(text)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		o.Parameters[name] = value
	}
	var err error
	if o.Data, err = r.contents(seed, raw); err != nil {
		faults = append(faults, err)
	}
	return o, errors.Join(faults...)
}

// randomVariants is the number of different random requests: perf_analyzer sends one and the same.
const randomVariants = 8

// contents returns where tensors come from.
func (r *loadRequestFlags) contents(seed uint64, raw bool) (data.Options, error) {
	o := data.Options{StringLength: r.stringLength, StringData: r.stringData, Shapes: map[string][]int64{}, RawBytes: raw,
		Random: inputs.Source{Seed: uint32(seed)}, Variants: randomVariants}
	if raw {
		o.Variants = 1
	}
	var faults []error
	for _, text := range r.shapes {
		name, shape, err := data.ParseShape(text)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		o.Shapes[name] = shape
	}
	given := r.input
	switch {
	case r.directory != "":
		given = []string{r.directory}
	case r.zero:
		given = []string{inputZero}
	}
	switch {
	case len(given) == 1 && given[0] == inputRandom:
	case len(given) == 1 && given[0] == inputZero:
		o.Kind = data.Zero
	default:
		o.Kind, o.Paths = data.Files, given
		for _, path := range given {
			if _, err := os.Stat(path); err != nil {
				faults = append(faults, fmt.Errorf("--input-data: %w; expected zero, random, or the path of a JSON file or a folder", err))
			}
		}
	}
	return o, errors.Join(faults...)
}
