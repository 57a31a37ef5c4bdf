// The builder's configuration, progress, and versions.
#include <cstdint>
#include <thread>

#include "builder.h"
#include "onnx.h"

namespace driver {
namespace {

// chain is a network with everything a build needs.
void chainInto(Building& b) {
  CHECK(b.parse(model(chain())));
  void* const profile = b.profile();
  CHECK(b.bound(profile, "x", {1, 4}, {2, 4}, {8, 4}));
  CHECK_EQ(b.add(profile), 0);
}

const Case flags("builder flags have the numbers of their major", [](Lib& lib) {
  Building b(lib);
  CHECK_EQ(lib.call<uint32_t>(b.config, kGetFlags), 1u << 6);
  b.flag(kVersionCompatible);
  CHECK_EQ(lib.call<uint32_t>(b.config, kGetFlags), 1u << 6 | 1u << (lib.major == 10 ? 13 : 12));
  CHECK(lib.call<bool>(b.config, kGetFlag, lib.major == 10 ? 13 : 12));
  lib.call<void>(b.config, kClearFlag, 6);
  CHECK(!lib.call<bool>(b.config, kGetFlag, 6));
  CHECK(lib.log.find("\n1 ") == std::string::npos);
  lib.call<void>(b.config, kSetFlag, 0);
  CHECK_EQ(logged(lib, "setFlag: BuilderFlag 0 does not exist in TensorRT 11.1.0; in 10 it was fp16"), lib.major == 11);
  CHECK_EQ(lib.call<bool>(b.config, kGetFlag, 0), lib.major == 10);
  for (const int flag : {-1, 29, 32}) lib.call<void>(b.config, kSetFlag, flag);
  CHECK(logged(lib, "setFlag: BuilderFlag -1 does not exist") && logged(lib, "setFlag: BuilderFlag 29 does not exist"));
  const uint32_t before = lib.call<uint32_t>(b.config, kGetFlags);
  lib.call<void>(b.config, kSetFlags, 1u << 31 | 1u << 4);
  CHECK_EQ(lib.call<uint32_t>(b.config, kGetFlags), before);
  lib.call<void>(b.config, kSetFlags, 1u << 4);
  CHECK_EQ(lib.call<uint32_t>(b.config, kGetFlags), 1u << 4);
  lib.call<void>(b.config, kConfigReset);
  CHECK_EQ(lib.call<uint32_t>(b.config, kGetFlags), 1u << 6);
});

const Case networkFlags("the flags of networks differ between the majors", [](Lib& lib) {
  void* const builder = lib.createBuilder(lib.logger(), lib.libVersion());
  CHECK(lib.call<void*>(builder, kNewNetwork, lib.major == 10 ? 15u : 7u) != nullptr);
  CHECK(lib.call<void*>(builder, kNewNetwork, 16u) == nullptr);
  CHECK(logged(lib, "flags 16 have a bit that does not exist"));
  CHECK_EQ(lib.call<void*>(builder, kNewNetwork, 8u) != nullptr, lib.major == 10);
});

const Case values("a configuration remembers what it is given and refuses what makes no sense", [](Lib& lib) {
  Building b(lib);
  CHECK_EQ(lib.call<size_t>(b.config, kGetPool, 0), size_t{16} << 30);
  lib.call<void>(b.config, kSetPool, 0, size_t{123});
  CHECK_EQ(lib.call<size_t>(b.config, kGetPool, 0), size_t{123});
  lib.call<void>(b.config, kSetPool, 6, size_t{1});
  CHECK(logged(lib, "setMemoryPoolLimit: memory pool: 6, expected 0 to 5"));
  lib.call<void>(b.config, kSetPool, 1, size_t{1000});
  CHECK(logged(lib, "1000 bytes for a pool of the DLA, expected a power of two"));
  CHECK_EQ(lib.call<int32_t>(b.config, kGetLevel), 3);
  lib.call<void>(b.config, kSetLevel, 9);
  CHECK_EQ(lib.call<int32_t>(b.config, kGetLevel), 5);
  lib.call<void>(b.config, kSetLevel, -1);
  CHECK(logged(lib, "setBuilderOptimizationLevel: -1 is negative"));
  lib.call<void>(b.config, kSetHardware, 2);
  CHECK_EQ(lib.call<int32_t>(b.config, kGetHardware), 2);
  lib.call<void>(b.config, kSetHardware, 3);
  CHECK(logged(lib, "setHardwareCompatibilityLevel: 3, expected 0 to 2"));
  CHECK(lib.call<bool>(b.config, kSetTiling, 3));
  CHECK(!lib.call<bool>(b.config, kSetTiling, 4));
  CHECK_EQ(lib.call<int32_t>(b.config, kGetTiling), 3);
  lib.call<void>(b.config, kSetVerbosity, 3);
  CHECK(logged(lib, "setProfilingVerbosity: 3, expected 0 to 2"));
  CHECK(lib.call<bool>(b.config, kSetSources, 3u));
  CHECK_EQ(lib.call<bool>(b.config, kSetSources, 4u), lib.major == 10);
  lib.call<void>(b.config, kSetAux, -2);
  CHECK(logged(lib, "setMaxAuxStreams: -2"));
  CHECK(!lib.call<bool>(b.builder, kSetThreads, 0));
  CHECK(lib.call<bool>(b.builder, kSetThreads, 4));
});

// Monitor writes down what it is told and stops the build at one of the steps.
struct Monitor {
  virtual int api() const noexcept { return 0; }
  virtual void info() const noexcept {}
  virtual ~Monitor() = default;
  virtual void phaseStart(const char* name, const char* parent, int32_t steps) noexcept {
    story += std::string("+") + name + "<" + (parent == nullptr ? "" : parent) + " " + std::to_string(steps) + "\n";
  }
  virtual bool stepComplete(const char*, int32_t) noexcept { return ++steps != stopAt; }
  virtual void phaseFinish(const char* name) noexcept { story += std::string("-") + name + "\n"; }
  std::string story;
  int steps = 0, stopAt = -1;
};

const Case progress("the progress monitor hears of phases and can stop a build", [](Lib& lib) {
  Building b(lib);
  chainInto(b);
  Monitor all;
  lib.call<void>(b.config, kSetMonitor, static_cast<void*>(&all));
  CHECK(!b.plan().empty());
  CHECK(all.story ==
        "+Building Engine< 3\n+Optimizing network<Building Engine 1\n-Optimizing network\n+Timing tactics<Building Engine 20\n"
        "-Timing tactics\n+Serializing engine<Building Engine 1\n-Serializing engine\n-Building Engine\n");
  CHECK_EQ(all.steps, 25);
  for (int stop = 1; stop <= 25; stop++) {
    Monitor one;
    one.stopAt = stop;
    lib.log.clear();
    lib.call<void>(b.config, kSetMonitor, static_cast<void*>(&one));
    CHECK(b.plan().empty());
    CHECK_EQ(one.steps, stop);
    CHECK(logged(lib, "cancelled by the progress monitor"));
    CHECK(one.story.size() > 17 && one.story.substr(one.story.size() - 17) == "-Building Engine\n");
  }
});

const Case length("a build takes as long as the device says", [](Lib& lib) {
  lib.configure(R"({"build_ms": 40})");
  Building b(lib);
  chainInto(b);
  int64_t start = clockNanos();
  CHECK(!b.plan().empty());
  CHECK(clockNanos() - start >= 40000000);
  lib.call<void>(b.config, kSetLevel, 5);
  start = clockNanos();
  CHECK(!b.plan().empty());
  CHECK(clockNanos() - start >= 60000000);
});

struct Writer {
  virtual int api() const noexcept { return 0; }
  virtual void info() const noexcept {}
  virtual ~Writer() = default;
  virtual int64_t write(const void* data, int64_t size) noexcept {
    if (room < size) return room;
    text.append(static_cast<const char*>(data), static_cast<size_t>(size));
    room -= size;
    return size;
  }
  std::string text;
  int64_t room = 1 << 30;
};

const Case otherWays("engines built into a stream and in place", [](Lib& lib) {
  Building b(lib);
  chainInto(b);
  Writer all, little;
  little.room = 100;
  const void *const network = b.network, *const config = b.config;
  CHECK(lib.call<bool>(b.builder, kBuildToStream, network, config, static_cast<void*>(&all)));
  CHECK(all.text == b.plan());
  CHECK(!lib.call<bool>(b.builder, kBuildToStream, network, config, static_cast<void*>(&little)));
  CHECK(logged(lib, "the writer took 100 of"));
  void* const engine = lib.call<void*>(b.builder, kBuildEngine, network, config);
  CHECK(engine != nullptr);
  CHECK_EQ(lib.call<int32_t>(engine, kNbTensors), 2);
  lib.destroy(engine);
});

const Case faults("the device's configuration makes builds go wrong", [](Lib& lib) {
  lib.configure(R"({"faults": [{"call": "buildSerializedNetwork", "at": 1, "error": "out-of-memory"},
    {"call": "buildSerializedNetwork", "at": 2, "error": "fail"}, {"call": "buildSerializedNetwork", "at": 3, "error": "slow:30"},
    {"call": "parse", "at": 2, "error": "fail"}, {"call": "createNetworkV2", "at": 3, "error": "fail"}]})");
  Building b(lib);
  chainInto(b);
  CHECK(b.plan().empty());
  CHECK(logged(lib, "buildSerializedNetwork: CUDA out of memory, as the configuration"));
  CHECK(b.plan().empty());
  CHECK(logged(lib, "buildSerializedNetwork: failed, as the configuration"));
  const int64_t start = clockNanos();
  CHECK(!b.plan().empty());
  CHECK(clockNanos() - start >= 30000000);
  Building c(lib);
  CHECK(!c.parse(model(chain())));
  CHECK(lib.call<void*>(b.builder, kNewNetwork, 0u) == nullptr);
  char error[256];
  CHECK_EQ(lib.simConfigure(R"({"faults": [{"call": "parse", "error": 2}]})", error, sizeof error), -1);
  CHECK_EQ(lib.simConfigure(R"({"faults": [{"call": "parse", "error": "explode"}]})", error, sizeof error), -1);
});

