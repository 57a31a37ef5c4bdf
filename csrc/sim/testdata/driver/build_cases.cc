// Building engines: from a model to a plan that runs.
#include <cstring>

#include "builder.h"
#include "onnx.h"

namespace driver {
namespace {

const Case builds("a model becomes an engine that runs", [](Lib& lib) {
  std::string plan;
  {
    Building b(lib, true);
    acoustic(b);
    CHECK_EQ(b.lib.call<int32_t>(b.network, kNbInputs), 2);
    CHECK_EQ(b.lib.call<int32_t>(b.network, kNbOutputs), 2);
    CHECK(b.lib.call<int32_t>(b.network, kNbLayers) > 10);
    plan = b.plan();
    CHECK_EQ(b.errors(), 0);
  }
  CHECK(plan.find("\"streaming_acoustic\"") != std::string::npos);
  void* const engine = lib.engine(plan);
  CHECK(engine != nullptr);
  void* const c = lib.context(engine);
  CHECK(lib.shape(c, "signal", {2, 2400, 1}) && lib.shape(c, "state", {2, 219729}));
  CHECK(!lib.shape(c, "signal", {17, 2400, 1}));
  uint16_t header[4];
  char* const next = lib.device(2 * 219729 * 2);
  CHECK(lib.address(c, "signal", lib.device(2 * 2400 * 4)) && lib.address(c, "state", lib.device(2 * 219729 * 2)));
  CHECK(lib.address(c, "logprobs", lib.device(2 * 350 * 4)) && lib.address(c, "state_next", next));
  CHECK(lib.enqueue(c, nullptr));
  CHECK_EQ(lib.StreamSynchronize(nullptr), 0);
  CHECK_EQ(lib.Memcpy(header, next, sizeof header, kD2H), 0);
  CHECK_EQ(header[0], uint16_t{0x3C00});  // one chunk, as a half
  CHECK_EQ(lib.counter("builders") + lib.counter("networks") + lib.counter("builder_configs") + lib.counter("parsers"), 0);
  CHECK_EQ(lib.counter("early_destroys") + lib.counter("absent_methods"), 0);
  CHECK_EQ(lib.counter("builds"), 1);
});

const Case outputs("what a built engine computes", [](Lib& lib) {
  const auto function = [&](const Graph& graph) {
    Building b(lib, true);
    CHECK(b.parse(model(graph)));
    void* const profile = b.profile();
    CHECK(b.bound(profile, "x", {1, 4}, {2, 4}, {8, 4}));
    b.add(profile);
    const std::string plan = b.plan();
    CHECK(lib.engine(plan) != nullptr);
    return plan;
  };
  CHECK(function(chain()).find("\"function\": \"copy\"") != std::string::npos);
  Graph more = chain();
  more.outputs.push_back(value("p", 1, {-1, 4}));
  CHECK(function(more).find("\"function\": \"fill\"") != std::string::npos);
  Graph free = chain();  // a dimension that no input decides
  free.outputs = {value("y", 1, {-1, -1})};
  CHECK(function(free).find("\"data_shapes\": [[2,1]]") != std::string::npos);
});

// number returns the number behind a key of a plan.
double numberIn(const std::string& plan, const char* key) {
  const size_t at = plan.find("\"" + std::string(key) + "\": ");
  CHECK(at != std::string::npos);
  return at == std::string::npos ? 0 : atof(plan.c_str() + at + strlen(key) + 4);
}

struct Chain : Building {
  explicit Chain(Lib& lib, bool strong = false, int64_t parameters = 1000000) : Building(lib, strong) {
    CHECK(parse(model(chain(parameters))));
    profile = this->Building::profile();
    CHECK(bound(profile, "x", {1, 4}, {2, 4}, {8, 4}));
    CHECK_EQ(add(profile), 0);
  }
  void* profile;
};

const Case faster("settings change the time of an engine", [](Lib& lib) {
  const auto time = [&](auto set) {
    Chain b(lib);
    set(b);
    const std::string plan = b.plan();
    CHECK(lib.engine(plan) != nullptr);
    return numberIn(plan, "base_us");
  };
  const double usual = time([](Building&) {});
  CHECK(usual > 10);
  CHECK(time([](Building& b) { b.lib.call<void>(b.config, kSetLevel, 5); }) < usual);
  CHECK(time([](Building& b) { b.lib.call<void>(b.config, kSetLevel, 0); }) > usual);
  CHECK(time([](Building& b) { b.lib.call<void>(b.config, kClearFlag, 6); }) > usual);  // TF32
  CHECK(time([](Building& b) { b.lib.call<void>(b.config, kSetHardware, 1); }) > usual);
  CHECK(time([](Building& b) { b.lib.call<bool>(b.config, kSetTiling, 3); }) < usual);
  if (lib.major == 10) CHECK(time([](Building& b) { b.flag(kFp16); }) < usual);
});

const Case recorded("a plan records how it was built", [](Lib& lib) {
  Chain b(lib, true);
  b.flag(kVersionCompatible);
  b.flag(kExcludeLean);
  b.flag(kStripPlan);
  b.flag(kWeightStreaming);
  lib.call<void>(b.config, kSetVerbosity, 2);
  lib.call<void>(b.config, kSetPool, 0, size_t{64} << 20);
  lib.call<void>(b.config, kSetAux, 7);
  lib.call<void>(b.network, kSetNetworkName, "chain");
  void* const more = b.Building::profile();
  CHECK(b.bound(more, "x", {8, 4}, {16, 4}, {64, 4}));
  CHECK_EQ(b.add(more), 1);
  const std::string plan = b.plan();
  for (const char* part :
       {"\"name\": \"chain\"", "\"refittable\": true", "\"profiling_verbosity\": \"detailed\"", "\"workspace_bytes\": 67108864",
        "\"tf32\", \"version_compatible\", \"exclude_lean_runtime\", \"strip_plan\", \"weight_streaming\", \"strongly_typed\"",
        "\"streamable_weights_bytes\": 3000000", "\"profile_device_bytes\": [", "\"aux_streams\": 1", "\"max\": [64,4]",
        "\"name\": \"product\", \"type\": \"MatrixMultiply\""}) {
    check(plan.find(part) != std::string::npos, part, __FILE__, __LINE__, plan);
  }
  void* const engine = lib.engine(plan);
  CHECK_EQ(lib.call<int64_t>(engine, kStat, 1), 4000000);
  CHECK(logged(lib, "weights of this plan were stripped"));
  void* const inspector = lib.call<void*>(engine, kInspector);
  const std::string layer = lib.call<const char*>(inspector, {5, 5}, 0, 1);
  CHECK(
      layer.find(
          R"("Inputs": [{"Name": "x", "Location": "Device", "Dimensions": [-1,4], "Format/Datatype": "Row major linear FP32)") !=
      std::string::npos);
  CHECK(layer.find(R"("TacticName": "simulated_MatrixMultiply_float32_level3")") != std::string::npos);
});

const Case refused("what keeps a network from being built is logged", [](Lib& lib) {
  const auto fails = [&](const char* why, auto set) {
    lib.log.clear();
    Chain b(lib, true);
    set(b);
    CHECK(b.plan().empty());
    CHECK(!lib.call<bool>(b.builder, kSupported, static_cast<const void*>(b.network), static_cast<const void*>(b.config)));
    check(logged(lib, why), why, __FILE__, __LINE__, lib.log);
  };
  fails("could not find any implementation for layer product within 1000 bytes of workspace: it needs 4000000",
        [](Chain& b) { b.lib.call<void>(b.config, kSetPool, 0, size_t{1000}); });
  fails("the network has no output",
        [](Chain& b) { b.lib.call<void>(b.network, kUnmark, b.lib.call<void*>(b.network, kOutput, 0)); });
  fails("only the standard engine capability", [](Chain& b) { b.lib.call<void>(b.config, {4, 4}, 1); });
  fails("the default device is a DLA", [](Chain& b) { b.lib.call<void>(b.config, {20, 18}, 1); });
  fails("tensor x: none of the allowed formats",
        [](Chain& b) { b.lib.call<void>(b.lib.call<void*>(b.network, kInput, 0), kSetFormats, 1u << 3); });
  if (lib.major == 10) {
    fails("builder flag fp16 must not be set", [](Chain& b) { b.flag(kFp16); });
    Chain weak(lib);
    weak.flag(kWeightStreaming);
    CHECK(weak.plan().empty());
    CHECK(logged(lib, "weight streaming needs a strongly typed network"));
  }
});

const Case profiles("profiles have to fit the network", [](Lib& lib) {
  const auto fails = [&](const char* why, auto set) {
    lib.log.clear();
    Building b(lib, true);
    CHECK(b.parse(model(chain())));
    set(b, b.profile());
    CHECK(b.plan().empty());
    check(logged(lib, why), why, __FILE__, __LINE__, lib.log);
  };
  fails("dynamic or shape inputs, but no optimization profile", [](Building&, void*) {});
  fails("optimization profile 0: dynamic input x is missing", [](Building& b, void* p) { b.add(p); });
  fails("addOptimizationProfile: input x: the optimum is missing", [](Building& b, void* p) {
    const Dims one = {2, {1, 4}};
    CHECK(b.lib.call<bool>(p, kSetDims, "x", 0, &one));
    CHECK(!b.lib.call<bool>(p, kIsValid));
    CHECK_EQ(b.add(p), -1);
  });
  fails("minimum <= optimum <= maximum does not hold at place 0: [4,4], [2,4], [8,4]", [](Building& b, void* p) {
    CHECK(b.bound(p, "x", {4, 4}, {2, 4}, {8, 4}));
    CHECK_EQ(b.add(p), -1);
  });
  fails("input x: [8,5] does not fit the network's [-1,4]", [](Building& b, void* p) {
    CHECK(b.bound(p, "x", {1, 5}, {2, 5}, {8, 5}));
    CHECK_EQ(b.add(p), 0);
  });
  fails("3 numbers, another selector has 2", [](Building& b, void* p) { CHECK(!b.bound(p, "x", {1, 4}, {2, 4, 1}, {8, 4})); });
  fails("expected full shapes", [](Building& b, void* p) { CHECK(!b.bound(p, "x", {-1, 4}, {2, 4}, {8, 4})); });
  fails("the network has no input named z", [](Building& b, void* p) {
    CHECK(b.bound(p, "z", {1}, {1}, {1}));
    CHECK_EQ(b.add(p), 0);
  });
});

const Case shapeTensors("a shape tensor needs values", [](Lib& lib) {
  Graph g;
  g.inputs = {value("x", 1, {6}), value("shape", 7, {2})};
  g.outputs = {value("y", 1, {-1, -1})};
  g.nodes = {node("Reshape", "r", {"x", "shape"}, {"y"})};
  Building b(lib, true);
  CHECK(b.parse(model(g)));
  CHECK(!lib.call<bool>(lib.call<void*>(b.network, kInput, 0), kIsShapeTensor));
  CHECK(lib.call<bool>(lib.call<void*>(b.network, kInput, 1), kIsShapeTensor));
  void* const profile = b.profile();
  CHECK_EQ(b.add(profile), 0);
  CHECK(b.plan().empty());
  CHECK(logged(lib, "input shape is a shape tensor and has no values"));
  for (int select = 0; select < 3; select++) {
    const int64_t values[] = {1 + select, 2};
    CHECK(lib.call<bool>(profile, kSetValues, "shape", select, static_cast<const int64_t*>(values), 2));
  }
  const std::string plan = b.plan();
  CHECK(plan.find(R"({"tensor": "shape", "min": [1,2], "opt": [2,2], "max": [3,2]})") != std::string::npos);
  CHECK(lib.engine(plan) != nullptr);
});

const Case formats("types and formats of inputs and outputs go into the plan", [](Lib& lib) {
  Graph g;
  g.inputs = {value("x", 1, {1, 3, 8, 8})};
  g.outputs = {value("y", 1, {1, 3, 8, 8})};
  g.nodes = {node("Relu", "r", {"x"}, {"y"})};
  Building b(lib);
  CHECK(b.parse(model(g)));
  lib.call<void>(lib.call<void*>(b.network, kInput, 0), kSetFormats, 1u << 3 | 1u << 5);
  if (lib.major == 10) lib.call<void>(lib.call<void*>(b.network, kOutput, 0), kSetType, 1);
  const std::string plan = b.plan();
  CHECK(plan.find(R"("shape": [1,3,8,8], "format": "chw4")") != std::string::npos);
  CHECK((plan.find(R"("name": "y", "mode": "output", "type": "float16")") != std::string::npos) == (lib.major == 10));
  CHECK(lib.engine(plan) != nullptr);
});

const Case earlyParser("a parser that goes before the build takes the weights with it", [](Lib& lib) {
  Chain b(lib);
  void** const table = *static_cast<void***>(b.parser);
  reinterpret_cast<void (*)(void*)>(table[lib.major == 10 ? 9 : 7])(b.parser);
  b.parser = nullptr;
  CHECK(b.plan().empty());
  CHECK(logged(lib, "the parser was destroyed before the build"));
  CHECK_EQ(lib.counter("early_destroys"), 1);
});

const Case earlyBuilder("a builder that goes before its network is reported", [](Lib& lib) {
  void* const builder = lib.createBuilder(lib.logger(), lib.libVersion());
  void* const network = lib.call<void*>(builder, kNewNetwork, 0u);
  lib.destroy(builder);
  CHECK_EQ(lib.counter("early_destroys"), 1);
  lib.destroy(network);
  CHECK(lib.createParser(network, lib.logger(), lib.parserVersion()) == nullptr);
  CHECK(logged(lib, "the network is none of the simulated TensorRT"));
});

}  // namespace
}  // namespace driver
