// Configuration and injected faults.
#include <cstring>
#include <thread>

#include "driver.h"

namespace driver {
namespace {

const Case facts("the device is as configured", [](Lib& lib) {
  lib.configure(
      R"({"devices": [{"name": "Left"}, {"name": "Right", "memory_bytes": 5000000000, "compute_capability": "12.0", "clock_mhz": 1500,
    "sm_count": 7, "l2_bytes": 1048576, "bus_width_bits": 96, "uuid": "00112233-4455-6677-8899-aabbccddeeff"}], "driver_version": 13010})");
  int n = 0;
  CHECK_EQ(lib.GetDeviceCount(&n), 0);
  CHECK_EQ(n, 2);
  CHECK_EQ(lib.DriverGetVersion(&n), 0);
  CHECK_EQ(n, 13010);
  CHECK_EQ(lib.RuntimeGetVersion(&n), 0);
  CHECK_EQ(n / 1000, lib.major == 10 ? 12 : 13);
  const auto attribute = [&](int which) {
    int value = -1;
    CHECK_EQ(lib.DeviceGetAttribute(&value, which, 1), 0);
    return value;
  };
  CHECK_EQ(attribute(75), 12);
  CHECK_EQ(attribute(76), 0);
  CHECK_EQ(attribute(13), 1500000);
  CHECK_EQ(attribute(16), 7);
  CHECK_EQ(attribute(38), 1048576);
  CHECK_EQ(attribute(37), 96);
  CHECK_EQ(attribute(18), 0);
  CHECK_EQ(lib.DeviceGetAttribute(&n, 75, 2), 101);
  char properties[2048];
  memset(properties, 1, sizeof properties);
  CHECK_EQ(lib.GetDeviceProperties(properties, 1), 0);
  CHECK(strcmp(properties, "Right") == 0);
  CHECK_EQ(static_cast<unsigned char>(properties[256]), 0x00);
  CHECK_EQ(static_cast<unsigned char>(properties[257]), 0x11);
  CHECK_EQ(*reinterpret_cast<size_t*>(properties + 288), 5000000000u);
  CHECK_EQ(properties[400], 1);  // not written: the structure may end before
  char pci[16];
  CHECK_EQ(lib.DeviceGetPCIBusId(pci, sizeof pci, 1), 0);
  CHECK(strcmp(pci, "0000:02:00.0") == 0);
  CHECK_EQ(lib.DeviceGetByPCIBusId(&n, pci), 0);
  CHECK_EQ(n, 1);
  CHECK_EQ(lib.DeviceGetByPCIBusId(&n, "nonsense"), 1);
  CHECK_EQ(lib.SetDevice(2), 101);
  CHECK_EQ(lib.SetDevice(1), 0);
  size_t limit = 0;
  CHECK_EQ(lib.DeviceSetLimit(6, 4096), 0);
  CHECK_EQ(lib.DeviceGetLimit(&limit, 6), 0);
  CHECK_EQ(limit, 4096);
});

const Case devices("each device has its own memory and streams", [](Lib& lib) {
  lib.configure(R"({"devices": [{"memory_bytes": 100}, {"memory_bytes": 1000}]})");
  void* p = nullptr;
  CHECK_EQ(lib.Malloc(&p, 500), 2);
  CHECK_EQ(lib.SetDevice(1), 0);
  CHECK_EQ(lib.Malloc(&p, 500), 0);
  int device = -1;
  std::thread([&] { CHECK_EQ(lib.GetDevice(&device), 0); }).join();
  CHECK_EQ(device, 0);  // the current device belongs to the thread
  CHECK_EQ(lib.Free(p), 0);
});

