package cli

import (
	"errors"
	"io"
	"os"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/tensor"
)

// valueFlags says what becomes of the values that the last inference computed.
type valueFlags struct {
	dump    bool
	export  string
	dumpRaw bool
	folder  string

	accuracy accuracyFlags
}

func (f *valueFlags) register(flags *pflag.FlagSet) {
	flags.BoolVar(&f.dump, "dumpOutput", false, "print the outputs of the last inference")
	flags.StringVar(&f.export, "exportOutput", "", "write the outputs of the last inference to this file, as JSON")
	flags.BoolVar(&f.dumpRaw, "dumpRawBindingsToFile", false, "write inputs and outputs of the last inference as they lie in memory, a file each")
	flags.StringVar(&f.folder, "output-folder", ".", "folder for the files of --dumpRawBindingsToFile")
	f.accuracy.register(flags)
}

// ask tells the run what to fetch.
func (f *valueFlags) ask(o *bench.Options) {
	o.FetchOutputs = f.asked()
	o.FetchInputs = f.dumpRaw
}

// writable refuses a folder that is not there before anything is measured.
func (f *valueFlags) writable() error {
	if !f.dumpRaw {
		return nil
	}
	probe, err := os.CreateTemp(f.folder, ".trtbench-*")
	if err != nil {
		return errors.New("--output-folder: " + err.Error() + "; make the folder, or choose another one")
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// asked reports whether anything is done with values.
func (f *valueFlags) asked() bool {
	return f.dump || f.export != "" || f.dumpRaw || f.accuracy.files != ""
}

// write prints and writes the values of a run, and compares them. After a run that failed there are none.
func (f *valueFlags) write(log *report.Log, r *bench.Recording) error {
	if r.Outputs == nil {
		return nil
	}
	var errs []error
	if f.dump {
		errs = append(errs, report.LogValues(log, r.Outputs))
	}
	if f.export != "" {
		errs = append(errs, record.WriteFile(f.export, func(w io.Writer) error { return report.WriteValues(w, r.Outputs) }))
	}
	if f.dumpRaw {
		all := append(append([]tensor.Values(nil), r.Inputs...), r.Outputs...)
		paths, err := report.SaveRaw(f.folder, all)
		for _, path := range paths {
			log.Info("Raw values: %s", path)
		}
		errs = append(errs, err)
	}
	errs = append(errs, f.accuracy.check(log, r))
	return errors.Join(errs...)
}
