// The C functions that libnvinfer exports.
#include "builder/build.h"
#include "core/major.h"
#include "nvinfer/slots.h"
#include "onnx/parser.h"

using namespace trtbench::sim;

#define TRTBENCH_EXPORT extern "C" __attribute__((visibility("default")))

namespace trtbench::sim {

DeviceApi& device() {
  static DeviceApi* const api = trtbenchSimDevice();
  return *api;
}

int DeviceMemory::allocate(int64_t bytes) {
  release();
  epoch_ = device().epoch();
  return device().allocate(static_cast<size_t>(bytes), &p_);
}

void DeviceMemory::release() {
  if (p_ != nullptr && epoch_ == device().epoch()) device().release(p_);
  p_ = nullptr;
}

}  // namespace trtbench::sim

namespace {

// Where the real libraries leave the public part of an object that has no implementation.
void* invalidRuntime() { return reinterpret_cast<void*>(uintptr_t(kTrtMajor == 10 ? 0x238 : 0x228)); }

// The plugin registry has no methods here: its table is all traps.
Object& registry() {
  static const Interface interface("IPluginRegistry", {});
  static Object object = {interface.table(kTrtVersion), {nullptr, nullptr}, nullptr, interface.name(), Logger(), nullptr};
  return object;
}

Logger& lastLogger() {
  static Logger logger;
  return logger;
}

}  // namespace

void* trtbench::sim::pluginRegistry() { return &registry(); }

// As in the real libraries, a runtime without a device is an invalid pointer that is not null.
TRTBENCH_EXPORT void* createInferRuntime_INTERNAL(void* logger, int32_t) {
  const Logger log(logger);
  if (const int error = device().state()) {
    log.error("CUDA initialization failure with error: " + std::to_string(error));
    return invalidRuntime();
  }
  if (reportedVersion() / 10000 != kTrtMajor) {
    log.error("createInferRuntime: version " + std::to_string(reportedVersion()) + " is pretended only");
    return nullptr;
  }
  lastLogger() = log;
  RuntimeObject* runtime = create<RuntimeObject>(log);
  device().count(Counter::runtimes, 1);
  log.info("runtime created on a simulated device");
  return &runtime->facade;
}

// A builder without a device is NULL.
TRTBENCH_EXPORT void* createInferBuilder_INTERNAL(void* logger, int32_t) { return newBuilder(Logger(logger)); }

// The parser lives here, beside the networks it fills; libnvonnxparser passes its calls on.
TRTBENCH_EXPORT void* trtbenchSimCreateParser(void* network, void* logger) { return newParser(network, Logger(logger)); }

TRTBENCH_EXPORT void* createInferRefitter_INTERNAL(void*, void* logger, int32_t) {
  Logger(logger).error("no refitter");
  return nullptr;
}

TRTBENCH_EXPORT int32_t getInferLibVersion() { return reportedVersion(); }
TRTBENCH_EXPORT int32_t getInferLibMajorVersion() { return reportedVersion() / 10000; }
TRTBENCH_EXPORT int32_t getInferLibMinorVersion() { return reportedVersion() / 100 % 100; }
TRTBENCH_EXPORT int32_t getInferLibPatchVersion() { return reportedVersion() % 100; }
TRTBENCH_EXPORT int32_t getInferLibBuildVersion() { return kTrtBuild; }
TRTBENCH_EXPORT void* getPluginRegistry() { return pluginRegistry(); }
TRTBENCH_EXPORT void* getLogger() { return lastLogger().object(); }
TRTBENCH_EXPORT bool initLibNvInferPlugins(void*, const char*) { return true; }
