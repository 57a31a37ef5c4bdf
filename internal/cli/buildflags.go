package cli

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/trt"
)

// defaultAvgTiming is trtexec's; TensorRT's own is 1.
const defaultAvgTiming = 8

// buildFlags says how an engine is built from an ONNX model.
type buildFlags struct {
	save     string
	profiles profileFlags
	cache    cacheFlags

	inputFormats, outputFormats string
	precisions                  []trt.Precision
	stronglyTyped, noTF32       bool
	sparsity                    string
	pools                       string
	level, auxStreams, tactics  int
	avgTiming                   int
	tiling                      string
	l2Limit                     int64
	sources, preview            string
	compatibility, platform     string
	serializePlugins            []string

	refit, strip, stripAll, excludeLean, directIO   bool
	timingCache                                     string
	noTimingCache, errorOnCacheMiss, noCompileCache bool
	given                                           *pflag.FlagSet // of these options alone
}

// register adds the options that only building has.
func (f *buildFlags) register(flags *pflag.FlagSet) {
	f.given = pflag.NewFlagSet("build", pflag.ContinueOnError)
	f.given.SortFlags = false
	own := f.given
	own.StringVar(&f.save, "saveEngine", "", "build an engine and keep it in this file")
	f.profiles.register(own)
	f.registerTyping(own)
	f.registerSearch(own)
	own.BoolVar(&f.refit, "refit", false, "let the weights of the engine be replaced later")
	own.BoolVar(&f.strip, "stripWeights", false, "leave weights out of the engine that a refit gives back")
	own.BoolVar(&f.strip, "weightless", false, "old name of --stripWeights")
	own.BoolVar(&f.stripAll, "stripAllWeights", false, "--refit and --stripWeights")
	own.BoolVar(&f.excludeLean, "excludeLeanRuntime", false, "leave the lean runtime out of a version-compatible engine")
	own.StringVar(&f.compatibility, "hardwareCompatibilityLevel", "none", "devices that the engine runs on: none, ampere+ or sameComputeCapability")
	own.StringVar(&f.platform, "runtimePlatform", "SameAsBuild", "system that the engine runs on: SameAsBuild or WindowsAMD64")
	own.StringArrayVar(&f.serializePlugins, "setPluginsToSerialize", nil, "plugin library that the engine carries; may be repeated")
	f.cache.register(own)
	_ = own.MarkHidden("weightless") // it is there
	flags.AddFlagSet(own)
}

func (f *buildFlags) registerTyping(flags *pflag.FlagSet) {
	flags.BoolVar(&f.stronglyTyped, "stronglyTyped", false, "take all types from the model, as TensorRT 11 always does")
	for _, p := range []struct {
		precision trt.Precision
		text      string
	}{
		{trt.PrecisionFP16, "let TensorRT 10 compute in float16 where that is faster"},
		{trt.PrecisionBF16, "let TensorRT 10 compute in bfloat16 where that is faster"},
		{trt.PrecisionINT8, "let TensorRT 10 compute in int8 where the model has scales and that is faster"},
		{trt.PrecisionFP8, "let TensorRT 10 compute in float8 where the model has scales and that is faster"},
		{trt.PrecisionINT4, "let TensorRT 10 compute in int4 where the model has scales and that is faster"},
		{trt.PrecisionBest, "let TensorRT 10 compute in whichever of these is fastest"},
	} {
		flags.Var(&precisionFlag{&f.precisions, p.precision}, string(p.precision), p.text)
		flags.Lookup(string(p.precision)).NoOptDefVal = "true"
	}
	flags.BoolVar(&f.noTF32, "noTF32", false, "compute float32 as such, not in TF32")
	flags.StringVar(&f.sparsity, "sparsity", "disable", "use weights with a 2:4 pattern of zeros as such: disable or enable")
	flags.StringVar(&f.inputFormats, "inputIOFormats", "", "types and formats of inputs, as fp16:chw+hwc8,fp32:chw or without types: one for each in order, or one for all")
	flags.StringVar(&f.outputFormats, "outputIOFormats", "", "types and formats of outputs, as --inputIOFormats")
	flags.BoolVar(&f.directIO, "directIO", false, "no reformatting at inputs and outputs")
}

func (f *buildFlags) registerSearch(flags *pflag.FlagSet) {
	flags.StringVar(&f.pools, "memPoolSize", "", "bounds of memory, as workspace:1024M,tacticSharedMem:48K; MiB without a unit")
	flags.IntVar(&f.level, "builderOptimizationLevel", 3, "0 to 5: higher builds longer and faster engines")
	flags.IntVar(&f.auxStreams, "maxAuxStreams", 0, "streams that the engine may use beside the one of the inference; TensorRT decides by default")
	flags.IntVar(&f.tactics, "maxTactics", -1, "tactics to try for each layer; -1 leaves it to TensorRT")
	flags.IntVar(&f.avgTiming, "avgTiming", defaultAvgTiming, "measurements of each tactic that are averaged")
	flags.StringVar(&f.tiling, "tilingOptimizationLevel", "0", "0 to 3: search for a tiling that keeps values in the L2 cache")
	flags.Int64Var(&f.l2Limit, "l2LimitForTiling", -1, "bytes of L2 cache that tiling may count on; -1 leaves it to TensorRT")
	flags.StringVar(&f.sources, "tacticSources", "", "where tactics come from, as +EDGE_MASK_CONVOLUTIONS,-JIT_CONVOLUTIONS")
	flags.StringVar(&f.preview, "preview", "", "features to try out, as +aliasedPluginIO1003")
	flags.StringVar(&f.timingCache, "timingCacheFile", "", "keep measurements of tactics in this file, for later builds")
	flags.BoolVar(&f.errorOnCacheMiss, "errorOnTimingCacheMiss", false, "fail where the timing cache lacks a measurement")
	flags.BoolVar(&f.noTimingCache, "noBuilderCache", false, "measure layers that are alike anew")
	flags.BoolVar(&f.noCompileCache, "noCompilationCache", false, "leave compiled code out of the timing cache")
}

