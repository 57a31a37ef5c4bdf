// TensorRT's runtime side: open libnvinfer 10 or 11, read engines, make contexts.
//
// Objects are opaque pointers; trtb_nvinfer tells which version they belong to and goes first. Functions return a status as
// abi.h lists them. Text pointers in results belong to the object they were asked from and live as long as it does; texts
// through `char** error` are freed by the caller with free().
#ifndef TRTBENCH_CSRC_NVINFER_H
#define TRTBENCH_CSRC_NVINFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "cudart.h"
#include "logger.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct trtb_nvinfer trtb_nvinfer;
typedef struct trtb_profiler trtb_profiler;
typedef struct trtb_output trtb_output;

// ---- library ----

// trtb_nvinfer_open loads the library at path, asks for its version and refuses one that the shim does not know. The library
// stays mapped for the life of the process.
int trtb_nvinfer_open(const char* path, trtb_nvinfer** nvinfer, char** error);
void trtb_nvinfer_close(trtb_nvinfer* nvinfer);

// trtb_nvinfer_version returns major·10000 + minor·100 + patch; *build is 0 when the library does not say.
int trtb_nvinfer_version(const trtb_nvinfer* nvinfer, int* build);

// trtb_nvinfer_symbol returns an address in the library, or NULL.
void* trtb_nvinfer_symbol(const trtb_nvinfer* nvinfer, const char* name);

// trtb_nvinfer_init_plugins loads libnvinfer_plugin at path and registers its plugins.
int trtb_nvinfer_init_plugins(const trtb_nvinfer* nvinfer, const char* path, trtb_logger* logger, char** error);

// trtb_nvinfer_load_plugins loads a library whose plugins register themselves.
int trtb_nvinfer_load_plugins(const char* path, char** error);

// trtb_object_destroy deletes any object made below.
void trtb_object_destroy(void* object);

// ---- runtime ----

int trtb_runtime_create(const trtb_nvinfer* nvinfer, trtb_logger* logger, void** runtime);
int trtb_runtime_set_temporary_directory(const trtb_nvinfer* nvinfer, void* runtime, const char* path);
int trtb_runtime_allow_host_code(const trtb_nvinfer* nvinfer, void* runtime, bool allowed);
int trtb_runtime_set_dla_core(const trtb_nvinfer* nvinfer, void* runtime, int core);
int trtb_runtime_deserialize(const trtb_nvinfer* nvinfer, void* runtime, const void* plan, size_t size, void** engine);

// trtb_runtime_deserialize_file reads the plan from a file descriptor, which stays the caller's; 10.7 and later may read it in
// any order and straight to the device.
int trtb_runtime_deserialize_file(const trtb_nvinfer* nvinfer, void* runtime, const trtb_cudart* cuda, int file,
                                  void** engine);

// ---- engine ----

typedef struct trtb_engine_facts {
  const char* name;
  int64_t device_memory;       // bytes that a context needs, of the largest profile
  int64_t streamable_weights;  // bytes; 0 when weight streaming was not built in
  int64_t weights;             // bytes of all weights; -1 before 10.14, which does not tell
  int32_t layers;
  int32_t tensors;
  int32_t profiles;
  int32_t aux_streams;
  int32_t hardware_compatibility;
  int32_t capability;
  int32_t profiling_verbosity;
  bool refittable;
} trtb_engine_facts;

typedef struct trtb_tensor_facts {
  const char* name;
  const char* format_text;
  const char* aliased_input;  // name of the input that an output shares its memory with, or NULL
  trtb_dims shape;            // -1: decided by input shapes or, for outputs, by the data
  int32_t mode;
  int32_t type;
  int32_t location;
  int32_t format;
  int32_t vectorized_dimension;  // -1: none
  int32_t components;            // per element of the vectorised dimension
  int32_t component_bytes;
  bool shape_inference;  // its values decide about shapes
} trtb_tensor_facts;

int trtb_engine_describe(const trtb_nvinfer* nvinfer, const void* engine, trtb_engine_facts* facts);
int trtb_engine_tensor(const trtb_nvinfer* nvinfer, const void* engine, int index, int profile, trtb_tensor_facts* facts);
int trtb_engine_profile_memory(const trtb_nvinfer* nvinfer, const void* engine, int profile, int64_t* bytes);

// trtb_engine_profile_shape returns one of the three shapes of an input in a profile: 0 smallest, 1 best, 2 largest.
int trtb_engine_profile_shape(const trtb_nvinfer* nvinfer, const void* engine, const char* tensor, int profile, int select,
                              trtb_dims* shape);

// trtb_engine_profile_values fills count values of an input whose values decide about shapes; TRTB_REFUSED when it is none.
int trtb_engine_profile_values(const trtb_nvinfer* nvinfer, const void* engine, const char* tensor, int profile, int select,
                               int64_t* values, size_t count);

