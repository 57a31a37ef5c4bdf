// The simulated device: a virtual timeline on the wall clock.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/api.h"
#include "core/calllog.h"
#include "core/config.h"
#include "core/handles.h"
#include "core/hostrunner.h"
#include "core/major.h"
#include "core/memory.h"
#include "core/objects.h"
#include "core/occupancy.h"

namespace trtbench::sim {

// Codes of cudaError used by the device.
enum CudaError : int {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kInitializationError = 3,
  kInsufficientDriver = 35,
  kDevicesUnavailable = 46,
  kNoDevice = 100,
  kInvalidDevice = 101,
  kInvalidHandle = 400,
  kNotReady = 600,
  kIllegalAddress = 700,
  kLaunchFailure = 719,
  kNotPermitted = 800,
  kNotSupported = 801,
  kCaptureUnsupported = 900,
  kCaptureInvalidated = 901,
  kCaptureUnmatched = 903,
  kCaptureUnjoined = 904,
  kCaptureIsolation = 905,
  kCaptureImplicit = 906,
  kCapturedEvent = 907,
  kCaptureWrongThread = 908,
};

// Gpu is one simulated GPU and what its engines are busy with.
struct Gpu {
  GpuConfig config;
  Occupancy h2d, d2h;
  KernelUnits kernels;
  std::shared_ptr<Stream> nullStream;
  int blockedStreams = 0;
  int64_t memoryUsed = 0;
};

struct Totals {
  int64_t copies[4] = {}, copiedBytes[4] = {};  // by Transfer::Kind h2d, d2h, d2d, h2h
  int64_t enqueues = 0, graphLaunches = 0, kernels = 0, hostFunctions = 0;
};

// How a thread waits: spinning, sleeping, or sleeping until shortly before the end.
enum class WaitStyle { spin, block, mixed };

// Device holds everything the two libraries simulate. There is no thread per stream: each stream remembers when its last work
// ends, so queueing work is a little arithmetic under a spin lock, and waiting is watching the clock. Effects on memory are
// queued with their times and applied when somebody looks. Safe for concurrent use.
class Device final : public DeviceApi {
 public:
  static Device& instance();

  // configure resets everything to a new configuration. Handles and addresses given out before become unknown.
  bool configure(const std::string& json, std::string* error);
  std::string countersJson();

  // enter comes first in every CUDA call: it returns 0, or the error the call has to answer at once.
  int enter(const char* call) { return armed_.load(std::memory_order_relaxed) ? enterArmed(call) : kSuccess; }
  int stickyError();
  const Config& config() const { return config_; }
  int driverVersion() const;

  // Streams and events.
  int createStream(int device, uint32_t flags, void** handle);
  int destroyStream(void* handle);
  int finish(void* stream) override;
  int queryStream(void* stream, int device);
  int finishDevice(int device);
  int createEvent(uint32_t flags, void** handle);
  int destroyEvent(void* handle);
  int record(void* event, void* stream) override;
  int waitEvent(void* stream, void* event);
  int syncEvent(void* event);
  int queryEvent(void* event);
  int elapsed(void* from, void* to, float* ms);

  // Work.
  int launch(void* stream, const std::shared_ptr<Work>& work, bool* captured) override;
  int transfer(void* stream, Transfer transfer, bool thenWait);
  int launchHostFunction(void* stream, HostFunction function, void* argument);

  // Graphs.
  int beginCapture(void* stream, int mode);
  int endCapture(void* stream, void** graph);
  int captureStatus(void* stream, int* status);
  int createGraph(void** graph);
  int destroyGraph(void* graph);
  int graphNodes(void* graph, size_t* count);
  int instantiate(void* graph, void** exec);
  int updateExec(void* exec, void* graph);
  int uploadGraph(void* exec, void* stream);
  int launchGraph(void* exec, void* stream);
  int destroyExec(void* exec);

  // Memory.
  int allocate(MemoryKind kind, int device, size_t bytes, void** out);
  int release(void* p, bool host);
  int releaseAsync(void* p, void* stream);
  int setLimit(int limit, size_t value);
  int limit(int limit, size_t* value);
  int memoryInfo(int device, size_t* free, size_t* total);
  bool find(const void* p, Allocation* found);
  MemoryKind kindOf(const void* p);
  bool within(const void* p, size_t bytes);

