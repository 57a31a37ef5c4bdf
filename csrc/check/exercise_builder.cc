// The builder side: builders, networks, settings, profiles, timing caches, the ONNX parser and the progress monitor.
#include <cstring>

#include "../nvinfer_builder.h"
#include "exercise.h"

namespace {

constexpr char kModel[] = "testdata/models/tiny/dynamic.onnx";
constexpr char kNoModel[] = "testdata/models/tiny/text.onnx";

// Build is one build with all it takes, freed in the order in which TensorRT wants it.
struct Build {
  World* world;
  const trtb_nvinfer* trt;
  trtb_onnxparser* library = nullptr;
  void *builder = nullptr, *network = nullptr, *config = nullptr, *parser = nullptr, *memory = nullptr;

  explicit Build(World* w) : world(w), trt(w->trt) {
    char* error = nullptr;
    const std::string parsers = w->nvinfer.substr(0, w->nvinfer.find("libnvinfer")) + "libnvonnxparser.so." +
                                std::to_string(trt->abi.major());
    EXPECT(trtb_onnxparser_open(parsers.c_str(), &library, &error) == TRTB_OK);
    EXPECT(trtb_builder_create(trt, w->logger, &builder, &error) == TRTB_OK);
    EXPECT(trtb_builder_network(trt, builder, 0, &network) == TRTB_OK);
    EXPECT(trtb_builder_config(trt, builder, &config) == TRTB_OK);
    EXPECT(trtb_parser_create(trt, library, network, w->logger, &parser) == TRTB_OK);
  }
  ~Build() {
    trtb_object_destroy(memory);
    trtb_parser_destroy(trt, parser);
    trtb_object_destroy(network);
    trtb_object_destroy(config);
    trtb_object_destroy(builder);
    trtb_onnxparser_close(library);
  }
  Build(const Build&) = delete;
  Build& operator=(const Build&) = delete;

  void parse() { EXPECT(trtb_parser_parse(trt, parser, kModel, TRTB_LOG_WARNING) == TRTB_OK); }

