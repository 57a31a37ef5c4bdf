package csrc

// #include <stdlib.h>
// #include "nvinfer_builder.h"
import "C"

import "unsafe"

// CreateBuilder makes a builder on the current device of the calling OS thread. The error says that the library has no builder, as
// the lean runtime; it is nil with status Refused.
func (n *NVInfer) CreateBuilder(logger *Logger) (builder Object, status int, err error) {
	var text *C.char
	status = int(C.trtb_builder_create(n.p, logger.logger, &builder.p, &text))
	if status == Failed {
		err = takeError(text)
	}
	return builder, status, err
}

// CreateNetwork makes an empty network, with the bits of TensorRT's creation flags.
func (n *NVInfer) CreateNetwork(builder Object, flags uint32) (network Object, status int) {
	status = int(C.trtb_builder_network(n.p, builder.p, C.uint32_t(flags), &network.p))
	return network, status
}

// CreateConfig makes the settings of a build.
func (n *NVInfer) CreateConfig(builder Object) (config Object, status int) {
	status = int(C.trtb_builder_config(n.p, builder.p, &config.p))
	return config, status
}

// CreateProfile makes an optimization profile, which belongs to the builder: it is not to be destroyed.
func (n *NVInfer) CreateProfile(builder Object) (profile Object, status int) {
	status = int(C.trtb_builder_profile(n.p, builder.p, &profile.p))
	return profile, status
}

// BuildSerialized builds an engine. The memory object holds its plan, see HostMemory.
func (n *NVInfer) BuildSerialized(builder, network, config Object) (memory Object, status int) {
	status = int(C.trtb_builder_build(n.p, builder.p, network.p, config.p, &memory.p))
	return memory, status
}

// HostMemory returns what a memory object holds. The bytes are the object's, and end with it.
func (n *NVInfer) HostMemory(memory Object) (data []byte, status int) {
	var p unsafe.Pointer
	var size C.size_t
	status = int(C.trtb_host_memory_view(n.p, memory.p, &p, &size))
	return unsafe.Slice((*byte)(p), int(size)), status
}

// SetFlag switches a builder flag, by its value in the loaded version.
func (n *NVInfer) SetFlag(config Object, flag int, on bool) int {
	return int(C.trtb_config_set_flag(n.p, config.p, C.int(flag), C.bool(on)))
}

// Flag reports whether a builder flag is on.
func (n *NVInfer) Flag(config Object, flag int) (on bool, status int) {
	var b C.bool
	status = int(C.trtb_config_get_flag(n.p, config.p, C.int(flag), &b))
	return bool(b), status
}

// SetAvgTiming sets how many measurements of a tactic are averaged.
func (n *NVInfer) SetAvgTiming(config Object, iterations int) int {
	return int(C.trtb_config_set_avg_timing(n.p, config.p, C.int(iterations)))
}

// SetProfilingVerbosity sets what can be told of the engine later.
func (n *NVInfer) SetProfilingVerbosity(config Object, verbosity int) int {
	return int(C.trtb_config_set_verbosity(n.p, config.p, C.int(verbosity)))
}

// SetTacticSources sets the bits of the sources of tactics.
func (n *NVInfer) SetTacticSources(config Object, sources uint32) int {
	return int(C.trtb_config_set_tactic_sources(n.p, config.p, C.uint32_t(sources)))
}

// TacticSources returns the bits of the sources of tactics.
func (n *NVInfer) TacticSources(config Object) (sources uint32, status int) {
	var s C.uint32_t
	status = int(C.trtb_config_tactic_sources(n.p, config.p, &s))
	return uint32(s), status
}

// SetMemoryPool bounds a pool.
func (n *NVInfer) SetMemoryPool(config Object, pool int, bytes int64) int {
	return int(C.trtb_config_set_pool(n.p, config.p, C.int(pool), C.size_t(bytes)))
}

// MemoryPool returns the bound of a pool.
func (n *NVInfer) MemoryPool(config Object, pool int) (bytes int64, status int) {
	var size C.size_t
	status = int(C.trtb_config_pool(n.p, config.p, C.int(pool), &size))
	return int64(size), status
}

// SetPreviewFeature switches a feature, by its value in the loaded version.
func (n *NVInfer) SetPreviewFeature(config Object, feature int, on bool) int {
	return int(C.trtb_config_set_preview(n.p, config.p, C.int(feature), C.bool(on)))
}

