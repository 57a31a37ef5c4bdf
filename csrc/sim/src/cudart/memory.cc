// Allocations, copies and fills.
#include <cstring>

#include "cudart/cudart.h"

using namespace trtbench::sim;

namespace {

// The values of cudaMemcpyKind.
enum CopyKind { kHostToHost = 0, kHostToDevice = 1, kDeviceToHost = 2, kDeviceToDevice = 3, kDefault = 4 };

// cudaPointerAttributes up to what both versions have.
struct PointerHead {
  int type;
  int device;
  void* devicePointer;
  void* hostPointer;
};

bool onDevice(MemoryKind kind) { return kind == MemoryKind::device || kind == MemoryKind::managed; }
bool onHost(MemoryKind kind) { return kind != MemoryKind::device; }

// direction turns a copy kind into what the transfer is, or returns an error when an address is on the wrong side.
int direction(int kind, MemoryKind to, MemoryKind from, Transfer::Kind* out) {
  if (kind == kDefault) {
    const bool toDevice = to == MemoryKind::device, fromDevice = from == MemoryKind::device;
    kind = toDevice ? (fromDevice ? kDeviceToDevice : kHostToDevice) : (fromDevice ? kDeviceToHost : kHostToHost);
  }
  switch (kind) {
    case kHostToHost: *out = Transfer::Kind::h2h; return onHost(to) && onHost(from) ? kSuccess : kInvalidValue;
    case kHostToDevice: *out = Transfer::Kind::h2d; return onDevice(to) && onHost(from) ? kSuccess : kInvalidValue;
    case kDeviceToHost: *out = Transfer::Kind::d2h; return onHost(to) && onDevice(from) ? kSuccess : kInvalidValue;
    case kDeviceToDevice: *out = Transfer::Kind::d2d; return onDevice(to) && onDevice(from) ? kSuccess : kInvalidValue;
    default: return 21;
  }
}

const char* label(Transfer::Kind kind) {
  static const char* const names[] = {"h2d", "d2h", "d2d", "h2h"};
  return names[static_cast<size_t>(kind)];
}

int copy(Device& d, void* to, const void* from, size_t bytes, int kind, void* stream, bool async) {
  if (bytes == 0) return kSuccess;
  if (to == nullptr || from == nullptr) return kInvalidValue;
  Transfer t;
  const MemoryKind toKind = d.kindOf(to), fromKind = d.kindOf(from);
  if (const int error = direction(kind, toKind, fromKind, &t.kind)) return error;
  if (!d.within(to, bytes) || !d.within(from, bytes)) return kInvalidValue;
  if (d.log().on()) {
    if (async) {
      d.log().write("memcpyAsync %s %zu %s", label(t.kind), bytes, d.streamLabel(stream).c_str());
    } else {
      d.log().write("memcpy %s %zu", label(t.kind), bytes);
    }
  }
  t.to = to;
  t.from = from;
  t.bytes = bytes;
  t.toRegistered = toKind != MemoryKind::unregistered;
  t.fromRegistered = fromKind != MemoryKind::unregistered;
  if (!t.fromRegistered) {
    // Pageable memory goes through a staging buffer: the caller may reuse it at once.
    const char* source = static_cast<const char*>(from);
    t.staged = std::make_shared<std::vector<char>>(source, source + bytes);
  }
  const bool wait = !t.toRegistered || (!async && t.kind != Transfer::Kind::d2d);
  return d.transfer(stream, std::move(t), wait);
}

int fill(Device& d, void* to, int value, size_t bytes, void* stream) {
  if (bytes == 0) return kSuccess;
  if (to == nullptr || d.kindOf(to) == MemoryKind::unregistered || !d.within(to, bytes)) return kInvalidValue;
  if (d.log().on()) d.log().write("memset %zu %s", bytes, d.streamLabel(stream).c_str());
  Transfer t;
  t.kind = Transfer::Kind::set;
  t.to = to;
  t.value = value;
  t.bytes = bytes;
  t.toRegistered = true;
  return d.transfer(stream, std::move(t), false);
}

int allocateHost(Device& d, void** p, size_t bytes) {
  if (d.log().on()) d.log().write("mallocHost %zu", bytes);
  return d.allocate(MemoryKind::host, currentDevice(), bytes, p);
}

int allocateDevice(Device& d, void** p, size_t bytes) {
  if (d.log().on()) d.log().write("malloc %zu", bytes);
  return d.allocate(MemoryKind::device, currentDevice(), bytes, p);
}

}  // namespace

