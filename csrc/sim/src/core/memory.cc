#include "core/memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

namespace trtbench::sim {
namespace {

constexpr size_t kPage = 4096;

char* map(size_t bytes, int protection) {
  void* p = mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p == MAP_FAILED ? nullptr : static_cast<char*>(p);
}

char* zeroedHostMemory(size_t bytes) {
  void* p = nullptr;
  if (posix_memalign(&p, kPage, bytes) != 0) return nullptr;
  memset(p, 0, bytes);
  return static_cast<char*>(p);
}

bool reserve(Allocation* a) {
  if (a->kind == MemoryKind::host) {
    a->base = a->backing = zeroedHostMemory(a->bytes);
    return a->base != nullptr;
  }
  a->backing = map(a->bytes, PROT_READ | PROT_WRITE);
  if (a->backing == nullptr) return false;
  a->base = a->kind == MemoryKind::managed ? a->backing : map(a->bytes, PROT_NONE);
  if (a->base != nullptr) return true;
  munmap(a->backing, a->bytes);
  return false;
}

void giveBack(const Allocation& a) {
  if (a.kind == MemoryKind::host) {
    free(a.base);
    return;
  }
  munmap(a.backing, a.bytes);
  if (a.base != a.backing) munmap(a.base, a.bytes);
}

}  // namespace

void* Memory::allocate(MemoryKind kind, int device, size_t bytes) {
  Allocation a = {nullptr, bytes, nullptr, kind, device};
  if (!reserve(&a)) return nullptr;
  allocations_[a.base] = a;
  version_++;
  return a.base;
}

bool Memory::release(const void* p) {
  const auto found = allocations_.find(static_cast<const char*>(p));
  if (found == allocations_.end()) return false;
  giveBack(found->second);
  allocations_.erase(found);
  version_++;
  return true;
}

void Memory::releaseAll() {
  for (const auto& entry : allocations_) giveBack(entry.second);
  allocations_.clear();
  version_++;
}

const Allocation* Memory::find(const void* p) const {
  const char* address = static_cast<const char*>(p);
  auto next = allocations_.upper_bound(address);
  if (next == allocations_.begin()) return nullptr;
  const Allocation& a = (--next)->second;
  return address < a.base + a.bytes ? &a : nullptr;
}

char* Memory::view(const void* p, size_t bytes, bool registered) const {
  const Allocation* a = find(p);
  if (a == nullptr) return registered ? nullptr : const_cast<char*>(static_cast<const char*>(p));
  const size_t offset = static_cast<size_t>(static_cast<const char*>(p) - a->base);
  return bytes <= a->bytes - offset ? a->backing + offset : nullptr;
}

}  // namespace trtbench::sim