  // add_profile gives every input one shape, with 1 for its open dimensions.
  void add_profile() {
    void* profile = nullptr;
    trtb_network_facts facts;
    EXPECT(trtb_builder_profile(trt, builder, &profile) == TRTB_OK);
    EXPECT(trtb_network_describe(trt, network, &facts) == TRTB_OK);
    for (int i = 0; i < facts.inputs; i++) {
      trtb_network_tensor input;
      EXPECT(trtb_network_input(trt, network, i, &input) == TRTB_OK);
      for (int d = 0; d < input.shape.count; d++) {
        input.shape.size[d] = input.shape.size[d] < 0 ? 1 : input.shape.size[d];
      }
      for (int select = 0; select < 3; select++) {
        EXPECT(trtb_profile_set_shape(trt, profile, input.name, select, &input.shape) == TRTB_OK);
      }
    }
    EXPECT(trtb_config_add_profile(trt, config, profile) == TRTB_OK);
  }
};

void exercise_parser(World* world) {
  Build b(world);
  trtb_parser_fault fault;
  int count = -1;
  EXPECT(trtb_parser_parse(b.trt, b.parser, kNoModel, TRTB_LOG_WARNING) == TRTB_REFUSED);
  EXPECT(trtb_parser_fault_count(b.trt, b.parser, &count) == TRTB_OK && count > 0);
  for (int i = 0; i < count; i++) {
    EXPECT(trtb_parser_fault_at(b.trt, b.parser, i, &fault) == TRTB_OK && fault.code > 0 && std::strlen(fault.text) > 0);
  }
  EXPECT(trtb_parser_fault_at(b.trt, b.parser, count, &fault) == TRTB_REFUSED);
  EXPECT(trtb_parser_parse(b.trt, b.parser, "/nowhere/model.onnx", TRTB_LOG_WARNING) == TRTB_REFUSED);
  EXPECT(trtb_parser_knows(b.trt, b.parser, "Add") == TRTB_OK && trtb_parser_knows(b.trt, b.parser, "Frobnicate") == TRTB_REFUSED);
  const char* const* plugins = nullptr;
  int64_t plugin_count = -2;
  EXPECT(trtb_parser_plugins(b.trt, b.parser, &plugins, &plugin_count) == TRTB_OK && plugin_count <= 0);
}

void exercise_network(World* world) {
  Build b(world);
  b.parse();
  trtb_network_facts facts;
  trtb_network_tensor tensor;
  EXPECT(trtb_network_describe(b.trt, b.network, &facts) == TRTB_OK && facts.inputs == 2 && facts.outputs == 2 && facts.layers > 0);
  EXPECT(trtb_network_input(b.trt, b.network, 0, &tensor) == TRTB_OK && std::strcmp(tensor.dimensions[0], "batch") == 0);
  EXPECT(trtb_tensor_set_formats(b.trt, tensor.tensor, 1) == TRTB_OK);
  EXPECT(trtb_tensor_set_type(b.trt, tensor.tensor, 0) == (b.trt->abi.major() == 10 ? TRTB_OK : trtb::absent(trtb::row::Tensor_setType)));
  EXPECT(trtb_network_output(b.trt, b.network, 1, &tensor) == TRTB_OK);
  EXPECT(trtb_network_input(b.trt, b.network, 2, &tensor) == TRTB_REFUSED);
  EXPECT(trtb_network_output(b.trt, b.network, -1, &tensor) == TRTB_REFUSED);
}

void exercise_settings(World* world) {
  Build b(world);
  const trtb_nvinfer* trt = b.trt;
  void* config = b.config;
  bool on = false;
  const int refit = 4, compatible = trt->abi.major() == 10 ? 13 : 12;
  EXPECT(trtb_config_set_flag(trt, config, refit, true) == TRTB_OK && trtb_config_get_flag(trt, config, refit, &on) == TRTB_OK && on);
  EXPECT(trtb_config_set_flag(trt, config, refit, false) == TRTB_OK && trtb_config_get_flag(trt, config, refit, &on) == TRTB_OK && !on);
  EXPECT(trtb_config_set_flag(trt, config, compatible, true) == TRTB_OK);
  EXPECT(trtb_config_set_avg_timing(trt, config, 4) == TRTB_OK && trtb_config_set_verbosity(trt, config, 2) == TRTB_OK);
  uint32_t sources = 0;
  EXPECT(trtb_config_tactic_sources(trt, config, &sources) == TRTB_OK && sources != 0);
  EXPECT(trtb_config_set_tactic_sources(trt, config, sources) == TRTB_OK);
  EXPECT(trtb_config_set_tactic_sources(trt, config, 1u << 31) == TRTB_REFUSED);
  size_t bytes = 0;
  EXPECT(trtb_config_set_pool(trt, config, 0, 1 << 20) == TRTB_OK && trtb_config_pool(trt, config, 0, &bytes) == TRTB_OK && bytes == 1 << 20);
  EXPECT(trtb_config_set_preview(trt, config, 0, true) == TRTB_OK && trtb_config_set_level(trt, config, 5) == TRTB_OK);
  EXPECT(trtb_config_set_compatibility(trt, config, 1) == TRTB_OK && trtb_config_set_platform(trt, config, 1) == TRTB_OK);
  EXPECT(trtb_config_set_aux_streams(trt, config, 2) == TRTB_OK && trtb_config_set_max_tactics(trt, config, 3) == TRTB_OK);
  EXPECT(trtb_config_set_tiling(trt, config, 1) == TRTB_OK && trtb_config_set_l2_limit(trt, config, 1 << 20) == TRTB_OK);
  const char* plugins[] = {"libmine.so", "libyours.so"};
  EXPECT(trtb_config_set_plugins(trt, config, plugins, 2) == TRTB_OK);
  void* profile = nullptr;
  const int64_t values[65] = {2, 3}, large[] = {int64_t{1} << 40};
  EXPECT(trtb_builder_profile(trt, b.builder, &profile) == TRTB_OK);
  for (int select = 0; select < 3; select++) {
    EXPECT(trtb_profile_set_values(trt, profile, "shape", select, values, 2) == TRTB_OK);
  }
  EXPECT(trtb_profile_set_values(trt, profile, "shape", 0, values, 65) == TRTB_REFUSED);
  EXPECT(trtb_profile_set_values(trt, profile, "other", 0, large, 1) == (trt->abi.slots[trtb::row::OptimizationProfile_setShapeValuesV2] >= 0 ? TRTB_OK : TRTB_REFUSED));
}

struct Progress {
  int starts = 0, steps = 0, finishes = 0;
  bool stop = false;
};

int tell(uintptr_t handle, int event, const char* phase, const char*, int) {
  auto* progress = reinterpret_cast<Progress*>(handle);
  EXPECT(std::strlen(phase) > 0);
  (event == TRTB_PROGRESS_START ? progress->starts : event == TRTB_PROGRESS_STEP ? progress->steps : progress->finishes)++;
  return progress->stop ? 0 : 1;
}

void exercise_build(World* world, bool stop) {
  Progress progress;
  progress.stop = stop;
  trtb_monitor* monitor = trtb_monitor_new(tell, reinterpret_cast<uintptr_t>(&progress));
  void *cache = nullptr, *other = nullptr, *serialized = nullptr;
  const void* data = nullptr;
  size_t size = 0;
  {
    Build b(world);
    b.parse();
    b.add_profile();
    EXPECT(trtb_timing_cache_create(b.trt, b.config, "garbage", 7, &other) == TRTB_REFUSED && other == nullptr);
    EXPECT(trtb_timing_cache_create(b.trt, b.config, nullptr, 0, &cache) == TRTB_OK);
    EXPECT(trtb_config_set_timing_cache(b.trt, b.config, cache) == TRTB_OK);
    EXPECT(trtb_config_set_monitor(b.trt, b.config, monitor) == TRTB_OK);
    EXPECT(trtb_builder_build(b.trt, b.builder, b.network, b.config, &b.memory) == (stop ? TRTB_REFUSED : TRTB_OK));
    EXPECT(progress.starts > 0 && progress.starts == progress.finishes && progress.steps > 0);
    if (!stop) {
      EXPECT(trtb_host_memory_view(b.trt, b.memory, &data, &size) == TRTB_OK && size > 0);
      EXPECT(trtb_timing_cache_serialize(b.trt, cache, &serialized) == TRTB_OK);
      EXPECT(trtb_host_memory_view(b.trt, serialized, &data, &size) == TRTB_OK && size > 0);
      EXPECT(trtb_timing_cache_create(b.trt, b.config, data, size, &other) == TRTB_OK);
      EXPECT(trtb_timing_cache_combine(b.trt, cache, other) == TRTB_OK);
    }
    EXPECT(trtb_config_set_monitor(b.trt, b.config, nullptr) == TRTB_OK);
  }
  for (void* object : {serialized, other, cache}) {
    trtb_object_destroy(object);
  }
  trtb_monitor_free(monitor);
}

}  // namespace

void exercise_builder(World* world) {
  char* error = nullptr;
  trtb_onnxparser* library = nullptr;
  for (const char* path : {"/nowhere/libnvonnxparser.so.10", "libm.so.6"}) {
    EXPECT(trtb_onnxparser_open(path, &library, &error) == TRTB_FAILED && error != nullptr);
    std::free(error);
  }
  void* builder = nullptr;
  world->open("{\"driver_version\": 0}");
  EXPECT(trtb_builder_create(world->trt, world->logger, &builder, &error) == TRTB_REFUSED && builder == nullptr);
  world->close();
  trtb_parser_destroy(nullptr, nullptr);
  trtb_parser_destroy(nullptr, reinterpret_cast<void*>(0x238));
  const bool ten = world->nvinfer.find(".so.10") != std::string::npos;
  for (const char* device : {"", ten ? "{\"tensorrt_version\": \"10.8.0\"}" : "{\"tensorrt_version\": \"11.0.0\"}"}) {
    world->open(device);
    exercise_parser(world);
    exercise_network(world);
    exercise_settings(world);
    exercise_build(world, false);
    exercise_build(world, true);
    world->close();
  }
}
