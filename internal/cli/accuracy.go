package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/accuracy"
	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/tensor"
)

// accuracyFlags says which outputs are expected, and how close they must be.
type accuracyFlags struct {
	files     string
	algorithm string
	options   accuracy.Options

	references map[string]tensor.Values
}

func (f *accuracyFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.files, "loadRefOutputs", "", "outputs that are expected, from files as --loadInputs takes them; needs --loadInputs and --accuracyThreshold")
	flags.StringVar(&f.algorithm, "accuracyAlgorithm", "L0", "measure of the difference: L0 (share of elements beyond the tolerances), L1, L2, LInf or Cos")
	flags.Float64Var(&f.options.AbsoluteTolerance, "atol", accuracy.DefaultTolerance, "absolute tolerance of L0")
	flags.Float64Var(&f.options.RelativeTolerance, "rtol", accuracy.DefaultTolerance, "tolerance of L0 relative to the reference")
	flags.Float64Var(&f.options.Threshold, "accuracyThreshold", 0, "end with exit code 3 when the difference of an output is larger")
}

// validate returns every fault that shows without the files.
func (f *accuracyFlags) validate(inputFiles string) error {
	var faults []error
	algorithm, err := accuracy.ParseAlgorithm(f.algorithm)
	f.options.Algorithm = algorithm
	faults = append(faults, err)
	if err == nil {
		faults = append(faults, f.options.Validate())
	}
	if f.files != "" && inputFiles == "" {
		faults = append(faults, errors.New("--loadRefOutputs needs --loadInputs: outputs for random inputs are compared with nothing meaningful"))
	}
	if f.files != "" && f.options.Threshold == 0 {
		faults = append(faults, errors.New("--loadRefOutputs needs an --accuracyThreshold above 0"))
	}
	return errors.Join(faults...)
}

// load reads the references before anything is measured.
func (f *accuracyFlags) load() (err error) {
	f.references, err = inputs.Load(f.files)
	return err
}

// check compares the outputs of the last inference with the references. The error of outputs that differ too much has an exit code of its
// own.
func (f *accuracyFlags) check(log *report.Log, r *bench.Recording) error {
	if f.files == "" || r.Outputs == nil {
		return nil
	}
	results, err := accuracy.Compare(r.Outputs, f.references, f.options)
	if err != nil {
		return err
	}
	log.Info("=== Accuracy (%s, threshold %s) ===", f.options.Algorithm, report.Number(f.options.Threshold))
	var far []string
	for _, result := range results {
		verdict := "passed"
		if !result.Passed {
			verdict = "FAILED"
			far = append(far, result.Name)
		}
		log.Info("%s: loss %s over %d elements: %s", result.Name, report.Number(result.Loss), result.Elements, verdict)
		if w := result.Worst; w.Value != w.Reference {
			log.Info("  farthest: element %d is %s, expected %s", w.Index, report.Number(w.Value), report.Number(w.Reference))
		}
	}
	if len(far) > 0 {
		return &exitError{ExitThreshold, fmt.Errorf("outputs are too far from their references: %v", far)}
	}
	return nil
}
