// The ONNX parser: models it takes, and what it says about the others.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "builder.h"
#include "onnx.h"

namespace driver {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

const Case tiny("the models of the project", [](Lib& lib) {
  for (const char* name : {"dynamic", "external", "half", "nonzero", "reshape", "scalar"}) {
    Building b(lib, true);
    check(b.parseFile(lib.modelFile(std::string("tiny/") + name)), name, __FILE__, __LINE__, lib.log);
    CHECK_EQ(b.errors(), 0);
  }
  const struct {
    const char *name, *why;
  } others[] = {{"sequence", "operator SequenceConstruct"}, {"text", "input x is STRING"}, {"types", "input in_"}};
  for (const auto& other : others) {
    Building b(lib, true);
    CHECK(!b.parseFile(lib.modelFile(std::string("tiny/") + other.name)));
    CHECK_EQ(b.errors(), 1);
    CHECK_EQ(b.code(0), 8);
    check(b.text(0, 1).find(other.why) != std::string::npos, other.why, __FILE__, __LINE__, b.text(0, 1));
  }
});

const Case interface("tensors of a parsed network", [](Lib& lib) {
  Building b(lib);
  CHECK(b.parseFile(lib.modelFile("tiny/dynamic")));
  void* const x = lib.call<void*>(b.network, kInput, 0);
  CHECK(lib.call<const char*>(x, kGetName) == std::string("x"));
  CHECK_EQ(lib.call<int32_t>(x, kGetType), 1);
  const Dims dims = lib.call<Dims>(x, kGetDims);
  CHECK(dims.count == 3 && dims.d[0] == -1 && dims.d[1] == -1 && dims.d[2] == 4);
  CHECK(lib.call<const char*>(x, kDimensionName, 1) == std::string("length"));
  CHECK(lib.call<const char*>(x, kDimensionName, 2) == nullptr);
  CHECK(lib.call<void*>(b.network, kInput, 2) == nullptr);
  CHECK_EQ(lib.call<int32_t>(lib.call<void*>(b.network, kOutput, 1), kGetType), 8);
  void* const layer = lib.call<void*>(b.network, kLayer, 1);
  CHECK(lib.call<const char*>(layer, {4, 4}) == std::string("node_of_y"));
  CHECK_EQ(lib.call<int32_t>(layer, {5, 5}), 2);
});

const Case unsupported("every unknown operator is reported with its node", [](Lib& lib) {
  Graph g = chain();
  g.nodes = {node("Relu", "a", {"x"}, {"p"}), node("Det", "b", {"p"}, {"q"}), node("SwiGLU", "c", {"q"}, {"y"})};
  Building b(lib);
  CHECK(!b.parse(model(g)));
  CHECK_EQ(b.errors(), 2);
  CHECK_EQ(b.code(0), 8);
  CHECK_EQ(b.code(1), 6);  // none of ONNX's that TensorRT knows of: it might have been a plugin
  CHECK_EQ(b.node(0), 1);
  CHECK_EQ(b.node(1), 2);
  CHECK(b.text(0, 6) == "b" && b.text(0, 7) == "Det" && b.text(1, 6) == "c" && b.text(1, 7) == "SwiGLU");
  CHECK(b.text(0, 1).find("simulated: operator Det is not supported") == 0);
  CHECK(!b.text(0, 2).empty() && !b.text(0, 4).empty());
  CHECK(logged(lib, "1 simulated: In node 1 with name: b and operator: Det (checkNode): UNSUPPORTED_NODE: operator Det"));
});

const Case swish("11 knows operators that 10 does not", [](Lib& lib) {
  Graph g = chain();
  g.nodes = {node("Swish", "s", {"x"}, {"y"})};
  Building b(lib);
  CHECK_EQ(b.parse(model(g, 24)), lib.major == 11);
});

const Case functions("nodes of local functions are imported, and errors tell the functions around them", [](Lib& lib) {
  const auto function = [](const char* name, const std::string& body) {
    return bytes(25, bytes(1, name) + bytes(10, "own") + bytes(7, body));
  };
  Graph g = chain();
  g.nodes = {node("Outer", "call", {"x"}, {"y"}, bytes(7, "own"))};
  const std::string outer = function("Outer", node("Inner", "deep", {"a"}, {"b"}, bytes(7, "own")));
  Building good(lib);
  CHECK(good.parse(model(g, 17, outer + function("Inner", node("Relu", "r", {"a"}, {"b"})))));
  CHECK_EQ(lib.call<int32_t>(good.network, kNbLayers), 2);
  CHECK(lib.call<const char*>(lib.call<void*>(good.network, kLayer, 0), {4, 4}) == std::string("call/deep/r"));
  Building bad(lib);
  CHECK(!bad.parse(model(g, 17, outer + function("Inner", node("Det", "d", {"a"}, {"b"})))));
  CHECK_EQ(bad.errors(), 1);
  CHECK_EQ(bad.node(0), 0);
  CHECK(bad.functionsOf(0) == "Outer Inner ");
  Building endless(lib);
  CHECK(!endless.parse(model(g, 17, function("Outer", node("Outer", "again", {"a"}, {"b"}, bytes(7, "own"))))));
  CHECK(endless.text(0, 1).find("too deeply") != std::string::npos);
});

const Case graphs("graphs that do not hold together", [](Lib& lib) {
  const auto fails = [&](int code, const char* why, auto change) {
    Graph g = chain(8);
    change(g);
    Building b(lib);
    CHECK(!b.parse(model(g)));
    CHECK_EQ(b.errors(), 1);
    CHECK_EQ(b.code(0), code);
    check(b.text(0, 1).find(why) != std::string::npos, why, __FILE__, __LINE__, b.text(0, 1));
  };
  fails(5, "input z is produced by no node", [](Graph& g) { g.nodes[1] = node("Relu", "r", {"z"}, {"y"}); });
  fails(5, "output y is produced by no node", [](Graph& g) { g.nodes.pop_back(); });
  fails(5, "two produce the same tensor", [](Graph& g) { g.nodes.push_back(g.nodes[0]); });
  fails(5, "or they form a ring", [](Graph& g) { g.nodes[0] = node("Add", "a", {"x", "y"}, {"p"}); });
  fails(5, "a node produces x, which is an input", [](Graph& g) { g.nodes.push_back(node("Constant", "c", {}, {"x"})); });
  fails(5, "input x appears twice", [](Graph& g) { g.inputs.push_back(g.inputs[0]); });
  fails(5, "initializer w has 32 bytes, its shape needs 36",
        [](Graph& g) { g.initializers = {number(1, 9) + number(2, 1) + bytes(8, "w") + bytes(9, std::string(32, '\0'))}; });
  fails(8, "input x is COMPLEX64", [](Graph& g) { g.inputs = {value("x", 14, {1})}; });
  fails(3, "a name is not UTF-8", [](Graph& g) { g.inputs = {value("x\xff", 1, {1})}; });
  fails(3, "tensor w has a dimension of -1",
        [](Graph& g) { g.initializers = {number(1, ~uint64_t{0}) + number(2, 1) + bytes(8, "w")}; });
  fails(3, "more than 2^40 elements",
        [](Graph& g) { g.initializers = {number(1, 2000000) + number(1, 2000000) + number(2, 1) + bytes(8, "w")}; });
});

const Case unsorted("nodes may stand in any order", [](Lib& lib) {
  Graph g = chain();
  std::swap(g.nodes[0], g.nodes[1]);
  Building b(lib);
  CHECK(b.parse(model(g)));
  CHECK(lib.call<const char*>(lib.call<void*>(b.network, kLayer, 0), {4, 4}) == std::string("product"));
});

// As NVIDIA's parsers, which were asked: whatever is a message of protocol buffers is taken, even if nothing is in it.
const Case nothing("files that are no models", [](Lib& lib) {
  Building empty(lib);
  CHECK(empty.parse(""));
  CHECK(empty.plan().empty());
  Building text(lib);
  CHECK(text.parse("hello world, not a model"));
  Building cut(lib);
  const std::string whole = model(chain());
  CHECK(!cut.parse(whole.substr(0, whole.size() - 20)));
  CHECK_EQ(cut.errors(), 1);
  CHECK_EQ(cut.code(0), 3);
  CHECK(cut.text(0, 1).find("cut short") != std::string::npos);
  Building missing(lib);
  CHECK(!missing.parseFile("/nowhere/model.onnx"));
  CHECK_EQ(missing.code(0), 4);
  Building folder(lib);
  CHECK(!folder.parseFile("/"));
});

const Case everyCut("a model cut at any byte or with any byte changed does no harm", [](Lib& lib) {
  const std::string whole = contents(lib.modelFile("tiny/dynamic"));
  CHECK(whole.size() > 100);
  for (size_t n = 0; n < whole.size(); n++) {
    Building b(lib);
    b.parse(whole.substr(0, n));
    for (const int bit : {1, 128}) {
      std::string changed = whole;
      changed[n] = static_cast<char>(changed[n] ^ bit);
      Building c(lib);
      if (c.parse(changed)) c.plan();
    }
    lib.log.clear();
  }
});

const Case external("weights beside the model", [](Lib& lib) {
  const auto with = [](const std::string& location, int64_t offset) {
    const auto entry = [](const char* key, const std::string& text) { return bytes(13, bytes(1, key) + bytes(2, text)); };
    Graph g = chain();
    g.initializers = {number(1, 4) + number(2, 1) + bytes(8, "w") + number(14, 1) + entry("location", location) +
                      entry("offset", std::to_string(offset))};
    return model(g);
  };
  char folder[] = "/tmp/trtbench-onnx-XXXXXX";
  CHECK(mkdtemp(folder) != nullptr);
  const std::string path = std::string(folder) + "/m.onnx", weightsPath = std::string(folder) + "/w.bin";
  const auto error = [&](const std::string& location, int64_t offset) {
    Building b(lib);
    return b.parse(with(location, offset), path.c_str()) ? "" : b.text(0, 1);
  };
  CHECK(error("w.bin", 0).find(weightsPath + ": No such file") != std::string::npos);
  std::ofstream(weightsPath) << std::string(20, '\0');
  CHECK(error("w.bin", 4).empty());
  CHECK(error("w.bin", 8).find("of 20 bytes: 16 bytes from byte 8 on were expected") != std::string::npos);
  CHECK(error("w.bin", -1).find("were expected") != std::string::npos);
  CHECK(error("../w.bin", 0).find("no path below the folder") != std::string::npos);
  CHECK(error(weightsPath, 0).find("no path below the folder") != std::string::npos);
  unlink(weightsPath.c_str());
  rmdir(folder);
});

const Case opsets("any opset is taken unless the device says otherwise", [](Lib& lib) {
  Building b(lib);
  CHECK(b.parse(model(chain(), 99)));
  lib.configure(R"({"newest_opset": 24})");
  Building c(lib);
  CHECK(!c.parse(model(chain(), 25)));
  CHECK(c.text(0, 1).find("opset 25, the newest known is 24") != std::string::npos);
});

}  // namespace
}  // namespace driver
