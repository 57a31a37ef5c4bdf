// The objects of the simulated libnvinfer, laid out as TensorRT's binary interface wants them.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/api.h"
#include "nvinfer/log.h"
#include "plan/plan.h"
#include "plan/types.h"

namespace trtbench::sim {

// Facade is the public object a caller holds: a table with the destructors, and the implementation.
struct Facade {
  void* const* vtable;
  void* implementation;
};
static_assert(sizeof(Facade) == 16, "layout of a public object");

// Object is the implementation behind a facade. Its first word is the table of slots. It is a plain struct: nothing here may add
// a virtual method of its own.
struct Object {
  void* const* vtable;
  Facade facade;
  void* concrete;  // behind the facade, where layers have the methods of their own kind
  const char* interface;
  Logger logger;
  void* errorRecorder;
};

// create makes an object of a class with tables (see slots.cc), ready to be handed out as &object->facade.
template <class T>
T* create(const Logger& logger);

// from returns the implementation behind a public object.
template <class T>
T* from(const void* facade) {
  return static_cast<T*>(static_cast<const Facade*>(facade)->implementation);
}

// Settings is what a caller may set on a runtime.
struct RuntimeObject : Object {
  ~RuntimeObject();
  std::shared_ptr<int> children = std::make_shared<int>();  // its use count tells whether engines are alive
  std::map<std::string, int64_t> deserialized;              // by plan, for faults
  std::string temporaryDirectory;
  uint32_t tempfileFlags = 3;
  int32_t maxThreads = 1, dlaCore = -1;
  bool hostCodeAllowed = false;
  void* gpuAllocator = nullptr;
};

// FaultCounter counts the calls of one engine that its plan may let fail. Safe for concurrent use.
class FaultCounter {
 public:
  explicit FaultCounter(const Plan& plan) : plan_(plan), calls_(plan.faults.size()) {}
  // next returns the fault that this call meets, or nullptr. With one of the sets of kinds only these are counted.
  const FaultPlan* next(const char* call, bool onDevice = false);

 private:
  const Plan& plan_;
  std::vector<std::atomic<int64_t>> calls_;
};

// DeviceMemory is memory on the device that goes with its owner.
class DeviceMemory {
 public:
  DeviceMemory() = default;
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;
  ~DeviceMemory() { release(); }
  // allocate gives back what was held and returns 0 or a CUDA error.
  int allocate(int64_t bytes);
  void release();

 private:
  void* p_ = nullptr;
  uint64_t epoch_ = 0;  // a device that was configured anew has freed everything already
};

// EngineState is what contexts share with their engine; it outlives both as long as the device needs it.
struct EngineState {
  explicit EngineState(Plan p) : plan(std::move(p)), changes(plan.dataDependent() || plan.hasShapeTensors()), faults(plan) {}
  const Plan plan;
  const bool changes;  // an enqueue may differ from the last one though no method was called
  FaultCounter faults;
  DeviceMemory weights;
  std::atomic<int> contexts{0};
  std::atomic<int64_t> contextsMade{0};
};

struct EngineObject : Object {
  ~EngineObject();
  std::shared_ptr<EngineState> state;
  std::shared_ptr<int> parent;  // of the runtime
  std::string text;             // the plan as it was read
  int64_t streamingBudget = -1;
  std::map<std::string, std::string> descriptions;  // texts handed out
  std::vector<std::vector<int32_t>> values32;       // shape values as 10.x asks for them
  const Plan& plan() const { return state->plan; }
};

struct HostMemoryObject : Object {
  std::string bytes;
};

struct InspectorObject : Object {
  std::shared_ptr<EngineState> state;
  const void* context = nullptr;
  mutable std::string text;
};

struct RuntimeConfigObject : Object {
  int32_t strategy = kStatic;
};

struct SerializationConfigObject : Object {
  uint32_t flags = 0;
};

// The registry of plugins, an IPluginRegistry.
void* pluginRegistry();

// The device inside the libcudart beside this library.
DeviceApi& device();

// suffer does what a fault says to a host call: it waits, loses the device, or returns false because the call has to fail.
bool suffer(const FaultPlan* fault, const Logger& logger, const char* call);

}  // namespace trtbench::sim
