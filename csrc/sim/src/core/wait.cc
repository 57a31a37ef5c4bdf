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

int Device::waitUntil(Nanos moment, WaitStyle style) {
  const uint64_t epoch = epoch_.load();
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
int Device::waitKnown(const std::function<bool()>& known) {
  if (HostRunner::onThread()) return kNotPermitted;
  const uint64_t epoch = epoch_.load();
  std::unique_lock<std::mutex> held(knownMutex_);
  while (!known()) {
    if (epoch_.load() != epoch) return kLaunchFailure;
    if (const int lost = stickyError()) return lost;
    knownChanged_.wait_for(held, std::chrono::nanoseconds(kLongestSleep));
  }
  return kSuccess;
}

int Device::syncEventSlow(Event& e) {
  const auto known = [&] { return e.done.load(std::memory_order_acquire) != kUnknown; };
  if (!known()) {
    if (const int error = waitKnown(known)) return error;
  }
  const Nanos done = e.done.load(std::memory_order_acquire);
  if (done == kCaptured) return kCapturedEvent;
  if (done == kNeverRecorded) return kSuccess;
  return waitUntil(done, (e.flags & kEventBlockingSync) != 0 ? WaitStyle::block : WaitStyle::spin);
}

int Device::waitStream(const std::shared_ptr<Stream>& s) {
  Nanos moment = 0;
  const auto known = [&] {
    const Lock held(lock_);
    if (s->blocked()) return false;
    moment = ready(*s, 0);
    return true;
  };
  if (!known()) {
    if (const int error = waitKnown(known)) return error;
  }
  return waitUntil(moment, WaitStyle::mixed);
}

int Device::finish(void* stream) {
  std::shared_ptr<Stream> s;
  {
    const Lock held(lock_);
    const std::shared_ptr<Stream>* found = findStream(stream);
    if (found == nullptr) return kInvalidHandle;
    s = *found;
    if (const int error = refuseCapturing(*s)) return error;
    if (gpu(*s).blockedStreams > 0 && s == gpu(*s).nullStream) orderWithNull(s, clock());
  }
  return waitStream(s);
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
    if (s.blocked() || ready(s, 0) > moment) return kNotReady;
  }
  applyEffects(moment);
  return kSuccess;
}

int Device::finishDevice(int device) {
  std::vector<std::shared_ptr<Stream>> all;
  {
    const Lock held(lock_);
    if (static_cast<size_t>(device) >= gpus_.size()) return kInvalidDevice;
    if (const int error = unsafeDuringCapture()) return error;
    all.push_back(gpus_[static_cast<size_t>(device)].nullStream);
    streams_.each([&](void*, const std::shared_ptr<Stream>& s) {
      if (s->device == device) all.push_back(s);
    });
  }
  for (const auto& s : all) {
    if (const int error = waitStream(s)) return error;
  }
  return kSuccess;
}

void Device::hang() {
  const uint64_t epoch = epoch_.load();
  while (epoch_.load() == epoch) sleepUntil(now() + kLongestSleep);
}

}  // namespace trtbench::sim
