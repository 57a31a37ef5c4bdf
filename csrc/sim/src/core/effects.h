// What the device does to memory, put off until the virtual clock passes it.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <queue>
#include <vector>

#include "core/clock.h"

namespace trtbench::sim {

// MemoryView finds the bytes behind addresses.
class MemoryView {
 public:
  // view returns where the bytes [p, p+bytes) live, or nullptr when the range leaves its allocation. Memory that is in no
  // allocation is the caller's own and taken as it is, unless registered says that it has to be in one.
  virtual char* view(const void* p, size_t bytes, bool registered) const = 0;

 protected:
  ~MemoryView() = default;
};

// Action is the effect of one piece of device work on memory. begin reads what the work reads, at its start time; end writes what
// it writes, at its end time. Both return false when a range is no longer allocated.
class Action {
 public:
  virtual ~Action() = default;
  virtual bool begin(const MemoryView&) { return true; }
  virtual bool end(const MemoryView& memory) = 0;
};

// Effects is the queue of actions in the order of their times. The device lock guards everything but next().
class Effects {
 public:
  // add queues an action for [start, end]. Times that were already passed move up to the last moment applied.
  void add(std::shared_ptr<Action> action, Nanos start, Nanos end);
  // applyUntil does everything due at or before moment. It returns false when an action met memory that is gone.
  bool applyUntil(Nanos moment, const MemoryView& memory);
  // clear forgets everything. It returns the actions, which may hold the last reference to an engine: drop them without the lock.
  std::vector<std::shared_ptr<Action>> clear();

  // next is the time of the earliest action, or kForever.
  Nanos next() const { return next_.load(std::memory_order_acquire); }
  // last is the time after which nothing is left to do.
  Nanos last() const { return last_; }

 private:
  struct Entry {
    Nanos at;
    uint64_t order;
    bool isEnd;
    std::shared_ptr<Action> action;
    bool operator<(const Entry& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  std::priority_queue<Entry> queue_;
  std::atomic<Nanos> next_{kForever};
  Nanos applied_ = 0, last_ = 0;
  uint64_t order_ = 0;
};

}  // namespace trtbench::sim
