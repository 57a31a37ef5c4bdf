// What a parser says to models of all kinds, so that NVIDIA's and the simulated one can be compared.
#include <dlfcn.h>

#include <algorithm>

#include "builder.h"
#include "onnx.h"

namespace driver {
namespace {

// product multiplies x [n, 4] by 16 weights and takes the positive part.
Graph product() {
  Graph g = chain(16);
  g.initializers = {number(1, 4) + number(1, 4) + number(2, 1) + bytes(8, "w") + bytes(9, std::string(64, '\0'))};
  return g;
}

struct Model {
  const char* name;
  std::string bytes;
};

std::vector<Model> models() {
  const auto changed = [](auto change) {
    Graph g = product();
    change(g);
    return model(g);
  };
  const std::string whole = model(product());
  return {
      {"fine", whole},
      {"opset of the future", model(product(), 99)},
      {"empty", ""},
      {"text", "hello world, not a model"},
      {"cut short", whole.substr(0, whole.size() - 20)},
      {"not supported", changed([](Graph& g) { g.nodes[1] = node("Det", "d", {"p"}, {"y"}); })},
      {"two not supported", changed([](Graph& g) {
         g.nodes = {node("Det", "d", {"x"}, {"p"}), node("Unique", "u", {"p"}, {"y"})};
       })},
      {"input of a node is missing", changed([](Graph& g) { g.nodes[1] = node("Relu", "r", {"z"}, {"y"}); })},
      {"produced twice", changed([](Graph& g) { g.nodes.push_back(g.nodes[1]); })},
      {"ring", changed([](Graph& g) {
         g.nodes = {node("Relu", "a", {"p"}, {"y"}), node("Relu", "b", {"y"}, {"p"})};
       })},
      {"unsorted", changed([](Graph& g) { std::swap(g.nodes[0], g.nodes[1]); })},
      {"input of text", changed([](Graph& g) {
         g.inputs = {value("x", 8, {-1, 4})};
       })},
      {"input of int16", changed([](Graph& g) {
         g.inputs = {value("x", 5, {-1, 4})};
       })},
      {"output of text", changed([](Graph& g) {
         g.outputs = {value("y", 8, {-1, 4})};
       })},
      {"too few weights", changed([](Graph& g) {
         g.initializers[0].resize(g.initializers[0].size() - 66);
         g.initializers[0] += bytes(9, std::string(12, '\0'));
       })},
      {"weights in a file that is missing", changed([](Graph& g) {
         g.initializers = {number(1, 4) + number(1, 4) + number(2, 1) + bytes(8, "w") + number(14, 1) +
                           bytes(13, bytes(1, "location") + bytes(2, "nowhere.bin"))};
       })},
  };
}

std::string answer(Lib& lib, const Model& m) {
  Building b(lib, true);
  std::string text = std::string(m.name) + ": " + (b.parse(m.bytes) ? "taken" : "refused");
  for (int32_t i = 0; i < b.errors(); i++) {
    text +=
        ", code " + std::to_string(b.code(i)) + " node " + std::to_string(b.node(i)) + " " + b.text(i, 6) + " " + b.text(i, 7);
  }
  return text + "\n";
}

}  // namespace

std::string parity(Lib& lib, const char* parser) {
  if (parser != nullptr) {
    void* const handle = dlopen(parser, RTLD_NOW | RTLD_LOCAL);
    CHECK(handle != nullptr);
    if (handle == nullptr) return "";
    lib.createParser = reinterpret_cast<void* (*)(void*, void*, int)>(dlsym(handle, "createNvOnnxParser_INTERNAL"));
  }
  std::string text;
  for (const Model& m : models()) text += answer(lib, m);
  Building b(lib, true);
  CHECK(b.parse(model(product())));
  void* const profile = b.profile();
  CHECK(b.bound(profile, "x", {1, 4}, {2, 4}, {8, 4}));
  CHECK_EQ(b.add(profile), 0);
  const std::string plan = b.plan();
  const size_t tensors = plan.find("\"tensors\""), time = plan.find("\"time\"");
  CHECK(tensors != std::string::npos && time != std::string::npos);
  return text + plan.substr(tensors, time - tensors) + "\n";
}

}  // namespace driver
