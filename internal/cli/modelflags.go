package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/ort"
	"github.com/trtbench/trtbench/trt"
)

// modelFlags says what to measure, and where.
type modelFlags struct {
	engine, onnx string
	backend      string
	libraryPath  []string
	simulated    bool
	device       string // number, UUID or PCI address
	plugins      []string
	dlaCore      int

	shapes            string
	pointShapes       trt.Shapes   // of a point of a sweep
	built             *builtEngine // an engine that was built from the model, else nil
	profile           int
	strategy          string
	persistentCache   float64
	versionCompatible bool
	tempDir           string
	verbosity         string // of NVTX
	weightStreaming   bool
	weightBudget      string
	inputs            inputFlags
	intraThreads      int
	interThreads      int
	graphLevel        string
	provider          string
	verbose           bool

	planVersionOnly, skipInference, timeDeserialize bool
}

func (m *modelFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&m.engine, "loadEngine", "", "serialized TensorRT engine to measure")
	flags.StringVar(&m.onnx, "onnx", "", "ONNX model to build an engine from, or to measure on ONNX Runtime")
	flags.StringVar(&m.backend, "backend", "", "tensorrt or onnxruntime; by default what the file is for")
	flags.StringSliceVar(&m.libraryPath, "library-path", nil, "folder or file where the libraries of NVIDIA or ONNX Runtime are; may be repeated")
	flags.BoolVar(&m.simulated, "simulated", false, "use the simulated device instead of a GPU: its engines and times are invented")
	flags.StringVar(&m.device, "device", "0", "CUDA device: its number, its UUID (GPU-…) or its PCI address (0000:3b:00.0)")
	flags.StringArrayVar(&m.plugins, "dynamicPlugins", nil, "plugin library to load; may be repeated")
	flags.StringArrayVar(&m.plugins, "staticPlugins", nil, "plugin library to load; may be repeated")
	flags.StringArrayVar(&m.plugins, "plugins", nil, "old name of --staticPlugins")
	flags.IntVar(&m.dlaCore, "useDLACore", -1, "refused: DLA cores exist on Jetson and Drive only, where nothing here was ever tried")
	flags.Bool("asyncFileReader", false, "has no effect: engines are always read as a stream")
	flags.BoolVar(&m.planVersionOnly, "getPlanVersionOnly", false, "print the version of TensorRT that built the engine and end")
	flags.BoolVar(&m.skipInference, "skipInference", false, "end after the engine was loaded")
	flags.BoolVar(&m.timeDeserialize, "timeDeserialize", false, "time how long reading the engine takes, instead of inferences")
	flags.StringVar(&m.shapes, "shapes", "", "input shapes, as signal:4x2400x1,state:4x219729")
	flags.IntVar(&m.profile, "useProfile", 0, "optimization profile to run with")
	flags.StringVar(&m.strategy, "allocationStrategy", "static", "device memory of the execution contexts: static, profile or runtime")
	flags.StringVar(&m.verbosity, "profilingVerbosity", "layer_names_only", "what the engine tells of its layers, and profilers by NVTX: layer_names_only, none or detailed")
	flags.Float64Var(&m.persistentCache, "persistentCacheRatio", 0, "share of the device's persisting L2 cache to use, 0 to 1")
	flags.BoolVar(&m.versionCompatible, "versionCompatible", false, "build an engine that runs on later versions of TensorRT, or trust the code in one that was built so")
	flags.BoolVar(&m.versionCompatible, "vc", false, "short for --versionCompatible")
	flags.StringVar(&m.tempDir, "tempdir", "", "folder where TensorRT may unpack code of a version-compatible engine")
	flags.BoolVar(&m.weightStreaming, "allowWeightStreaming", false, "let the engine stream weights from the host")
	flags.StringVar(&m.weightBudget, "weightStreamingBudget", "", "device memory for streamable weights: bytes with B, K, M or G, or a share with %; needs --allowWeightStreaming")
	m.inputs.register(flags)
	flags.StringVar(&m.provider, "provider", "cpu", "execution provider of ONNX Runtime")
	flags.IntVar(&m.intraThreads, "intra-op-threads", 0, "threads inside an operator (ONNX Runtime); 0 leaves it to the library")
	flags.IntVar(&m.interThreads, "inter-op-threads", 0, "threads across operators (ONNX Runtime); 0 leaves it to the library")
	flags.StringVar(&m.graphLevel, "graph-level", "all", "graph optimization of ONNX Runtime: none, basic, extended or all")
}

// unsaved returns why an engine that was built could not be saved, or nil.
func (m *modelFlags) unsaved() error {
	if m.built == nil {
		return nil
	}
	return m.built.unsaved
}

func (m *modelFlags) validate() error {
	faults := []error{m.inputs.validate()}
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
	if m.profile < 0 {
		fault("--useProfile is %d; expected 0 or more", m.profile)
	}
	if err := checkDevice(m.device); err != nil {
		fault("--device: %w", err)
	}
	if m.dlaCore >= 0 {
		fault("--useDLACore: DLA cores exist on Jetson and Drive only and are not supported; leave it out to run on the GPU")
	}
	if m.engine == "" && (m.planVersionOnly || m.timeDeserialize) {
		fault("--getPlanVersionOnly and --timeDeserialize need --loadEngine=FILE")
	}
	if min(m.intraThreads, m.interThreads) < 0 || max(m.intraThreads, m.interThreads) > ort.MaxThreads {
		fault("threads of ONNX Runtime: expected 0 to %d", ort.MaxThreads)
	}
	switch m.backend {
	case "", backendTensorRT, backendONNXRuntime:
	default:
		fault("--backend is %q; expected %s or %s", m.backend, backendTensorRT, backendONNXRuntime)
	}
	return errors.Join(faults...)
}
