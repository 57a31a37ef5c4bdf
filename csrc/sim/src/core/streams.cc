// Streams and events.
#include <algorithm>

#include "core/current.h"
#include "core/device.h"

namespace trtbench::sim {
namespace {

constexpr uint32_t kStreamNonBlocking = 1;

}  // namespace

int Device::createStream(int device, uint32_t flags, void** handle) {
  if (handle == nullptr || flags > kStreamNonBlocking) return kInvalidValue;
  const Lock held(lock_);
  if (static_cast<size_t>(device) >= gpus_.size()) return kInvalidDevice;
  *handle = streams_.create();
  if (*handle == nullptr) return kOutOfMemory;
  auto s = std::make_shared<Stream>();
  s->handle = *handle;
  s->id = ++streamIds_;
  s->device = device;
  s->flags = flags;
  s->syncsWithNull = (flags & kStreamNonBlocking) == 0;
  if (log_.on()) log_.write("streamCreate s%u", s->id);
  *streams_.find(*handle) = std::move(s);
  return kSuccess;
}

// destroyStream returns at once; what is queued still takes place.
int Device::destroyStream(void* handle) {
  const Lock held(lock_);
  std::shared_ptr<Stream>* found = streams_.find(handle);
  if (found == nullptr) return kInvalidHandle;
  if (log_.on()) log_.write("streamDestroy s%u", (*found)->id);
  if ((*found)->capture != nullptr) (*found)->capture->valid = false;
  found->reset();
  streams_.destroy(handle);
  return kSuccess;
}

int Device::createEvent(uint32_t flags, void** handle) {
  if (handle == nullptr || flags > 7) return kInvalidValue;
  const Lock held(lock_);
  *handle = events_.create();
  if (*handle == nullptr) return kOutOfMemory;
  Event& e = *events_.find(*handle);
  e.done.store(kNeverRecorded);
  e.id = ++eventIds_;
  e.flags = flags;
  if (log_.on()) log_.write("eventCreate e%u flags%u", e.id, flags);
  return kSuccess;
}

int Device::destroyEvent(void* handle) {
  const Lock held(lock_);
  Event* e = events_.find(handle);
  if (e == nullptr) return kInvalidHandle;
  e->pending.reset();
  e->capture.reset();
  e->tips.clear();
  events_.destroy(handle);
  return kSuccess;
}

int Device::record(void* event, void* stream) {
  const Lock held(lock_);
  Event* e = events_.find(event);
  std::shared_ptr<Stream>* found = findStream(stream);
  if (e == nullptr || found == nullptr) return kInvalidHandle;
  Stream& s = **found;
  if (log_.on()) log_.write("eventRecord e%u s%u", e->id, s.id);
  if (s.capture != nullptr) {
    if (!s.capture->valid) return kCaptureInvalidated;
    e->capture = s.capture;
    e->tips = s.tips;
    e->done.store(kCaptured, std::memory_order_release);
    return kSuccess;
  }
  const Nanos issued = clock();
  e->capture.reset();
  if (gpu(s).blockedStreams > 0) orderWithNull(*found, issued);
  if (!s.blocked()) {
    e->pending.reset();
    e->done.store(ready(s, issued), std::memory_order_release);
    return kSuccess;
  }
  e->pending = std::make_shared<Completion>();
  e->done.store(kUnknown, std::memory_order_release);
  queue(*found, Operation{Operation::Kind::record, issued, nullptr, {}, nullptr, e->pending, event});
  return kSuccess;
}

int Device::waitEvent(void* stream, void* event) {
  const Lock held(lock_);
  Event* e = events_.find(event);
  std::shared_ptr<Stream>* found = findStream(stream);
  if (e == nullptr || found == nullptr) return kInvalidHandle;
  Stream& s = **found;
  if (log_.on()) log_.write("streamWaitEvent s%u e%u", s.id, e->id);
  if (s.capture != nullptr || e->capture != nullptr) return joinCapture(s, *e);
  const Nanos done = e->done.load(std::memory_order_relaxed);
  if (done == kNeverRecorded) return kSuccess;
  auto moment = e->pending;
  if (moment == nullptr) {
    if (!s.blocked()) {
      s.tail = std::max(s.tail, done);
      return kSuccess;
    }
    moment = std::make_shared<Completion>();
    moment->known = true;
    moment->at = done;
  }
  submit(*found, Operation{Operation::Kind::wait, clock(), nullptr, {}, nullptr, std::move(moment)});
  return kSuccess;
}

int Device::syncEvent(void* event) {
  Event* e = events_.find(event);
  if (e == nullptr) return kInvalidHandle;
  if (log_.on()) log_.write("eventSync e%u", e->id);
  const Nanos done = e->done.load(std::memory_order_acquire);
  if (done >= 0 && done <= lastNow_.load(std::memory_order_relaxed) && effects_.next() > done) return kSuccess;
  return syncEventSlow(*e);
}

int Device::queryEvent(void* event) {
  Event* e = events_.find(event);
  if (e == nullptr) return kInvalidHandle;
  if (log_.on()) log_.write("eventQuery e%u", e->id);
  const Nanos done = e->done.load(std::memory_order_acquire);
  if (done == kCaptured) return kCapturedEvent;
  if (done == kNeverRecorded) return kSuccess;
  const Nanos moment = now();
  if (done == kUnknown || done > moment) return kNotReady;
  applyEffects(moment);
  return kSuccess;
}

int Device::elapsed(void* from, void* to, float* ms) {
  const Event* a = events_.find(from);
  const Event* b = events_.find(to);
  if (a == nullptr || b == nullptr) return kInvalidHandle;
  if (ms == nullptr) return kInvalidValue;
  if (log_.on()) log_.write("eventElapsed e%u e%u", a->id, b->id);
  if (((a->flags | b->flags) & kEventDisableTiming) != 0) return kInvalidHandle;
  const Nanos start = a->done.load(std::memory_order_acquire), end = b->done.load(std::memory_order_acquire);
  if (start == kCaptured || end == kCaptured) return kCapturedEvent;
  if (start == kNeverRecorded || end == kNeverRecorded) return kInvalidHandle;
  if (start == kUnknown || end == kUnknown) return kNotReady;
  const Nanos later = std::max(start, end);
  if (later > lastNow_.load(std::memory_order_relaxed) && later > now()) return kNotReady;
  *ms = static_cast<float>(static_cast<double>(end - start) / 1e6);
  return kSuccess;
}

std::string Device::streamLabel(void* stream) {
  const Lock held(lock_);
  const std::shared_ptr<Stream>* s = findStream(stream);
  return s == nullptr ? "s?" : "s" + std::to_string((*s)->id);
}

}  // namespace trtbench::sim
