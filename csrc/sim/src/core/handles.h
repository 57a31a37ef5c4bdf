// Handles: what a caller holds instead of a pointer.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace trtbench::sim {

// HandleTable gives out handles that look like pointers but encode tag, generation and index, so that a destroyed, foreign or
// invented handle is found out and never dereferenced. Slots stay where they are for the life of the process. find is lock-free;
// create and destroy are guarded by the device lock.
template <class T, uint8_t Tag>
class HandleTable {
 public:
  // create makes a slot live and returns its handle, or nullptr when the table is full. The object is as the last user left it.
  void* create() {
    if (free_.empty() && !grow()) return nullptr;
    const uint32_t index = free_.back();
    free_.pop_back();
    Slot& slot = at(index);
    const uint32_t generation = (slot.generation.load(std::memory_order_relaxed) + 1) & kGenerationMask;
    slot.generation.store(generation, std::memory_order_relaxed);
    slot.live.store(true, std::memory_order_release);
    live_++;
    return reinterpret_cast<void*>(uintptr_t{Tag} << 56 | uintptr_t{generation} << 24 | index);
  }

  // destroy makes the handle unknown from now on.
  void destroy(void* handle) {
    const uint32_t index = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(handle)) & kIndexMask;
    at(index).live.store(false, std::memory_order_release);
    free_.push_back(index);
    live_--;
  }

  // clear makes every handle unknown.
  void clear() {
    std::vector<void*> handles;
    each([&](void* handle, const T&) { handles.push_back(handle); });
    for (void* handle : handles) destroy(handle);
  }

  // find returns the object, or nullptr when the handle is not live.
  T* find(const void* handle) const {
    const uintptr_t bits = reinterpret_cast<uintptr_t>(handle);
    const uint32_t index = static_cast<uint32_t>(bits) & kIndexMask;
    if (bits >> 56 != Tag || index >= size_.load(std::memory_order_acquire)) return nullptr;
    Slot& slot = at(index);
    if (!slot.live.load(std::memory_order_acquire)) return nullptr;
    const uint32_t generation = static_cast<uint32_t>(bits >> 24);
    return slot.generation.load(std::memory_order_relaxed) == generation ? &slot.object : nullptr;
  }

  // each calls visit(handle, object) for every live slot.
  template <class Visit>
  void each(Visit visit) {
    for (uint32_t i = 0; i < size_.load(std::memory_order_relaxed); i++) {
      Slot& slot = at(i);
      if (!slot.live.load(std::memory_order_relaxed)) continue;
      const uintptr_t generation = slot.generation.load(std::memory_order_relaxed);
      visit(reinterpret_cast<void*>(uintptr_t{Tag} << 56 | generation << 24 | i), slot.object);
    }
  }

  size_t live() const { return live_; }

 private:
  static constexpr uint32_t kChunk = 256, kChunks = 4096;
  static constexpr uint32_t kIndexMask = (1u << 24) - 1, kGenerationMask = 0xFFFFFFFF;

  struct Slot {
    std::atomic<bool> live{false};
    std::atomic<uint32_t> generation{0};
    T object{};
  };

  Slot& at(uint32_t index) const { return chunks_[index / kChunk][index % kChunk]; }

  bool grow() {
    const uint32_t size = size_.load(std::memory_order_relaxed);
    if (size == kChunk * kChunks) return false;
    chunks_[size / kChunk].reset(new Slot[kChunk]);
    for (uint32_t i = kChunk; i > 0; i--) free_.push_back(size + i - 1);
    size_.store(size + kChunk, std::memory_order_release);
    return true;
  }

  std::unique_ptr<Slot[]> chunks_[kChunks];
  std::atomic<uint32_t> size_{0};
  std::vector<uint32_t> free_;
  size_t live_ = 0;
};

}  // namespace trtbench::sim
