package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/triton"
)

// loadFlags is the command line of the load verb.
type loadFlags struct {
	compat  load.Compat
	server  loadServerFlags
	request loadRequestFlags
	level   loadLevelFlags
	window  loadWindowFlags
	output  loadOutputFlags
	kind    string // of the server
	explain bool
	verbose int

	options  load.Options
	connect  triton.Options
	requests triton.RequestOptions
	asked    []string // options about sequences that are on the command line
	lengths  bool     // --chunk-duration is one of the options
}

func (f *loadFlags) register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.Var(compatFlag{&f.compat}, "compat", "follow perf_analyzer, perf_analyzer-24.02 or perf_analyzer-25.06: windows, rounding, output, exit codes")
	f.request.register(flags)
	f.server.register(flags)
	f.level.register(flags)
	f.window.register(flags)
	f.output.register(flags)
	flags.StringVar(&f.kind, "service-kind", "triton", "triton")
	flags.BoolVar(&f.explain, "explain", false, "print what each figure means")
	flags.CountVarP(&f.verbose, "verbose", "v", "show every window")
	for _, old := range []string{"data-directory", "zero-input", "concurrency"} {
		_ = flags.MarkHidden(old) // it is there
	}
}

func (f *loadFlags) command(process Process) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		if err := f.finish(cmd.Flags()); err != nil {
			return f.ended(process, usage(err))
		}
		return runLoad(cmd.Context(), process, f)
	}
}

// finish checks the flags as a whole and completes the options. The error names every fault.
func (f *loadFlags) finish(flags *pflag.FlagSet) error {
	var faults []error
	add := func(err error) { faults = append(faults, err) }
	o := &f.options
	o.Compat = f.compat
	if f.kind != "triton" {
		add(fmt.Errorf("--service-kind=%s is not taken: %s", f.kind, reasonKind))
	}
	var err error
	if f.connect, err = f.server.options(); err != nil {
		add(err)
	}
	if f.requests, err = f.request.options(f.level.seed, f.compat != ""); err != nil {
		add(err)
	}
	if f.compat != "" && !flags.Changed("state") {
		f.request.state = stateNone
	}
	f.requests.Streaming, f.requests.Transport = f.server.streaming, f.server.transport
	if f.compat != "" && f.requests.Transport == "" {
		f.requests.Transport = triton.TransportGRPCGo // a library as perf_analyzer has one: its share of the times is alike
	}
	f.asked, f.lengths = given(flags, sequenceOptions), flags.Changed("chunk-duration")
	o.CheckAnswers = f.request.validate
	add(f.level.apply(flags, o))
	add(f.window.apply(flags, o))
	add(f.output.validate(f))
	o.Sequence = f.sequence(flags)
	if err := errors.Join(faults...); err != nil {
		return err
	}
	return f.check()
}

// check checks the options as far as they are known before the server has been asked.
func (f *loadFlags) check() error {
	o := f.options
	if o.Mode == load.ModeSchedule {
		return nil // its instants are in the data
	}
	if len(f.asked) > 0 {
		o.Sequence.Use = true
	}
	return o.Validate()
}

// sequence returns what sequences are like, should requests form some.
func (f *loadFlags) sequence(flags *pflag.FlagSet) load.SequenceOptions {
	l := &f.level
	s := load.SequenceOptions{Live: l.sequences, Length: max(l.length, 0), FirstID: l.first, IDSpan: l.span, Serial: l.serial}
	if flags.Changed("sequence-length-variation") {
		s.Variation = load.Set(l.variation)
	}
	if f.compat != "" && !flags.Changed("sequence-id-range") {
		s.FirstID, s.IDSpan = 1, defaultIDSpan
	}
	return s
}
