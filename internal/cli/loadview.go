package cli

import (
	"errors"
	"io"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/loadreport"
)

// loadView shows a run while it goes on, and its end.
type loadView struct {
	process Process
	flags   *loadFlags
	target  *loadTarget
	log     io.Writer // of the text report
	line    progressLine
	rows    int
	err     error // of the first write that failed
}

func newLoadView(process Process, f *loadFlags, target *loadTarget) *loadView {
	v := &loadView{process: process, flags: f, target: target, log: process.Out}
	if f.output.json == "-" {
		v.log = process.Err // standard output is the JSON document's
	}
	if process.Terminal {
		v.line.w = process.Err
	}
	return v
}

// begin writes what is known before the run.
func (v *loadView) begin() {
	description := v.target.describe(v.target.Describe())
	environment := record.ThisEnvironment()
	v.keep(loadreport.WriteSource(v.log, &description, &environment))
}

// progress shows how a level goes on.
func (v *loadView) progress(p load.Progress) { v.line.show(p) }

// point shows the row of a level that is complete.
func (v *loadView) point(r *load.Recording, i int) {
	v.line.clear()
	if v.rows == 0 {
		v.keep(loadreport.WriteSettings(v.log, &r.Settings))
		v.keep(loadreport.WriteTableHead(v.log, &r.Settings))
	}
	v.rows++
	p := loadreport.NewPoint(r, i)
	v.keep(loadreport.WriteRow(v.log, &r.Settings, &p))
	if v.flags.verbose > 0 {
		v.keep(loadreport.WriteWindows(v.log, r, i))
	}
}

// end writes what is known after the run.
func (v *loadView) end(r *load.Recording) error {
	report := loadreport.New(r)
	v.keep(report.WriteEnd(v.log, v.flags.explain))
	if path := v.flags.output.json; path != "" {
		v.keep(writeJSON(v.process.Out, path, report.Document().Write))
	}
	return v.err
}

func (v *loadView) keep(err error) { v.err = errors.Join(v.err, err) }