const Case badConfiguration("a configuration that is wrong is refused and changes nothing", [](Lib& lib) {
  const Handle e = lib.event();
  for (const char* json :
       {"{", "[]", R"({"device": []})", R"({"devices": [{"memory_bytes": -1}]})", R"({"devices": [{"compute_capability": "x"}]})",
        R"({"faults": [{"call": "cudaMalloc"}]})", R"({"tensorrt_version": "ten"})", R"({"driver_version": 1.5})"}) {
    char error[256] = "";
    CHECK_EQ(lib.simConfigure(json, error, sizeof error), -1);
    CHECK(strstr(error, "device configuration: ") == error);
  }
  CHECK_EQ(lib.EventSynchronize(e), 0);
});

const Case noDriver("no driver: error 35, the count stays, a runtime is an invalid pointer", [](Lib& lib) {
  lib.configure(R"({"driver_version": 0})");
  int n = 77;
  CHECK_EQ(lib.GetDeviceCount(&n), 35);
  CHECK_EQ(n, 77);
  CHECK_EQ(lib.DriverGetVersion(&n), 0);
  CHECK_EQ(n, 0);
  CHECK_EQ(reinterpret_cast<uintptr_t>(lib.runtime()), lib.major == 10 ? 0x238u : 0x228u);
  CHECK(lib.log.find("CUDA initialization failure with error: 35") != std::string::npos);
});

const Case noDevice("no device: error 100, a runtime is an invalid pointer", [](Lib& lib) {
  lib.configure(R"({"devices": []})");
  int n = 77;
  void* p = nullptr;
  CHECK_EQ(lib.GetDeviceCount(&n), 100);
  CHECK_EQ(lib.Malloc(&p, 16), 100);
  CHECK_EQ(reinterpret_cast<uintptr_t>(lib.runtime()), lib.major == 10 ? 0x238u : 0x228u);
  CHECK(lib.log.find("CUDA initialization failure with error: 100") != std::string::npos);
});

const Case callFaults("a CUDA call fails where the configuration says", [](Lib& lib) {
  lib.configure(
      R"({"faults": [{"call": "cudaMalloc", "at": 2, "error": 2}, {"call": "cudaStreamSynchronize", "at": 1, "every": 2, "error": 719}]})");
  void* p = nullptr;
  CHECK_EQ(lib.Malloc(&p, 16), 0);
  CHECK_EQ(lib.Malloc(&p, 16), 2);
  CHECK_EQ(lib.Malloc(&p, 16), 0);
  const Handle s = lib.stream();
  CHECK_EQ(lib.StreamSynchronize(s), 719);
  CHECK_EQ(lib.StreamSynchronize(s), 0);
  CHECK_EQ(lib.StreamSynchronize(s), 719);
});

const Case lostAfterCalls("a device lost after so many calls stays lost", [](Lib& lib) {
  lib.configure(R"({"device_lost": {"after_calls": 2, "error": 46}})");
  void* p = nullptr;
  CHECK_EQ(lib.Malloc(&p, 16), 0);
  CHECK_EQ(lib.Malloc(&p, 16), 0);
  CHECK_EQ(lib.Malloc(&p, 16), 46);
  CHECK_EQ(lib.Free(p), 46);
  CHECK_EQ(lib.GetLastError(), 46);
  CHECK_EQ(lib.GetLastError(), 46);
  lib.configure("");
  CHECK_EQ(lib.Malloc(&p, 16), 0);
});

const Case lostAfterTime("a device lost while a thread waits ends the wait", [](Lib& lib) {
  const std::string hanging =
      R"({"trtbench_simulated_plan": 1, "tensors": [{"name": "x", "mode": "input", "type": "int32", "shape": [4]}],
    "faults": [{"call": "enqueue", "error": "hang"}]})";
  lib.configure(R"({"device_lost": {"after_ms": 30}})");
  void* const context = lib.context(lib.engine(hanging));
  CHECK(lib.address(context, "x", lib.device(16)));
  const Handle s = lib.stream();
  CHECK(lib.enqueue(context, s));
  CHECK_EQ(lib.StreamSynchronize(s), 719);
});

