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
	measure bench.Options
	model   modelFlags
	summary summaryFlags
	output  outputFlags

	duration, sleep, idle bench.Value[time.Duration]
	exposeDMA             bool
}

// modelFlags says what to measure, and where.
type modelFlags struct {
	engine, onnx string
	backend      string
	libraryPath  []string
	device       int
	plugins      []string

	shapes            string
	profile           int
	strategy          string
	persistentCache   float64
	versionCompatible bool
	tempDir           string
	weightStreaming   bool
	weightBudget      string
	seed              uint64
	intraThreads      int
	interThreads      int
	graphLevel        string
	provider          string
	verbose           bool
}

// summaryFlags says how to look at the samples; the report verb has them too.
type summaryFlags struct {
	avgRuns       int
	percentiles   []float32
	chunkDuration time.Duration
}

// outputFlags says where results go besides standard output.
type outputFlags struct {
	json, out string
}

func (f *summaryFlags) register(flags *pflag.FlagSet) {
	f.percentiles = bench.DefaultPercentiles()
	flags.IntVar(&f.avgRuns, "avgRuns", bench.DefaultAvgRuns, "inferences in one average of the trace details")
	flags.Var(&percentilesFlag{&f.percentiles}, "percentile", "percentiles to print, each 0 to 100")
	flags.DurationVar(&f.chunkDuration, "chunk-duration", 0, "audio in one chunk, as 300ms: adds seconds of audio per second (SPS)")
}

func (f *summaryFlags) validate() error {
	if f.chunkDuration < 0 {
		return fmt.Errorf("--chunk-duration is %v; expected more than 0", f.chunkDuration)
	}
	return nil
}

func (f *outputFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.json, "json", "", "write the report as JSON to this file, or without a value to standard output instead of the text")
	flags.Lookup("json").NoOptDefVal = "-"
}

func (f *runFlags) register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	f.model.register(flags)
	f.registerMeasure(flags)
	f.summary.register(flags)
	f.output.register(flags)
	flags.StringVar(&f.output.out, "out", "", "keep the recording (settings, environment, every sample) in this file")
	flags.BoolVarP(&f.model.verbose, "verbose", "v", false, "explain every figure and show what the libraries log")
}

func (m *modelFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&m.engine, "loadEngine", "", "serialized TensorRT engine to measure")
	flags.StringVar(&m.onnx, "onnx", "", "ONNX model to measure")
	flags.StringVar(&m.backend, "backend", "", "tensorrt or onnxruntime; by default what the file is for")
	flags.StringSliceVar(&m.libraryPath, "library-path", nil, "folder or file where the libraries of NVIDIA or ONNX Runtime are; may be repeated")
	flags.IntVar(&m.device, "device", 0, "CUDA device number")
	flags.StringArrayVar(&m.plugins, "dynamicPlugins", nil, "plugin library to load; may be repeated")
	flags.StringArrayVar(&m.plugins, "staticPlugins", nil, "plugin library to load; may be repeated")
	flags.StringVar(&m.shapes, "shapes", "", "input shapes, as signal:4x2400x1,state:4x219729")
	flags.IntVar(&m.profile, "useProfile", 0, "optimization profile to run with")
	flags.StringVar(&m.strategy, "allocationStrategy", "static", "device memory of the execution contexts: static, profile or runtime")
	flags.Float64Var(&m.persistentCache, "persistentCacheRatio", 0, "share of the device's persisting L2 cache to use, 0 to 1")
	flags.BoolVar(&m.versionCompatible, "versionCompatible", false, "the engine was built to run on later versions of TensorRT: trust the code in it")
	flags.StringVar(&m.tempDir, "tempdir", "", "folder where TensorRT may unpack code of a version-compatible engine")
	flags.BoolVar(&m.weightStreaming, "allowWeightStreaming", false, "let the engine stream weights from the host")
	flags.StringVar(&m.weightBudget, "weightStreamingBudget", "", "device memory for streamable weights: bytes with B, K, M or G, or a share with %; needs --allowWeightStreaming")
	flags.Uint64Var(&m.seed, "seed", 0, "seed of the random input values; 0 takes trtexec's")
	flags.StringVar(&m.provider, "provider", "cpu", "execution provider of ONNX Runtime")
	flags.IntVar(&m.intraThreads, "intra-op-threads", 0, "threads inside an operator (ONNX Runtime); 0 leaves it to the library")
	flags.IntVar(&m.interThreads, "inter-op-threads", 0, "threads across operators (ONNX Runtime); 0 leaves it to the library")
	flags.StringVar(&m.graphLevel, "graph-level", "all", "graph optimization of ONNX Runtime: none, basic, extended or all")
}

