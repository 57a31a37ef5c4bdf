#include "core/device.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/current.h"
#include "core/errors.h"
#include "core/major.h"
#include "json/version.h"

namespace trtbench::sim {
namespace {

// environmentConfig returns the text of TRTBENCH_SIM_DEVICE: inline JSON, or @FILE.
std::string environmentConfig() {
  const char* value = getenv("TRTBENCH_SIM_DEVICE");
  if (value == nullptr || value[0] != '@') return value == nullptr ? "" : value;
  FILE* file = fopen(value + 1, "re");
  if (file == nullptr) return value;  // no JSON: reported by the parser
  std::string text;
  char buffer[4096];
  for (size_t n; (n = fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, n);
  fclose(file);
  return text;
}

}  // namespace

int& currentDevice() {
  static thread_local int device = 0;
  return device;
}

int& lastError() {
  static thread_local int error = 0;
  return error;
}

// The device is never destroyed: the thread of host functions may outlive every static object.
Device& Device::instance() {
  static Device* const device = new Device;
  return *device;
}

Device::Device() {
  Config config;
  std::string error;
  if (!parseConfig(environmentConfig(), &config, &error)) {
    fprintf(stderr, "trtbench simulated device: TRTBENCH_SIM_DEVICE: %s\n", error.c_str());
    config = Config{};
    config.driverVersion = 0;
  }
  reset(config);
}

bool Device::configure(const std::string& json, std::string* error) {
  Config config;
  if (!parseConfig(json, &config, error)) return false;
  reset(config);
  announce();
  return true;
}

void Device::reset(const Config& config) {
  host_.forget();
  const Lock held(lock_);
  epoch_++;
  dropObjects();
  config_ = config;
  gpus_.clear();
  for (const GpuConfig& gpu : config.gpus) {
    gpus_.emplace_back();
    Gpu& g = gpus_.back();
    g.config = gpu;
    g.kernels = KernelUnits(static_cast<size_t>(gpu.kernelConcurrency));
    g.nullStream = std::make_shared<Stream>();
    g.nullStream->device = static_cast<int>(gpus_.size()) - 1;
  }
  const char* file = getenv("TRTBENCH_SIM_CALLS");
  log_.open(!config.callLog.empty() ? config.callLog : file != nullptr ? file : "");
  arm();
}

// dropObjects forgets every handle, allocation and total. Engines and contexts live on in libnvinfer.
void Device::dropObjects() {
  streams_.each([](void*, std::shared_ptr<Stream>& s) {
    s->waiting.clear();
    s.reset();
  });
  streams_.clear();
  events_.clear();
  graphs_.clear();
  execs_.clear();
  captures_.clear();
  effects_.clear();
  memory_.releaseAll();
  memoryVersion_ = memory_.version();
  totals_ = Totals{};
  hostBytes_ = hostAllocations_ = deviceAllocations_ = 0;
  streamIds_ = eventIds_ = 0;
  for (int total = static_cast<int>(Counter::absentMethods); total < static_cast<int>(Counter::count); total++) {
    counters_[total] = 0;
  }
}

// arm prepares the faults of the configuration. Without any, enter() costs one load.
void Device::arm() {
  faultCalls_.assign(config_.faults.size(), 0);
  calls_ = 0;
  lostError_ = 0;
  lostAt_ = kForever;
  if (config_.lost.afterMs > 0) {
    lostError_ = config_.lost.error;
    lostAt_ = now() + static_cast<Nanos>(config_.lost.afterMs * 1e6);
  }
  armed_ =
      !config_.faults.empty() || config_.lost.afterMs > 0 || config_.lost.afterCalls > 0 || gpus_.empty() || driverVersion() == 0;
}

int Device::driverVersion() const { return config_.driverVersion < 0 ? kCudaVersion : config_.driverVersion; }

int Device::enterArmed(const char* call) {
  if (driverVersion() == 0) return kInsufficientDriver;
  if (const int sticky = stickyError()) return sticky;
  const Lock held(lock_);
  calls_++;
  if (config_.lost.afterCalls > 0 && calls_ > config_.lost.afterCalls) {
    loseAt(0, config_.lost.error);
    return config_.lost.error;
  }
  if (gpus_.empty()) return kNoDevice;
  return armedFault(call);
}

int Device::armedFault(const char* call) {
  int error = kSuccess;
  for (size_t i = 0; i < config_.faults.size(); i++) {
    const CallFault& fault = config_.faults[i];
    if (fault.call == call && fault.hits(++faultCalls_[i])) error = fault.error;
  }
  return error;
}

int Device::stickyError() {
  const Nanos lost = lostAt_.load(std::memory_order_acquire);
  return lost != kForever && now() >= lost ? lostError_.load() : kSuccess;
}

// loseAt makes every call from `moment` on answer with a sticky error. The first loss stays.
void Device::loseAt(Nanos moment, int error) {
  if (lostAt_.load() <= moment) return;
  lostError_ = error;
  lostAt_.store(moment, std::memory_order_release);
  armed_ = true;
}

void Device::lose(int error) {
  const Lock held(lock_);
  loseAt(now(), error);
}

int Device::state() {
  if (driverVersion() == 0) return kInsufficientDriver;
  if (gpus_.empty()) return kNoDevice;
  return stickyError();
}

void Device::setCopySpeed(double h2dGbps, double d2hGbps, double latencyUs) {
  const Lock held(lock_);
  const auto current = static_cast<size_t>(currentDevice());
  if (current >= gpus_.size()) return;
  GpuConfig& gpu = gpus_[current].config;
  if (h2dGbps >= 0) gpu.h2dGbps = h2dGbps;
  if (d2hGbps >= 0) gpu.d2hGbps = d2hGbps;
  if (latencyUs >= 0) gpu.copyLatencyUs = latencyUs;
}

int Device::configuredTensorrtVersion() {
  if (config_.tensorrtVersion != 0) return config_.tensorrtVersion;
  const char* text = getenv("TRTBENCH_SIM_TRT_VERSION");
  int version = 0;
  if (text == nullptr || text[0] == '\0' || parseVersion(text, &version)) return version;
  fprintf(stderr, "trtbench simulated device: TRTBENCH_SIM_TRT_VERSION=%s is no version such as 10.15.1\n", text);
  return 0;
}

const char* Device::errorName(int error) { return sim::errorName(error); }

}  // namespace trtbench::sim

extern "C" __attribute__((visibility("default"))) trtbench::sim::DeviceApi* trtbenchSimDevice() {
  return &trtbench::sim::Device::instance();
}
