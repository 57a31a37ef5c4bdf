package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/bench"
)

// runFlags is the command line of the run verb.
type runFlags struct {
	verb    verb
	measure bench.Options
	model   modelFlags
	build   buildFlags
	summary summaryFlags
	output  outputFlags

	duration, sleep, idle bench.Value[time.Duration]
	exposeDMA             bool
	notices               []string // about options that were given and mean little
	depth                 int
	sweep                 sweepFlag
	builds                bool   // an engine is built from the model
	banner                banner // of the run, once it has begun
}

func (f *runFlags) register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	f.model.register(flags)
	f.build.register(flags)
	f.registerMeasure(flags)
	f.summary.register(flags)
	f.output.register(flags)
	f.output.registerRun(flags)
	for _, n := range noticed {
		_ = flags.MarkHidden(n.name) // it is there
	}
	flags.BoolVarP(&f.model.verbose, "verbose", "v", false, "explain every figure and show what the libraries log")
}

func (f *runFlags) registerMeasure(flags *pflag.FlagSet) {
	o := &f.measure
	flags.IntVar((*int)(&o.Compat), "compat", 0, "follow trtexec of TensorRT 10 or 11; by default the major of the loaded library")
	flags.Var(&intFlag{&o.Iterations}, "iterations", "run at least so many inferences after the warm-up (default 10)")
	flags.Var(&timeFlag{&f.duration, time.Second, "seconds"}, "duration", "measure at least so long; -1 runs until interrupted (default 3)")
	flags.Var(&timeFlag{&o.WarmUp, time.Millisecond, "ms"}, "warmUp", "run so long before measuring (default 200)")
	flags.BoolVar(&o.Converge, "warmUpConverge", false, "warm up until the compute time has settled, at least --warmUp and at most 30 s")
	flags.Var(&timeFlag{&f.sleep, time.Millisecond, "ms"}, "sleepTime", "delay the start of the device")
	flags.Var(&timeFlag{&f.idle, time.Millisecond, "ms"}, "idleTime", "sleep after each inference, once the warm-up is over")
	flags.Var(&intFlag{&o.Lanes}, "infStreams", "run so many inferences side by side, each on its own stream (default 1)")
	flags.Var(&intFlag{&o.Lanes}, "streams", "old name of --infStreams")
	flags.BoolVar(&f.exposeDMA, "exposeDMA", false, "keep one inference in flight instead of two, so that copies do not hide behind computing")
	flags.IntVar(&f.depth, "depth", 0, "1: measure as well how long the host waits for one inference at a time, in a second run as long as the first")
	flags.Var(&f.sweep, "sweep", "measure with each of these batches, or with each of shapes:SHAPES;SHAPES, interleaved, and print one table")
	addSwitch(flags, &o.Transfers, "noDataTransfers", false, "leave copies to and from the device out (default with --compat=11)")
	addSwitch(flags, &o.Transfers, "includeDataTransfers", true, "copy inputs and outputs in every inference (default with --compat=10)")
	flags.BoolVar(&o.ManagedMemory, "useManagedMemory", false, "one managed allocation for host and device")
	addSwitch(flags, &o.Spin, "useSpinWait", true, "burn a core while waiting (default with --compat=11)")
	addSwitch(flags, &o.Spin, "noSpinWait", false, "sleep while waiting (default with --compat=10)")
	flags.BoolVar(&o.Threads, "threads", false, "drive every stream by a thread of its own")
	addSwitch(flags, &o.Graph, "useCudaGraph", true, "launch a captured CUDA graph (default with --compat=11)")
	addSwitch(flags, &o.Graph, "noCudaGraph", false, "enqueue without a CUDA graph (default with --compat=10)")
}

// noticed are options that are taken with a word about them, because trtexec takes them or took them once.
var noticed = []struct{ name, text string }{
	{"streams", "is the old name of --infStreams"},
	{"plugins", "is the old name of --staticPlugins"},
	{"weightless", "is the old name of --stripWeights"},
	{"asyncFileReader", "has no effect: engines are always read as a stream where TensorRT can"},
}

// contradictions are pairs of switches of which only one can be meant.
var contradictions = [][2]string{
	{"noDataTransfers", "includeDataTransfers"},
	{"useSpinWait", "noSpinWait"},
	{"useCudaGraph", "noCudaGraph"},
	{"loadEngine", "onnx"},
	{"loadEngine", "saveEngine"},
	{"saveEngine", "no-cache"},
}

// finish checks the flags as a whole and completes the options. The error names every fault.
func (f *runFlags) finish(flags *pflag.FlagSet) error {
	var faults []error
	for _, pair := range contradictions {
		if flags.Changed(pair[0]) && flags.Changed(pair[1]) {
			faults = append(faults, fmt.Errorf("--%s and --%s exclude each other; give one", pair[0], pair[1]))
		}
	}
	for _, n := range noticed {
		if flags.Changed(n.name) {
			f.notices = append(f.notices, fmt.Sprintf("option --%s %s", n.name, n.text))
		}
	}
	o := &f.measure
	o.ExposeDMA = f.exposeDMA
	o.SleepTime, o.IdleTime = f.sleep.Or(0), f.idle.Or(0)
	o.Duration = f.duration
	if d, set := f.duration.Get(); set && d == -time.Second {
		o.Endless = true
	}
	if f.depth != 0 && f.depth != 1 {
		faults = append(faults, fmt.Errorf("--depth is %d; expected 1, or to leave it out", f.depth))
	}
	if f.output.layers.asked() && o.Endless {
		faults = append(faults, errors.New("--dumpProfile and --exportProfile need a run that ends; give a --duration"))
	}
	if f.depth == 1 && o.Endless {
		faults = append(faults, errors.New("--depth=1 comes after the first run, which --duration=-1 never ends"))
	}
	faults = append(faults, f.output.values.accuracy.validate(f.model.inputs.files), f.validateSweep(), o.Validate(), f.summary.validate(), f.model.validate(), f.finishBuild(flags))
	return errors.Join(faults...)
}
