#include <cstring>

#include "nvinfer.h"

using trtb::attempt;
using trtb::call;
using trtb::lacks;
using trtb::make;
using trtb::Steps;
namespace row = trtb::row;

int trtb_engine_describe(const trtb_nvinfer* nvinfer, const void* engine, trtb_engine_facts* facts) {
  const trtb::Abi& abi = nvinfer->abi;
  *facts = {};
  int memory = call<row::CudaEngine_getDeviceMemorySizeV2>(abi, engine, &facts->device_memory);
  if (lacks(memory)) {
    memory = call<row::CudaEngine_getDeviceMemorySize>(abi, engine, &facts->device_memory);
  }
  facts->weights = -1;
  const int weights = call<row::CudaEngine_getEngineStat>(abi, engine, &facts->weights, trtb::EngineStat{0});
  return Steps()
      .then(memory)
      .then(lacks(weights) ? TRTB_OK : weights)
      .then(call<row::CudaEngine_getName>(abi, engine, &facts->name))
      .then(call<row::CudaEngine_getStreamableWeightsSize>(abi, engine, &facts->streamable_weights))
      .then(call<row::CudaEngine_getNbLayers>(abi, engine, &facts->layers))
      .then(call<row::CudaEngine_getNbIOTensors>(abi, engine, &facts->tensors))
      .then(call<row::CudaEngine_getNbOptimizationProfiles>(abi, engine, &facts->profiles))
      .then(call<row::CudaEngine_getNbAuxStreams>(abi, engine, &facts->aux_streams))
      .then(call<row::CudaEngine_getHardwareCompatibilityLevel>(abi, engine, &facts->hardware_compatibility))
      .then(call<row::CudaEngine_getEngineCapability>(abi, engine, &facts->capability))
      .then(call<row::CudaEngine_getProfilingVerbosity>(abi, engine, &facts->profiling_verbosity))
      .then(call<row::CudaEngine_isRefittable>(abi, engine, &facts->refittable))
      .status();
}

int trtb_engine_tensor(const trtb_nvinfer* nvinfer, const void* engine, int index, int profile, trtb_tensor_facts* facts) {
  const trtb::Abi& abi = nvinfer->abi;
  *facts = {};
  const int named = call<row::CudaEngine_getIOTensorName>(abi, engine, &facts->name, index);
  if (named != TRTB_OK || facts->name == nullptr) {
    return named != TRTB_OK ? named : TRTB_REFUSED;
  }
  const char* name = facts->name;
  const int aliased = call<row::CudaEngine_getAliasedInputTensor>(abi, engine, &facts->aliased_input, name);
  return Steps()
      .then(lacks(aliased) ? TRTB_OK : aliased)
      .then(call<row::CudaEngine_getTensorFormatDescV2>(abi, engine, &facts->format_text, name, profile))
      .then(call<row::CudaEngine_getTensorShape>(abi, engine, &facts->shape, name))
      .then(call<row::CudaEngine_getTensorIOMode>(abi, engine, &facts->mode, name))
      .then(call<row::CudaEngine_getTensorDataType>(abi, engine, &facts->type, name))
      .then(call<row::CudaEngine_getTensorLocation>(abi, engine, &facts->location, name))
      .then(call<row::CudaEngine_getTensorFormatV2>(abi, engine, &facts->format, name, profile))
      .then(call<row::CudaEngine_getTensorVectorizedDimV2>(abi, engine, &facts->vectorized_dimension, name, profile))
      .then(call<row::CudaEngine_getTensorComponentsPerElementV2>(abi, engine, &facts->components, name, profile))
      .then(call<row::CudaEngine_getTensorBytesPerComponentV2>(abi, engine, &facts->component_bytes, name, profile))
      .then(call<row::CudaEngine_isShapeInferenceIO>(abi, engine, &facts->shape_inference, name))
      .status();
}

int trtb_engine_profile_memory(const trtb_nvinfer* nvinfer, const void* engine, int profile, int64_t* bytes) {
  const int status = call<row::CudaEngine_getDeviceMemorySizeForProfileV2>(nvinfer->abi, engine, bytes, profile);
  return !lacks(status) ? status
                         : call<row::CudaEngine_getDeviceMemorySizeForProfile>(nvinfer->abi, engine, bytes, profile);
}

