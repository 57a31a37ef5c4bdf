// TensorRT's builder side: parse an ONNX model into a network, and compile that to a plan.
//
// What a function makes is deleted by trtb_object_destroy, except where its comment says whose it is; the parser has a destructor
// of its own. Statuses and texts are as in nvinfer.h.
#ifndef TRTBENCH_CSRC_NVINFER_BUILDER_H
#define TRTBENCH_CSRC_NVINFER_BUILDER_H

#include "nvinfer.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- builder ----

// trtb_builder_create makes a builder on the current device. TRTB_FAILED with *error set when the library has no builder, as the
// lean runtime; TRTB_REFUSED without a driver.
int trtb_builder_create(const trtb_nvinfer* nvinfer, trtb_logger* logger, void** builder, char** error);
int trtb_builder_network(const trtb_nvinfer* nvinfer, void* builder, uint32_t flags, void** network);
int trtb_builder_config(const trtb_nvinfer* nvinfer, void* builder, void** config);

// trtb_builder_profile makes an optimization profile, which belongs to the builder.
int trtb_builder_profile(const trtb_nvinfer* nvinfer, void* builder, void** profile);

// trtb_builder_build returns a host memory object holding the plan.
int trtb_builder_build(const trtb_nvinfer* nvinfer, void* builder, void* network, void* config, void** memory);

// ---- settings ----

int trtb_config_set_flag(const trtb_nvinfer* nvinfer, void* config, int flag, bool on);
int trtb_config_get_flag(const trtb_nvinfer* nvinfer, const void* config, int flag, bool* on);
int trtb_config_set_avg_timing(const trtb_nvinfer* nvinfer, void* config, int iterations);
int trtb_config_set_verbosity(const trtb_nvinfer* nvinfer, void* config, int verbosity);
int trtb_config_set_tactic_sources(const trtb_nvinfer* nvinfer, void* config, uint32_t sources);
int trtb_config_tactic_sources(const trtb_nvinfer* nvinfer, const void* config, uint32_t* sources);
int trtb_config_set_pool(const trtb_nvinfer* nvinfer, void* config, int pool, size_t bytes);
int trtb_config_pool(const trtb_nvinfer* nvinfer, const void* config, int pool, size_t* bytes);
int trtb_config_set_preview(const trtb_nvinfer* nvinfer, void* config, int feature, bool on);
int trtb_config_set_level(const trtb_nvinfer* nvinfer, void* config, int level);
int trtb_config_set_compatibility(const trtb_nvinfer* nvinfer, void* config, int level);
int trtb_config_set_platform(const trtb_nvinfer* nvinfer, void* config, int platform);
int trtb_config_set_plugins(const trtb_nvinfer* nvinfer, void* config, const char* const* paths, int count);
int trtb_config_set_aux_streams(const trtb_nvinfer* nvinfer, void* config, int streams);
int trtb_config_set_max_tactics(const trtb_nvinfer* nvinfer, void* config, int tactics);
int trtb_config_set_tiling(const trtb_nvinfer* nvinfer, void* config, int level);
int trtb_config_set_l2_limit(const trtb_nvinfer* nvinfer, void* config, int64_t bytes);

// ---- optimization profiles ----

// select: 0 smallest, 1 best, 2 largest.
int trtb_profile_set_shape(const trtb_nvinfer* nvinfer, void* profile, const char* input, int select, const trtb_dims* shape);

// trtb_profile_set_values sets the values of an input that decides about shapes. Before 10.11 they are 32 bits wide: larger ones
// are TRTB_REFUSED.
int trtb_profile_set_values(const trtb_nvinfer* nvinfer, void* profile, const char* input, int select, const int64_t* values,
                            int count);
int trtb_config_add_profile(const trtb_nvinfer* nvinfer, void* config, const void* profile);

// ---- timing cache ----

// trtb_timing_cache_create reads a serialized cache; of size 0 it is empty. It outlives the builders that use it.
int trtb_timing_cache_create(const trtb_nvinfer* nvinfer, const void* config, const void* data, size_t size, void** cache);
int trtb_config_set_timing_cache(const trtb_nvinfer* nvinfer, void* config, const void* cache);

