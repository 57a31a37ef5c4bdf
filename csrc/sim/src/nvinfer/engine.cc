#include "nvinfer/engine.h"

#include "nvinfer/context.h"
#include "nvinfer/slots.h"

namespace trtbench::sim {
namespace {

int32_t layerCount(const EngineObject* self) noexcept { return static_cast<int32_t>(self->plan().layers.size()); }
const char* engineName(const EngineObject* self) noexcept { return self->plan().name.c_str(); }
int32_t profileCount(const EngineObject* self) noexcept { return static_cast<int32_t>(self->plan().profiles.size()); }
bool refittable(const EngineObject* self) noexcept { return self->plan().refittable; }
int32_t engineCapability(const EngineObject*) noexcept { return 0; }
bool implicitBatch(const EngineObject*) noexcept { return false; }
uint32_t tacticSources(const EngineObject*) noexcept { return 0; }
int32_t engineVerbosity(const EngineObject* self) noexcept { return self->plan().profilingVerbosity; }
int32_t hardwareCompatibility(const EngineObject* self) noexcept { return self->plan().hardwareCompatibility; }
int32_t auxStreams(const EngineObject* self) noexcept { return self->plan().auxStreams; }

int64_t deviceMemory(const EngineObject* self) noexcept { return self->plan().mostDeviceBytes(); }

int64_t deviceMemoryFor(const EngineObject* self, int32_t profile) noexcept {
  if (profile >= 0 && profile < profileCount(self)) return self->plan().deviceBytesOf(profile);
  self->logger.error("getDeviceMemorySizeForProfile: there is no profile " + std::to_string(profile));
  return 0;
}

void* serialized(const EngineObject* self) noexcept {
  HostMemoryObject* memory = create<HostMemoryObject>(self->logger);
  memory->bytes = self->text;
  return &memory->facade;
}

void* serializedWith(const EngineObject* self, const void*) noexcept { return serialized(self); }

void* createSerializationConfig(const EngineObject* self) noexcept {
  return &create<SerializationConfigObject>(self->logger)->facade;
}
void* createRuntimeConfig(const EngineObject* self) noexcept { return &create<RuntimeConfigObject>(self->logger)->facade; }

void* createInspector(const EngineObject* self) noexcept {
  InspectorObject* inspector = create<InspectorObject>(self->logger);
  inspector->state = self->state;
  return &inspector->facade;
}

void* createContext(EngineObject* self, int32_t strategy) noexcept {
  if (device().logsCalls()) device().logCall("engine.createExecutionContext strategy" + std::to_string(strategy));
  if (strategy < kStatic || strategy > kUserManaged) {
    self->logger.error("createExecutionContext: unknown allocation strategy " + std::to_string(strategy));
    return nullptr;
  }
  if (!suffer(self->state->faults.next("createExecutionContext"), self->logger, "createExecutionContext")) return nullptr;
  ContextObject* context = create<ContextObject>(self->logger);
  const size_t tensors = self->plan().tensors.size();
  context->engineFacade = &self->facade;
  context->state = self->state;
  context->sampler = std::make_shared<Sampler>(self->plan().time, self->state->contextsMade++);
  context->strategy = strategy;
  for (const TensorPlan& t : self->plan().tensors) context->shapes.push_back(t.shape);
  context->addresses.resize(tensors);
  context->allocators.resize(tensors);
  context->turns.resize(tensors);
  self->state->contexts++;
  device().count(Counter::contexts, 1);
  if (context->holdMemory()) return &context->facade;
  delete context;
  return nullptr;
}

void* createContextWithoutMemory(EngineObject* self) noexcept { return createContext(self, kUserManaged); }

void* createContextWithConfig(EngineObject* self, const void* config) noexcept {
  return createContext(self, config == nullptr ? kStatic : from<RuntimeConfigObject>(config)->strategy);
}

int64_t streamableBytes(const EngineObject* self) noexcept { return self->plan().streamableBytes; }
int64_t streamingBudget(const EngineObject* self) noexcept {
  return self->streamingBudget < 0 ? self->plan().streamableBytes : self->streamingBudget;
}
int64_t noBytes(const EngineObject*) noexcept { return 0; }

bool setStreamingBudget(EngineObject* self, int64_t budget) noexcept {
  if (self->state->contexts > 0) {
    self->logger.error("setWeightStreamingBudget: not while execution contexts exist");
    return false;
  }
  if (budget < -1 || budget > self->plan().streamableBytes) {
    self->logger.error("setWeightStreamingBudget: " + std::to_string(budget) + " is not between -1 and the streamable weights");
    return false;
  }
  self->streamingBudget = budget;
  return true;
}

bool setStreamingBudgetV2(EngineObject* self, int64_t budget) noexcept {
  if (budget >= 0) return setStreamingBudget(self, budget);
  self->logger.error("setWeightStreamingBudgetV2: " + std::to_string(budget) + " is negative");
  return false;
}

// Statistics are the bytes of all weights, and of those that are not in the plan.
int64_t engineStat(const EngineObject* self, int32_t stat) noexcept {
  const bool stripped = self->plan().build.has("strip_plan");
  return stat == 0 || (stat == 1 && stripped) ? self->plan().weightsBytes : 0;
}

}  // namespace

template <>
const Interface& interfaceOf<EngineObject>() {
  static const std::vector<SlotRow> rows = {
      {"getPImpl", 2, 0, 2, 0, slot(facadeOf)},
      {"getNbLayers", 3, 0, 3, 0, slot(layerCount)},
      {"serialize", 4, 0, 4, 0, slot(serialized)},
      {"createExecutionContext", 5, 0, 5, 0, slot(createContext)},
      {"createExecutionContextWithoutDeviceMemory", 6, 0, -1, 0, slot(createContextWithoutMemory)},
      {"getDeviceMemorySize", 7, 0, -1, 0, slot(deviceMemory)},
      {"isRefittable", 8, 0, 6, 0, slot(refittable)},
      {"getName", 9, 0, 7, 0, slot(engineName)},
      {"getNbOptimizationProfiles", 10, 0, 8, 0, slot(profileCount)},
      {"getProfileTensorValues", 11, 0, -1, 0, slot(profileValues32)},
      {"getEngineCapability", 12, 0, 9, 0, slot(engineCapability)},
      {"setErrorRecorder", 13, 0, 10, 0, slot(setErrorRecorder)},
      {"getErrorRecorder", 14, 0, 11, 0, slot(errorRecorder)},
      {"hasImplicitBatchDimension", 15, 0, -1, 0, slot(implicitBatch)},
      {"getTacticSources", 16, 0, 12, 0, slot(tacticSources)},
      {"getProfilingVerbosity", 17, 0, 13, 0, slot(engineVerbosity)},
      {"createEngineInspector", 18, 0, 14, 0, slot(createInspector)},
      {"getTensorShape", 19, 0, 15, 0, slot(tensorShape)},
      {"getTensorDataType", 20, 0, 16, 0, slot(tensorType)},
      {"getTensorLocation", 21, 0, 17, 0, slot(tensorLocation)},
      {"isShapeInferenceIO", 22, 0, 18, 0, slot(tensorShapeInference)},
      {"getTensorIOMode", 23, 0, 19, 0, slot(tensorMode)},
      {"getTensorBytesPerComponent", 24, 0, 20, 0, slot(tensorComponentBytes)},
      {"getTensorComponentsPerElement", 25, 0, 21, 0, slot(tensorComponents)},
      {"getTensorFormat", 26, 0, 22, 0, slot(tensorFormat)},
      {"getTensorFormatDesc", 27, 0, 23, 0, slot(tensorFormatText)},
      {"getTensorVectorizedDim", 28, 0, 24, 0, slot(tensorVectorDim)},
      {"getProfileShape", 29, 0, 25, 0, slot(profileShape)},
      {"getNbIOTensors", 30, 0, 26, 0, slot(tensorCount)},
      {"getIOTensorName", 31, 0, 27, 0, slot(tensorName)},
      {"getHardwareCompatibilityLevel", 32, 0, 28, 0, slot(hardwareCompatibility)},
      {"getNbAuxStreams", 33, 0, 29, 0, slot(auxStreams)},
      {"getTensorBytesPerComponentV2", 34, 0, 30, 0, slot(tensorComponentBytesV2)},
      {"getTensorComponentsPerElementV2", 35, 0, 31, 0, slot(tensorComponentsV2)},
      {"getTensorFormatV2", 36, 0, 32, 0, slot(tensorFormatV2)},
      {"getTensorFormatDescV2", 37, 0, 33, 0, slot(tensorFormatTextV2)},
      {"getTensorVectorizedDimV2", 38, 0, 34, 0, slot(tensorVectorDimV2)},
      {"createSerializationConfig", 39, 0, 35, 0, slot(createSerializationConfig)},
      {"serializeWithConfig", 40, 0, 36, 0, slot(serializedWith)},
      {"getDeviceMemorySizeForProfile", 41, 0, -1, 0, slot(deviceMemoryFor)},
      {"setWeightStreamingBudget", 43, 0, -1, 0, slot(setStreamingBudget)},
      {"getWeightStreamingBudget", 44, 0, -1, 0, slot(streamingBudget)},
      {"getMinimumWeightStreamingBudget", 45, 0, -1, 0, slot(noBytes)},
      {"getStreamableWeightsSize", 46, 0, 38, 0, slot(streamableBytes)},
      {"isDebugTensor", 47, 0, 39, 0, slot(tensorDebug)},
      {"setWeightStreamingBudgetV2", 48, 1, 40, 0, slot(setStreamingBudgetV2)},
      {"getWeightStreamingBudgetV2", 49, 1, 41, 0, slot(streamingBudget)},
      {"getWeightStreamingAutomaticBudget", 50, 1, 42, 0, slot(streamableBytes)},
      {"getWeightStreamingScratchMemorySize", 51, 1, 43, 0, slot(noBytes)},
      {"getDeviceMemorySizeV2", 52, 1, 44, 0, slot(deviceMemory)},
      {"getDeviceMemorySizeForProfileV2", 53, 1, 45, 0, slot(deviceMemoryFor)},
      {"getProfileTensorValuesV2", 54, 11, 46, 0, slot(profileValues)},
      {"createExecutionContextWithRuntimeConfig", 55, 11, 47, 0, slot(createContextWithConfig)},
      {"createRuntimeConfig", 56, 11, 48, 0, slot(createRuntimeConfig)},
      {"getEngineStat", 57, 14, 49, 0, slot(engineStat)},
      {"getAliasedInputTensor", 58, 15, 50, 0, slot(tensorAlias)},
  };
  static const Interface interface("VCudaEngine", rows);
  return interface;
}

EngineObject::~EngineObject() {
  device().count(Counter::engines, -1);
  if (state->contexts == 0) return;
  device().count(Counter::earlyDestroys, 1);
  logger.error("engine " + plan().name + " was destroyed while " + std::to_string(state->contexts) +
               " of its contexts are alive");
}

const FaultPlan* FaultCounter::next(const char* call, bool onDevice) {
  const FaultPlan* hit = nullptr;
  for (size_t i = 0; i < calls_.size(); i++) {
    const FaultPlan& fault = plan_.faults[i];
    if (fault.call != call) continue;
    const bool atRun = fault.call == "enqueue" && fault.kind != FaultPlan::Kind::fail;
    if (atRun == onDevice && fault.hits(++calls_[i])) hit = &fault;
  }
  return hit;
}

}  // namespace trtbench::sim
