package trt

import (
	"maps"
	"slices"

	"github.com/trtbench/trtbench/cuda"
)

// precisionFlags are the builder flags of TensorRT 10 behind each precision.
var precisionFlags = map[Precision][]string{
	PrecisionFP16: {"FP16"},
	PrecisionBF16: {"BF16"},
	PrecisionINT8: {"INT8"},
	PrecisionFP8:  {"FP8"},
	PrecisionINT4: {"INT4"},
	PrecisionBest: {"FP16", "BF16", "INT8"}, // see bestFlags
}

// bestFlags returns the flags of PrecisionBest that trtexec sets on a device: bfloat16 came with compute capability 8.0, and 10.3 is
// left without int8.
func bestFlags(on cuda.Capability) []string {
	return slices.DeleteFunc(slices.Clone(precisionFlags[PrecisionBest]), func(flag string) bool {
		return flag == "BF16" && on.Major < 8 || flag == "INT8" && on.Major == 10 && on.Minor == 3
	})
}

// flags returns the builder flags that the options switch on, on a device; TF32 is the one that is on by itself.
func (o *BuildOptions) flags(on cuda.Capability) []string {
	var flags []string
	for _, p := range o.Precisions {
		if p == PrecisionBest {
			flags = append(flags, bestFlags(on)...)
		} else {
			flags = append(flags, precisionFlags[p]...)
		}
	}
	for _, f := range []struct {
		on   bool
		name string
	}{
		{o.PrecisionConstraints == ConstraintsObey, "OBEY_PRECISION_CONSTRAINTS"},
		{o.PrecisionConstraints == ConstraintsPrefer, "PREFER_PRECISION_CONSTRAINTS"},
		{o.Sparsity == SparsityEnable, "SPARSE_WEIGHTS"},
		{o.Refittable, "REFIT"},
		{o.StripWeights, "STRIP_PLAN"},
		{o.WeightStreaming, "WEIGHT_STREAMING"},
		{o.VersionCompatible, "VERSION_COMPATIBLE"},
		{o.ExcludeLeanRuntime, "EXCLUDE_LEAN_RUNTIME"},
		{o.DirectIO, "DIRECT_IO"},
		{o.NoTimingCache, "DISABLE_TIMING_CACHE"},
		{o.ErrorOnTimingCacheMiss, "ERROR_ON_TIMING_CACHE_MISS"},
		{o.NoCompilationCache, "DISABLE_COMPILATION_CACHE"},
	} {
		if f.on {
			flags = append(flags, f.name)
		}
	}
	slices.Sort(flags)
	return slices.Compact(flags)
}

// validateVersion finds what the loaded TensorRT does not take.
func (o *BuildOptions) validateVersion(v *optionFaults) {
	const fromModel = "TensorRT %v takes all types from the model and computes in those; export the model in the types you want " +
		"(for example with NVIDIA ModelOpt's AutoCast), or build with TensorRT 10"
	for _, p := range o.Precisions {
		if v.loaded.Major >= 11 {
			v.refuse(true, string(p), fromModel, v.loaded)
			continue
		}
		for _, flag := range precisionFlags[p] {
			v.need(builderFlag, flag, string(p))
		}
	}
	constrained := o.PrecisionConstraints == ConstraintsObey || o.PrecisionConstraints == ConstraintsPrefer
	v.refuse(constrained && v.loaded.Major >= 11, "precisionConstraints", fromModel, v.loaded)
	v.refuse(o.WeightStreaming && !o.StronglyTyped && v.loaded.Major == 10, "allowWeightStreaming",
		"TensorRT 10 streams weights of strongly typed networks alone; add stronglyTyped")
	for _, source := range slices.Sorted(maps.Keys(o.TacticSources)) {
		v.need(tacticSource, string(source), "tacticSources "+string(source))
	}
	for _, feature := range slices.Sorted(maps.Keys(o.PreviewFeatures)) {
		v.need(previewFeature, previewNames[feature], "preview "+string(feature))
	}
	v.needMinor(o.RuntimePlatform != SameAsBuild, "runtimePlatform", 2)
	v.needMinor(o.MaxTactics != nil, "maxTactics", 4)
	v.needMinor(o.TilingLevel != TilingNone, "tilingOptimizationLevel", 8)
	v.needMinor(o.L2LimitBytes != 0, "l2LimitForTiling", 8)
	v.needMinor(o.HardwareCompatibility == SameCapability, "hardwareCompatibilityLevel sameComputeCapability", 9)
}

// need notes a name of an enumeration that the loaded TensorRT lacks.
func (v *optionFaults) need(enumeration, name, option string) {
	value, known := findValue(enumeration, name)
	if known {
		v.refuse(value.In(v.loaded.number()) < 0, option, "it needs TensorRT %s, %v is loaded", neededFor(value), v.loaded)
	}
}

// needMinor notes an option that came with a minor of TensorRT 10.
func (v *optionFaults) needMinor(used bool, option string, minor int) {
	v.refuse(used && v.loaded.Major == 10 && v.loaded.Minor < minor, option,
		"it needs TensorRT 10.%d or later, %v is loaded", minor, v.loaded)
}
