#include "nvinfer_builder.h"

#include <new>

#include "dl.h"
#include "nvinfer_callbacks.h"

using trtb::attempt;
using trtb::call;
using trtb::lacks;
using trtb::make;
using trtb::run;
namespace row = trtb::row;

int trtb_builder_create(const trtb_nvinfer* nvinfer, trtb_logger* logger, void** builder, char** error) {
  *builder = nullptr;
  const auto create =
      trtb::symbol<void* (*)(void*, int32_t)>(nvinfer->handle, "libnvinfer", "createInferBuilder_INTERNAL", error);
  if (create == nullptr) {
    return TRTB_FAILED;
  }
  void* made = create(trtb_logger_interface(logger, nvinfer->abi.major()), nvinfer->abi.version);
  *builder = trtb::is_object(made) ? made : nullptr;
  return *builder != nullptr ? TRTB_OK : TRTB_REFUSED;
}

int trtb_builder_network(const trtb_nvinfer* nvinfer, void* builder, uint32_t flags, void** network) {
  return make<row::Builder_createNetworkV2>(nvinfer->abi, builder, network, flags);
}

int trtb_builder_config(const trtb_nvinfer* nvinfer, void* builder, void** config) {
  return make<row::Builder_createBuilderConfig>(nvinfer->abi, builder, config);
}

int trtb_builder_profile(const trtb_nvinfer* nvinfer, void* builder, void** profile) {
  return make<row::Builder_createOptimizationProfile>(nvinfer->abi, builder, profile);
}

int trtb_builder_build(const trtb_nvinfer* nvinfer, void* builder, void* network, void* config, void** memory) {
  return make<row::Builder_buildSerializedNetwork>(nvinfer->abi, builder, memory,
                                                   *static_cast<trtb::INetworkDefinition*>(network),
                                                   *static_cast<trtb::IBuilderConfig*>(config));
}

int trtb_config_set_flag(const trtb_nvinfer* nvinfer, void* config, int flag, bool on) {
  const auto value = static_cast<trtb::BuilderFlag>(flag);
  return on ? run<row::BuilderConfig_setFlag>(nvinfer->abi, config, value)
            : run<row::BuilderConfig_clearFlag>(nvinfer->abi, config, value);
}

int trtb_config_get_flag(const trtb_nvinfer* nvinfer, const void* config, int flag, bool* on) {
  return call<row::BuilderConfig_getFlag>(nvinfer->abi, config, on, static_cast<trtb::BuilderFlag>(flag));
}

int trtb_config_set_avg_timing(const trtb_nvinfer* nvinfer, void* config, int iterations) {
  return run<row::BuilderConfig_setAvgTimingIterations>(nvinfer->abi, config, iterations);
}

int trtb_config_set_verbosity(const trtb_nvinfer* nvinfer, void* config, int verbosity) {
  return run<row::BuilderConfig_setProfilingVerbosity>(nvinfer->abi, config, static_cast<trtb::ProfilingVerbosity>(verbosity));
}

int trtb_config_set_tactic_sources(const trtb_nvinfer* nvinfer, void* config, uint32_t sources) {
  return attempt<row::BuilderConfig_setTacticSources>(nvinfer->abi, config, sources);
}

int trtb_config_tactic_sources(const trtb_nvinfer* nvinfer, const void* config, uint32_t* sources) {
  return call<row::BuilderConfig_getTacticSources>(nvinfer->abi, config, sources);
}

int trtb_config_set_pool(const trtb_nvinfer* nvinfer, void* config, int pool, size_t bytes) {
  return run<row::BuilderConfig_setMemoryPoolLimit>(nvinfer->abi, config, static_cast<trtb::MemoryPoolType>(pool), bytes);
}

int trtb_config_pool(const trtb_nvinfer* nvinfer, const void* config, int pool, size_t* bytes) {
  return call<row::BuilderConfig_getMemoryPoolLimit>(nvinfer->abi, config, bytes, static_cast<trtb::MemoryPoolType>(pool));
}

int trtb_config_set_preview(const trtb_nvinfer* nvinfer, void* config, int feature, bool on) {
  return run<row::BuilderConfig_setPreviewFeature>(nvinfer->abi, config, static_cast<trtb::PreviewFeature>(feature), on);
}

int trtb_config_set_level(const trtb_nvinfer* nvinfer, void* config, int level) {
  return run<row::BuilderConfig_setBuilderOptimizationLevel>(nvinfer->abi, config, level);
}

int trtb_config_set_compatibility(const trtb_nvinfer* nvinfer, void* config, int level) {
  return run<row::BuilderConfig_setHardwareCompatibilityLevel>(nvinfer->abi, config,
                                                               static_cast<trtb::HardwareCompatibilityLevel>(level));
}

int trtb_config_set_platform(const trtb_nvinfer* nvinfer, void* config, int platform) {
  return run<row::BuilderConfig_setRuntimePlatform>(nvinfer->abi, config, static_cast<trtb::RuntimePlatform>(platform));
}