// trtb_timing_cache_combine adds what another cache knows.
int trtb_timing_cache_combine(const trtb_nvinfer* nvinfer, void* cache, const void* other);

// trtb_timing_cache_serialize returns a host memory object.
int trtb_timing_cache_serialize(const trtb_nvinfer* nvinfer, const void* cache, void** memory);

// ---- network ----

typedef struct trtb_network_facts {
  int32_t layers, inputs, outputs;
} trtb_network_facts;

typedef struct trtb_network_tensor {
  void* tensor;                           // belongs to the network
  const char* name;
  const char* dimensions[TRTB_MAX_DIMS];  // names, or NULL
  trtb_dims shape;                        // -1: open
  int32_t type;
  bool shape_tensor;  // its values decide about shapes
} trtb_network_tensor;

int trtb_network_describe(const trtb_nvinfer* nvinfer, const void* network, trtb_network_facts* facts);
int trtb_network_input(const trtb_nvinfer* nvinfer, const void* network, int index, trtb_network_tensor* tensor);
int trtb_network_output(const trtb_nvinfer* nvinfer, const void* network, int index, trtb_network_tensor* tensor);
int trtb_tensor_set_type(const trtb_nvinfer* nvinfer, void* tensor, int type);
int trtb_tensor_set_formats(const trtb_nvinfer* nvinfer, void* tensor, uint32_t formats);

// ---- progress ----

enum { TRTB_PROGRESS_START = 0, TRTB_PROGRESS_STEP = 1, TRTB_PROGRESS_FINISH = 2 };

// It is called on any thread. number is the number of steps with START, and the step with STEP, whose answer 0 ends the build. The
// parent is NULL except with START, where it may be.
typedef int (*trtb_progress_fn)(uintptr_t handle, int event, const char* phase, const char* parent, int number);

typedef struct trtb_monitor trtb_monitor;

// trtb_monitor_new makes a monitor, which outlives the build that it watches.
trtb_monitor* trtb_monitor_new(trtb_progress_fn tell, uintptr_t handle);
void trtb_monitor_free(trtb_monitor* monitor);
int trtb_config_set_monitor(const trtb_nvinfer* nvinfer, void* config, trtb_monitor* monitor);

// ---- ONNX parser ----

typedef struct trtb_onnxparser trtb_onnxparser;

// trtb_onnxparser_open loads libnvonnxparser at path, for the life of the process.
int trtb_onnxparser_open(const char* path, trtb_onnxparser** library, char** error);
void trtb_onnxparser_close(trtb_onnxparser* library);

// trtb_parser_create makes a parser that writes into a network, and goes before it.
int trtb_parser_create(const trtb_nvinfer* nvinfer, const trtb_onnxparser* library, void* network, trtb_logger* logger,
                       void** parser);
int trtb_parser_parse(const trtb_nvinfer* nvinfer, void* parser, const char* path, int verbosity);

// trtb_parser_knows returns TRTB_REFUSED for an operator that the parser itself does not know; a plugin may.
int trtb_parser_knows(const trtb_nvinfer* nvinfer, const void* parser, const char* operator_type);

typedef struct trtb_parser_fault {
  const char *text, *file, *function, *node_name, *node_operator;
  const char* const* stack;  // functions of the model that the node is in
  int32_t stack_size;
  int32_t code, line, node;
} trtb_parser_fault;

int trtb_parser_fault_count(const trtb_nvinfer* nvinfer, const void* parser, int* count);
int trtb_parser_fault_at(const trtb_nvinfer* nvinfer, const void* parser, int index, trtb_parser_fault* fault);

// trtb_parser_plugins returns the plugin libraries that a version-compatible engine of the model needs; they belong to the parser.
int trtb_parser_plugins(const trtb_nvinfer* nvinfer, const void* parser, const char* const** paths, int64_t* count);
void trtb_parser_destroy(const trtb_nvinfer* nvinfer, void* parser);

#ifdef __cplusplus
}
#endif

#endif  // TRTBENCH_CSRC_NVINFER_BUILDER_H
