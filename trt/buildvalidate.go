package trt

import (
	"maps"
	"slices"
)

// validateValues finds faults that no TensorRT would take.
func (o *BuildOptions) validateValues(v *optionFaults) {
	for _, p := range o.Precisions {
		_, known := precisionFlags[p]
		v.add(!known, string(p), "no precision of this name; expected fp16, bf16, int8, fp8, int4 or best")
	}
	switch o.PrecisionConstraints {
	case ConstraintsNone, "none", ConstraintsPrefer, ConstraintsObey:
	default:
		v.add(true, "precisionConstraints", "found %q, expected none, prefer or obey", string(o.PrecisionConstraints))
	}
	switch o.Sparsity {
	case SparsityDisable, "disable", SparsityEnable:
	case SparsityForce:
		v.add(true, "sparsity", "force overwrites weights until they fit, and the engine computes something else; "+
			"prune the model itself (polygraphy surgeon prune) and build it with enable")
	default:
		v.add(true, "sparsity", "found %q, expected disable or enable", string(o.Sparsity))
	}
	for source := range o.TacticSources {
		v.add(!slices.Contains(tacticSources, source), "tacticSources", "%q is none of %s", string(source), namesOf(tacticSources))
	}
	for feature := range o.PreviewFeatures {
		v.add(!slices.Contains(previewFeatures, feature), "preview", "%q is none of %s", string(feature), namesOf(previewFeatures))
	}
	for pool, bytes := range o.MemoryPools {
		_, known := memoryPools[string(pool)]
		v.add(!known, "memPoolSize", "no pool is called %q", string(pool))
		v.add(bytes < 0, "memPoolSize", "%s has %d bytes, expected 0 or more", string(pool), bytes)
	}
	v.add(o.OptimizationLevel != nil && (*o.OptimizationLevel < 0 || *o.OptimizationLevel > 5), "builderOptimizationLevel",
		"found %d, expected 0 to 5", valueOr(o.OptimizationLevel))
	v.add(o.MaxAuxStreams != nil && *o.MaxAuxStreams < 0, "maxAuxStreams", "found %d, expected 0 or more", valueOr(o.MaxAuxStreams))
	v.add(o.MaxTactics != nil && *o.MaxTactics < 1, "maxTactics", "found %d, expected 1 or more", valueOr(o.MaxTactics))
	v.add(o.AvgTiming < 0, "avgTiming", "found %d, expected 1 or more", o.AvgTiming)
	v.add(o.TilingLevel < TilingNone || o.TilingLevel > TilingFull, "tilingOptimizationLevel",
		"found %d, expected 0 to 3", int(o.TilingLevel))
	v.add(o.L2LimitBytes < 0, "l2LimitForTiling", "found %d bytes, expected 0 or more", o.L2LimitBytes)
	v.add(o.ProfilingVerbosity < LayerNames || o.ProfilingVerbosity > Detailed, "profilingVerbosity",
		"found %d, expected 0 to 2", int(o.ProfilingVerbosity))
	v.add(o.HardwareCompatibility < SameDevice || o.HardwareCompatibility > SameCapability, "hardwareCompatibilityLevel",
		"found %d, expected 0 to 2", int(o.HardwareCompatibility))
	v.add(o.RuntimePlatform < SameAsBuild || o.RuntimePlatform > WindowsAMD64, "runtimePlatform",
		"found %d, expected 0 or 1", int(o.RuntimePlatform))
	v.add(o.ExcludeLeanRuntime && !o.VersionCompatible, "excludeLeanRuntime", "only a version-compatible engine has a lean runtime; "+
		"add versionCompatible or leave this out")
	v.add(o.StronglyTyped && len(o.Precisions) > 0, "stronglyTyped", "types are the model's then; leave out the precisions, or this")
	v.add(o.NoTimingCache && o.TimingCacheFile != "", "timingCacheFile", "it is of no use when timing caches are switched off")
	v.add(o.ErrorOnTimingCacheMiss && o.TimingCacheFile == "", "errorOnTimingCacheMiss", "it needs a timing-cache file")
	o.validateRanges(v)
}

func (o *BuildOptions) validateRanges(v *optionFaults) {
	for number, profile := range o.Profiles {
		for _, name := range slices.Sorted(maps.Keys(profile)) {
			if fault := profile[name].fault(); fault != "" {
				v.faults = append(v.faults, &ProfileError{Profile: number, Input: name, Fault: fault})
			}
		}
	}
}

func valueOr(p *int) int {
	if p == nil {
		return 0
	}
	return *p
}
