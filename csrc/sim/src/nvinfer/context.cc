// Settings of an execution context, and its table.
#include "nvinfer/context.h"

#include <algorithm>

#include "nvinfer/context_tensors.h"
#include "nvinfer/enqueue.h"
#include "nvinfer/slots.h"

namespace trtbench::sim {
namespace {

bool setProfile(ContextObject* self, int32_t profile, void* stream) noexcept {
  if (device().logsCalls()) device().logCall("context.setOptimizationProfileAsync " + std::to_string(profile));
  if (!suffer(self->state->faults.next("setOptimizationProfile"), self->logger, "setOptimizationProfileAsync")) return false;
  if (profile < 0 || static_cast<size_t>(profile) >= self->plan().profiles.size()) {
    self->logger.error("setOptimizationProfileAsync: there is no profile " + std::to_string(profile));
    return false;
  }
  if (profile == self->profile) return true;
  self->profile = profile;
  for (size_t i = 0; i < self->shapes.size(); i++) self->shapes[i] = self->plan().tensors[i].shape;
  self->changed();
  if (self->strategy != kOnProfileChange) return true;
  device().finish(stream);
  return self->holdMemory();
}

int32_t profileIndex(const ContextObject* self) noexcept { return self->profile; }

void setMemoryV2(ContextObject* self, void* memory, int64_t bytes) noexcept {
  if (self->strategy != kUserManaged) self->logger.warn("setDeviceMemory: this context manages its memory itself");
  self->userMemory = memory == nullptr ? -1 : bytes;
  self->changed();
}

// The old call does not say how much it gives: enough is assumed.
void setMemory(ContextObject* self, void* memory) noexcept { setMemoryV2(self, memory, INT64_MAX); }
size_t memoryForShapes(const ContextObject* self) noexcept {
  return static_cast<size_t>(self->plan().deviceBytesOf(self->profile));
}

void setProfiler(ContextObject* self, void* profiler) noexcept { self->profiler = profiler; }
void* profiler(const ContextObject* self) noexcept { return self->profiler; }
void setEmits(ContextObject* self, bool emits) noexcept { self->emitsProfile = emits; }
bool emits(const ContextObject* self) noexcept { return self->emitsProfile; }
void setDebugSync(ContextObject* self, bool sync) noexcept { self->debugSync = sync; }
bool debugSync(const ContextObject* self) noexcept { return self->debugSync; }
const void* engine(const ContextObject* self) noexcept { return self->engineFacade; }
void setName(ContextObject* self, const char* name) noexcept { self->name = name == nullptr ? "" : name; }
const char* contextName(const ContextObject* self) noexcept { return self->name.c_str(); }

bool setInputConsumed(ContextObject* self, void* event) noexcept {
  self->inputConsumed = event;
  return true;
}
void* inputConsumed(const ContextObject* self) noexcept { return self->inputConsumed; }

bool setTemporaryAllocator(ContextObject* self, void* allocator) noexcept {
  self->temporaryAllocator = allocator;
  return true;
}
void* temporaryAllocator(const ContextObject* self) noexcept { return self->temporaryAllocator; }

void setPersistentCache(ContextObject* self, size_t bytes) noexcept {
  if (device().logsCalls()) device().logCall("context.setPersistentCacheLimit " + std::to_string(bytes));
  self->persistentCache = bytes;
}
size_t persistentCache(const ContextObject* self) noexcept { return self->persistentCache; }

bool setNvtx(ContextObject* self, int32_t verbosity) noexcept {
  if (device().logsCalls()) device().logCall("context.setNvtxVerbosity " + std::to_string(verbosity));
  self->nvtxVerbosity = verbosity;
  return true;
}
int32_t nvtx(const ContextObject* self) noexcept { return self->nvtxVerbosity; }

// The simulated engine is one kernel: auxiliary streams have no work, a wrong number is still reported.
void setAuxStreams(const ContextObject* self, void* const*, int32_t count) noexcept {
  if (count < 0 || count > self->plan().auxStreams) {
    self->logger.error("setAuxStreams: " + std::to_string(count) + " streams, the engine uses " +
                       std::to_string(self->plan().auxStreams));
  }
}

bool setDebugListener(ContextObject* self, void* listener) noexcept {
  self->debugListener = listener;
  return true;
}
void* debugListener(const ContextObject* self) noexcept { return self->debugListener; }
bool debugState(const ContextObject*, const char*, bool) noexcept { return false; }
bool debugStateAll(const ContextObject*, bool) noexcept { return true; }
bool noDebugState(const ContextObject*, const char*) noexcept { return false; }
bool noDebugStateAll(const ContextObject*) noexcept { return false; }
void* runtimeConfig(const ContextObject* self) noexcept {
  RuntimeConfigObject* config = create<RuntimeConfigObject>(self->logger);
  config->strategy = self->strategy;
  return &config->facade;
}

}  // namespace

template <>
const Interface& interfaceOf<ContextObject>() {
  static const std::vector<SlotRow> rows = {
      {"getPImpl", 2, 0, 2, 0, slot(facadeOf)},
      {"setDebugSync", 3, 0, 3, 0, slot(setDebugSync)},
      {"getDebugSync", 4, 0, 4, 0, slot(debugSync)},
      {"setProfiler", 5, 0, 5, 0, slot(setProfiler)},
      {"getProfiler", 6, 0, 6, 0, slot(profiler)},
      {"getEngine", 7, 0, 7, 0, slot(engine)},
      {"setName", 8, 0, 8, 0, slot(setName)},
      {"getName", 9, 0, 9, 0, slot(contextName)},
      {"setDeviceMemory", 10, 0, 10, 0, slot(setMemory)},
      {"getOptimizationProfile", 11, 0, 11, 0, slot(profileIndex)},
      {"allInputDimensionsSpecified", 12, 0, 12, 0, slot(allShapes)},
      {"allInputShapesSpecified", 13, 0, -1, 0, slot(allValues)},
      {"setErrorRecorder", 14, 0, 13, 0, slot(setErrorRecorder)},
      {"getErrorRecorder", 15, 0, 14, 0, slot(errorRecorder)},
      {"executeV2", 16, 0, 15, 0, slot(execute)},
      {"setOptimizationProfileAsync", 17, 0, 16, 0, slot(setProfile)},
      {"setEnqueueEmitsProfile", 18, 0, 17, 0, slot(setEmits)},
      {"getEnqueueEmitsProfile", 19, 0, 18, 0, slot(emits)},
      {"reportToProfiler", 20, 0, 19, 0, slot(reportToProfiler)},
      {"setInputShape", 21, 0, 20, 0, slot(setInputShape)},
      {"getTensorShape", 22, 0, 21, 0, slot(shapeNow)},
      {"getTensorStrides", 23, 0, 22, 0, slot(stridesNow)},
      {"setTensorAddress", 24, 0, 23, 0, slot(setTensorAddress)},
      {"getTensorAddress", 25, 0, 24, 0, slot(addressNow)},
      {"setInputTensorAddress", 26, 0, 25, 0, slot(setInputAddress)},
      {"setOutputTensorAddress", 27, 0, 26, 0, slot(setOutputAddress)},
      {"inferShapes", 28, 0, 27, 0, slot(inferShapes)},
      {"setInputConsumedEvent", 29, 0, 28, 0, slot(setInputConsumed)},
      {"getInputConsumedEvent", 30, 0, 29, 0, slot(inputConsumed)},
      {"getOutputTensorAddress", 31, 0, 30, 0, slot(addressNow)},
      {"setOutputAllocator", 32, 0, 31, 0, slot(setOutputAllocator)},
      {"getOutputAllocator", 33, 0, 32, 0, slot(outputAllocator)},
      {"getMaxOutputSize", 34, 0, 33, 0, slot(maxOutputSize)},
      {"setTemporaryStorageAllocator", 35, 0, 34, 0, slot(setTemporaryAllocator)},
      {"getTemporaryStorageAllocator", 36, 0, 35, 0, slot(temporaryAllocator)},
      {"enqueueV3", 37, 0, 36, 0, slot(enqueue)},
      {"setPersistentCacheLimit", 38, 0, 37, 0, slot(setPersistentCache)},
      {"getPersistentCacheLimit", 39, 0, 38, 0, slot(persistentCache)},
      {"setNvtxVerbosity", 40, 0, 39, 0, slot(setNvtx)},
      {"getNvtxVerbosity", 41, 0, 40, 0, slot(nvtx)},
      {"setAuxStreams", 42, 0, 41, 0, slot(setAuxStreams)},
      {"setDebugListener", 43, 0, 42, 0, slot(setDebugListener)},
      {"getDebugListener", 44, 0, 43, 0, slot(debugListener)},
      {"setTensorDebugState", 45, 0, 44, 0, slot(debugState)},
      {"getDebugState", 46, 0, 45, 0, slot(noDebugState)},
      {"setAllTensorsDebugState", 47, 0, 46, 0, slot(debugStateAll)},
      {"updateDeviceMemorySizeForShapes", 48, 0, 47, 0, slot(memoryForShapes)},
      {"setDeviceMemoryV2", 49, 1, 48, 0, slot(setMemoryV2)},
      {"getRuntimeConfig", 50, 11, 49, 0, slot(runtimeConfig)},
      {"setUnfusedTensorsDebugState", 51, 12, 50, 0, slot(debugStateAll)},
      {"getUnfusedTensorsDebugState", 52, 12, 51, 0, slot(noDebugStateAll)},
  };
  static const Interface interface("VExecutionContext", rows);
  return interface;
}

bool ContextObject::holdMemory() {
  if (strategy == kUserManaged) return true;
  const int64_t bytes = strategy == kStatic ? plan().mostDeviceBytes() : plan().deviceBytesOf(profile);
  if (const int error = ownMemory.allocate(bytes)) {
    logger.error("createExecutionContext: allocating " + std::to_string(bytes) +
                 " bytes of device memory: " + device().errorName(error));
    return false;
  }
  logger.info("execution context holds " + std::to_string(bytes) + " bytes of device memory");
  return true;
}

ContextObject::~ContextObject() {
  state->contexts--;
  device().count(Counter::contexts, -1);
}

}  // namespace trtbench::sim
