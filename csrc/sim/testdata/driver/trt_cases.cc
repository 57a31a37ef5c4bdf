// Engines and contexts.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "driver.h"

namespace driver {
namespace {

// Methods by their slots in 10 and 11.
constexpr Method kNbTensors = {30, 26}, kTensorName = {31, 27}, kMode = {23, 19}, kType = {20, 16}, kEngineShape = {19, 15},
                 kLocation = {21, 17}, kShapeIO = {22, 18}, kFormat = {36, 32}, kFormatText = {37, 33},
                 kComponentBytes = {34, 30}, kComponents = {35, 31}, kVectorDim = {38, 34}, kProfileShape = {29, 25},
                 kProfileValues = {54, 46}, kProfileCount = {10, 8}, kDeviceMemory = {52, 44}, kLayers = {3, 3}, kName = {9, 7},
                 kSerialize = {4, 4}, kInspector = {18, 14}, kAlias = {58, 50}, kStat = {57, 49}, kReadV2 = {23, 22},
                 kRead = {4, -1}, kRuntimeConfig = {56, 48}, kContextWithConfig = {55, 47}, kStreamable = {46, 38},
                 kSetBudget = {48, 40}, kBudget = {49, 41};
constexpr Method kShapeNow = {22, 21}, kStrides = {23, 22}, kInfer = {28, 27}, kMaxOutput = {34, 33}, kAllocator = {32, 31},
                 kProfile = {17, 16}, kMemory = {49, 48}, kProfiler = {5, 5}, kEmits = {18, 17}, kReport = {20, 19},
                 kExecute = {16, 15};

bool logged(Lib& lib, const char* text) { return lib.log.find(text) != std::string::npos; }

const char kDescribed[] = R"({"trtbench_simulated_plan": 1, "name": "described", "tensors": [
    {"name": "image", "mode": "input", "type": "int8", "shape": [-1, 3, 8, 8], "format": "chw4"},
    {"name": "size", "mode": "input", "type": "int64", "shape": [2], "location": "host", "shape_tensor": true},
    {"name": "mask", "mode": "output", "type": "float16", "shape": [-1, 8, 8, 3], "aliases": "image"}],
  "profiles": [
    {"inputs": [{"tensor": "image", "min": [1,3,8,8], "opt": [2,3,8,8], "max": [4,3,8,8]}], "values": [{"tensor": "size", "min": [1,1], "opt": [2,3], "max": [9,9]}]},
    {"inputs": [{"tensor": "image", "min": [5,3,8,8], "opt": [6,3,8,8], "max": [8,3,8,8]}], "values": [{"tensor": "size", "min": [1,1], "opt": [2,3], "max": [9,9]}]}],
  "layers": [{"name": "conv", "type": "Convolution", "share": 0.75}, {"name": "act \"2\"", "type": "PointWise", "share": 0.25}],
  "memory": {"profile_device_bytes": [1000, 3000], "weights_bytes": 500, "streamable_weights_bytes": 400}})";

