// Libraries, runtimes, engines, contexts, and what TensorRT calls back.
#include <fcntl.h>
#include <unistd.h>

#include <cstring>

#include "../nvinfer_callbacks.h"
#include "exercise.h"

Context::Context(World* w, int strategy) : world(w), runtime(w->runtime()), engine(w->engine(runtime)) {
  const trtb_nvinfer* trt = w->trt;
  EXPECT(trtb_context_create(trt, engine, strategy, &context) == TRTB_OK);
  EXPECT(w->cuda->streamCreateWithPriority(&stream, 0, 0) == 0);
  trtb_engine_facts facts;
  EXPECT(trtb_engine_describe(trt, engine, &facts) == TRTB_OK);
  for (int i = 0; i < facts.tensors; i++) {
    trtb_tensor_facts tensor;
    EXPECT(trtb_engine_tensor(trt, engine, i, 0, &tensor) == TRTB_OK);
    if (tensor.mode == 1 && tensor.shape.size[0] < 0) {
      tensor.shape.size[0] = 2;
      EXPECT(trtb_context_set_shape(trt, context, tensor.name, &tensor.shape) == TRTB_OK);
    }
    trtb_dims shape;
    EXPECT(trtb_context_shape(trt, context, tensor.name, &shape) == TRTB_OK);
    size_t size = 4;
    for (int d = 0; d < shape.count; d++) {
      size *= static_cast<size_t>(shape.size[d]);
    }
    void *on_device = nullptr, *on_host = nullptr;
    EXPECT(w->cuda->malloc(&on_device, size) == 0);
    EXPECT(w->cuda->hostAlloc(&on_host, size, TRTB_HOST_ALLOC_DEFAULT) == 0);
    std::memset(on_host, i + 1, size);
    EXPECT(trtb_context_set_address(trt, context, tensor.name, reinterpret_cast<uintptr_t>(on_device)) == TRTB_OK);
    device.push_back(on_device);
    host.push_back(on_host);
    bytes.push_back(size);
    input.push_back(tensor.mode == 1);
  }
}

Context::~Context() {
  trtb_object_destroy(context);
  trtb_object_destroy(engine);
  trtb_object_destroy(runtime);
  world->cuda->streamDestroy(stream);
  for (void* memory : device) {
    world->cuda->free(memory);
  }
  for (void* memory : host) {
    world->cuda->freeHost(memory);
  }
}

void exercise_refusals(World* world) {
  char* error = nullptr;
  trtb_nvinfer* trt = nullptr;
  for (const char* path : {"/nowhere/libnvinfer.so.10", "libm.so.6"}) {
    EXPECT(trtb_nvinfer_open(path, &trt, &error) == TRTB_FAILED && error != nullptr);
    std::free(error);
  }
  for (const int version : {120000, 10300, -1, 110201}) {
    EXPECT(trtb_abi_check(version, "libnvinfer.so.10", &error) == TRTB_FAILED);
    std::free(error);
  }
  EXPECT(trtb_nvinfer_load_plugins("/nowhere/libmine.so", &error) == TRTB_FAILED);
  std::free(error);
  EXPECT(trtb_nvinfer_load_plugins("libm.so.6", &error) == TRTB_OK);

  world->open("{\"driver_version\": 0}");
  void* runtime = nullptr;
  EXPECT(trtb_runtime_create(world->trt, world->logger, &runtime) == TRTB_REFUSED && runtime == nullptr);
  EXPECT(world->errors.size() == 1 && world->errors[0].find("CUDA initialization failure") != std::string::npos);
  trtb_object_destroy(nullptr);
  trtb_object_destroy(reinterpret_cast<void*>(0x238));  // what the real library hands out then
  EXPECT(trtb_nvinfer_init_plugins(world->trt, "/nowhere/libnvinfer_plugin.so", world->logger, &error) == TRTB_FAILED);
  std::free(error);
  world->close();
}

namespace {

// Version 10.0 lacks much of what 10.15 has.
void exercise_first_version(World* world) {
  if (trtb_nvinfer_symbol(world->trt, "getInferLibVersion") == nullptr || world->trt->abi.major() != 10) {
    return;
  }
  world->close();
  world->open("{\"tensorrt_version\": \"10.0.1\"}");
  void* runtime = world->runtime();
  void* engine = world->engine(runtime);
  const trtb_nvinfer* trt = world->trt;
  trtb_engine_facts facts;
  trtb_tensor_facts tensor;
  int64_t bytes = -1;
  EXPECT(trtb_engine_describe(trt, engine, &facts) == TRTB_OK && facts.device_memory > 0);
  EXPECT(trtb_engine_tensor(trt, engine, 0, 0, &tensor) == TRTB_OK);
  EXPECT(trtb_engine_profile_memory(trt, engine, 0, &bytes) == TRTB_OK && bytes > 0);
  EXPECT(trtb_engine_set_weight_budget(trt, engine, 0) == TRTB_OK && trtb_engine_weight_budget(trt, engine, &bytes) == TRTB_OK);
  const int absent = trtb_engine_automatic_weight_budget(trt, engine, &bytes);
  EXPECT(absent <= TRTB_ABSENT);
  EXPECT(std::strcmp(trtb_method_at(TRTB_ABSENT - absent)->method, "getWeightStreamingAutomaticBudget") == 0);
  const int file = open(world->plan.c_str(), O_RDONLY);
  void* again = nullptr;
  EXPECT(trtb_runtime_deserialize_file(trt, runtime, world->cuda, file, &again) == TRTB_OK);
  close(file);
  trtb_object_destroy(again);
  trtb_object_destroy(engine);
  trtb_object_destroy(runtime);
}

}  // namespace