int trtb_config_set_plugins(const trtb_nvinfer* nvinfer, void* config, const char* const* paths, int count) {
  return run<row::BuilderConfig_setPluginsToSerialize>(nvinfer->abi, config, paths, count);
}

int trtb_config_set_aux_streams(const trtb_nvinfer* nvinfer, void* config, int streams) {
  const int status = attempt<row::BuilderConfig_trySetMaxAuxStreams>(nvinfer->abi, config, streams);
  return !lacks(status) ? status : run<row::BuilderConfig_setMaxAuxStreams>(nvinfer->abi, config, streams);
}

int trtb_config_set_max_tactics(const trtb_nvinfer* nvinfer, void* config, int tactics) {
  return run<row::BuilderConfig_setMaxNbTactics>(nvinfer->abi, config, tactics);
}

int trtb_config_set_tiling(const trtb_nvinfer* nvinfer, void* config, int level) {
  return attempt<row::BuilderConfig_setTilingOptimizationLevel>(nvinfer->abi, config,
                                                                static_cast<trtb::TilingOptimizationLevel>(level));
}

int trtb_config_set_l2_limit(const trtb_nvinfer* nvinfer, void* config, int64_t bytes) {
  return attempt<row::BuilderConfig_setL2LimitForTiling>(nvinfer->abi, config, bytes);
}

int trtb_profile_set_shape(const trtb_nvinfer* nvinfer, void* profile, const char* input, int select, const trtb_dims* shape) {
  return attempt<row::OptimizationProfile_setDimensions>(nvinfer->abi, profile, input,
                                                         static_cast<trtb::OptProfileSelector>(select), *shape);
}

int trtb_profile_set_values(const trtb_nvinfer* nvinfer, void* profile, const char* input, int select, const int64_t* values,
                            int count) {
  const auto selector = static_cast<trtb::OptProfileSelector>(select);
  const int status =
      attempt<row::OptimizationProfile_setShapeValuesV2>(nvinfer->abi, profile, input, selector, values, count);
  if (!lacks(status)) {
    return status;
  }
  int32_t narrow[64];
  if (count < 0 || count > static_cast<int>(sizeof(narrow) / sizeof(narrow[0]))) {
    return TRTB_REFUSED;
  }
  for (int i = 0; i < count; i++) {
    narrow[i] = static_cast<int32_t>(values[i]);
    if (narrow[i] != values[i]) {
      return TRTB_REFUSED;
    }
  }
  return attempt<row::OptimizationProfile_setShapeValues>(nvinfer->abi, profile, input, selector, narrow, count);
}

int trtb_config_add_profile(const trtb_nvinfer* nvinfer, void* config, const void* profile) {
  int index = -1;
  const int status = call<row::BuilderConfig_addOptimizationProfile>(
      nvinfer->abi, config, &index, static_cast<const trtb::IOptimizationProfile*>(profile));
  return status != TRTB_OK ? status : index >= 0 ? TRTB_OK : TRTB_REFUSED;
}

int trtb_timing_cache_create(const trtb_nvinfer* nvinfer, const void* config, const void* data, size_t size, void** cache) {
  return make<row::BuilderConfig_createTimingCache>(nvinfer->abi, config, cache, data, size);
}

int trtb_config_set_timing_cache(const trtb_nvinfer* nvinfer, void* config, const void* cache) {
  const bool ignore_mismatch = false;
  return attempt<row::BuilderConfig_setTimingCache>(nvinfer->abi, config, *static_cast<const trtb::ITimingCache*>(cache),
                                                    ignore_mismatch);
}

int trtb_timing_cache_combine(const trtb_nvinfer* nvinfer, void* cache, const void* other) {
  const bool ignore_mismatch = false;
  return attempt<row::TimingCache_combine>(nvinfer->abi, cache, *static_cast<const trtb::ITimingCache*>(other),
                                           ignore_mismatch);
}

int trtb_timing_cache_serialize(const trtb_nvinfer* nvinfer, const void* cache, void** memory) {
  return make<row::TimingCache_serialize>(nvinfer->abi, cache, memory);
}

struct trtb_monitor {
  trtb::ProgressMonitor monitor;
};

trtb_monitor* trtb_monitor_new(trtb_progress_fn tell, uintptr_t handle) {
  return new (std::nothrow) trtb_monitor{trtb::ProgressMonitor(tell, handle)};
}

void trtb_monitor_free(trtb_monitor* monitor) { delete monitor; }

int trtb_config_set_monitor(const trtb_nvinfer* nvinfer, void* config, trtb_monitor* monitor) {
  return run<row::BuilderConfig_setProgressMonitor>(
      nvinfer->abi, config, monitor == nullptr ? nullptr : reinterpret_cast<trtb::IProgressMonitor*>(&monitor->monitor));
}
