// The seam between the two libraries: what the simulated libnvinfer may ask of the device inside the simulated libcudart.
#pragma once

#include <memory>
#include <string>

#include "core/clock.h"
#include "core/effects.h"

namespace trtbench::sim {

// Cost is what one run of a piece of work takes of the device.
struct Cost {
  Nanos device = 0;
  int losesDevice = 0;  // the sticky CUDA error the run ends the device with; 0: none
};

// Work is something that runs on a stream as one kernel: one inference. It may run many times, from a graph even after its maker
// is gone. The device calls it with its lock held.
class Work {
 public:
  virtual ~Work() = default;
  // cost draws the length of the next run.
  virtual Cost cost() = 0;
  // ran tells when the run takes place.
  virtual void ran(Nanos start, Nanos length) = 0;
  // effect returns what the run does to memory, or nullptr.
  virtual std::shared_ptr<Action> effect() = 0;
  // graphLaunchNanos is the host time a graph launch spends on this work.
  virtual Nanos graphLaunchNanos() const = 0;
};

enum class Counter {
  runtimes,
  engines,
  contexts,
  builders,
  networks,
  builderConfigs,
  timingCaches,
  parsers,
  absentMethods,  // from here on totals, which a new configuration resets
  earlyDestroys,
  builds,
  timingCacheHits,
  timingCacheMisses,
  count
};

// HostFault is what a call of the builder or the parser meets.
struct HostFault {
  enum class Kind { none, fail, hang, slow, outOfMemory, lost };
  Kind kind = Kind::none;
  double slowMs = 0;
};

// DeviceFacts is what the builder asks about the current GPU.
struct DeviceFacts {
  std::string name;
  int major = 0, minor = 0;  // compute capability
  int64_t memoryBytes = 0;
};

class DeviceApi {
 public:
  virtual ~DeviceApi() = default;

  // state returns 0, or the CUDA error that keeps the device from being used (35 no driver, 100 no device, a sticky error).
  virtual int state() = 0;
  // launch queues the work on the stream; *captured tells that it went into a graph under construction instead.
  virtual int launch(void* stream, const std::shared_ptr<Work>& work, bool* captured) = 0;
  // record marks the present end of the stream's work on an event.
  virtual int record(void* event, void* stream) = 0;
  // finish waits for everything queued on the stream.
  virtual int finish(void* stream) = 0;
  // covers tells whether [p, p+bytes) lies inside one allocation that the device can reach.
  virtual bool covers(const void* p, size_t bytes) = 0;
  virtual uint64_t memoryVersion() = 0;
  // epoch counts the configurations of the device; addresses are of one epoch.
  virtual uint64_t epoch() = 0;
  virtual int allocate(size_t bytes, void** out) = 0;
  virtual void release(void* p) = 0;
  // hang blocks the caller until the device is configured anew.
  virtual void hang() = 0;
  // lose ends the device with a sticky error, now.
  virtual void lose(int error) = 0;
  // setCopySpeed overrides bandwidth (GB/s, 0 = infinite) and latency of the current GPU's copies; negative values keep.
  virtual void setCopySpeed(double h2dGbps, double d2hGbps, double latencyUs) = 0;
  virtual void count(Counter counter, int64_t delta) = 0;
  // configuredTensorrtVersion is what the configuration or the environment asks for, or 0.
  virtual int configuredTensorrtVersion() = 0;
  virtual bool logsCalls() const = 0;
  virtual void logCall(const std::string& line) = 0;
  // streamLabel is the stream's name in the call log, such as "s4".
  virtual std::string streamLabel(void* stream) = 0;
  virtual const char* errorName(int error) = 0;
  virtual DeviceFacts facts() = 0;
  // buildMs is how long a build takes when nothing is known from a timing cache.
  virtual double buildMs() = 0;
  // newestOpset is the newest opset the parser takes; 0: any.
  virtual int newestOpset() = 0;
  // nextFault counts a call of the builder or the parser and returns what it meets.
  virtual HostFault nextFault(const char* call) = 0;
};

}  // namespace trtbench::sim

// The device of this libcudart; exported so that the libnvinfer beside it finds it.
extern "C" trtbench::sim::DeviceApi* trtbenchSimDevice();
