// A build: the network is checked, its layers are "timed", the plan is written.
#include "builder/build.h"

#include <algorithm>
#include <thread>

#include "builder/check.h"
#include "builder/emit.h"
#include "builder/flags.h"
#include "builder/monitor.h"
#include "builder/timingcache.h"
#include "nvinfer/load.h"

namespace trtbench::sim {
namespace {

constexpr char kBuilding[] = "Building Engine";
constexpr char kOptimizing[] = "Optimizing network";
constexpr char kTiming[] = "Timing tactics";
constexpr char kSerializing[] = "Serializing engine";
constexpr int kLeastSteps = 20, kMostSteps = 200;
constexpr double kHitCost = 0.1;  // of a layer found in the timing cache, relative to one that is timed
constexpr size_t kWriteSize = 64 << 10;

// Build is one run of the builder.
class Build {
 public:
  Build(const NetworkObject& network, const ConfigObject& config, const Logger& logger)
      : network_(network), config_(config), settings_(config.settings), logger_(logger) {}

  // run returns whether the plan's text is ready; why not is logged.
  bool run(std::string* text) {
    for (const std::string& fault : buildFaults(network_, config_)) fail(fault);
    if (failed_) return false;
    const Nanos start = now();
    Phase building(settings_.monitor, kBuilding, nullptr, 3);
    if (!optimize() || !proceed(building.step())) return false;
    // As in the real library, steps may be told by another thread than the one that builds.
    bool timed = false;
    std::thread([&] { timed = timeLayers(); }).join();
    if (!timed || !proceed(building.step()) || !serialize(text) || !proceed(building.step())) return false;
    logger_.info("engine generation completed in " + std::to_string((now() - start) / 1000000) + " ms");
    return true;
  }

 private:
  bool fail(const std::string& why) {
    logger_.error("buildSerializedNetwork: " + why);
    failed_ = true;
    return false;
  }

  bool proceed(bool wanted) { return wanted || fail("the build was cancelled by the progress monitor"); }

  bool optimize() {
    Phase phase(settings_.monitor, kOptimizing, kBuilding, 1);
    std::string error;
    plan_ = emitPlan(network_, config_, &error);
    if (!error.empty()) return fail("the simulated builder cannot express this network: " + error);
    if (const int status = memory_.allocate(plan_.weightsBytes + plan_.deviceBytes)) {
      return fail("allocating " + std::to_string(plan_.weightsBytes + plan_.deviceBytes) +
                  " bytes for weights and activations: " + device().errorName(status));
    }
    logger_.verbose(std::to_string(network_.layers.size()) + " layers of the network became " +
                    std::to_string(plan_.layers.size()));
    return proceed(phase.step());
  }

  // description is what a layer's time depends on.
  std::string description(const LayerObject& layer) const {
    const int precision = layerPrecision(layer, settings_);
    std::string text = layer.kind + "/" + std::to_string(precision) + "/" + std::to_string(parameterBytes(layer, precision)) +
                       "/" + std::to_string(settings_.level) + "/" + std::to_string(settings_.tacticSources);
    for (const auto* tensors : {&layer.inputs, &layer.outputs}) {
      for (const TensorObject* t : *tensors) {
        if (t != nullptr) text += "/" + std::to_string(t->type) + shapeText(t->shape);
      }
    }
    return text;
  }

  // lookUp adds unknown layers to the timing cache and returns the cost of timing, 1 for a network without any known layer.
  bool lookUp(double* cost) {
    const std::vector<const LayerObject*> layers = engineLayers(network_);
    const bool cached = settings_.cache != nullptr && !has(settings_.flags, kNoTimingCache);
    int hits = 0;
    for (const LayerObject* layer : layers) {
      const std::string key = layerKey(description(*layer));
      if (cached && settings_.cache->entries.count(key) > 0) {
        hits++;
      } else if (cached && has(settings_.flags, kErrorOnMiss)) {
        return fail("the timing cache has no entry for layer " + layer->name);
      } else if (cached) {
        const double us = layerMicros(*layer, layerPrecision(*layer, settings_), settings_);
        settings_.cache->entries[key] = {static_cast<uint64_t>(settings_.level), static_cast<float>(us / 1e3)};
      }
    }
    const int misses = static_cast<int>(layers.size()) - hits;
    device().count(Counter::timingCacheHits, hits);
    device().count(Counter::timingCacheMisses, misses);
    if (cached) logger_.info("timing cache: " + std::to_string(hits) + " layers found, " + std::to_string(misses) + " timed");
    *cost = (misses + kHitCost * hits) / std::max<double>(static_cast<double>(layers.size()), 1);
    return true;
  }