const Case hangs("a build that hangs ends with a new configuration only", [](Lib& lib) {
  lib.configure(R"({"faults": [{"call": "buildSerializedNetwork", "error": "hang"}]})");
  Building b(lib);
  chainInto(b);
  std::atomic<bool> ended{false};
  std::thread builder([&] {
    CHECK(!b.plan().empty());
    ended = true;
  });
  const timespec pause = {0, 20000000};
  nanosleep(&pause, nullptr);
  CHECK(!ended);
  lib.configure("");
  builder.join();
});

const Case noRoom("a build needs memory on the device, and gives it back", [](Lib& lib) {
  {
    Building b(lib);
    chainInto(b);
    CHECK(!b.plan().empty());
    CHECK_EQ(lib.counter("device_bytes"), 0);
  }
  lib.configure(R"({"devices": [{"memory_bytes": 1000}]})");
  Building b(lib);
  chainInto(b);
  lib.call<void>(b.config, kSetPool, 0, size_t{1} << 20);
  CHECK(b.plan().empty());
  CHECK(logged(lib, "bytes for weights and activations: cudaErrorMemoryAllocation"));
});

const Case noDevice("without a device or a driver there is no builder", [](Lib& lib) {
  for (const char* json : {R"({"devices": []})", R"({"driver_version": 0})"}) {
    lib.configure(json);
    CHECK(lib.createBuilder(lib.logger(), lib.libVersion()) == nullptr);
  }
  CHECK(logged(lib, "createInferBuilder: CUDA initialization failure with error: 100"));
  CHECK(logged(lib, "createInferBuilder: CUDA initialization failure with error: 35"));
  CHECK(lib.createBuilder(nullptr, 0) == nullptr);
});

