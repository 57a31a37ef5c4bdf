// Waiting for the virtual timeline.
#include <algorithm>

#include "core/device.h"

namespace trtbench::sim {
namespace {

// A sleep is never longer, so that a waiter soon notices a lost or newly configured device.
constexpr Nanos kLongestSleep = 20000000;
// A mixed wait spins this long at the end: about what a sleeping thread needs to wake.
constexpr Nanos kSpinTail = 100000;

}  // namespace

// The waits below belong to one configuration of the device, the epoch: when another one comes, they end with an error.

int Device::waitUntil(Nanos moment, WaitStyle style, uint64_t epoch) {
  for (;;) {
    const Nanos t = now();
    if (t >= lostAt_.load(std::memory_order_acquire)) return lostError_.load();
    if (t >= moment) {
      applyEffects(t);
      return stickyError();
    }
    if (epoch_.load(std::memory_order_relaxed) != epoch) return kLaunchFailure;
    // What falls due meanwhile is done meanwhile: the time it takes on the host then hides behind the time of the device.
    if (effects_.next() <= t) {
      applyEffects(t);
      continue;
    }
    const Nanos wake = std::min({moment, effects_.next(), lostAt_.load(), t + kLongestSleep});
    if (style == WaitStyle::block) {
      sleepUntil(wake);
    } else if (style == WaitStyle::mixed && wake - t > 2 * kSpinTail) {
      sleepUntil(wake - kSpinTail);
    } else {
      relax();
    }
  }
}

// announce wakes the threads that wait for an unknown moment.
void Device::announce() {
  const std::lock_guard<std::mutex> held(knownMutex_);
  knownChanged_.notify_all();
}

// waitKnown waits until known() holds: a host function has to return first. A host function must not wait for itself.
int Device::waitKnown(const std::function<bool()>& known, uint64_t epoch) {
  if (HostRunner::onThread()) return kNotPermitted;
  std::unique_lock<std::mutex> held(knownMutex_);
  while (!known()) {
    if (epoch_.load() != epoch) return kLaunchFailure;
    if (const int lost = stickyError()) return lost;
    knownChanged_.wait_for(held, std::chrono::nanoseconds(kLongestSleep));
  }
  return kSuccess;
}

int Device::syncEventSlow(Event& e) {
  const uint64_t epoch = epoch_.load();
  const auto known = [&] { return e.done.load(std::memory_order_acquire) != kUnknown; };
  if (!known()) {
    if (const int error = waitKnown(known, epoch)) return error;
  }
  const Nanos done = e.done.load(std::memory_order_acquire);
  if (done == kCaptured) return kCapturedEvent;
  if (done == kNeverRecorded) return kSuccess;
  return waitUntil(done, (e.flags & kEventBlockingSync) != 0 ? WaitStyle::block : WaitStyle::spin, epoch);
}

int Device::waitStream(const std::shared_ptr<Stream>& s, uint64_t epoch) {
  Nanos moment = 0;
  const auto known = [&] {
    const Lock held(lock_);
    if (epoch_.load() != epoch) return true;
    if (s->blocked()) return false;
    moment = ready(*s, 0);
    return true;
  };
  if (!known()) {
    if (const int error = waitKnown(known, epoch)) return error;
  }
  return epoch_.load() == epoch ? waitUntil(moment, WaitStyle::mixed, epoch) : kLaunchFailure;
}

int Device::finish(void* stream) {
  std::shared_ptr<Stream> s;
  uint64_t epoch;
  {
    const Lock held(lock_);
    epoch = epoch_.load();
    const std::shared_ptr<Stream>* found = findStream(stream);
    if (found == nullptr) return kInvalidHandle;
    s = *found;
    if (const int error = refuseCapturing(*s)) return error;
    if (gpu(*s).blockedStreams > 0 && s == gpu(*s).nullStream) orderWithNull(s, clock());
  }
  return waitStream(s, epoch);
}

// unknown tells whether the end of a stream's work is not known yet; the null stream's includes that of the blocking streams.
bool Device::unknown(const Stream& s) {
  if (s.blocked() || gpu(s).nullStream.get() != &s) return s.blocked();
  bool any = false;
  streams_.each([&](void*, const std::shared_ptr<Stream>& other) {
    any = any || (other->syncsWithNull && other->device == s.device && other->blocked());
  });
  return any;
}

int Device::queryStream(void* stream, int device) {
  Nanos moment;
  {
    const Lock held(lock_);
    const std::shared_ptr<Stream>* found = findStream(stream);
    if (found == nullptr || static_cast<size_t>(device) >= gpus_.size()) return kInvalidHandle;
    Stream& s = **found;
    if (log_.on()) log_.write("streamQuery s%u", s.id);
    if (const int error = refuseCapturing(s)) return error;
    moment = clock();
    if (unknown(s) || ready(s, 0) > moment) return kNotReady;
  }
  applyEffects(moment);
  return kSuccess;
}

int Device::finishDevice(int device) {
  std::vector<std::shared_ptr<Stream>> all;
  uint64_t epoch;
  {
    const Lock held(lock_);
    epoch = epoch_.load();
    if (static_cast<size_t>(device) >= gpus_.size()) return kInvalidDevice;
    if (const int error = unsafeDuringCapture()) return error;
    all.push_back(gpus_[static_cast<size_t>(device)].nullStream);
    streams_.each([&](void*, const std::shared_ptr<Stream>& s) {
      if (s->device == device) all.push_back(s);
    });
  }
  for (const auto& s : all) {
    if (const int error = waitStream(s, epoch)) return error;
  }
  return kSuccess;
}

// finishEffects waits for everything that will still be done to memory, that of destroyed streams included.
int Device::finishEffects() {
  Nanos last;
  uint64_t epoch;
  {
    const Lock held(lock_);
    epoch = epoch_.load();
    last = effects_.last();
  }
  return waitUntil(last, WaitStyle::mixed, epoch);
}

void Device::hang() {
  const uint64_t epoch = epoch_.load();
  while (epoch_.load() == epoch) sleepUntil(now() + kLongestSleep);
}

}  // namespace trtbench::sim