void exercise_engine(World* world) {
  world->open("");
  const trtb_nvinfer* trt = world->trt;
  int build = -1;
  EXPECT(trtb_nvinfer_version(trt, &build) >= 100000 && build >= 0);
  EXPECT(trtb_nvinfer_symbol(trt, "nothing") == nullptr);
  void* runtime = world->runtime();
  EXPECT(trtb_runtime_set_temporary_directory(trt, runtime, "/tmp") == TRTB_OK);
  EXPECT(trtb_runtime_allow_host_code(trt, runtime, true) == TRTB_OK);
  EXPECT(trtb_runtime_set_dla_core(trt, runtime, 0) == TRTB_OK);
  void* engine = nullptr;
  for (const char* garbage : {"", "garbage", "{\"trtbench_simulated_plan\": 1"}) {
    EXPECT(trtb_runtime_deserialize(trt, runtime, garbage, std::strlen(garbage), &engine) == TRTB_REFUSED && engine == nullptr);
  }
  EXPECT(trtb_runtime_deserialize_file(trt, runtime, world->cuda, -1, &engine) == TRTB_REFUSED);
  const int file = open(world->plan.c_str(), O_RDONLY);
  EXPECT(trtb_runtime_deserialize_file(trt, runtime, world->cuda, file, &engine) == TRTB_OK);
  close(file);

  trtb_engine_facts facts;
  EXPECT(trtb_engine_describe(trt, engine, &facts) == TRTB_OK && facts.tensors > 0);
  trtb_tensor_facts tensor;
  EXPECT(trtb_engine_tensor(trt, engine, facts.tensors, 0, &tensor) == TRTB_REFUSED);
  int64_t bytes = -1, values[8] = {};
  trtb_dims shape;
  for (int i = 0; i < facts.tensors; i++) {
    EXPECT(trtb_engine_tensor(trt, engine, i, 0, &tensor) == TRTB_OK && tensor.name != nullptr);
    for (int select = 0; select < 3; select++) {
      EXPECT(trtb_engine_profile_shape(trt, engine, tensor.name, 0, select, &shape) == TRTB_OK);
      const int found = trtb_engine_profile_values(trt, engine, tensor.name, 0, select, values, 2);
      EXPECT(found == (tensor.shape_inference && tensor.mode == 1 ? TRTB_OK : TRTB_REFUSED));
    }
  }
  EXPECT(trtb_engine_profile_memory(trt, engine, 0, &bytes) == TRTB_OK && bytes > 0);
  EXPECT(trtb_engine_automatic_weight_budget(trt, engine, &bytes) == TRTB_OK);
  EXPECT(trtb_engine_set_weight_budget(trt, engine, bytes) == TRTB_OK);
  char* json = nullptr;
  EXPECT(trtb_engine_inspect(trt, engine, nullptr, &json) == TRTB_OK && json != nullptr);
  std::free(json);
  void* memory = nullptr;
  const void* data = nullptr;
  size_t size = 0;
  EXPECT(trtb_engine_serialize(trt, engine, &memory) == TRTB_OK);
  EXPECT(trtb_host_memory_view(trt, memory, &data, &size) == TRTB_OK && size > 0 && data != nullptr);
  trtb_object_destroy(memory);
  trtb_object_destroy(engine);
  trtb_object_destroy(runtime);
  exercise_first_version(world);
  world->close();
}