const Case versions("methods that a version lacks are traps", [](Lib& lib) {
  if (lib.major == 11) return;
  lib.configure(R"({"tensorrt_version": "10.0.1"})");
  {
    Building b(lib);
    CHECK(!lib.call<bool>(b.config, kSetTiling, 1));
    CHECK(logged(lib, "method absent: slot 62 of VBuilderConfig does not exist in version 100001"));
    lib.call<void>(b.config, kSetHardware, 2);
    CHECK(logged(lib, "setHardwareCompatibilityLevel: 2, expected 0 to 1 in TensorRT 10.0.1"));
    lib.call<void>(b.config, kSetFlag, 28);
    CHECK(logged(lib, "BuilderFlag 28 does not exist in TensorRT 10.0.1"));
  }
  lib.configure(R"({"tensorrt_version": "10.8.0"})");
  Building b(lib);
  CHECK(lib.call<void*>(b.network, {63, 63}) == nullptr);  // one method more than in any other version
  CHECK(lib.call<void*>(b.network, {64, 64}) == b.builder);
});

const Case compatible("a version compatible plan runs on a later version where host code is allowed", [](Lib& lib) {
  const char *const older = lib.major == 10 ? "10.13.0" : "11.0.0", *const newer = lib.major == 10 ? "10.16.0" : "11.4.0";
  const auto configure = [&](const char* version) { lib.configure(std::string(R"({"tensorrt_version": ")") + version + "\"}"); };
  std::string plain, withRuntime, lean;
  configure(older);
  {
    Building b(lib);
    chainInto(b);
    plain = b.plan();
    b.flag(kVersionCompatible);
    withRuntime = b.plan();
    b.flag(kExcludeLean);
    lean = b.plan();
  }
  configure(newer);
  CHECK(lib.engine(plain) == nullptr);
  CHECK(lib.engine(withRuntime) == nullptr);
  CHECK(logged(lib, "setEngineHostCodeAllowed first"));
  CHECK(lib.engine(lean) != nullptr);
  lib.call<void>(lib.runtime(), {21, 20}, true);
  CHECK(lib.engine(withRuntime) != nullptr);
});

}  // namespace
}  // namespace driver
