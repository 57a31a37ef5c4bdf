#include "nvinfer/enqueue.h"

#include <algorithm>
#include <cstring>

#include "core/major.h"

namespace trtbench::sim {
namespace {

// OutputAllocator calls the caller's IOutputAllocator, whose table is the same in both majors.
void* reallocateOutput(void* allocator, const char* name, void* current, uint64_t bytes, void* stream) {
  constexpr uint64_t kAlignment = 256;
  const auto reallocate = method<void* (*)(void*, const char*, void*, uint64_t, uint64_t, void*)>(allocator, 5);
  return reallocate(allocator, name, current, bytes, kAlignment, stream);
}

void notifyShape(void* allocator, const char* name, const Shape& shape) {
  const Dims dims = toDims(shape);
  method<void (*)(void*, const char*, const Dims&)>(allocator, 6)(allocator, name, dims);
}

void reportLayer(void* profiler, const char* name, float ms) {
  method<void (*)(void*, const char*, float)>(profiler, kTrtMajor == 10 ? 0 : 4)(profiler, name, ms);
}

bool refuse(const ContextObject* self, const std::string& why) {
  self->logger.error("enqueueV3: " + why);
  return false;
}

// incomplete names what an input or output still needs, or is empty.
std::string incomplete(const ContextObject& c, size_t i) {
  const TensorPlan& t = c.plan().tensors[i];
  if (t.input && volume(c.shapes[i]) < 0) return "input " + t.name + " has no shape: call setInputShape";
  if (c.addresses[i] != nullptr || c.allocators[i] != nullptr) return "";
  return "tensor " + t.name + " has no address: call setTensorAddress";
}

std::string missing(const ContextObject& c) {
  for (size_t i = 0; i < c.plan().tensors.size(); i++) {
    const std::string what = incomplete(c, i);
    if (!what.empty()) return what;
  }
  const int64_t needed = c.plan().deviceBytesOf(c.profile);
  if (c.strategy == kUserManaged && needed > 0 && c.userMemory < needed) {
    return "the context needs " + std::to_string(needed) + " bytes of device memory: call setDeviceMemory";
  }
  return badShapeValue(c);
}

// place finds shape and address of an output, asking its allocator for memory; false when that gives none.
bool place(ContextObject* c, size_t i, void* stream, Binding* out) {
  const TensorPlan& t = c->plan().tensors[i];
  if (t.dataDependent()) {
    out->shape = t.dataShapes[static_cast<size_t>(c->turns[i]++) % t.dataShapes.size()];
    out->bytes = bytesOf(out->shape, t.type, t.format);
  }
  void* const allocator = c->allocators[i];
  if (allocator == nullptr) return true;
  out->address = reallocateOutput(allocator, t.name.c_str(), c->addresses[i],
                                  static_cast<uint64_t>(std::max<int64_t>(out->bytes, 1)), stream);
  if (out->address == nullptr) return refuse(c, "the allocator of output " + t.name + " gave no memory");
  c->addresses[i] = out->address;
  notifyShape(allocator, t.name.c_str(), out->shape);
  return true;
}

// prepare makes the work of the next enqueue, or nullptr after saying why not.
std::shared_ptr<Inference> prepare(ContextObject* c, void* stream) {
  const std::string what = missing(*c);
  if (!what.empty()) {
    refuse(c, what);
    return nullptr;
  }
  auto inference = std::make_shared<Inference>();
  inference->engine = c->state;
  inference->sampler = c->sampler;
  bool leading = true;
  for (size_t i = 0; i < c->plan().tensors.size(); i++) {
    const TensorPlan& t = c->plan().tensors[i];
    Binding b = {static_cast<int>(i), c->addresses[i], currentShape(*c, static_cast<int>(i)), 0, !t.host};
    b.bytes = bytesOf(b.shape, t.type, t.format);
    if (!t.input && !place(c, i, stream, &b)) return nullptr;
    if (t.input && leading && !t.shapeTensor) {
      leading = false;
      inference->items = b.shape.empty() ? 1 : b.shape[0];
    }
    if (!t.host && b.bytes > 0 && !device().covers(b.address, static_cast<size_t>(b.bytes))) inference->reachable = false;
    (t.input ? inference->inputs : inference->outputs).push_back(std::move(b));
  }
  if (!inference->reachable) c->logger.verbose("enqueueV3: an address is no memory of the device");
  return inference;
}

void report(const ContextObject* c) {
  const double ms = static_cast<double>(c->inference->lastLength()) / 1e6;
  for (const LayerPlan& l : c->plan().layers) reportLayer(c->profiler, l.name.c_str(), static_cast<float>(ms * l.share));
}

// changes tells whether an enqueue may differ from the last one though no method was called.
bool changes(const ContextObject& c) {
  return c.inferenceMemory != device().memoryVersion() || c.hasAllocators || c.state->changes;
}

// current returns the work to launch: the last one while nothing changed.
const std::shared_ptr<Inference>& current(ContextObject* c, void* stream) {
  if (c->inference == nullptr || changes(*c)) {
    c->inference = prepare(c, stream);
    c->inferenceMemory = device().memoryVersion();
  }
  return c->inference;
}

void logEnqueue(void* stream, bool captured) {
  if (device().logsCalls()) device().logCall("enqueueV3 " + device().streamLabel(stream) + (captured ? " (capturing)" : ""));
}

}  // namespace

std::string badShapeValue(const ContextObject& c) {
  for (size_t i = 0; i < c.plan().tensors.size(); i++) {
    const TensorPlan& t = c.plan().tensors[i];
    if (!t.shapeTensor || c.addresses[i] == nullptr) continue;
    const Range& range = c.plan().profiles[static_cast<size_t>(c.profile)].values[i];
    for (size_t k = 0; k < range.min.size(); k++) {
      int64_t value = 0;
      if (t.type == kInt64) {
        value = static_cast<const int64_t*>(c.addresses[i])[k];
      } else {
        value = static_cast<const int32_t*>(c.addresses[i])[k];
      }
      if (value >= range.min[k] && value <= range.max[k]) continue;
      return "shape tensor " + t.name + ": value " + std::to_string(k) + " is " + std::to_string(value) + ", profile " +
             std::to_string(c.profile) + " allows " + std::to_string(range.min[k]) + " to " + std::to_string(range.max[k]);
    }
  }
  return "";
}

bool enqueue(ContextObject* self, void* stream) noexcept {
  const Plan& plan = self->plan();
  if (!plan.faults.empty() && !suffer(self->state->faults.next("enqueue"), self->logger, "enqueueV3")) return false;
  const std::shared_ptr<Inference>& work = current(self, stream);
  if (work == nullptr) return false;
  if (plan.time.enqueueUs > 0) spendUntil(now() + static_cast<Nanos>(plan.time.enqueueUs * 1e3));
  bool captured = false;
  const int error = device().launch(stream, work, &captured);
  logEnqueue(stream, captured);
  if (error != 0) return refuse(self, std::string("CUDA error ") + device().errorName(error));
  if (captured && plan.dataDependent())
    return refuse(self, "an output whose shape depends on the data cannot be captured into a graph");
  if (self->inputConsumed != nullptr) device().record(self->inputConsumed, stream);
  if (captured || self->profiler == nullptr || !self->emitsProfile) return true;
  if (const int failed = device().finish(stream)) return refuse(self, std::string("CUDA error ") + device().errorName(failed));
  report(self);
  return true;
}

// execute takes addresses in the order of the tensors and waits for the end.
bool execute(ContextObject* self, void* const* bindings) noexcept {
  if (bindings == nullptr) return refuse(self, "no bindings");
  std::copy(bindings, bindings + self->addresses.size(), self->addresses.begin());
  self->changed();
  return enqueue(self, nullptr) && device().finish(nullptr) == 0;
}

bool reportToProfiler(ContextObject* self) noexcept {
  if (self->profiler == nullptr || self->inference == nullptr) {
    self->logger.error("reportToProfiler: no profiler is set, or nothing was enqueued");
    return false;
  }
  if (!suffer(self->state->faults.next("reportToProfiler"), self->logger, "reportToProfiler")) return false;
  report(self);
  return true;
}

}  // namespace trtbench::sim