const Case describes("an engine describes itself as its plan does", [](Lib& lib) {
  void* const e = lib.engine(kDescribed);
  CHECK_EQ(lib.call<int32_t>(e, kNbTensors), 3);
  CHECK(strcmp(lib.call<const char*>(e, kTensorName, 2), "mask") == 0);
  CHECK(lib.call<const char*>(e, kTensorName, 3) == nullptr);
  CHECK_EQ(lib.call<int32_t>(e, kMode, "mask"), 2);
  CHECK_EQ(lib.call<int32_t>(e, kMode, "nobody"), 0);
  CHECK_EQ(lib.call<int32_t>(e, kType, "mask"), 1);
  CHECK_EQ(lib.call<int32_t>(e, kLocation, "size"), 1);
  CHECK(lib.call<bool>(e, kShapeIO, "size") && !lib.call<bool>(e, kShapeIO, "image"));
  const Dims image = lib.call<Dims>(e, kEngineShape, "image");
  CHECK(image.count == 4 && image.d[0] == -1 && image.d[1] == 3);
  CHECK_EQ(lib.call<Dims>(e, kEngineShape, "nobody").count, -1);
  CHECK_EQ(lib.call<int32_t>(e, kFormat, "image", 0), 3);
  CHECK(strstr(lib.call<const char*>(e, kFormatText, "image", 0), "chw4") != nullptr);
  CHECK_EQ(lib.call<int32_t>(e, kComponentBytes, "image", 0), 1);
  CHECK_EQ(lib.call<int32_t>(e, kComponents, "image", 0), 4);
  CHECK_EQ(lib.call<int32_t>(e, kVectorDim, "image", 0), 1);
  CHECK_EQ(lib.call<int32_t>(e, kVectorDim, "mask", 0), -1);
  CHECK_EQ(lib.call<int32_t>(e, kProfileCount), 2);
  CHECK_EQ(lib.call<Dims>(e, kProfileShape, "image", 1, 2).d[0], 8);
  CHECK_EQ(lib.call<Dims>(e, kProfileShape, "image", 2, 0).count, -1);
  CHECK_EQ(lib.call<const int64_t*>(e, kProfileValues, "size", 0, 1)[1], 3);
  CHECK_EQ(lib.call<int64_t>(e, kDeviceMemory), 3000);
  CHECK_EQ(lib.call<int32_t>(e, kLayers), 2);
  CHECK(strcmp(lib.call<const char*>(e, kName), "described") == 0);
  CHECK(strcmp(lib.call<const char*>(e, kAlias, "mask"), "image") == 0);
  CHECK_EQ(lib.call<int64_t>(e, kStat, 0), 500);
  CHECK_EQ(lib.call<int64_t>(e, kStreamable), 400);
  CHECK_EQ(lib.counter("device_bytes"), 500);
  if (lib.major == 10) {  // the older ways to ask
    CHECK_EQ(lib.call<size_t>(e, {7, -1}), 3000u);
    CHECK_EQ(lib.call<const int32_t*>(e, {11, -1}, "size", 0, 2)[0], 9);
  }
  CHECK(lib.call<bool>(e, kSetBudget, int64_t{100}));
  CHECK(!lib.call<bool>(e, kSetBudget, int64_t{401}));
  CHECK_EQ(lib.call<int64_t>(e, kBudget), 100);
  CHECK_EQ(lib.counter("absent_methods"), 0);
});

const Case serialized("an engine serialized can be loaded again", [](Lib& lib) {
  void* const memory = lib.call<void*>(lib.engine(kDescribed), kSerialize);
  const std::string text(lib.call<const char*>(memory, {2, 2}), lib.call<size_t>(memory, {3, 3}));
  CHECK(text == kDescribed);
  CHECK(lib.engine(text) != nullptr);
  lib.destroy(memory);
});

const Case inspects("the inspector lists layers and bindings", [](Lib& lib) {
  void* const inspector = lib.call<void*>(lib.engine(kDescribed), kInspector);
  const std::string json = lib.call<const char*>(inspector, {6, 6}, 1);
  CHECK(json == "{\"Layers\": [\"conv\",\"act \\\"2\\\"\"],\n\"Bindings\": [\"image\",\"size\",\"mask\"]\n}\n");
  CHECK(strcmp(lib.call<const char*>(inspector, {5, 5}, 0, 0), "conv") == 0);
  CHECK(lib.call<const char*>(inspector, {5, 5}, 2, 0) == nullptr);
  lib.destroy(inspector);
});

// A stream reader of the caller's; the table is that of IVersionedInterface with read and seek behind it.
struct Reader {
  virtual int api() const noexcept { return 0; }
  virtual void info() const noexcept {}
  virtual ~Reader() = default;
  virtual int64_t read(void* to, int64_t n, Handle) noexcept {
    if (fails) return -1;
    n = std::min<int64_t>({n, 7, static_cast<int64_t>(text.size() - at)});
    memcpy(to, text.data() + at, static_cast<size_t>(n));
    at += static_cast<size_t>(n);
    return n;
  }
  virtual bool seek(int64_t, int) noexcept { return false; }
  std::string text;
  size_t at = 0;
  bool fails = false;
};

const Case streamed("engines come through stream readers", [](Lib& lib) {
  Reader reader;
  reader.text = kDescribed;
  CHECK(lib.call<void*>(lib.runtime(), kReadV2, static_cast<void*>(&reader)) != nullptr);
  reader.at = 0;
  if (lib.major == 10) CHECK(lib.call<void*>(lib.runtime(), kRead, static_cast<void*>(&reader)) != nullptr);
  reader.fails = true;
  CHECK(lib.call<void*>(lib.runtime(), kReadV2, static_cast<void*>(&reader)) == nullptr);
  CHECK(logged(lib, "the stream reader failed"));
});

const Case refusesPlans("what is no plan, or none for this version, is refused with a reason", [](Lib& lib) {
  CHECK(lib.engine("ftrt and so on") == nullptr);
  CHECK(logged(lib, "is no simulated plan"));
  CHECK(lib.engine("") == nullptr);
  CHECK(lib.engine(std::string(kDescribed).substr(0, 400)) == nullptr);
  CHECK(logged(lib, "plan: byte 400"));
  CHECK(
      lib.engine(
          R"({"trtbench_simulated_plan": 1, "tensors": [{"name": "x", "mode": "input", "type": "int32", "shape": [1]}], "tensorrt": "10.3.0"})") ==
      nullptr);
  CHECK(logged(lib, "built by TensorRT 10.3.0"));
  lib.configure(R"({"devices": [{"memory_bytes": 100}]})");
  CHECK(lib.engine(kDescribed) == nullptr);
  CHECK(logged(lib, "500 bytes of weights: cudaErrorMemoryAllocation"));
});

