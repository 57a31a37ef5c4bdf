// An execution context: shapes, addresses, and the work it puts on a stream.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nvinfer/objects.h"

namespace trtbench::sim {

// Sampler draws the durations of a context's runs. The same seed gives the same durations. The device lock guards it.
class Sampler {
 public:
  Sampler(const TimePlan& time, int64_t context);
  Nanos next(int64_t items);

 private:
  double uniform();

  TimePlan time_;
  uint64_t state_;
  bool first_ = true;
};

// Binding is one tensor of an enqueue: where it is and how large.
struct Binding {
  int tensor;
  void* address;
  Shape shape;
  int64_t bytes;
  bool registered;  // in memory of the device, and not the caller's own
};

// Inference is the device work of one enqueue, as the addresses and shapes were when it was queued.
class Inference final : public Work {
 public:
  std::shared_ptr<EngineState> engine;
  std::shared_ptr<Sampler> sampler;
  std::vector<Binding> inputs, outputs;
  int64_t items = 1;      // the leading dimension
  bool reachable = true;  // every address is memory of the device

  Cost cost() override;
  void ran(Nanos start, Nanos length) override;
  std::shared_ptr<Action> effect() override;
  Nanos graphLaunchNanos() const override;
  Nanos lastLength() const { return lastLength_.load(); }

 private:
  std::atomic<Nanos> lastLength_{0};
};

struct ContextObject : Object {
  ~ContextObject();
  const void* engineFacade = nullptr;
  std::shared_ptr<EngineState> state;
  std::shared_ptr<Sampler> sampler;
  int32_t strategy = kStatic;
  int32_t profile = 0;
  std::vector<Shape> shapes;  // of inputs; an unset dimension is -1
  std::vector<void*> addresses;
  std::vector<void*> allocators;  // IOutputAllocator of outputs
  bool hasAllocators = false;
  std::vector<int64_t> turns;  // which data-dependent shape comes next
  DeviceMemory ownMemory;      // for activations
  int64_t userMemory = -1;     // bytes the user gave; -1: none
  void* profiler = nullptr;
  bool emitsProfile = true, debugSync = false;
  void* inputConsumed = nullptr;
  void* temporaryAllocator = nullptr;
  void* debugListener = nullptr;
  size_t persistentCache = 0;
  int32_t nvtxVerbosity = 0;
  std::string name;
  std::shared_ptr<Inference> inference;  // the last one, kept while nothing changes
  uint64_t inferenceMemory = 0;          // the version of the allocations it was checked against

  const Plan& plan() const { return state->plan; }
  void changed() { inference.reset(); }
  bool holdMemory();
};

// outputShape is the shape of a tensor with the inputs as they are; unknown dimensions are -1.
Shape currentShape(const ContextObject& context, int tensor);
// functionAction returns what the plan's function does to memory in one run, or nullptr.
std::shared_ptr<Action> functionAction(const Inference& inference);

}  // namespace trtbench::sim