void exercise_context(World* world) {
  world->open("");
  const trtb_nvinfer* trt = world->trt;
  for (const int strategy : {0, 2}) {
    Context c(world, strategy);
    EXPECT(trtb_context_set_name(trt, c.context, "exercise") == TRTB_OK);
    EXPECT(trtb_context_set_persistent_cache(trt, c.context, 1024) == TRTB_OK);
    EXPECT(trtb_context_set_nvtx_verbosity(trt, c.context, 2) == TRTB_OK);
    EXPECT(trtb_context_set_address(trt, c.context, "nothing", 65536) == TRTB_REFUSED);
    trtb_dims dims = {};
    EXPECT(trtb_context_set_shape(trt, c.context, "nothing", &dims) == TRTB_REFUSED);
    EXPECT(trtb_context_shape(trt, c.context, "nothing", &dims) == TRTB_OK && dims.count == -1);
    EXPECT(trtb_context_strides(trt, c.context, "x", &dims) == TRTB_OK && dims.count == 2);
    const char* missing = nullptr;
    EXPECT(trtb_context_infer_shapes(trt, c.context, &missing) == TRTB_OK && missing == nullptr);
    int64_t bytes = -1;
    EXPECT(trtb_context_max_output_size(trt, c.context, "y", &bytes) == TRTB_OK && bytes > 0);
    void* memory = nullptr;
    if (strategy == 2) {
      EXPECT(trtb_context_enqueue(trt, c.context, c.stream) == TRTB_REFUSED);
      EXPECT(trtb_context_memory_for_shapes(trt, c.context, &bytes) == TRTB_OK && bytes > 0);
      EXPECT(world->cuda->malloc(&memory, static_cast<size_t>(bytes)) == 0);
      EXPECT(trtb_context_set_memory(trt, c.context, reinterpret_cast<uintptr_t>(memory), bytes) == TRTB_OK);
    }
    EXPECT(trtb_context_enqueue(trt, c.context, c.stream) == TRTB_OK);
    EXPECT(world->cuda->streamSynchronize(c.stream) == 0);
    char* json = nullptr;
    EXPECT(trtb_engine_inspect(trt, c.engine, c.context, &json) == TRTB_OK);
    std::free(json);
    EXPECT(trtb_context_set_profile(trt, c.context, 9, c.stream) == TRTB_REFUSED);
    EXPECT(trtb_context_set_profile(trt, c.context, 0, c.stream) == TRTB_OK);
    EXPECT(world->cuda->streamSynchronize(c.stream) == 0);
    world->cuda->free(memory);
  }
  world->close();
}

void exercise_callbacks(World* world) {
  world->open("");
  const trtb_nvinfer* trt = world->trt;
  trtb_output* output = trtb_output_new(world->cuda, 0);
  trtb_profiler* profiler = trtb_profiler_new();
  {
    Context c(world);
    EXPECT(trtb_context_set_output(trt, c.context, "nothing", output) == TRTB_REFUSED);
    EXPECT(trtb_context_set_output(trt, c.context, "y", output) == TRTB_OK);
    EXPECT(trtb_context_set_profiler(trt, c.context, profiler) == TRTB_OK);
    for (const bool in_enqueue : {true, false}) {
      EXPECT(trtb_context_emit_profile(trt, c.context, in_enqueue) == TRTB_OK);
      EXPECT(trtb_context_enqueue(trt, c.context, c.stream) == TRTB_OK);
      EXPECT(world->cuda->streamSynchronize(c.stream) == 0);
    }
    EXPECT(trtb_context_report_profile(trt, c.context) == TRTB_OK);
    const trtb_layer_time* times = nullptr;
    EXPECT(trtb_profiler_times(profiler, &times) == 4 && times[3].name == 1 && times[3].milliseconds >= 0);
    EXPECT(std::strlen(trtb_profiler_name(profiler, 1)) > 0);
    trtb_output_state state;
    trtb_output_inspect(output, &state);
    EXPECT(state.size > 0 && state.shape.count == 2 && state.status == 0);
    EXPECT(trtb_context_set_profiler(trt, c.context, nullptr) == TRTB_OK);
    EXPECT(trtb_context_set_output(trt, c.context, "y", nullptr) == TRTB_OK);
  }
  trtb_profiler_clear(profiler);
  const trtb_layer_time* none = nullptr;
  EXPECT(trtb_profiler_times(profiler, &none) == 0);
  trtb_profiler_free(profiler);
  trtb_output_free(output);

  trtb::OutputAllocator grows(world->cuda, 0);
  void* small = grows.reallocateOutput("y", nullptr, 0, 256);
  EXPECT(small != nullptr && grows.size() == 1 && grows.reallocateOutput("y", small, 1, 256) == small);
  EXPECT(grows.reallocateOutputAsync("y", small, 1 << 20, 256, nullptr) != nullptr && grows.size() == 1 << 20);
  EXPECT(grows.reallocateOutput("y", nullptr, uint64_t{1} << 60, 256) == nullptr && grows.status() == 2);

  // Weights may be asked for on the device, from anywhere in the file.
  const std::string text = read_file(world->plan);
  const int file = open(world->plan.c_str(), O_RDONLY);
  trtb::FileReaderV2 reader(world->cuda, file);
  void* on_device = nullptr;
  EXPECT(world->cuda->malloc(&on_device, text.size()) == 0);
  EXPECT(reader.read(on_device, static_cast<int64_t>(text.size()) + 10, nullptr) == static_cast<int64_t>(text.size()));
  std::string back(text.size(), '\0');
  EXPECT(world->cuda->memcpy(&back[0], on_device, text.size(), TRTB_COPY_DEVICE_TO_HOST) == 0 && back == text);
  EXPECT(reader.seek(-5, 2) && reader.read(&back[0], 100, nullptr) == 5 && !reader.seek(-1, 0) && !reader.seek(0, 3));
  world->cuda->free(on_device);
  close(file);
  world->close();
}