// files returns every file that a build writes.
func (f *buildFlags) files() []string {
	var files []string
	for _, path := range []string{f.save, f.timingCache} {
		if path != "" {
			files = append(files, path)
		}
	}
	return files
}

// names returns those of these options that were given.
func (f *buildFlags) names(flags *pflag.FlagSet) []string {
	var names []string
	f.given.VisitAll(func(own *pflag.Flag) {
		if flags.Changed(own.Name) {
			names = append(names, own.Name)
		}
	})
	return names
}

// options returns the settings of the build, with every fault that shows without a library.
func (f *buildFlags) options(m *modelFlags) (trt.BuildOptions, error) {
	o := trt.BuildOptions{
		StronglyTyped: f.stronglyTyped, Precisions: f.precisions, NoTF32: f.noTF32, Sparsity: trt.Sparsity(f.sparsity),
		AvgTiming: f.avgTiming, VersionCompatible: m.versionCompatible, ExcludeLeanRuntime: f.excludeLean,
		Refittable: f.refit || f.stripAll, StripWeights: f.strip || f.stripAll, WeightStreaming: m.weightStreaming,
		DirectIO: f.directIO, SerializePlugins: f.serializePlugins, TimingCacheFile: f.timingCache, NoTimingCache: f.noTimingCache,
		ErrorOnTimingCacheMiss: f.errorOnCacheMiss, NoCompilationCache: f.noCompileCache,
	}
	o.OptimizationLevel = f.ifGiven("builderOptimizationLevel", &f.level)
	o.MaxAuxStreams = f.ifGiven("maxAuxStreams", &f.auxStreams)
	if f.tactics != -1 {
		o.MaxTactics = &f.tactics
	}
	if f.l2Limit != -1 {
		o.L2LimitBytes = f.l2Limit
	}
	var faults []error
	parse := func(option string, err error) {
		if err != nil {
			faults = append(faults, fmt.Errorf("--%s: %w", option, err))
		}
	}
	var err error
	o.InputFormats, err = trt.ParseIOFormats(f.inputFormats)
	parse("inputIOFormats", err)
	o.OutputFormats, err = trt.ParseIOFormats(f.outputFormats)
	parse("outputIOFormats", err)
	o.MemoryPools, err = trt.ParseMemoryPools(f.pools)
	parse("memPoolSize", err)
	o.TacticSources, err = trt.ParseTacticSources(f.sources)
	parse("tacticSources", err)
	o.PreviewFeatures, err = trt.ParsePreviewFeatures(f.preview)
	parse("preview", err)
	o.TilingLevel, err = trt.ParseTilingLevel(f.tiling)
	parse("tilingOptimizationLevel", err)
	o.HardwareCompatibility, err = trt.ParseHardwareCompatibility(f.compatibility)
	parse("hardwareCompatibilityLevel", err)
	o.RuntimePlatform, err = trt.ParseRuntimePlatform(f.platform)
	parse("runtimePlatform", err)
	o.ProfilingVerbosity, _ = trt.ParseVerbosity(m.verbosity) // engineOptions says what is wrong with it
	fixed, err := trt.ParseShapes(m.shapes)
	parse("shapes", err)
	o.Profiles, err = f.profiles.build(fixed, m.profile)
	faults = append(faults, err)
	if (o.StripWeights || o.RuntimePlatform != trt.SameAsBuild) && !m.skipInference {
		faults = append(faults, errors.New("an engine without its weights, or for another system, cannot be measured here; add --skipInference"))
	}
	faults = append(faults, o.Validate(trt.Version{}))
	return o, errors.Join(faults...)
}

// ifGiven returns a number of the command line, or nil when TensorRT shall decide.
func (f *buildFlags) ifGiven(name string, value *int) *int {
	if f.given.Lookup(name).Changed {
		return value
	}
	return nil
}

// precisionFlag adds a precision to those that TensorRT 10 may choose from.
type precisionFlag struct {
	list      *[]trt.Precision
	precision trt.Precision
}

func (f *precisionFlag) Set(text string) error {
	on, err := strconv.ParseBool(text)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", text)
	}
	if on {
		*f.list = append(*f.list, f.precision)
	}
	return nil
}

func (f *precisionFlag) Type() string     { return "bool" }
func (f *precisionFlag) String() string   { return "false" }
func (f *precisionFlag) IsBoolFlag() bool { return true }
