// Engines: what they tell, how they are loaded, what is refused.
#include <algorithm>
#include <cstring>

#include "trt.h"

namespace driver {
namespace {

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

}  // namespace
}  // namespace driver
