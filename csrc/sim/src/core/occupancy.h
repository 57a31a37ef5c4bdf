// Which moments of an engine of the device are taken.
#pragma once

#include <algorithm>
#include <vector>

#include "core/clock.h"

namespace trtbench::sim {

// Occupancy is one unit that does one thing at a time: a copy engine, or one of the kernels that may run together. Work takes the
// first gap that is long enough, as hardware picks whichever queue is ready, not the one that was filled first.
class Occupancy {
 public:
  // earliest returns when work of this length could start, not before ready.
  Nanos earliest(Nanos ready, Nanos length) const {
    for (const Span& span : busy_) {
      if (ready + length <= span.start) break;
      ready = std::max(ready, span.end);
    }
    return ready;
  }

  // take reserves [start, start+length], a moment that earliest returned, and forgets what ended before `past`.
  void take(Nanos start, Nanos length, Nanos past) {
    if (length == 0) return;
    const auto ended = std::find_if(busy_.begin(), busy_.end(), [&](const Span& s) { return s.end > past; });
    busy_.erase(busy_.begin(), ended);
    const auto after = std::find_if(busy_.begin(), busy_.end(), [&](const Span& s) { return s.start > start; });
    busy_.insert(after, Span{start, start + length});
  }

  Nanos reserve(Nanos ready, Nanos length, Nanos past) {
    const Nanos start = earliest(ready, length);
    take(start, length, past);
    return start;
  }

 private:
  struct Span {
    Nanos start, end;
  };
  std::vector<Span> busy_;
};

// KernelUnits holds as many kernels as may run together; without units there is no limit.
class KernelUnits {
 public:
  explicit KernelUnits(size_t count = 0) : units_(count) {}

  Nanos reserve(Nanos ready, Nanos length, Nanos past) {
    if (units_.empty()) return ready;
    Occupancy* best = &units_[0];
    for (Occupancy& unit : units_) {
      if (unit.earliest(ready, length) < best->earliest(ready, length)) best = &unit;
    }
    return best->reserve(ready, length, past);
  }

 private:
  std::vector<Occupancy> units_;
};

}  // namespace trtbench::sim
