#include "nvinfer.h"

#include <new>

#include "nvinfer_callbacks.h"

using trtb::attempt;
using trtb::call;
using trtb::make;
using trtb::run;
namespace row = trtb::row;

struct trtb_output {
  trtb::OutputAllocator allocator;
};

struct trtb_profiler {
  trtb::Profiler10 of10;
  trtb::Profiler11 of11{&of10.times};
};

int trtb_context_create(const trtb_nvinfer* nvinfer, void* engine, int strategy, void** context) {
  return make<row::CudaEngine_createExecutionContext>(nvinfer->abi, engine, context,
                                                      static_cast<trtb::ExecutionContextAllocationStrategy>(strategy));
}

int trtb_context_set_name(const trtb_nvinfer* nvinfer, void* context, const char* name) {
  return run<row::ExecutionContext_setName>(nvinfer->abi, context, name);
}

int trtb_context_set_profile(const trtb_nvinfer* nvinfer, void* context, int profile, trtb_stream stream) {
  return attempt<row::ExecutionContext_setOptimizationProfileAsync>(nvinfer->abi, context, profile, stream);
}

int trtb_context_set_shape(const trtb_nvinfer* nvinfer, void* context, const char* tensor, const trtb_dims* shape) {
  return attempt<row::ExecutionContext_setInputShape>(nvinfer->abi, context, tensor, *shape);
}

int trtb_context_shape(const trtb_nvinfer* nvinfer, const void* context, const char* tensor, trtb_dims* shape) {
  return call<row::ExecutionContext_getTensorShape>(nvinfer->abi, context, shape, tensor);
}

int trtb_context_strides(const trtb_nvinfer* nvinfer, const void* context, const char* tensor, trtb_dims* strides) {
  return call<row::ExecutionContext_getTensorStrides>(nvinfer->abi, context, strides, tensor);
}

int trtb_context_set_address(const trtb_nvinfer* nvinfer, void* context, const char* tensor, uintptr_t address) {
  return attempt<row::ExecutionContext_setTensorAddress>(nvinfer->abi, context, tensor, reinterpret_cast<void*>(address));
}

int trtb_context_infer_shapes(const trtb_nvinfer* nvinfer, void* context, const char** missing) {
  *missing = nullptr;
  int32_t count = 0;
  const int status = call<row::ExecutionContext_inferShapes>(nvinfer->abi, context, &count, 1, missing);
  return status != TRTB_OK ? status : count == 0 ? TRTB_OK : TRTB_REFUSED;
}

int trtb_context_max_output_size(const trtb_nvinfer* nvinfer, const void* context, const char* tensor, int64_t* bytes) {
  return call<row::ExecutionContext_getMaxOutputSize>(nvinfer->abi, context, bytes, tensor);
}

int trtb_context_memory_for_shapes(const trtb_nvinfer* nvinfer, void* context, int64_t* bytes) {
  return call<row::ExecutionContext_updateDeviceMemorySizeForShapes>(nvinfer->abi, context, bytes);
}

int trtb_context_set_memory(const trtb_nvinfer* nvinfer, void* context, uintptr_t address, int64_t bytes) {
  void* memory = reinterpret_cast<void*>(address);
  const int status = run<row::ExecutionContext_setDeviceMemoryV2>(nvinfer->abi, context, memory, bytes);
  return status > TRTB_ABSENT ? status : run<row::ExecutionContext_setDeviceMemory>(nvinfer->abi, context, memory);
}

int trtb_context_set_persistent_cache(const trtb_nvinfer* nvinfer, void* context, size_t bytes) {
  return run<row::ExecutionContext_setPersistentCacheLimit>(nvinfer->abi, context, bytes);
}

int trtb_context_set_nvtx_verbosity(const trtb_nvinfer* nvinfer, void* context, int verbosity) {
  return attempt<row::ExecutionContext_setNvtxVerbosity>(nvinfer->abi, context,
                                                         static_cast<trtb::ProfilingVerbosity>(verbosity));
}

int trtb_context_set_output(const trtb_nvinfer* nvinfer, void* context, const char* tensor, trtb_output* output) {
  auto* allocator = output != nullptr ? reinterpret_cast<trtb::IOutputAllocator*>(&output->allocator) : nullptr;
  return attempt<row::ExecutionContext_setOutputAllocator>(nvinfer->abi, context, tensor, allocator);
}

int trtb_context_set_profiler(const trtb_nvinfer* nvinfer, void* context, trtb_profiler* profiler) {
  void* interface = nullptr;
  if (profiler != nullptr) {
    interface = nvinfer->abi.major() == 10 ? static_cast<void*>(&profiler->of10) : &profiler->of11;
  }
  return run<row::ExecutionContext_setProfiler>(nvinfer->abi, context, static_cast<trtb::IProfiler*>(interface));
}

int trtb_context_emit_profile(const trtb_nvinfer* nvinfer, void* context, bool in_enqueue) {
  return run<row::ExecutionContext_setEnqueueEmitsProfile>(nvinfer->abi, context, in_enqueue);
}

int trtb_context_report_profile(const trtb_nvinfer* nvinfer, void* context) {
  return attempt<row::ExecutionContext_reportToProfiler>(nvinfer->abi, context);
}

int trtb_context_enqueue(const trtb_nvinfer* nvinfer, void* context, trtb_stream stream) {
  return attempt<row::ExecutionContext_enqueueV3>(nvinfer->abi, context, stream);
}

trtb_output* trtb_output_new(const trtb_cudart* cuda, int device) {
  return new (std::nothrow) trtb_output{trtb::OutputAllocator(cuda, device)};
}

void trtb_output_free(trtb_output* output) { delete output; }

void trtb_output_inspect(const trtb_output* output, trtb_output_state* state) {
  const trtb::OutputAllocator& allocator = output->allocator;
  *state = {reinterpret_cast<uintptr_t>(allocator.device_memory()), reinterpret_cast<uintptr_t>(allocator.host_memory()),
            allocator.size(), allocator.shape(), allocator.status()};
}

trtb_profiler* trtb_profiler_new(void) { return new (std::nothrow) trtb_profiler(); }

void trtb_profiler_free(trtb_profiler* profiler) { delete profiler; }

size_t trtb_profiler_times(const trtb_profiler* profiler, const trtb_layer_time** times) {
  *times = profiler->of10.times.calls().data();
  return profiler->of10.times.calls().size();
}

void trtb_profiler_clear(trtb_profiler* profiler) { profiler->of10.times.clear(); }

const char* trtb_profiler_name(const trtb_profiler* profiler, int32_t name) {
  return profiler->of10.times.names()[static_cast<size_t>(name)].c_str();
}
