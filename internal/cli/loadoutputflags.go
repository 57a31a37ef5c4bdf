package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/perfanalyzer"
)

// loadOutputFlags says where results go besides standard output.
type loadOutputFlags struct {
	json, out   string
	csv, export string
	verboseCSV  bool
}

func (f *loadOutputFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.out, "out", "", "keep the recording (settings, environment, times of every request) in this file")
	flags.StringVar(&f.json, "json", "", "write the report as JSON to this file, or without a value to standard output instead of the text")
	flags.Lookup("json").NoOptDefVal = "-"
	flags.StringVarP(&f.csv, "csv", "f", "", "write perf_analyzer's CSV to this file")
	flags.BoolVar(&f.verboseCSV, "verbose-csv", false, "more columns of it")
	flags.StringVar(&f.export, "profile-export-file", "", "write perf_analyzer's JSON with the times of every request to this file, which must not exist")
}

// files returns every file that is written.
func (f *loadOutputFlags) files() []string {
	var files []string
	for _, path := range []string{f.out, f.json, f.csv, f.export} {
		if path != "" && path != "-" {
			files = append(files, path)
		}
	}
	return files
}

func (f *loadOutputFlags) validate(all *loadFlags) error {
	var faults []error
	if f.verboseCSV && f.csv == "" {
		faults = append(faults, errors.New("--verbose-csv adds columns to the file of -f; add -f FILE"))
	}
	if f.export != "" {
		if _, err := os.Stat(f.export); err == nil {
			faults = append(faults, fmt.Errorf("--profile-export-file: %s is there already; expected a new name", f.export))
		}
	}
	return errors.Join(faults...)
}

// errNoRows keeps a CSV without a line from becoming a file: perf_analyzer makes none.
var errNoRows = errors.New("no level passed")

// keep saves the recording and writes perf_analyzer's files. One that fails does not keep the others from being written.
func (f *loadOutputFlags) keep(show *loadView, r *load.Recording) error {
	form := show.flags.theirForm(show.target)
	var errs []error
	if f.out != "" {
		err := r.Save(f.out)
		if errs = append(errs, err); err == nil && show.theirs == nil {
			_, err = fmt.Fprintf(show.log, "Recording: %s\n", f.out)
			errs = append(errs, err)
		}
	}
	if f.csv != "" {
		form.Verbose = f.verboseCSV
		err := record.WriteFile(f.csv, func(w io.Writer) error {
			written, err := perfanalyzer.WriteCSV(w, r, form)
			if err == nil && !written {
				err = errNoRows
			}
			return err
		})
		if !errors.Is(err, errNoRows) {
			errs = append(errs, err)
		}
	}
	if f.export != "" {
		errs = append(errs, record.WriteFile(f.export, func(w io.Writer) error { return perfanalyzer.WriteExport(w, r, form) }))
	}
	return errors.Join(errs...)
}
