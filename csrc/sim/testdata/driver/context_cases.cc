// Execution contexts: shapes, memory, what an enqueue needs and does.
#include <algorithm>
#include <cstring>

#include "trt.h"

namespace driver {
namespace {

const Case shapes("shapes follow the inputs and stay within the profile", [](Lib& lib) {
  void* const c = lib.context(lib.engine(kDescribed));
  CHECK_EQ(lib.call<Dims>(c, kShapeNow, "mask").d[0], -1);
  const char* names[3] = {};
  CHECK_EQ(lib.call<int32_t>(c, kInfer, 3, static_cast<const char**>(names)), 2);
  CHECK(strcmp(names[0], "image") == 0 && strcmp(names[1], "size") == 0);
  CHECK(!lib.shape(c, "image", {5, 3, 8, 8}));
  CHECK(logged(lib, "dimension 0 is 5, profile 0 allows 1 to 4"));
  CHECK(!lib.shape(c, "image", {1, 4, 8, 8}));
  CHECK(!lib.shape(c, "image", {1, 3, 8}));
  CHECK(!lib.shape(c, "mask", {1, 8, 8, 3}));
  CHECK(!lib.shape(c, "nobody", {1}));
  CHECK(lib.shape(c, "image", {2, 3, 8, 8}));
  CHECK_EQ(lib.call<Dims>(c, kShapeNow, "mask").d[0], 2);
  const Dims strides = lib.call<Dims>(c, kStrides, "image");  // of vectors of four channels: one vector holds all three
  CHECK(strides.d[3] == 1 && strides.d[2] == 8 && strides.d[1] == 64 && strides.d[0] == 64);
  int64_t size[2] = {2, 10};
  CHECK(lib.address(c, "size", size));
  CHECK_EQ(lib.call<int32_t>(c, kInfer, 0, static_cast<const char**>(nullptr)), -1);
  CHECK(logged(lib, "value 1 is 10, profile 0 allows 1 to 9"));
  size[1] = 9;
  CHECK_EQ(lib.call<int32_t>(c, kInfer, 0, static_cast<const char**>(nullptr)), 0);
  CHECK_EQ(lib.call<int64_t>(c, kMaxOutput, "mask"), 2 * 8 * 8 * 3 * 2);
  const Handle s = lib.stream();
  CHECK(!lib.call<bool>(c, kProfile, 2, s));
  CHECK(lib.call<bool>(c, kProfile, 1, s));
  CHECK(!lib.shape(c, "image", {2, 3, 8, 8}));
  CHECK(lib.shape(c, "image", {8, 3, 8, 8}));
});

const Case incomplete("an enqueue that lacks something says what", [](Lib& lib) {
  void* const c = lib.context(lib.engine(kDescribed));
  int64_t size[2] = {1, 1};
  CHECK(!lib.enqueue(c, nullptr));
  CHECK(logged(lib, "input image has no shape"));
  CHECK(lib.shape(c, "image", {1, 3, 8, 8}));
  CHECK(lib.address(c, "size", size));
  CHECK(!lib.enqueue(c, nullptr));
  CHECK(logged(lib, "tensor image has no address"));
  CHECK(lib.address(c, "image", lib.device(256)));
  CHECK(lib.address(c, "mask", lib.device(8 * 8 * 3 * 2)));
  CHECK(lib.enqueue(c, nullptr));
  CHECK(!lib.address(c, "nobody", nullptr));
  size[0] = 10;  // values are read at each enqueue
  CHECK(!lib.enqueue(c, nullptr));
});

const Case strategies("contexts allocate as their strategy says", [](Lib& lib) {
  void* const e = lib.engine(kDescribed);
  const int64_t before = lib.counter("device_bytes");
  void* const byProfile = lib.context(e, 1);
  CHECK_EQ(lib.counter("device_bytes") - before, 1000);
  CHECK(lib.call<bool>(byProfile, kProfile, 1, lib.stream()));
  CHECK_EQ(lib.counter("device_bytes") - before, 3000);
  lib.destroy(byProfile);
  void* const fixed = lib.context(e, 0);
  CHECK_EQ(lib.counter("device_bytes") - before, 3000);
  lib.destroy(fixed);
  CHECK_EQ(lib.counter("device_bytes"), before);
  void* const config = lib.call<void*>(e, kRuntimeConfig);
  lib.call<void>(config, {3, 3}, 2);
  void* const managed = lib.call<void*>(e, kContextWithConfig, config);
  CHECK_EQ(lib.counter("device_bytes"), before);
  int64_t size[2] = {1, 1};
  CHECK(lib.shape(managed, "image", {1, 3, 8, 8}));
  CHECK(lib.address(managed, "size", size));
  CHECK(lib.address(managed, "image", lib.device(256)));
  CHECK(lib.address(managed, "mask", lib.device(8 * 8 * 3 * 2)));
  lib.call<void>(managed, kMemory, static_cast<void*>(lib.device(500)), int64_t{500});
  CHECK(!lib.enqueue(managed, nullptr));
  CHECK(logged(lib, "needs 1000 bytes of device memory"));
  lib.call<void>(managed, kMemory, static_cast<void*>(lib.device(1000)), int64_t{1000});
  CHECK(lib.enqueue(managed, nullptr));
  CHECK(lib.context(e, 3) == nullptr);
  lib.configure(R"({"devices": [{"memory_bytes": 2000}]})");
  CHECK(lib.context(e, 0) == nullptr);
  CHECK(logged(lib, "3000 bytes of device memory: cudaErrorMemoryAllocation"));
});

struct Allocator {
  virtual int api() const noexcept { return 0; }
  virtual void info() const noexcept {}
  virtual ~Allocator() = default;
  virtual void* reallocate(const char*, void*, uint64_t, uint64_t) noexcept { return nullptr; }
  virtual void* reallocateAsync(const char*, void*, uint64_t bytes, uint64_t, Handle) noexcept {
    asked = bytes;
    return memory;
  }
  virtual void notifyShape(const char*, const Dims& dims) noexcept { rows = dims.d[0]; }
  void* memory = nullptr;
  uint64_t asked = 0;
  int64_t rows = -1;
};

const Case allocates("outputs that depend on the data ask their allocator", [](Lib& lib) {
  void* const c = lib.context(lib.engine(lib.planFile("dynamic_output")));
  CHECK(lib.address(c, "x", lib.device(128)));
  CHECK_EQ(lib.call<int64_t>(c, kMaxOutput, "found"), 7 * 2 * 4);
  Allocator a;
  CHECK(lib.call<bool>(c, kAllocator, "found", static_cast<void*>(&a)));
  CHECK(!lib.call<bool>(c, kAllocator, "x", static_cast<void*>(&a)));
  CHECK(!lib.enqueue(c, nullptr));
  CHECK(logged(lib, "gave no memory"));
  a.memory = lib.device(64);
  for (const int64_t rows : {0, 7, 5, 3, 0}) {  // the first shape went to the attempt that failed
    CHECK(lib.enqueue(c, nullptr));
    CHECK_EQ(a.rows, rows);
    CHECK_EQ(a.asked, static_cast<uint64_t>(std::max<int64_t>(rows * 8, 1)));
  }
  const Handle s = lib.stream();
  Handle graph = nullptr;
  CHECK_EQ(lib.StreamBeginCapture(s, 1), 0);
  CHECK(!lib.enqueue(c, s));
  lib.StreamEndCapture(s, &graph);
});

// The shapes of IProfiler in the two majors.
std::string* profile = nullptr;
void keepLayer(const char* name, float ms) { *profile += std::string(name) + "=" + std::to_string(ms) + " "; }
struct Profiler10 {
  virtual void report(const char* name, float ms) noexcept { keepLayer(name, ms); }
  virtual ~Profiler10() = default;
};
struct Profiler11 {
  virtual int api() const noexcept { return 0; }
  virtual void info() const noexcept {}
  virtual ~Profiler11() = default;
  virtual void report(const char* name, float ms) noexcept { keepLayer(name, ms); }
};

const Case profiles("a profiler hears of every layer of every enqueue", [](Lib& lib) {
  std::string seen;
  profile = &seen;
  Profiler10 ten;
  Profiler11 eleven;
  void* const c = lib.context(lib.engine(lib.planFile("xy")));
  CHECK(lib.address(c, "x", lib.device(64)));
  CHECK(lib.address(c, "y", lib.device(24)));
  lib.call<void>(c, kProfiler, lib.major == 10 ? static_cast<void*>(&ten) : static_cast<void*>(&eleven));
  CHECK(lib.enqueue(c, nullptr));
  CHECK(seen == "conv1=0.750000 relu1=0.250000 ");
  lib.call<void>(c, kEmits, false);
  CHECK(lib.enqueue(c, nullptr));
  CHECK(seen == "conv1=0.750000 relu1=0.250000 ");
  CHECK(lib.call<bool>(c, kReport));
  CHECK(seen == "conv1=0.750000 relu1=0.250000 conv1=0.750000 relu1=0.250000 ");
});

const Case consumed("the event for consumed inputs is recorded with the enqueue", [](Lib& lib) {
  void* const c = lib.context(lib.engine(lib.planFile("xy")));
  CHECK(lib.address(c, "x", lib.device(64)) && lib.address(c, "y", lib.device(24)));
  const Handle s = lib.stream(), before = lib.event(), inputs = lib.event();
  CHECK(lib.call<bool>(c, {29, 28}, inputs));
  lib.EventRecord(before, s);
  CHECK(lib.enqueue(c, s));
  CHECK_EQ(lib.EventSynchronize(inputs), 0);
  CHECK(lib.elapsed(before, inputs) >= 0);
});

const Case executes("executeV2 takes the addresses and waits", [](Lib& lib) {
  void* const c = lib.context(lib.engine(lib.planFile("xy")));
  void* bindings[] = {lib.device(64), lib.device(24)};
  float out[6];
  CHECK(lib.call<bool>(c, kExecute, static_cast<void* const*>(bindings)));
  CHECK_EQ(lib.StreamQuery(nullptr), 0);
  CHECK_EQ(lib.Memcpy(out, bindings[1], 24, kD2H), 0);
  for (int i = 0; i < 6; i++) CHECK_EQ(out[i], static_cast<float>(i));
});

const Case repeats("times repeat from run to run and vary as the plan says", [](Lib& lib) {
  const std::string plan =
      R"({"trtbench_simulated_plan": 1, "tensors": [{"name": "x", "mode": "input", "type": "int32", "shape": [8]}],
    "time": {"base_us": 100, "per_item_us": 10, "spread": 0.1, "first_us": 50}})";
  std::vector<float> times[2];
  for (auto& run : times) {
    void* const c = lib.context(lib.engine(plan));
    CHECK(lib.address(c, "x", lib.device(32)));
    const Handle s = lib.stream();
    Gate gate(lib, {s});
    std::vector<Handle> events = {lib.event()};
    lib.EventRecord(events[0], s);
    for (int i = 0; i < 50; i++) {
      CHECK(lib.enqueue(c, s));
      events.push_back(lib.event());
      lib.EventRecord(events.back(), s);
    }
    gate.open();
    lib.StreamSynchronize(s);
    for (size_t i = 1; i < events.size(); i++) run.push_back(lib.elapsed(events[i - 1], events[i]));
  }
  CHECK(times[0] == times[1]);
  CHECK(times[0][0] > 0.2f);  // the first run
  float least = 1, most = 0;
  for (size_t i = 1; i < times[0].size(); i++) {
    least = std::min(least, times[0][i]);
    most = std::max(most, times[0][i]);
  }
  CHECK(least >= 0.18f * 0.899f && most <= 0.18f * 1.101f && most - least > 0.01f);
});

}  // namespace
}  // namespace driver
