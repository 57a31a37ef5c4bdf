// The builder: makes networks, configurations and profiles, and starts builds.
#include "builder/build.h"
#include "builder/config.h"
#include "core/major.h"
#include "json/version.h"

namespace trtbench::sim {
namespace {

// NetworkDefinitionCreationFlag: 10 has EXPLICIT_BATCH in front.
int strongBit() { return kTrtMajor == 10 ? 1 : 0; }
uint32_t knownNetworkFlags() {
  if (kTrtMajor == 11) return 7;
  return reportedVersion() / 100 % 100 >= 9 ? 15 : 3;
}

void* newNetwork(BuilderObject* self, uint32_t flags) noexcept {
  if (!meet("createNetworkV2", self->logger)) return nullptr;
  if ((flags & ~knownNetworkFlags()) != 0) {
    self->logger.error("createNetworkV2: flags " + std::to_string(flags) + " have a bit that does not exist in TensorRT " +
                       versionText(reportedVersion()));
    return nullptr;
  }
  NetworkObject* network = create<NetworkObject>(self->logger);
  network->parent = self->children;
  network->builder = &self->facade;
  network->flags = flags;
  network->stronglyTyped = kTrtMajor == 11 || (flags >> strongBit() & 1) != 0;
  network->name = "Unnamed Network 0";
  if (flags >> (strongBit() + 1) != 0) self->logger.info("createNetworkV2: plugins written in Python were asked for");
  enlist(network);
  device().count(Counter::networks, 1);
  return &network->facade;
}

void* newConfig(BuilderObject* self) noexcept {
  if (!meet("createBuilderConfig", self->logger)) return nullptr;
  ConfigObject* config = create<ConfigObject>(self->logger);
  config->parent = self->children;
  config->settings = defaultSettings();
  device().count(Counter::builderConfigs, 1);
  return &config->facade;
}

// Profiles belong to their builder.
void* newProfile(BuilderObject* self) noexcept {
  self->profiles.emplace_back(create<ProfileObject>(self->logger));
  return &self->profiles.back()->facade;
}

bool yes(const BuilderObject*) noexcept { return true; }
int32_t none(const BuilderObject*) noexcept { return 0; }
void setBuilderAllocator(BuilderObject* self, void* allocator) noexcept { self->gpuAllocator = allocator; }
void* builderLogger(const BuilderObject* self) noexcept { return self->logger.object(); }
void resetBuilder(BuilderObject* self) noexcept {
  self->maxThreads = 1;
  self->gpuAllocator = self->errorRecorder = nullptr;
}
bool setBuilderThreads(BuilderObject* self, int32_t threads) noexcept {
  if (threads < 1) return false;
  self->maxThreads = threads;
  return true;
}
void* registryOf(const BuilderObject*) noexcept { return pluginRegistry(); }
int32_t builderThreads(const BuilderObject* self) noexcept { return self->maxThreads; }

}  // namespace

template <>
const Interface& interfaceOf<BuilderObject>() {
  static const std::vector<SlotRow> rows = {
      {"platformHasFastFp16", 2, 0, -1, 0, slot(yes)},
      {"platformHasFastInt8", 3, 0, -1, 0, slot(yes)},
      {"getMaxDLABatchSize", 4, 0, 2, 0, slot(none)},
      {"getNbDLACores", 5, 0, 3, 0, slot(none)},
      {"setGpuAllocator", 6, 0, 4, 0, slot(setBuilderAllocator)},
      {"createBuilderConfig", 7, 0, 5, 0, slot(newConfig)},
      {"createNetworkV2", 8, 0, 6, 0, slot(newNetwork)},
      {"createOptimizationProfile", 9, 0, 7, 0, slot(newProfile)},
      {"setErrorRecorder", 10, 0, 8, 0, slot(setErrorRecorder)},
      {"getErrorRecorder", 11, 0, 9, 0, slot(errorRecorder)},
      {"reset", 12, 0, 10, 0, slot(resetBuilder)},
      {"platformHasTf32", 13, 0, -1, 0, slot(yes)},
      {"buildSerializedNetwork", 14, 0, 11, 0, slot(buildSerialized)},
      {"isNetworkSupported", 15, 0, 12, 0, slot(isSupported)},
      {"getLogger", 16, 0, 13, 0, slot(builderLogger)},
      {"setMaxThreads", 17, 0, 14, 0, slot(setBuilderThreads)},
      {"getMaxThreads", 18, 0, 15, 0, slot(builderThreads)},
      {"getPluginRegistry", 19, 0, 16, 0, slot(registryOf)},
      {"buildEngineWithConfig", 20, 6, 17, 0, slot(buildEngine)},
      {"buildSerializedNetworkToStream", 21, 13, 18, 0, slot(buildToStream)},
      {"buildSerializedNetworkWithKernelText", 22, 13, 19, 0, slot(buildWithKernelText)},
  };
  static const Interface interface("VBuilder", rows);
  return interface;
}

void* newBuilder(const Logger& logger) {
  if (const int error = device().state()) {
    logger.error("createInferBuilder: CUDA initialization failure with error: " + std::to_string(error));
    return nullptr;
  }
  if (!meet("createInferBuilder", logger)) return nullptr;
  BuilderObject* builder = create<BuilderObject>(logger);
  device().count(Counter::builders, 1);
  logger.info("builder created on a simulated device");
  return &builder->facade;
}

BuilderObject::~BuilderObject() {
  device().count(Counter::builders, -1);
  if (children.use_count() == 1) return;
  device().count(Counter::earlyDestroys, 1);
  logger.error("a builder was destroyed while networks or configurations made by it are alive");
}

bool meet(const char* call, const Logger& logger) {
  const HostFault fault = device().nextFault(call);
  std::string why;
  switch (fault.kind) {
    case HostFault::Kind::none: return true;
    case HostFault::Kind::hang: device().hang(); return true;
    case HostFault::Kind::slow: sleepUntil(now() + static_cast<Nanos>(fault.slowMs * 1e6)); return true;
    case HostFault::Kind::lost:
      device().lose(719);
      why = "the device was lost";
      break;
    case HostFault::Kind::outOfMemory: why = "CUDA out of memory"; break;
    case HostFault::Kind::fail: why = "failed"; break;
  }
  logger.error(std::string(call) + ": " + why + ", as the configuration of the device asks");
  return false;
}

}  // namespace trtbench::sim