// SetOptimizationLevel sets how long the builder searches.
func (n *NVInfer) SetOptimizationLevel(config Object, level int) int {
	return int(C.trtb_config_set_level(n.p, config.p, C.int(level)))
}

// SetHardwareCompatibility sets on which devices the engine runs.
func (n *NVInfer) SetHardwareCompatibility(config Object, level int) int {
	return int(C.trtb_config_set_compatibility(n.p, config.p, C.int(level)))
}

// SetRuntimePlatform sets the operating system of the engine.
func (n *NVInfer) SetRuntimePlatform(config Object, platform int) int {
	return int(C.trtb_config_set_platform(n.p, config.p, C.int(platform)))
}

// SetPluginsToSerialize gives the engine plugin libraries to carry.
func (n *NVInfer) SetPluginsToSerialize(config Object, paths []string) int {
	texts := make([]*C.char, len(paths))
	for i, path := range paths {
		texts[i] = C.CString(path)
		defer C.free(unsafe.Pointer(texts[i]))
	}
	return int(C.trtb_config_set_plugins(n.p, config.p, unsafe.SliceData(texts), C.int(len(texts))))
}

// SetMaxAuxStreams bounds the streams beside the one of the inference.
func (n *NVInfer) SetMaxAuxStreams(config Object, streams int) int {
	return int(C.trtb_config_set_aux_streams(n.p, config.p, C.int(streams)))
}

// SetMaxTactics bounds the tactics that are tried for a layer.
func (n *NVInfer) SetMaxTactics(config Object, tactics int) int {
	return int(C.trtb_config_set_max_tactics(n.p, config.p, C.int(tactics)))
}

// SetTiling sets how long the builder searches for a tiling.
func (n *NVInfer) SetTiling(config Object, level int) int {
	return int(C.trtb_config_set_tiling(n.p, config.p, C.int(level)))
}

// SetL2Limit sets how much L2 cache tiling may count on.
func (n *NVInfer) SetL2Limit(config Object, bytes int64) int {
	return int(C.trtb_config_set_l2_limit(n.p, config.p, C.int64_t(bytes)))
}

// SetProfileShape sets the smallest, best or largest shape of an input.
func (n *NVInfer) SetProfileShape(profile Object, input string, selector int, shape []int64) int {
	cinput := C.CString(input)
	defer C.free(unsafe.Pointer(cinput))
	dims := cDims(shape)
	return int(C.trtb_profile_set_shape(n.p, profile.p, cinput, C.int(selector), &dims))
}

// SetProfileValues sets the smallest, best or largest values of an input that decides about shapes.
func (n *NVInfer) SetProfileValues(profile Object, input string, selector int, values []int64) int {
	cinput := C.CString(input)
	defer C.free(unsafe.Pointer(cinput))
	return int(C.trtb_profile_set_values(n.p, profile.p, cinput, C.int(selector),
		(*C.int64_t)(unsafe.SliceData(values)), C.int(len(values))))
}

// AddProfile adds an optimization profile to the settings.
func (n *NVInfer) AddProfile(config, profile Object) int {
	return int(C.trtb_config_add_profile(n.p, config.p, profile.p))
}

// CreateTimingCache reads a serialized timing cache; of none, the cache is empty. It is destroyed after the builders that use it.
func (n *NVInfer) CreateTimingCache(config Object, data []byte) (cache Object, status int) {
	status = int(C.trtb_timing_cache_create(n.p, config.p, unsafe.Pointer(unsafe.SliceData(data)), C.size_t(len(data)), &cache.p))
	return cache, status
}

// SetTimingCache uses a cache, unless it is of another device.
func (n *NVInfer) SetTimingCache(config, cache Object) int {
	return int(C.trtb_config_set_timing_cache(n.p, config.p, cache.p))
}

// CombineTimingCache adds what another cache of the same version and device knows.
func (n *NVInfer) CombineTimingCache(cache, other Object) int {
	return int(C.trtb_timing_cache_combine(n.p, cache.p, other.p))
}

// SerializeTimingCache returns a memory object that holds the cache, see HostMemory.
func (n *NVInfer) SerializeTimingCache(cache Object) (memory Object, status int) {
	status = int(C.trtb_timing_cache_serialize(n.p, cache.p, &memory.p))
	return memory, status
}