const Case garbage("damaged plans never crash the library", [](Lib& lib) {
  uint32_t random = 7;
  const auto draw = [&](size_t below) { return (random = random * 1664525 + 1013904223) / 65536 % below; };
  for (const std::string& plan : {std::string(kDescribed), lib.planFile("streaming_acoustic"), lib.planFile("dynamic_output")}) {
    for (int i = 0; i < 2000; i++) {
      std::string text = plan;
      for (size_t n = 1 + draw(3); n > 0; n--) {
        const size_t at = draw(text.size() - 40) + 30;  // behind the mark
        static const char bytes[] = "{}[],:\"\\0123456789-.eEu\xFF\x01 truefalsn";
        switch (draw(4)) {
          case 0: text.resize(at); break;
          case 1: text.erase(at, 1 + draw(8)); break;
          case 2: text.insert(at, 1, bytes[draw(sizeof bytes - 1)]); break;
          default: text[at] = bytes[draw(sizeof bytes - 1)]; break;
        }
        if (text.size() < 80) break;
      }
      if (void* const engine = lib.engine(text)) {
        if (void* const context = lib.context(engine)) lib.destroy(context);
        lib.destroy(engine);
      }
    }
  }
  std::string deep = R"({"trtbench_simulated_plan": 1, "tensors": )";
  CHECK(lib.engine(deep + std::string(100000, '[')) == nullptr);
  CHECK(logged(lib, "nested deeper than 32 levels"));
  lib.log.clear();
});

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

const Case executes("executeV2 takes the addresses and waits", [](Lib& lib) {
  void* const c = lib.context(lib.engine(lib.planFile("xy")));
  void* bindings[] = {lib.device(64), lib.device(24)};
  float out[6];
  CHECK(lib.call<bool>(c, kExecute, static_cast<void* const*>(bindings)));
  CHECK_EQ(lib.StreamQuery(nullptr), 0);
  CHECK_EQ(lib.Memcpy(out, bindings[1], 24, kD2H), 0);
  for (int i = 0; i < 6; i++) CHECK_EQ(out[i], static_cast<float>(i));
});

const Case lifetimes("objects that go before what they made are reported", [](Lib& lib) {
  void* const runtime = lib.createRuntime(lib.logger(), lib.libVersion());
  void* const e = lib.engineOf(runtime, kDescribed);
  void* const c = lib.context(e);
  CHECK_EQ(lib.counter("contexts"), 1);
  lib.destroy(e);
  CHECK(logged(lib, "destroyed while 1 of its contexts"));
  lib.destroy(runtime);
  lib.destroy(c);
  CHECK_EQ(lib.counter("early_destroys"), 1);
  CHECK_EQ(lib.counter("contexts") + lib.counter("engines") + lib.counter("runtimes"), 0);
  CHECK_EQ(lib.counter("device_bytes"), 0);
});

const Case configuredAnew("objects from before a new configuration free nothing of it", [](Lib& lib) {
  void* const e = lib.engine(kDescribed);
  void* const c = lib.context(e);
  lib.configure("");
  for (int i = 0; i < 100; i++) lib.device(3000);  // may get the addresses that were free
  lib.destroy(c);
  lib.destroy(e);
  CHECK_EQ(lib.counter("device_allocations"), 100);
});

const Case versions("methods that a version lacks are traps", [](Lib& lib) {
  lib.configure(lib.major == 10 ? R"({"tensorrt_version": "10.0.1"})" : R"({"tensorrt_version": "11.0.0"})");
  CHECK_EQ(lib.libVersion(), lib.major == 10 ? 100001 : 110000);
  void* const e = lib.engine(kDescribed);
  CHECK_EQ(lib.call<int32_t>(e, kNbTensors), 3);
  CHECK_EQ(lib.counter("absent_methods"), 0);
  const Method absent = lib.major == 10 ? kDeviceMemory : Method{-1, 70};
  CHECK_EQ(lib.call<int64_t>(e, absent), 0);
  CHECK_EQ(lib.counter("absent_methods"), 1);
  CHECK(logged(lib, "method absent: slot"));
  lib.configure(R"({"tensorrt_version": "12.0.0"})");
  CHECK_EQ(lib.libVersion(), 120000);
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
