// What the simulated device is: its GPUs, their speed, and the faults to inject into CUDA calls.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/api.h"
#include "core/clock.h"

namespace trtbench::sim {

struct GpuConfig {
  std::string name = "Simulated GPU";
  std::string uuid = "5eed0000-0000-4000-8000-000000000000";
  int64_t memoryBytes = int64_t{16} << 30;
  int major = 8, minor = 9;  // compute capability
  int clockMhz = 2000, memoryClockMhz = 6000, busWidthBits = 192;
  int smCount = 58;
  int64_t l2Bytes = 32 << 20;
  bool integrated = false;
  int kernelConcurrency = 0;                         // kernels of different streams that overlap; 0 = any number
  double h2dGbps = 12, d2hGbps = 12, d2dGbps = 240;  // gigabytes a second; 0 = copies take no time
  double copyLatencyUs = 4;
};

// CallFault makes the at-th call of a function fail, and every `every`-th one after it when that is not 0. Functions of CUDA
// return an error; calls of the builder and the parser meet a host fault.
struct CallFault {
  std::string call;
  int64_t at = 1, every = 0;
  int error = 0;
  HostFault host;

  bool hits(int64_t nth) const { return nth == at || (every > 0 && nth > at && (nth - at) % every == 0); }
};

// LostDevice makes every call fail with `error` from a moment or a number of calls on; both 0: never.
struct LostDevice {
  double afterMs = 0;
  int64_t afterCalls = 0;
  int error = 719;
};

struct Config {
  std::vector<GpuConfig> gpus = {GpuConfig{}};
  int driverVersion = -1;  // -1: that of the runtime; 0: no driver
  std::vector<CallFault> faults;
  LostDevice lost;
  std::string callLog;      // file for the call log; empty: what TRTBENCH_SIM_CALLS says
  int tensorrtVersion = 0;  // as getInferLibVersion tells it; 0: the library's own
  double buildMs = 5;       // of a build that finds nothing in a timing cache
  int newestOpset = 0;      // the newest opset the parser takes; 0: any
};

// parseConfig reads the JSON described in the README. An empty text is the default configuration.
bool parseConfig(const std::string& json, Config* config, std::string* error);

}  // namespace trtbench::sim
