package trt

import (
	"errors"
	"fmt"
)

// BuildOptions are the settings of a build. The zero value builds as trtexec does without options. Options that the loaded
// TensorRT does not take are refused, see [BuildOptions.Validate]; errors name an option as trtexec does.
type BuildOptions struct {
	// Profiles are the optimization profiles of the engine, in their order. A model with open dimensions needs one at least, and
	// each gives a range to every input that has some; a model without needs none.
	Profiles []BuildProfile

	InputFormats  []IOFormat // one for each input in the model's order, or one for all; none leaves the model's types, linear
	OutputFormats []IOFormat // the same of outputs

	StronglyTyped        bool // types are the model's; always so from TensorRT 11 on
	Precisions           []Precision
	PrecisionConstraints PrecisionConstraints
	NoTF32               bool // float32 is computed as such
	Sparsity             Sparsity

	MemoryPools       map[MemoryPool]int64 // largest size in bytes; pools that are not named keep TensorRT's
	OptimizationLevel *int                 // 0 to 5, higher builds longer; nil is TensorRT's, 3
	MaxAuxStreams     *int                 // streams beside the one of the inference, 0 or more; nil leaves it to TensorRT
	MaxTactics        *int                 // tried for each layer, 1 or more; nil leaves it to TensorRT
	AvgTiming         int                  // measurements that are averaged for each tactic; 0 is TensorRT's
	TilingLevel       TilingLevel          // needs TensorRT 10.8
	L2LimitBytes      int64                // of L2 cache that tiling may count on; 0 leaves it to TensorRT; needs TensorRT 10.8
	TacticSources     map[TacticSource]bool
	PreviewFeatures   map[PreviewFeature]bool

	ProfilingVerbosity    Verbosity // what inspector and profilers can tell of the engine later
	VersionCompatible     bool      // runs on later versions of the major too
	ExcludeLeanRuntime    bool      // of a version-compatible engine
	HardwareCompatibility HardwareCompatibility
	RuntimePlatform       RuntimePlatform
	Refittable            bool
	StripWeights          bool     // the plan lacks weights that a refit gives back
	WeightStreaming       bool     // weights may stay on the host; needs a strongly typed network
	DirectIO              bool     // no reformatting at inputs and outputs
	SerializePlugins      []string // plugin libraries that the engine carries, as files

	// TimingCacheFile keeps measurements of tactics for later builds: it is read when it exists, and what the build measured is
	// added to it, also beside other processes that do the same. Empty keeps none.
	TimingCacheFile        string
	NoTimingCache          bool // measures alike layers anew; excludes TimingCacheFile
	ErrorOnTimingCacheMiss bool // fails where the file lacks a measurement
	NoCompilationCache     bool // leaves compiled code out of the file

	// Progress is told each step, if set. It is called on TensorRT's threads, one call at a time, and must return soon.
	Progress func(ProgressEvent) `json:"-"`
}

// BuildOptionError is a build option that cannot be used: its value is wrong, or the loaded TensorRT does not take it.
type BuildOptionError struct {
	Option string  // as trtexec names it, without dashes: "fp16"
	Fault  string  // what was found, what was expected, what to do
	Loaded Version // TensorRT that refuses the option; zero when any would
}

// Error names the option and the reason.
func (e *BuildOptionError) Error() string {
	return fmt.Sprintf("trt: build option %s: %s", e.Option, e.Fault)
}

// Validate returns every fault that shows without the model, as *[BuildOptionError]s and *[ProfileError]s. Faults that depend on the version of
// TensorRT are left out when loaded is the zero Version.
func (o *BuildOptions) Validate(loaded Version) error {
	v := optionFaults{loaded: loaded}
	o.validateValues(&v)
	if loaded.Major != 0 {
		o.validateVersion(&v)
	}
	return errors.Join(v.faults...)
}

// optionFaults collects faults.
type optionFaults struct {
	loaded Version
	faults []error
}

// add notes a fault that any TensorRT has with an option.
func (v *optionFaults) add(bad bool, option, format string, arguments ...any) {
	if bad {
		v.faults = append(v.faults, &BuildOptionError{Option: option, Fault: fmt.Sprintf(format, arguments...)})
	}
}

// refuse notes a fault that the loaded TensorRT has with an option.
func (v *optionFaults) refuse(bad bool, option, format string, arguments ...any) {
	if bad {
		v.faults = append(v.faults,
			&BuildOptionError{Option: option, Fault: fmt.Sprintf(format, arguments...), Loaded: v.loaded})
	}
}
