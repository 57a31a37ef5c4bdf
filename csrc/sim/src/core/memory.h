// The allocations of the simulated device and of page-locked host memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "core/effects.h"

namespace trtbench::sim {

// The values are those of cudaMemoryType.
enum class MemoryKind { unregistered = 0, host = 1, device = 2, managed = 3 };

struct Allocation {
  char* base;  // the address the caller knows
  size_t bytes;
  char* backing;  // where the bytes are; differs from base for device memory
  MemoryKind kind;
  int device;
};

// Memory keeps track of every allocation. An address of device memory points into pages nobody may touch, so that a host that
// reads it faults as it would on a device; the bytes live elsewhere. Not safe for concurrent use: the device lock guards it.
class Memory final : public MemoryView {
 public:
  // allocate returns the address, or nullptr when the system has no memory left.
  void* allocate(MemoryKind kind, int device, size_t bytes);
  // release frees the allocation that starts at p; false when there is none.
  bool release(const void* p);
  void releaseAll();

  // find returns the allocation that holds p, or nullptr.
  const Allocation* find(const void* p) const;
  char* view(const void* p, size_t bytes, bool registered) const override;

  // version changes whenever something is allocated or freed.
  uint64_t version() const { return version_; }

 private:
  std::map<const char*, Allocation> allocations_;
  uint64_t version_ = 1;
};

}  // namespace trtbench::sim