int trtb_engine_weight_budget(const trtb_nvinfer* nvinfer, const void* engine, int64_t* bytes);
int trtb_engine_set_weight_budget(const trtb_nvinfer* nvinfer, void* engine, int64_t bytes);
int trtb_engine_automatic_weight_budget(const trtb_nvinfer* nvinfer, const void* engine, int64_t* bytes);

// trtb_engine_inspect returns the layers as JSON, a text to be freed. The context may be NULL; with one, shapes are known.
int trtb_engine_inspect(const trtb_nvinfer* nvinfer, const void* engine, const void* context, char** json);

// trtb_engine_serialize returns a host memory object holding the plan.
int trtb_engine_serialize(const trtb_nvinfer* nvinfer, const void* engine, void** memory);
int trtb_host_memory_view(const trtb_nvinfer* nvinfer, const void* memory, const void** data, size_t* size);

// ---- context ----

// strategy: 0 memory for the largest profile, 1 for the current profile, 2 given by the caller.
int trtb_context_create(const trtb_nvinfer* nvinfer, void* engine, int strategy, void** context);
int trtb_context_set_name(const trtb_nvinfer* nvinfer, void* context, const char* name);
int trtb_context_set_profile(const trtb_nvinfer* nvinfer, void* context, int profile, trtb_stream stream);
int trtb_context_set_shape(const trtb_nvinfer* nvinfer, void* context, const char* tensor, const trtb_dims* shape);
int trtb_context_shape(const trtb_nvinfer* nvinfer, const void* context, const char* tensor, trtb_dims* shape);
int trtb_context_strides(const trtb_nvinfer* nvinfer, const void* context, const char* tensor, trtb_dims* strides);
int trtb_context_set_address(const trtb_nvinfer* nvinfer, void* context, const char* tensor, uintptr_t address);

// trtb_context_infer_shapes returns TRTB_REFUSED with *missing set to the name of an input that lacks its shape or values, NULL
// when TensorRT gave another reason.
int trtb_context_infer_shapes(const trtb_nvinfer* nvinfer, void* context, const char** missing);
int trtb_context_max_output_size(const trtb_nvinfer* nvinfer, const void* context, const char* tensor, int64_t* bytes);
int trtb_context_memory_for_shapes(const trtb_nvinfer* nvinfer, void* context, int64_t* bytes);
int trtb_context_set_memory(const trtb_nvinfer* nvinfer, void* context, uintptr_t address, int64_t bytes);
int trtb_context_set_persistent_cache(const trtb_nvinfer* nvinfer, void* context, size_t bytes);
int trtb_context_set_nvtx_verbosity(const trtb_nvinfer* nvinfer, void* context, int verbosity);
int trtb_context_set_output(const trtb_nvinfer* nvinfer, void* context, const char* tensor, trtb_output* output);
int trtb_context_set_profiler(const trtb_nvinfer* nvinfer, void* context, trtb_profiler* profiler);

// trtb_context_emit_profile: with false, the profiler is fed by trtb_context_report_profile and not by every enqueue.
int trtb_context_emit_profile(const trtb_nvinfer* nvinfer, void* context, bool in_enqueue);
int trtb_context_report_profile(const trtb_nvinfer* nvinfer, void* context);
int trtb_context_enqueue(const trtb_nvinfer* nvinfer, void* context, trtb_stream stream);

// ---- output allocator ----

typedef struct trtb_output_state {
  uintptr_t device, host;  // 0 before the first inference
  uint64_t size;           // bytes of each
  trtb_dims shape;         // of the last inference; count -1 before the first
  int status;              // of the CUDA call that failed last, 0 when none did
} trtb_output_state;

// trtb_output_new makes memory for an output whose size only the inference knows. The context that uses it goes first.
trtb_output* trtb_output_new(const trtb_cudart* cuda, int device);
void trtb_output_free(trtb_output* output);
void trtb_output_inspect(const trtb_output* output, trtb_output_state* state);

// ---- profiler ----

// trtb_profiler_new makes a profiler for libraries of either major. The context that uses it goes first.
trtb_profiler* trtb_profiler_new(void);
void trtb_profiler_free(trtb_profiler* profiler);

// The time of one layer in one inference.
typedef struct trtb_layer_time {
  int32_t name;  // its number, see trtb_profiler_name
  float milliseconds;
} trtb_layer_time;

// trtb_profiler_times returns how many times were told since the last clear, and where they are until the next inference or clear.
size_t trtb_profiler_times(const trtb_profiler* profiler, const trtb_layer_time** times);

// trtb_profiler_clear forgets the times, but not which name has which number.
void trtb_profiler_clear(trtb_profiler* profiler);

// trtb_profiler_name returns the name that a number stands for, as long as the profiler lives.
const char* trtb_profiler_name(const trtb_profiler* profiler, int32_t name);

#ifdef __cplusplus
}

struct trtb_nvinfer {
  trtb::Abi abi;
  void* handle;
  int build;
  void* (*create_runtime)(void* logger, int32_t version);
};
#endif

#endif  // TRTBENCH_CSRC_NVINFER_H
