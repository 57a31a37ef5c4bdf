package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/load"
)

// loadLevelFlags says how many requests are sent, when, and by whom.
type loadLevelFlags struct {
	concurrency, rate, steps load.Range
	oldConcurrency           int
	binary                   bool
	distribution             string
	burst                    float64
	intervals                string
	schedule                 bool
	period                   int
	ramp                     time.Duration
	seed                     uint64

	threads, senders, connections int

	sequences   int
	length      int
	variation   float64
	first, span uint64
	serial      bool
}

func (l *loadLevelFlags) register(flags *pflag.FlagSet) {
	flags.Var(levelsFlag{&l.concurrency}, "concurrency-range", "requests in flight: closed loop (default 1)")
	flags.Var(levelsFlag{&l.rate}, "request-rate-range", "requests per second: open loop; an end of 0 goes on up to --latency-threshold")
	flags.Var(levelsFlag{&l.steps}, "periodic-concurrency-range", "requests in flight that grow while the run goes on")
	flags.IntVar(&l.period, "request-period", load.DefaultStepEvery, "answers before --periodic-concurrency-range takes its next step")
	flags.IntVarP(&l.oldConcurrency, "concurrency", "t", 0, "old name of --concurrency-range with one number")
	flags.BoolVar(&l.binary, "binary-search", false, "halve the range to find the highest level that passes")
	flags.StringVar(&l.distribution, "request-distribution", string(load.ArrivalConstant), "how requests of a rate are spread: constant, poisson or gamma, which has bursts")
	flags.StringVar(&l.distribution, "distribution", string(load.ArrivalConstant), "short for --request-distribution")
	flags.Float64Var(&l.burst, "burst", 1, "of gamma: variance of the gaps against that of poisson; above 1 in bursts, below 1 more even")
	flags.StringVar(&l.intervals, "request-intervals", "", "file with gaps between requests in microseconds, one in a line, used over and over")
	flags.BoolVar(&l.schedule, "fixed-schedule", false, "send each request of --input-data once, at its timestamp")
	flags.DurationVar(&l.ramp, "ramp-time", 0, "go from the start to the end of --request-rate-range in this time, instead of in steps")
	flags.Uint64Var(&l.seed, "seed", 1, "start of everything that is drawn at random")
	flags.IntVar(&l.threads, "max-threads", 0, "senders that wait for answers with --sync, else connections (default 4; 16 with --concurrency-range)")
	flags.IntVar(&l.senders, "senders", 0, "goroutines that send (default 1; 4 with --sync)")
	flags.IntVar(&l.connections, "connections", 0, "connections, or streams with --streaming (default 4, at most 16 in a closed loop, one for each sequence)")
	flags.IntVar(&l.sequences, "num-of-sequences", 0, "sequences alive at a time in an open loop (default 4; where this client carries the state, as many as real speakers make the rate)")
	flags.IntVar(&l.length, "sequence-length", 0, "requests in a sequence (default 20, or what the data have)")
	flags.Float64Var(&l.variation, "sequence-length-variation", load.DefaultVariation, "by how many per cent lengths differ, to both sides")
	flags.Var(idsFlag{&l.first, &l.span}, "sequence-id-range", "ids of sequences, without the end (default: a random start of this process; with --compat from 1 on)")
	flags.BoolVar(&l.serial, "serial-sequences", false, "one request of a sequence in flight")
	_ = flags.MarkHidden("distribution") // it is there
}

// sequenceOptions are those that mean something only where requests form sequences.
var sequenceOptions = []string{"sequence-length", "num-of-sequences", "sequence-length-variation", "sequence-id-range", "serial-sequences"}

// loadModes are the options of which each is a load of its own.
var loadModes = []string{"concurrency-range", "concurrency", "request-rate-range", "periodic-concurrency-range", "request-intervals", "fixed-schedule"}

// apply sets the options of the run.
func (l *loadLevelFlags) apply(flags *pflag.FlagSet, o *load.Options) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if modes := given(flags, loadModes); len(modes) > 1 {
		fault("%s are different loads; give one", strings.Join(modes, " and "))
	}
	o.Seed, o.Burst, o.Senders, o.Conns = l.seed, l.burst, l.senders, l.connections
	if o.Arrival = load.Arrival(l.distribution); o.Arrival != load.ArrivalGamma && flags.Changed("burst") {
		fault("--burst belongs to --request-distribution=gamma; add that")
	}
	for _, name := range []string{"max-threads", "senders", "connections", "num-of-sequences", "concurrency", "request-period"} {
		if n, _ := flags.GetInt(name); flags.Changed(name) && n < 1 {
			fault("--%s is %d; expected 1 or more", name, n)
		}
	}
	switch {
	case flags.Changed("request-rate-range"):
		if o.Mode, o.Range = load.ModeRate, l.rate; l.ramp != 0 {
			o.Mode, o.RampTime = load.ModeRamp, l.ramp
		}
	case flags.Changed("periodic-concurrency-range"):
		o.Mode, o.Range, o.StepEvery = load.ModeSteps, l.steps, l.period
	case flags.Changed("request-intervals"):
		o.Mode = load.ModeIntervals
		var err error
		if o.Intervals, err = readIntervals(l.intervals); err != nil {
			faults = append(faults, err)
		}
	case flags.Changed("fixed-schedule"):
		o.Mode = load.ModeSchedule // the instants come with the data
	case flags.Changed("concurrency-range"):
		o.Range = l.concurrency
	case flags.Changed("concurrency"):
		o.Range = load.Level(float64(l.oldConcurrency))
	}
	if l.ramp != 0 && !flags.Changed("request-rate-range") {
		fault("--ramp-time belongs to --request-rate-range=START:END; add that")
	}
	if o.Search = load.SearchLinear; l.binary {
		o.Search = load.SearchBinary
	}
	return errors.Join(faults...)
}

// given returns those of the options that are on the command line, with their dashes.
func given(flags *pflag.FlagSet, names []string) []string {
	var found []string
	for _, name := range names {
		if flags.Changed(name) {
			found = append(found, "--"+name)
		}
	}
	return found
}

// readIntervals reads gaps in microseconds, one in a line.
func readIntervals(path string) ([]time.Duration, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--request-intervals: %w", err)
	}
	defer file.Close()
	var gaps []time.Duration
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		us, err := strconv.ParseUint(text, 10, 40)
		if err != nil {
			return nil, fmt.Errorf("--request-intervals: %s, line %d: %q; expected a whole number of microseconds", path, n, text)
		}
		gaps = append(gaps, time.Duration(us)*time.Microsecond)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("--request-intervals: %s: %w", path, err)
	}
	return gaps, nil
}