  bool timeLayers() {
    double cost = 1;
    if (!lookUp(&cost)) return false;
    const int steps = std::clamp(static_cast<int>(plan_.layers.size()), kLeastSteps, kMostSteps);
    const double ms = device().buildMs() * (1 + settings_.level) / 4 * cost;
    Phase phase(settings_.monitor, kTiming, kBuilding, steps);
    const Nanos start = now();
    for (int i = 1; i <= steps; i++) {
      sleepUntil(start + static_cast<Nanos>(ms * 1e6 * i / steps));
      if (const int error = device().state()) return fail(std::string("timing: ") + device().errorName(error));
      if (!proceed(phase.step())) return false;
    }
    return true;
  }

  bool serialize(std::string* text) {
    Phase phase(settings_.monitor, kSerializing, kBuilding, 1);
    *text = planText(plan_);
    return proceed(phase.step());
  }

  const NetworkObject& network_;
  const ConfigObject& config_;
  const BuildSettings& settings_;
  const Logger& logger_;
  Plan plan_;
  DeviceMemory memory_;  // that the build needs on the device
  bool failed_ = false;
};

bool build(const BuilderObject* self, const void* network, const void* config, std::string* text) {
  if (device().logsCalls()) device().logCall("builder.buildSerializedNetwork");
  if (liveNetwork(network) == nullptr) {
    self->logger.error("buildSerializedNetwork: the network is none of this library, or was destroyed");
    return false;
  }
  if (!meet("buildSerializedNetwork", self->logger)) return false;
  device().count(Counter::builds, 1);
  return Build(*from<NetworkObject>(network), *from<ConfigObject>(config), self->logger).run(text);
}

}  // namespace

void* buildSerialized(BuilderObject* self, const void* network, const void* config) noexcept {
  std::string text;
  if (!build(self, network, config, &text)) return nullptr;
  HostMemoryObject* memory = create<HostMemoryObject>(self->logger);
  memory->bytes = std::move(text);
  return &memory->facade;
}

// There is no text of kernels.
void* buildWithKernelText(BuilderObject* self, const void* network, const void* config, void** kernelText) noexcept {
  *kernelText = nullptr;
  return buildSerialized(self, network, config);
}

bool buildToStream(BuilderObject* self, const void* network, const void* config, void* writer) noexcept {
  std::string text;
  if (!build(self, network, config, &text)) return false;
  const auto write = method<int64_t (*)(void*, const void*, int64_t)>(writer, 4);
  for (size_t at = 0; at < text.size(); at += kWriteSize) {
    const auto bytes = static_cast<int64_t>(std::min(kWriteSize, text.size() - at));
    const int64_t written = write(writer, text.data() + at, bytes);
    if (written == bytes) continue;
    self->logger.error("buildSerializedNetworkToStream: the writer took " + std::to_string(written) + " of " +
                       std::to_string(bytes) + " bytes");
    return false;
  }
  return true;
}

void* buildEngine(BuilderObject* self, const void* network, const void* config) noexcept {
  std::string text;
  if (!build(self, network, config, &text)) return nullptr;
  std::map<std::string, int64_t> calls;
  return loadEngine(EngineSource{self->logger, std::make_shared<int>(), &calls, true}, std::move(text));
}

bool isSupported(const BuilderObject*, const void* network, const void* config) noexcept {
  return liveNetwork(network) != nullptr && buildFaults(*from<NetworkObject>(network), *from<ConfigObject>(config)).empty();
}

}  // namespace trtbench::sim
