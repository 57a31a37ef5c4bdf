package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/loadreport"
	"github.com/trtbench/trtbench/report/perfanalyzer"
	"github.com/trtbench/trtbench/triton"
)

// loadView shows a run while it goes on, and its end: in our own form, or in that of perf_analyzer.
type loadView struct {
	process Process
	flags   *loadFlags
	target  *loadTarget
	log     io.Writer          // of the text report
	theirs  *perfanalyzer.Text // nil without --compat
	line    progressLine
	begun   bool  // the settings are shown
	err     error // of the first write that failed
}

func newLoadView(process Process, f *loadFlags, target *loadTarget) *loadView {
	v := &loadView{process: process, flags: f, target: target, log: process.Out}
	if f.output.json == "-" {
		v.log = process.Err // standard output is the JSON document's
	}
	if f.compat != load.CompatNone {
		v.theirs = perfanalyzer.NewText(v.log, process.Err, f.theirForm(target))
	}
	if process.Terminal {
		v.line.w = process.Err
	}
	return v
}

// theirForm is the form of what perf_analyzer prints and writes.
func (f *loadFlags) theirForm(target *loadTarget) perfanalyzer.Options {
	o := perfanalyzer.Options{Protocol: perfanalyzer.HTTP, Verbose: f.verbose > 0, Decoupled: target.decoupled, AllPoints: f.compat == load.CompatNone}
	if f.connect.Protocol == triton.GRPC {
		o.Protocol = perfanalyzer.GRPC
	}
	return o
}

// begin writes what is known before the run. perf_analyzer says none of it, so that it stays out of its text.
func (v *loadView) begin() {
	if v.theirs != nil {
		for _, notice := range v.target.notices {
			_, err := fmt.Fprintf(v.process.Err, "trtbench: note: %s\n", notice)
			v.keep(err)
		}
		return
	}
	description := v.target.describe(v.target.Describe())
	environment := record.ThisEnvironment()
	v.keep(loadreport.WriteSource(v.log, &description, &environment))
}

// settings writes how the load is made, once.
func (v *loadView) settings(s *load.Settings) {
	switch {
	case v.begun:
	case v.theirs != nil:
		v.keep(v.theirs.Settings(s))
	default:
		v.keep(loadreport.WriteSettings(v.log, s))
		v.keep(loadreport.WriteTableHead(v.log, s))
	}
	v.begun = true
}

// progress shows how a level goes on.
func (v *loadView) progress(p load.Progress) { v.line.show(p) }

// point shows a level that is complete.
func (v *loadView) point(r *load.Recording, i int) {
	v.line.clear()
	v.settings(&r.Settings)
	if v.theirs != nil {
		v.keep(v.theirs.Point(r, i))
		return
	}
	p := loadreport.NewPoint(r, i)
	v.keep(loadreport.WriteRow(v.log, &r.Settings, &p))
	if v.flags.verbose > 0 {
		v.keep(loadreport.WriteWindows(v.log, r, i))
	}
}

// end writes what is known after the run.
func (v *loadView) end(r *load.Recording) error {
	v.settings(&r.Settings)
	report := loadreport.New(r)
	switch {
	case v.theirs == nil:
		v.keep(report.WriteEnd(v.log, v.flags.explain))
	default:
		v.keep(v.theirs.Summary(r))
		if v.flags.explain {
			v.keep(loadreport.WriteExplanation(v.process.Err, &r.Settings))
		}
	}
	if path := v.flags.output.json; path != "" {
		v.keep(writeJSON(v.process.Out, path, report.Document().Write))
	}
	return v.err
}

func (v *loadView) keep(err error) { v.err = errors.Join(v.err, err) }
