#include "builder/emit.h"

#include <algorithm>
#include <cmath>

#include "builder/flags.h"

namespace trtbench::sim {
namespace {

constexpr size_t kMostLayers = 4096;        // of a plan; the rest become one
constexpr int64_t kAlignment = 512;         // of device memory
constexpr double kIoBytesPerMicro = 200e3;  // inputs and outputs of an item: 200 GB/s
constexpr double kWorkPerMicro = 20e6;      // multiplications of an item in float32: 20 T/s
constexpr int64_t kMostPlanStreams = 64;

double rounded(double us) { return std::round(us * 1e3) / 1e3; }

TensorPlan tensorPlan(const TensorObject& t, bool input) {
  TensorPlan plan;
  plan.name = t.name;
  plan.input = input;
  plan.type = t.type;
  plan.shape = t.shape;
  plan.format = usableFormat(t);
  plan.shapeTensor = input && t.shapeTensor;
  plan.host = plan.shapeTensor;
  return plan;
}

Range rangeOf(const Selected& s) { return Range{s.at[kMin], s.at[kOpt], s.at[kMax]}; }

ProfilePlan profilePlan(const Plan& plan, const ProfileObject& profile) {
  ProfilePlan result;
  result.shapes.resize(plan.tensors.size());
  result.values.resize(plan.tensors.size());
  for (size_t i = 0; i < plan.tensors.size(); i++) {
    const TensorPlan& t = plan.tensors[i];
    const auto shape = profile.shapes.find(t.name), values = profile.values.find(t.name);
    if (t.input && t.dynamic() && shape != profile.shapes.end()) result.shapes[i] = rangeOf(shape->second);
    if (t.shapeTensor && values != profile.values.end()) result.values[i] = rangeOf(values->second);
  }
  return result;
}

// sourceOf is the input that decides about an unknown dimension of an output, or -1.
int sourceOf(const Plan& plan, size_t axis) {
  for (size_t i = 0; i < plan.tensors.size(); i++) {
    const TensorPlan& t = plan.tensors[i];
    if (t.input && axis < t.shape.size() && t.shape[axis] == -1) return static_cast<int>(i);
  }
  return -1;
}

// shapeAt fills the unknown dimensions of a tensor with those of a profile; what no input decides is 1.
Shape shapeAt(const Plan& plan, const TensorPlan& t, int profile, int select) {
  Shape shape = t.shape;
  for (size_t axis = 0; axis < shape.size(); axis++) {
    if (shape[axis] != -1) continue;
    const int own = t.input ? plan.find(t.name) : sourceOf(plan, axis);
    const bool decided = own >= 0 && static_cast<size_t>(profile) < plan.profiles.size();
    shape[axis] = decided ? plan.profiles[static_cast<size_t>(profile)].shapes[static_cast<size_t>(own)].get(select)[axis] : 1;
  }
  return shape;
}

// An output with a dimension that no input decides gets one shape that depends on the data.
void fixDataDependent(Plan* plan) {
  for (TensorPlan& t : plan->tensors) {
    for (size_t axis = 0; axis < t.shape.size() && !t.input && t.dataShapes.empty(); axis++) {
      if (t.shape[axis] == -1 && sourceOf(*plan, axis) < 0) t.dataShapes.push_back(shapeAt(*plan, t, 0, kOpt));
    }
  }
}

LayerTensorPlan layerTensor(const TensorObject& t, int precision) {
  const bool free = t.type == kFloat && !t.input && !t.output;
  return LayerTensorPlan{t.name, free ? precision : t.type, t.shaped ? t.shape : Shape{}};
}

LayerPlan layerPlan(const LayerObject& layer, const BuildSettings& settings) {
  LayerPlan plan;
  plan.name = layer.name;
  plan.type = layer.kind;
  plan.precision = layerPrecision(layer, settings);
  plan.tactic = "simulated_" + layer.kind + "_" + kTypeNames[static_cast<size_t>(plan.precision)] + "_level" +
                std::to_string(settings.level);
  for (const TensorObject* t : layer.inputs) {
    if (t != nullptr) plan.inputs.push_back(layerTensor(*t, plan.precision));
  }
  for (const TensorObject* t : layer.outputs) {
    if (t != nullptr) plan.outputs.push_back(layerTensor(*t, plan.precision));
  }
  return plan;
}

void emitLayers(const NetworkObject& network, const BuildSettings& settings, Plan* plan) {
  double sum = 0, rest = 0;
  const std::vector<const LayerObject*> layers = engineLayers(network);
  for (const LayerObject* layer : layers) {
    const int precision = layerPrecision(*layer, settings);
    const double us = layerMicros(*layer, precision, settings);
    sum += us;
    if (plan->layers.size() < kMostLayers) {
      plan->layers.push_back(layerPlan(*layer, settings));
      plan->layers.back().share = us;
    } else {
      rest += us;
    }
  }
  if (rest > 0) {
    plan->layers.emplace_back();
    plan->layers.back().name = "the other " + std::to_string(layers.size() - kMostLayers) + " layers";
    plan->layers.back().share = rest;
  }
  for (LayerPlan& layer : plan->layers) layer.share /= sum;
  plan->time.baseUs = rounded(sum);
  plan->time.enqueueUs = rounded(5 + 0.5 * static_cast<double>(layers.size()));
}

// The time of an item: its inputs and outputs are read and written, each parameter is multiplied once.
void emitItemTime(const NetworkObject& network, const BuildSettings& settings, Plan* plan) {
  double bytes = 0, work = 0;
  for (const TensorPlan& t : plan->tensors) {
    Shape item = shapeAt(*plan, t, 0, kOpt);
    if (!item.empty()) item[0] = 1;
    bytes += static_cast<double>(bytesOf(item, t.type, t.format));
  }
  for (const auto& layer : network.layers) {
    const int precision = layerPrecision(*layer, settings);
    for (const Parameters& p : layer->parameters) work += static_cast<double>(p.count) * bitsOf(precision) / 32;
  }
  plan->time.perItemUs = rounded(bytes / kIoBytesPerMicro + work / kWorkPerMicro);
}

void emitMemory(const NetworkObject& network, const BuildSettings& settings, Plan* plan) {
  int64_t scratch = 0;
  for (const auto& layer : network.layers) {
    const int precision = layerPrecision(*layer, settings);
    plan->weightsBytes += parameterBytes(*layer, precision);
    scratch = std::max(scratch, scratchBytes(*layer, precision));
  }
  for (size_t profile = 0; profile < std::max<size_t>(plan->profiles.size(), 1); profile++) {
    int64_t bytes = scratch;
    for (const TensorPlan& t : plan->tensors) {
      bytes += 2 * bytesOf(shapeAt(*plan, t, static_cast<int>(profile), kMax), t.type, t.format);
    }
    plan->profileBytes.push_back((bytes + kAlignment - 1) / kAlignment * kAlignment);
  }
  plan->deviceBytes = *std::max_element(plan->profileBytes.begin(), plan->profileBytes.end());
  if (plan->profileBytes.size() == 1) plan->profileBytes.clear();
  if (has(settings.flags, kWeightStreaming)) plan->streamableBytes = plan->weightsBytes / 4 * 3;
}

void emitBuild(const NetworkObject& network, const ConfigObject& config, Plan* plan) {
  const BuildSettings& settings = config.settings;
  plan->build.level = settings.level;
  for (int flag = 0; flag < kFlagCount; flag++) {
    if (has(settings.flags, flag)) plan->build.flags.push_back(flagName(flag));
  }
  if (network.stronglyTyped) plan->build.flags.push_back("strongly_typed");
  const auto workspace = settings.pools.find(0);
  if (workspace != settings.pools.end()) plan->build.workspaceBytes = static_cast<int64_t>(workspace->second);
  plan->build.tiling = settings.tiling;
  plan->hardwareCompatibility = settings.hardware;
  plan->profilingVerbosity = settings.verbosity;
  const auto streams = static_cast<int64_t>(plan->layers.size()) - 1;
  plan->auxStreams = static_cast<int>(std::max<int64_t>(0, std::min<int64_t>({settings.auxStreams, streams, kMostPlanStreams})));
  for (const int flag : {kRefit, kRefitIdentical, kRefitIndividual, kStripPlan}) {
    plan->refittable = plan->refittable || has(settings.flags, flag);
  }
}

}  // namespace

int usableFormat(const TensorObject& tensor) {
  for (size_t format = 0; format < kFormats.size(); format++) {
    const int spatial = kFormats[format].spatial;
    const bool possible = spatial == 0 || tensor.shape.size() > static_cast<size_t>(spatial);
    if (possible && (tensor.formats >> format & 1) != 0) return static_cast<int>(format);
  }
  return -1;
}

Plan emitPlan(const NetworkObject& network, const ConfigObject& config, std::string* error) {
  Plan plan;
  plan.name = network.name;
  plan.tensorrt = reportedVersion();
  for (const TensorObject* t : network.inputs) plan.tensors.push_back(tensorPlan(*t, true));
  for (const TensorObject* t : network.outputs) plan.tensors.push_back(tensorPlan(*t, false));
  for (const ProfileObject* p : config.settings.profiles) plan.profiles.push_back(profilePlan(plan, *p));
  if (plan.profiles.empty()) plan.profiles.push_back(profilePlan(plan, ProfileObject()));
  fixDataDependent(&plan);
  emitLayers(network, config.settings, &plan);
  emitItemTime(network, config.settings, &plan);
  emitMemory(network, config.settings, &plan);
  emitBuild(network, config, &plan);
  plan.time.spread = 0.01;
  plan.time.distribution = 1;
  plan.time.firstUs = 500;
  plan.time.graphLaunchUs = 3;
  for (const Function function : {Function::streamingAcoustic, Function::copy, Function::fill}) {
    plan.function = function;
    *error = checkPlan(plan);
    if (error->empty()) break;
  }
  return plan;
}

}  // namespace trtbench::sim
