// Kernels, transfers and host functions on their way into a stream, and memory.
#include <algorithm>

#include "core/current.h"
#include "core/device.h"

namespace trtbench::sim {

int Device::launch(void* stream, const std::shared_ptr<Work>& work, bool* captured) {
  if (armed_.load(std::memory_order_relaxed)) {
    if (const int error = state()) return error;
  }
  const Lock held(lock_);
  std::shared_ptr<Stream>* found = findStream(stream);
  if (found == nullptr) return kInvalidHandle;
  Stream& s = **found;
  *captured = s.capture != nullptr;
  totals_.enqueues++;
  if (*captured) return capture(s, Node{Operation::Kind::kernel, work, {}, nullptr, nullptr, {}});
  const Nanos issued = clock();
  if (!s.blocked() && gpu(s).blockedStreams == 0) {
    s.tail = placeKernel(gpu(s), work, ready(s, issued));
    return kSuccess;
  }
  submit(*found, Operation{Operation::Kind::kernel, issued, work, {}, nullptr, nullptr});
  return kSuccess;
}

int Device::transfer(void* stream, Transfer t, bool thenWait) {
  std::shared_ptr<Stream> s;
  uint64_t epoch;
  {
    const Lock held(lock_);
    epoch = epoch_.load();
    std::shared_ptr<Stream>* found = findStream(stream);
    if (found == nullptr) return kInvalidHandle;
    s = *found;
    if (s->capture != nullptr) {
      if (thenWait) return refuseCapturing(*s);
      return capture(*s, Node{Operation::Kind::transfer, nullptr, std::move(t), nullptr, nullptr, {}});
    }
    submit(s, Operation{Operation::Kind::transfer, clock(), nullptr, std::move(t), nullptr, nullptr});
  }
  return thenWait ? waitStream(s, epoch) : kSuccess;
}

int Device::launchHostFunction(void* stream, HostFunction function, void* argument) {
  if (function == nullptr) return kInvalidValue;
  const Lock held(lock_);
  std::shared_ptr<Stream>* found = findStream(stream);
  if (found == nullptr) return kInvalidHandle;
  Stream& s = **found;
  if (log_.on()) log_.write("launchHostFunc s%u %zu", s.id, s.waiting.size());
  if (s.capture != nullptr) return capture(s, Node{Operation::Kind::host, nullptr, {}, function, argument, {}});
  Operation op{Operation::Kind::host, clock(), nullptr, {}, nullptr, nullptr};
  op.function = function;
  op.argument = argument;
  submit(*found, std::move(op));
  return kSuccess;
}

int Device::allocate(MemoryKind kind, int device, size_t bytes, void** out) {
  if (out == nullptr) return kInvalidValue;
  *out = nullptr;
  const Lock held(lock_);
  if (static_cast<size_t>(device) >= gpus_.size()) return kInvalidDevice;
  if (const int error = unsafeDuringCapture()) return error;
  if (bytes == 0) return kSuccess;
  Gpu& g = gpus_[static_cast<size_t>(device)];
  const int64_t size = bytes > INT64_MAX ? INT64_MAX : static_cast<int64_t>(bytes);
  const bool onDevice = kind != MemoryKind::host;
  if (onDevice && size > g.config.memoryBytes - g.memoryUsed) return kOutOfMemory;
  *out = memory_.allocate(kind, device, bytes);
  if (*out == nullptr) return kOutOfMemory;
  memoryVersion_.store(memory_.version(), std::memory_order_relaxed);
  (onDevice ? g.memoryUsed : hostBytes_) += size;
  (onDevice ? deviceAllocations_ : hostAllocations_)++;
  return kSuccess;
}

// forget frees with the lock held. Addresses that are none are ignored.
void Device::forget(void* p) {
  const Allocation* found = memory_.find(p);
  if (found == nullptr || found->base != p) return;
  const auto bytes = static_cast<int64_t>(found->bytes);
  if (found->kind == MemoryKind::host) {
    hostBytes_ -= bytes;
    hostAllocations_--;
  } else {
    gpus_[static_cast<size_t>(found->device)].memoryUsed -= bytes;
    deviceAllocations_--;
  }
  memory_.release(p);
  memoryVersion_.store(memory_.version(), std::memory_order_relaxed);
}

// release waits for everything queued on the device first, as CUDA does.
int Device::release(void* p, bool host) {
  if (p == nullptr) return kSuccess;
  Allocation a;
  if (!find(p, &a) || a.base != p || (a.kind == MemoryKind::host) != host) return kInvalidValue;
  if (const int error = finishDevice(a.device)) return error;
  if (const int error = finishEffects()) return error;
  const Lock held(lock_);
  forget(p);
  return kSuccess;
}

int Device::releaseAsync(void* p, void* stream) {
  if (p == nullptr) return kSuccess;
  Allocation a;
  if (!find(p, &a) || a.base != p || a.kind != MemoryKind::device) return kInvalidValue;
  Transfer t;
  t.kind = Transfer::Kind::release;
  t.to = p;
  return transfer(stream, std::move(t), false);
}

int Device::memoryInfo(int device, size_t* free, size_t* total) {
  const Lock held(lock_);
  if (static_cast<size_t>(device) >= gpus_.size()) return kInvalidDevice;
  const Gpu& g = gpus_[static_cast<size_t>(device)];
  if (free != nullptr) *free = static_cast<size_t>(g.config.memoryBytes - g.memoryUsed);
  if (total != nullptr) *total = static_cast<size_t>(g.config.memoryBytes);
  return kSuccess;
}

int Device::setLimit(int limit, size_t value) {
  if (limit < 0 || static_cast<size_t>(limit) >= std::size(limits_)) return kInvalidValue;
  const Lock held(lock_);
  limits_[limit] = value;
  return kSuccess;
}

int Device::limit(int limit, size_t* value) {
  if (value == nullptr || limit < 0 || static_cast<size_t>(limit) >= std::size(limits_)) return kInvalidValue;
  const Lock held(lock_);
  *value = limits_[limit];
  return kSuccess;
}

bool Device::find(const void* p, Allocation* found) {
  const Lock held(lock_);
  const Allocation* a = memory_.find(p);
  if (a != nullptr) *found = *a;
  return a != nullptr;
}

MemoryKind Device::kindOf(const void* p) {
  Allocation a;
  return find(p, &a) ? a.kind : MemoryKind::unregistered;
}

// within tells whether the range stays inside the allocation it starts in; memory that is not registered always does.
bool Device::within(const void* p, size_t bytes) {
  const Lock held(lock_);
  return memory_.view(p, bytes, false) != nullptr;
}

bool Device::covers(const void* p, size_t bytes) {
  const Lock held(lock_);
  return memory_.view(p, bytes, true) != nullptr;
}

int Device::allocate(size_t bytes, void** out) { return allocate(MemoryKind::device, currentDevice(), bytes, out); }

void Device::release(void* p) { release(p, false); }

}  // namespace trtbench::sim