  // DeviceApi, for libnvinfer.
  int state() override;
  bool covers(const void* p, size_t bytes) override;
  uint64_t memoryVersion() override { return memoryVersion_.load(std::memory_order_relaxed); }
  uint64_t epoch() override { return epoch_.load(); }
  int allocate(size_t bytes, void** out) override;
  void release(void* p) override;
  void hang() override;
  void lose(int error) override;
  void setCopySpeed(double h2dGbps, double d2hGbps, double latencyUs) override;
  void count(Counter counter, int64_t delta) override { counters_[static_cast<int>(counter)] += delta; }
  int configuredTensorrtVersion() override;
  bool logsCalls() const override { return log_.on(); }
  void logCall(const std::string& line) override { log_.write("%s", line.c_str()); }
  std::string streamLabel(void* stream) override;
  const char* errorName(int error) override;
  DeviceFacts facts() override;
  double buildMs() override;
  int newestOpset() override;
  HostFault nextFault(const char* call) override;

  CallLog& log() { return log_; }

 private:
  using Lock = std::lock_guard<SpinLock>;

  Device();
  void reset(const Config& config);
  void dropObjects();

  // device.cc
  int enterArmed(const char* call);
  int armedFault(const char* call);
  void arm();
  void loseAt(Nanos moment, int error);

  // timeline.cc; all with the lock held
  Nanos clock();
  std::shared_ptr<Stream>* findStream(void* handle);
  Gpu& gpu(const Stream& s) { return gpus_[static_cast<size_t>(s.device)]; }
  Nanos ready(const Stream& s, Nanos issued);
  Nanos placeKernel(Gpu& g, const std::shared_ptr<Work>& work, Nanos ready);
  Nanos placeTransfer(Gpu& g, const Transfer& t, Nanos ready);
  Nanos placeGraph(Gpu& g, const Graph& graph, Nanos ready);
  Nanos transferNanos(const Gpu& g, const Transfer& t) const;
  void submit(const std::shared_ptr<Stream>& s, Operation op);
  bool unknown(const Stream& s);
  void orderWithNull(const std::shared_ptr<Stream>& s, Nanos issued);
  void queue(const std::shared_ptr<Stream>& s, Operation op);
  void run(Stream& s, const Operation& op);
  void settle(const std::shared_ptr<Stream>& s);
  bool drainOne(const std::shared_ptr<Stream>& s);
  void hostReturned(const std::shared_ptr<Stream>& s, uint64_t epoch);
  void applyEffects(Nanos moment);  // without the lock
  void forget(void* p);

  // capture.cc; all with the lock held
  int capture(Stream& s, Node node);
  int unsafeDuringCapture();
  int refuseCapturing(Stream& s);
  int joinCapture(Stream& s, Event& e);
  void launchNodes(const std::shared_ptr<Stream>& s, const std::shared_ptr<const Graph>& graph, Nanos issued);

  // wait.cc; without the lock
  int waitUntil(Nanos moment, WaitStyle style, uint64_t epoch);
  int waitKnown(const std::function<bool()>& known, uint64_t epoch);
  int waitStream(const std::shared_ptr<Stream>& s, uint64_t epoch);
  int finishEffects();
  int syncEventSlow(Event& e);
  void announce();

  SpinLock lock_;
  Config config_;
  std::vector<Gpu> gpus_;
  HandleTable<std::shared_ptr<Stream>, 0x51> streams_;
  HandleTable<Event, 0x52> events_;
  HandleTable<std::shared_ptr<Graph>, 0x53> graphs_;
  HandleTable<std::shared_ptr<const Graph>, 0x54> execs_;
  std::vector<std::shared_ptr<Capture>> captures_;
  std::vector<std::shared_ptr<Stream>> settling_;
  std::vector<Nanos> ends_;  // of the nodes of the graph being placed
  Memory memory_;
  Effects effects_;
  HostRunner host_;
  CallLog log_;
  Totals totals_;
  int64_t hostBytes_ = 0, hostAllocations_ = 0, deviceAllocations_ = 0;
  size_t limits_[8] = {};  // by cudaLimit
  uint32_t streamIds_ = 0, eventIds_ = 0;

  std::atomic<int64_t> counters_[static_cast<int>(Counter::count)] = {};
  std::atomic<uint64_t> memoryVersion_{1};
  std::atomic<Nanos> lastNow_{0};   // the latest clock reading under the lock
  std::atomic<bool> armed_{false};  // some call may have to fail
  std::atomic<Nanos> lostAt_{kForever};
  std::atomic<int> lostError_{0};
  std::atomic<uint64_t> epoch_{0};   // counts configurations; waiters of an older one give up
  std::vector<int64_t> faultCalls_;  // calls seen by each fault of the configuration
  int64_t calls_ = 0;

  std::mutex knownMutex_;
  std::condition_variable knownChanged_;
};

}  // namespace trtbench::sim
