#include "core/config.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "json/fields.h"
#include "json/version.h"

namespace trtbench::sim {
namespace {

constexpr double kMaxInt = 2147483647;
constexpr double kMaxBytes = double{1} * (int64_t{1} << 50);

void readGpu(Fields& f, GpuConfig* gpu) {
  f.string("name", &gpu->name);
  f.string("uuid", &gpu->uuid);
  f.integer("memory_bytes", &gpu->memoryBytes, 0, kMaxBytes);
  std::string capability;
  f.string("compute_capability", &capability);
  if (!capability.empty() && sscanf(capability.c_str(), "%d.%d", &gpu->major, &gpu->minor) != 2) {
    f.fail("compute_capability", "expected a text like \"8.9\"");
  }
  f.integer("clock_mhz", &gpu->clockMhz, 1, 100000);
  f.integer("memory_clock_mhz", &gpu->memoryClockMhz, 1, 100000);
  f.integer("bus_width_bits", &gpu->busWidthBits, 1, 65536);
  f.integer("sm_count", &gpu->smCount, 1, 65536);
  f.integer("l2_bytes", &gpu->l2Bytes, 0, kMaxInt);
  f.boolean("integrated", &gpu->integrated);
  f.integer("kernel_concurrency", &gpu->kernelConcurrency, 0, 1024);
  f.number("h2d_gbps", &gpu->h2dGbps, 0, 1e6);
  f.number("d2h_gbps", &gpu->d2hGbps, 0, 1e6);
  f.number("d2d_gbps", &gpu->d2dGbps, 0, 1e6);
  f.number("copy_latency_us", &gpu->copyLatencyUs, 0, 1e9);
  if (gpu->name.size() > 255) f.fail("name", "longer than 255 bytes");
}

// The calls of the builder and the parser that can be told to go wrong.
const char* const kHostCalls[] = {"createInferBuilder", "createNetworkV2", "createBuilderConfig",   "createTimingCache",
                                  "createNvOnnxParser", "parse",           "buildSerializedNetwork"};

void readHostFault(Fields& f, HostFault* fault) {
  std::string error;
  f.string("error", &error);
  static const std::pair<const char*, HostFault::Kind> kinds[] = {{"fail", HostFault::Kind::fail},
                                                                  {"hang", HostFault::Kind::hang},
                                                                  {"out-of-memory", HostFault::Kind::outOfMemory},
                                                                  {"device-lost", HostFault::Kind::lost}};
  for (const auto& kind : kinds) {
    if (error == kind.first) fault->kind = kind.second;
  }
  char more = 0;
  if (sscanf(error.c_str(), "slow:%lf%c", &fault->slowMs, &more) == 1 && fault->slowMs >= 0 && fault->slowMs <= 1e9) {
    fault->kind = HostFault::Kind::slow;
  }
  if (fault->kind == HostFault::Kind::none)
    f.fail("error", "expected fail, hang, out-of-memory, device-lost or slow:<milliseconds>");
}

void readFault(Fields& f, CallFault* fault) {
  f.string("call", &fault->call);
  f.integer("at", &fault->at, 1, 1e15);
  f.integer("every", &fault->every, 0, 1e15);
  if (std::find(std::begin(kHostCalls), std::end(kHostCalls), fault->call) != std::end(kHostCalls)) {
    return readHostFault(f, &fault->host);
  }
  f.integer("error", &fault->error, 1, 9999);
  if (fault->call.empty()) f.fail("call", "missing: the name of a CUDA function, such as cudaMalloc");
  if (fault->error == 0) f.fail("error", "missing: the code to return, such as 2");
}

}  // namespace

bool parseConfig(const std::string& json, Config* config, std::string* error) {
  *config = Config{};
  error->clear();
  if (json.empty()) return true;
  JsonValue root;
  if (!parseJson(json.data(), json.size(), &root, error)) return false;
  Fields f(root, "", error);
  std::vector<GpuConfig> gpus;
  f.each("devices", [&](Fields& g) {
    gpus.emplace_back();
    readGpu(g, &gpus.back());
  });
  if (root.member("devices") != nullptr) config->gpus = gpus;
  if (gpus.size() > 64) f.fail("devices", "more than 64");
  f.integer("driver_version", &config->driverVersion, 0, 1e6);
  f.each("faults", [&](Fields& g) {
    config->faults.emplace_back();
    readFault(g, &config->faults.back());
  });
  f.with("device_lost", [&](Fields& g) {
    g.number("after_ms", &config->lost.afterMs, 0, 1e12);
    g.integer("after_calls", &config->lost.afterCalls, 0, 1e15);
    g.integer("error", &config->lost.error, 1, 9999);
  });
  f.string("call_log", &config->callLog);
  f.number("build_ms", &config->buildMs, 0, 1e9);
  f.integer("newest_opset", &config->newestOpset, 0, 1e6);
  std::string version;
  f.string("tensorrt_version", &version);
  if (!version.empty() && !parseVersion(version, &config->tensorrtVersion)) {
    f.fail("tensorrt_version", "expected a text like \"10.15.1\"");
  }
  return f.done();
}

}  // namespace trtbench::sim