TRTBENCH_EXPORT int cudaMalloc(void** p, size_t bytes) {
  return call("cudaMalloc", [&](Device& d) { return allocateDevice(d, p, bytes); });
}

// The memory is there at once, not only when the stream gets to it.
TRTBENCH_EXPORT int cudaMallocAsync(void** p, size_t bytes, void*) {
  return call("cudaMallocAsync", [&](Device& d) { return allocateDevice(d, p, bytes); });
}

TRTBENCH_EXPORT int cudaMallocManaged(void** p, size_t bytes, unsigned flags) {
  return call("cudaMallocManaged", [&](Device& d) {
    if (flags != 1 && flags != 2) return static_cast<int>(kInvalidValue);
    if (d.log().on()) d.log().write("mallocManaged %zu", bytes);
    return d.allocate(MemoryKind::managed, currentDevice(), bytes, p);
  });
}

TRTBENCH_EXPORT int cudaMallocHost(void** p, size_t bytes) {
  return call("cudaMallocHost", [&](Device& d) { return allocateHost(d, p, bytes); });
}

TRTBENCH_EXPORT int cudaHostAlloc(void** p, size_t bytes, unsigned) {
  return call("cudaHostAlloc", [&](Device& d) { return allocateHost(d, p, bytes); });
}

TRTBENCH_EXPORT int cudaFree(void* p) {
  return call("cudaFree", [&](Device& d) { return d.release(p, false); });
}

TRTBENCH_EXPORT int cudaFreeAsync(void* p, void* stream) {
  return call("cudaFreeAsync", [&](Device& d) { return d.releaseAsync(p, stream); });
}

TRTBENCH_EXPORT int cudaFreeHost(void* p) {
  return call("cudaFreeHost", [&](Device& d) { return d.release(p, true); });
}

TRTBENCH_EXPORT int cudaMemGetInfo(size_t* free, size_t* total) {
  return call("cudaMemGetInfo", [&](Device& d) { return d.memoryInfo(currentDevice(), free, total); });
}

TRTBENCH_EXPORT int cudaMemcpy(void* to, const void* from, size_t bytes, int kind) {
  return call("cudaMemcpy", [&](Device& d) { return copy(d, to, from, bytes, kind, nullptr, false); });
}

TRTBENCH_EXPORT int cudaMemcpyAsync(void* to, const void* from, size_t bytes, int kind, void* stream) {
  return call("cudaMemcpyAsync", [&](Device& d) { return copy(d, to, from, bytes, kind, stream, true); });
}

TRTBENCH_EXPORT int cudaMemset(void* p, int value, size_t bytes) {
  return call("cudaMemset", [&](Device& d) { return fill(d, p, value, bytes, nullptr); });
}

TRTBENCH_EXPORT int cudaMemsetAsync(void* p, int value, size_t bytes, void* stream) {
  return call("cudaMemsetAsync", [&](Device& d) { return fill(d, p, value, bytes, stream); });
}

TRTBENCH_EXPORT int cudaPointerGetAttributes(void* attributes, const void* p) {
  return call("cudaPointerGetAttributes", [&](Device& d) {
    if (attributes == nullptr) return kInvalidValue;
    PointerHead head = {0, -1, nullptr, nullptr};
    Allocation a;
    if (d.find(p, &a)) {
      head.type = static_cast<int>(a.kind);
      head.device = a.device;
      head.devicePointer = const_cast<void*>(p);
      head.hostPointer = a.kind == MemoryKind::device ? nullptr : const_cast<void*>(p);
    } else {
      head.hostPointer = const_cast<void*>(p);
    }
    memcpy(attributes, &head, sizeof head);
    return kSuccess;
  });
}