func (f *runFlags) registerMeasure(flags *pflag.FlagSet) {
	o := &f.measure
	flags.IntVar((*int)(&o.Compat), "compat", 0, "follow trtexec of TensorRT 10 or 11; by default the major of the loaded library")
	flags.Var(&intFlag{&o.Iterations}, "iterations", "run at least so many inferences after the warm-up (default 10)")
	flags.Var(&timeFlag{&f.duration, time.Second, "seconds"}, "duration", "measure at least so long; -1 runs until interrupted (default 3)")
	flags.Var(&timeFlag{&o.WarmUp, time.Millisecond, "ms"}, "warmUp", "run so long before measuring (default 200)")
	flags.Var(&timeFlag{&f.sleep, time.Millisecond, "ms"}, "sleepTime", "delay the start of the device")
	flags.Var(&timeFlag{&f.idle, time.Millisecond, "ms"}, "idleTime", "sleep after each inference, once the warm-up is over")
	flags.Var(&intFlag{&o.Lanes}, "infStreams", "run so many inferences side by side, each on its own stream (default 1)")
	flags.Var(&intFlag{&o.Lanes}, "streams", "old name of --infStreams")
	_ = flags.MarkDeprecated("streams", "use --infStreams")
	flags.BoolVar(&f.exposeDMA, "exposeDMA", false, "keep one inference in flight instead of two, so that copies do not hide behind computing")
	addSwitch(flags, &o.Transfers, "noDataTransfers", false, "leave copies to and from the device out (default with --compat=11)")
	addSwitch(flags, &o.Transfers, "includeDataTransfers", true, "copy inputs and outputs in every inference (default with --compat=10)")
	flags.BoolVar(&o.ManagedMemory, "useManagedMemory", false, "one managed allocation for host and device")
	addSwitch(flags, &o.Spin, "useSpinWait", true, "burn a core while waiting (default with --compat=11)")
	addSwitch(flags, &o.Spin, "noSpinWait", false, "sleep while waiting (default with --compat=10)")
	flags.BoolVar(&o.Threads, "threads", false, "drive every stream by a thread of its own")
	addSwitch(flags, &o.Graph, "useCudaGraph", true, "launch a captured CUDA graph (default with --compat=11)")
	addSwitch(flags, &o.Graph, "noCudaGraph", false, "enqueue without a CUDA graph (default with --compat=10)")
}

// contradictions are pairs of switches of which only one can be meant.
var contradictions = [][2]string{
	{"noDataTransfers", "includeDataTransfers"},
	{"useSpinWait", "noSpinWait"},
	{"useCudaGraph", "noCudaGraph"},
	{"loadEngine", "onnx"},
}

// finish checks the flags as a whole and completes the options. The error names every fault.
func (f *runFlags) finish(flags *pflag.FlagSet) error {
	var faults []error
	for _, pair := range contradictions {
		if flags.Changed(pair[0]) && flags.Changed(pair[1]) {
			faults = append(faults, fmt.Errorf("--%s and --%s exclude each other; give one", pair[0], pair[1]))
		}
	}
	o := &f.measure
	o.ExposeDMA = f.exposeDMA
	o.SleepTime, o.IdleTime = f.sleep.Or(0), f.idle.Or(0)
	o.Duration = f.duration
	if d, set := f.duration.Get(); set && d == -time.Second {
		o.Endless = true
	}
	faults = append(faults, o.Validate(), f.summary.validate(), f.model.validate())
	return errors.Join(faults...)
}

func (m *modelFlags) validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if m.engine == "" && m.onnx == "" {
		fault("no model; give --loadEngine=FILE for a TensorRT engine or --onnx=FILE for an ONNX model")
	}
	if m.weightBudget != "" && !m.weightStreaming {
		fault("--weightStreamingBudget needs --allowWeightStreaming")
	}
	if !(m.persistentCache >= 0 && m.persistentCache <= 1) {
		fault("--persistentCacheRatio is %v; expected 0 to 1", m.persistentCache)
	}
	if m.device < 0 {
		fault("--device is %d; expected 0 or more", m.device)
	}
	if m.intraThreads < 0 || m.interThreads < 0 {
		fault("threads of ONNX Runtime: expected 0 or more")
	}
	switch m.backend {
	case "", backendTensorRT, backendONNXRuntime:
	default:
		fault("--backend is %q; expected %s or %s", m.backend, backendTensorRT, backendONNXRuntime)
	}
	return errors.Join(faults...)
}