int trtb_engine_profile_shape(const trtb_nvinfer* nvinfer, const void* engine, const char* tensor, int profile, int select,
                              trtb_dims* shape) {
  return call<row::CudaEngine_getProfileShape>(nvinfer->abi, engine, shape, tensor, profile,
                                               static_cast<trtb::OptProfileSelector>(select));
}

int trtb_engine_profile_values(const trtb_nvinfer* nvinfer, const void* engine, const char* tensor, int profile, int select,
                               int64_t* values, size_t count) {
  const auto selector = static_cast<trtb::OptProfileSelector>(select);
  const int64_t* wide = nullptr;
  int status = call<row::CudaEngine_getProfileTensorValuesV2>(nvinfer->abi, engine, &wide, tensor, profile, selector);
  if (!lacks(status)) {
    if (wide == nullptr) {
      return TRTB_REFUSED;
    }
    std::memcpy(values, wide, count * sizeof(*values));
    return status;
  }
  const int32_t* narrow = nullptr;
  status = call<row::CudaEngine_getProfileTensorValues>(nvinfer->abi, engine, &narrow, tensor, profile, selector);
  if (status != TRTB_OK || narrow == nullptr) {
    return status != TRTB_OK ? status : TRTB_REFUSED;
  }
  for (size_t i = 0; i < count; i++) {
    values[i] = narrow[i];
  }
  return TRTB_OK;
}

int trtb_engine_weight_budget(const trtb_nvinfer* nvinfer, const void* engine, int64_t* bytes) {
  const int status = call<row::CudaEngine_getWeightStreamingBudgetV2>(nvinfer->abi, engine, bytes);
  return !lacks(status) ? status : call<row::CudaEngine_getWeightStreamingBudget>(nvinfer->abi, engine, bytes);
}

int trtb_engine_set_weight_budget(const trtb_nvinfer* nvinfer, void* engine, int64_t bytes) {
  const int status = attempt<row::CudaEngine_setWeightStreamingBudgetV2>(nvinfer->abi, engine, bytes);
  return !lacks(status) ? status : attempt<row::CudaEngine_setWeightStreamingBudget>(nvinfer->abi, engine, bytes);
}

int trtb_engine_automatic_weight_budget(const trtb_nvinfer* nvinfer, const void* engine, int64_t* bytes) {
  return call<row::CudaEngine_getWeightStreamingAutomaticBudget>(nvinfer->abi, engine, bytes);
}

int trtb_engine_inspect(const trtb_nvinfer* nvinfer, const void* engine, const void* context, char** json) {
  *json = nullptr;
  void* inspector = nullptr;
  int status = make<row::CudaEngine_createEngineInspector>(nvinfer->abi, engine, &inspector);
  if (status != TRTB_OK) {
    return status;
  }
  if (context != nullptr) {
    status = attempt<row::EngineInspector_setExecutionContext>(
        nvinfer->abi, inspector, static_cast<const trtb::IExecutionContext*>(context));
  }
  const char* text = nullptr;
  if (status == TRTB_OK) {
    const auto as_json = static_cast<trtb::LayerInformationFormat>(1);
    status = call<row::EngineInspector_getEngineInformation>(nvinfer->abi, inspector, &text, as_json);
  }
  if (status == TRTB_OK) {
    *json = text != nullptr ? strdup(text) : nullptr;
    status = *json != nullptr ? TRTB_OK : TRTB_REFUSED;
  }
  trtb::destroy(inspector);
  return status;
}

int trtb_engine_serialize(const trtb_nvinfer* nvinfer, const void* engine, void** memory) {
  return make<row::CudaEngine_serialize>(nvinfer->abi, engine, memory);
}

int trtb_host_memory_view(const trtb_nvinfer* nvinfer, const void* memory, const void** data, size_t* size) {
  return Steps()
      .then(call<row::HostMemory_data>(nvinfer->abi, memory, data))
      .then(call<row::HostMemory_size>(nvinfer->abi, memory, size))
      .status();
}
