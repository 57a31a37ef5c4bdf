#include "plan/plan.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "json/fields.h"
#include "json/version.h"

namespace trtbench::sim {
namespace {

constexpr char kMagicKey[] = "\"trtbench_simulated_plan\"";
constexpr double kMaxExtent = 2147483647;
constexpr double kMaxBytes = 1125899906842624;  // 2^50
constexpr double kMaxMicros = 1e12;

void readTensor(Fields& f, TensorPlan* t) {
  f.string("name", &t->name);
  int mode = -1, location = 0;
  f.choice("mode", {"input", "output"}, &mode);
  t->input = mode == 0;
  if (mode < 0) f.fail("mode", "missing: input or output");
  t->type = -1;
  f.choice("type", kTypeNames, &t->type);
  if (t->type < 0) f.fail("type", "missing");
  f.integers("shape", &t->shape, -1, kMaxExtent);
  std::vector<const char*> formats;
  for (const Format& format : kFormats) formats.push_back(format.name);
  f.choice("format", formats, &t->format);
  f.choice("location", {"device", "host"}, &location);
  t->host = location == 1;
  f.boolean("shape_tensor", &t->shapeTensor);
  f.string("aliases", &t->aliases);
  if (const JsonValue* list = f.find("data_shapes", JsonValue::Kind::array)) {
    for (const JsonValue& one : list->items) {
      t->dataShapes.emplace_back();
      if (one.kind != JsonValue::Kind::array) return f.fail("data_shapes", "expected lists of whole numbers");
      f.numbers("data_shapes", one, &t->dataShapes.back(), 0, kMaxExtent);
    }
  }
}

void readRanges(Fields& f, const char* key, const Plan& plan, double least, double most, std::vector<Range>* ranges) {
  ranges->resize(plan.tensors.size());
  f.each(key, [&](Fields& g) {
    std::string tensor;
    g.string("tensor", &tensor);
    Range range;
    g.integers("min", &range.min, least, most);
    g.integers("opt", &range.opt, least, most);
    g.integers("max", &range.max, least, most);
    const int index = plan.find(tensor);
    if (index < 0 || !plan.tensors[static_cast<size_t>(index)].input) {
      g.fail("tensor", "no input is named \"" + tensor + "\"");
    } else if (!(*ranges)[static_cast<size_t>(index)].max.empty()) {
      g.fail("tensor", "\"" + tensor + "\" appears twice");
    } else {
      (*ranges)[static_cast<size_t>(index)] = range;
    }
  });
}

void readTime(Fields& f, TimePlan* t) {
  f.number("base_us", &t->baseUs, 0, kMaxMicros);
  f.number("per_item_us", &t->perItemUs, 0, kMaxMicros);
  f.number("spread", &t->spread, 0, 1);
  f.choice("distribution", kDistributionNames, &t->distribution);
  f.integer("seed", &t->seed, 0, 1e15);
  f.number("first_us", &t->firstUs, 0, kMaxMicros);
  f.number("enqueue_us", &t->enqueueUs, 0, kMaxMicros);
  f.number("graph_launch_us", &t->graphLaunchUs, 0, kMaxMicros);
}

void readFault(Fields& f, FaultPlan* fault) {
  static const char* const calls[] = {
      "deserialize", "createExecutionContext", "setOptimizationProfile", "setInputShape", "inferShapes", "setTensorAddress",
      "enqueue",     "reportToProfiler"};
  f.string("call", &fault->call);
  if (std::none_of(std::begin(calls), std::end(calls), [&](const char* c) { return fault->call == c; })) {
    f.fail("call", "unknown call \"" + fault->call + "\"");
  }
  f.integer("at", &fault->at, 0, 1e15);
  fault->at = std::max<int64_t>(fault->at, 1);
  f.integer("every", &fault->every, 0, 1e15);
  std::string error;
  f.string("error", &error);
  if (error == "fail") {
    fault->kind = FaultPlan::Kind::fail;
  } else if (error == "hang") {
    fault->kind = FaultPlan::Kind::hang;
  } else if (error == "device-lost") {
    fault->kind = FaultPlan::Kind::lost;
  } else if (error.compare(0, 5, "slow:") == 0) {
    char* end = nullptr;
    fault->kind = FaultPlan::Kind::slow;
    fault->slowMs = strtod(error.c_str() + 5, &end);
    const bool number = error.size() > 5 && *end == '\0' && error.find_first_not_of("0123456789.", 5) == std::string::npos;
    if (!number || fault->slowMs > 1e9) f.fail("error", "expected slow:<milliseconds>");
  } else {
    f.fail("error", "unknown error \"" + error + "\": fail, hang, device-lost or slow:<milliseconds>");
  }
}

void readMemory(Fields& f, Plan* plan) {
  f.integer("device_bytes", &plan->deviceBytes, 0, kMaxBytes);
  f.integers("profile_device_bytes", &plan->profileBytes, 0, kMaxBytes);
  f.integer("weights_bytes", &plan->weightsBytes, 0, kMaxBytes);
  f.integer("streamable_weights_bytes", &plan->streamableBytes, 0, kMaxBytes);
}

void readLayerTensors(Fields& f, const char* key, std::vector<LayerTensorPlan>* tensors) {
  f.each(key, [&](Fields& g) {
    tensors->emplace_back();
    LayerTensorPlan& t = tensors->back();
    g.string("name", &t.name);
    t.type = -1;
    g.choice("type", kTypeNames, &t.type);
    if (t.type < 0) g.fail("type", "missing");
    g.integers("shape", &t.shape, -1, kMaxExtent);
    if (t.name.empty()) g.fail("name", "missing");
    if (t.shape.size() > kMaxDims) g.fail("shape", "more than 8 dimensions");
  });
}

void readLayer(Fields& f, LayerPlan* layer) {
  f.string("name", &layer->name);
  f.string("type", &layer->type);
  f.number("share", &layer->share, 0, 1);
  f.choice("precision", kTypeNames, &layer->precision);
  f.string("tactic", &layer->tactic);
  readLayerTensors(f, "inputs", &layer->inputs);
  readLayerTensors(f, "outputs", &layer->outputs);
}

void readBuild(Fields& f, BuildPlan* build) {
  build->level = 0;
  f.integer("optimization_level", &build->level, 0, 5);
  f.integer("workspace_bytes", &build->workspaceBytes, 0, kMaxBytes);
  f.choice("tiling", kTilingNames, &build->tiling);
  const JsonValue* flags = f.find("flags", JsonValue::Kind::array);
  if (flags == nullptr) return;
  for (const JsonValue& flag : flags->items) {
    const auto known = [&](const char* name) { return flag.string == name; };
    if (flag.kind != JsonValue::Kind::string || std::none_of(kBuildFlagNames.begin(), kBuildFlagNames.end(), known)) {
      return f.fail("flags", "unknown flag \"" + flag.string + "\"");
    }
    build->flags.push_back(flag.string);
  }
}

void readRest(Fields& f, Plan* plan) {
  f.with("time", [&](Fields& g) { readTime(g, &plan->time); });
  f.with("copy", [&](Fields& g) {
    g.number("h2d_gbps", &plan->h2dGbps, 0, 1e6);
    g.number("d2h_gbps", &plan->d2hGbps, 0, 1e6);
    g.number("latency_us", &plan->latencyUs, 0, kMaxMicros);
  });
  f.each("layers", [&](Fields& g) {
    plan->layers.emplace_back();
    readLayer(g, &plan->layers.back());
  });
  f.with("build", [&](Fields& g) { readBuild(g, &plan->build); });
  f.with("memory", [&](Fields& g) { readMemory(g, plan); });
  f.integer("aux_streams", &plan->auxStreams, 0, 64);
  f.boolean("refittable", &plan->refittable);
  f.choice("hardware_compatibility", kHardwareNames, &plan->hardwareCompatibility);
  f.choice("profiling_verbosity", kVerbosityNames, &plan->profilingVerbosity);
  int function = 0;
  f.choice("function", kFunctionNames, &function);
  plan->function = static_cast<Function>(function);
  f.each("faults", [&](Fields& g) {
    plan->faults.emplace_back();
    readFault(g, &plan->faults.back());
  });
}

}  // namespace

const std::vector<const char*> kDistributionNames = {"uniform", "normal"};
const std::vector<const char*> kHardwareNames = {"none", "ampere_plus", "same_compute_capability"};
const std::vector<const char*> kVerbosityNames = {"layer_names_only", "none", "detailed"};
const std::vector<const char*> kFunctionNames = {"none", "fill", "copy", "streaming_acoustic"};
const std::vector<const char*> kTilingNames = {"none", "fast", "moderate", "full"};
const std::vector<const char*> kBuildFlagNames = {"fp16",
                                                  "int8",
                                                  "debug",
                                                  "gpu_fallback",
                                                  "refit",
                                                  "disable_timing_cache",
                                                  "tf32",
                                                  "sparse_weights",
                                                  "safety_scope",
                                                  "obey_precision_constraints",
                                                  "prefer_precision_constraints",
                                                  "direct_io",
                                                  "reject_empty_algorithms",
                                                  "version_compatible",
                                                  "exclude_lean_runtime",
                                                  "fp8",
                                                  "error_on_timing_cache_miss",
                                                  "bf16",
                                                  "disable_compilation_cache",
                                                  "strip_plan",
                                                  "refit_identical",
                                                  "weight_streaming",
                                                  "int4",
                                                  "refit_individual",
                                                  "strict_nans",
                                                  "monitor_memory",
                                                  "fp4",
                                                  "editable_timing_cache",
                                                  "distributive_independence",
                                                  "strongly_typed"};

bool BuildPlan::has(const char* flag) const { return std::find(flags.begin(), flags.end(), flag) != flags.end(); }

bool TensorPlan::dynamic() const { return std::find(shape.begin(), shape.end(), -1) != shape.end(); }

int Plan::find(const std::string& tensor) const {
  for (size_t i = 0; i < tensors.size(); i++) {
    if (tensors[i].name == tensor) return static_cast<int>(i);
  }
  return -1;
}

int64_t Plan::deviceBytesOf(int profile) const {
  return profileBytes.empty() ? deviceBytes : profileBytes[static_cast<size_t>(profile)];
}

int64_t Plan::mostDeviceBytes() const {
  return profileBytes.empty() ? deviceBytes : *std::max_element(profileBytes.begin(), profileBytes.end());
}

bool Plan::dataDependent() const {
  return std::any_of(tensors.begin(), tensors.end(), [](const TensorPlan& t) { return t.dataDependent(); });
}

bool Plan::hasShapeTensors() const {
  return std::any_of(tensors.begin(), tensors.end(), [](const TensorPlan& t) { return t.shapeTensor; });
}

bool looksLikePlan(const char* data, size_t size) {
  const auto skip = [&] {
    while (size > 0 && (*data == ' ' || *data == '\t' || *data == '\n' || *data == '\r')) data++, size--;
  };
  skip();
  if (size == 0 || *data != '{') return false;
  data++, size--;
  skip();
  const size_t n = sizeof kMagicKey - 1;
  return size >= n && memcmp(data, kMagicKey, n) == 0;
}

bool parsePlan(const char* data, size_t size, Plan* plan, std::string* error) {
  *plan = Plan{};
  error->clear();
  JsonValue root;
  if (!parseJson(data, size, &root, error)) return false;
  Fields f(root, "", error);
  int version = 0;
  f.integer("trtbench_simulated_plan", &version, 0, kMaxExtent);
  if (version != 1) f.fail("trtbench_simulated_plan", "expected version 1");
  std::string comment, tensorrt;
  f.string("comment", &comment);
  f.string("name", &plan->name);
  f.string("tensorrt", &tensorrt);
  if (!tensorrt.empty() && !parseVersion(tensorrt, &plan->tensorrt)) f.fail("tensorrt", "expected a text like \"10.15.1\"");
  f.each("tensors", [&](Fields& g) {
    plan->tensors.emplace_back();
    readTensor(g, &plan->tensors.back());
  });
  f.each("profiles", [&](Fields& g) {
    plan->profiles.emplace_back();
    readRanges(g, "inputs", *plan, 0, kMaxExtent, &plan->profiles.back().shapes);
    readRanges(g, "values", *plan, -1e15, 1e15, &plan->profiles.back().values);
  });
  readRest(f, plan);
  if (!f.done()) return false;
  if (plan->profiles.empty()) {
    plan->profiles.emplace_back();
    plan->profiles[0].shapes.resize(plan->tensors.size());
    plan->profiles[0].values.resize(plan->tensors.size());
  }
  *error = checkPlan(*plan);
  return error->empty();
}

}  // namespace trtbench::sim