std::string withFault(const std::string& fault) {
  return R"({"trtbench_simulated_plan": 1, "name": "faulty", "tensors": [{"name": "x", "mode": "input", "type": "int32", "shape": [-1]},
    {"name": "y", "mode": "output", "type": "int32", "shape": [-1]}], "function": "copy",
    "profiles": [{"inputs": [{"tensor": "x", "min": [1], "opt": [2], "max": [4]}]}], "faults": [)" +
         fault + "]}";
}

struct Ready {
  Ready(Lib& lib, const std::string& fault) : context(lib.context(lib.engine(withFault(fault)))), stream(lib.stream()) {
    CHECK(lib.shape(context, "x", {4}));
    CHECK(lib.address(context, "x", lib.device(16)));
    CHECK(lib.address(context, "y", lib.device(16)));
  }
  void* context;
  Handle stream;
};

const Case enqueueFails("enqueue fails at its n-th call", [](Lib& lib) {
  Ready r(lib, R"({"call": "enqueue", "at": 2, "every": 2, "error": "fail"})");
  CHECK(lib.enqueue(r.context, r.stream));
  CHECK(!lib.enqueue(r.context, r.stream));
  CHECK(lib.enqueue(r.context, r.stream));
  CHECK(!lib.enqueue(r.context, r.stream));
  CHECK(lib.log.find("enqueueV3: failed as the plan asks") != std::string::npos);
  CHECK_EQ(lib.StreamSynchronize(r.stream), 0);
});

const Case enqueueSlow("a slow run takes longer", [](Lib& lib) {
  Ready r(lib, R"({"call": "enqueue", "at": 2, "error": "slow:12.5"})");
  const Handle e0 = lib.event(), e1 = lib.event();
  CHECK(lib.enqueue(r.context, r.stream));
  lib.EventRecord(e0, r.stream);
  CHECK(lib.enqueue(r.context, r.stream));
  lib.EventRecord(e1, r.stream);
  CHECK_EQ(lib.EventSynchronize(e1), 0);
  CHECK(lib.elapsed(e0, e1) >= 12.5f);
});

const Case enqueueLoses("a run that loses the device", [](Lib& lib) {
  Ready r(lib, R"({"call": "enqueue", "error": "device-lost"})");
  CHECK(lib.enqueue(r.context, r.stream));
  CHECK_EQ(lib.StreamSynchronize(r.stream), 719);
  CHECK(!lib.enqueue(r.context, r.stream));
});

const Case enqueueHangs("a run that hangs ends with a new configuration only", [](Lib& lib) {
  Ready r(lib, R"({"call": "enqueue", "error": "hang"})");
  CHECK(lib.enqueue(r.context, r.stream));
  CHECK_EQ(lib.StreamQuery(r.stream), 600);
  int status = -1;
  std::thread waiter([&] { status = lib.StreamSynchronize(r.stream); });
  CHECK_EQ(lib.StreamQuery(r.stream), 600);
  lib.configure("");
  waiter.join();
  CHECK(status == 719 || status == 400);  // 400: the waiter came after the stream had gone
});

const Case otherCalls("faults of other calls", [](Lib& lib) {
  CHECK(lib.engine(withFault(R"({"call": "deserialize", "error": "fail"})")) == nullptr);
  CHECK(lib.engine(withFault(R"({"call": "deserialize", "error": "fail"})")) != nullptr);  // the second time
  CHECK(lib.context(lib.engine(withFault(R"({"call": "createExecutionContext", "error": "fail"})"))) == nullptr);
  void* const context = lib.context(lib.engine(
      withFault(R"({"call": "setInputShape", "error": "fail"}, {"call": "setTensorAddress", "at": 2, "error": "fail"})")));
  CHECK(!lib.shape(context, "x", {2}));
  CHECK(lib.shape(context, "x", {2}));
  CHECK(lib.address(context, "x", lib.device(16)));
  CHECK(!lib.address(context, "y", lib.device(16)));
});

}  // namespace
}  // namespace driver
