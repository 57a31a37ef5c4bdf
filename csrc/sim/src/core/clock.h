// The wall clock of the simulated device, and waiting for it.
#pragma once

#include <sched.h>
#include <time.h>

#include <atomic>
#include <cstdint>
#include <limits>

namespace trtbench::sim {

// A moment on CLOCK_MONOTONIC, or a length of time, in nanoseconds.
using Nanos = int64_t;

// A moment that never comes; far enough from the limit that a duration can be added to it.
constexpr Nanos kForever = std::numeric_limits<Nanos>::max() / 4;

inline Nanos now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<Nanos>(t.tv_sec) * 1000000000 + t.tv_nsec;
}

inline void sleepUntil(Nanos moment) {
  const timespec t = {static_cast<time_t>(moment / 1000000000), static_cast<long>(moment % 1000000000)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr);
}

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// spendUntil keeps the calling thread busy, as host work would.
inline void spendUntil(Nanos moment) {
  while (now() < moment) relax();
}

// SpinLock protects the short sections of the device: one atomic exchange to take it, a plain store to leave. A thread that does
// not get it soon gives up its processor, since the holder may be waiting for one.
class SpinLock {
 public:
  void lock() {
    for (int tries = 0; taken_.exchange(true, std::memory_order_acquire); tries++) {
      if (tries < 64) {
        relax();
      } else {
        sched_yield();
      }
    }
  }
  void unlock() { taken_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> taken_{false};
};

}  // namespace trtbench::sim
