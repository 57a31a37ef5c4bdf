// ONNX files for the cases, written field by field.
#pragma once

#include <string>
#include <vector>

namespace driver {

inline std::string varint(uint64_t n) {
  std::string out;
  for (; n > 127; n >>= 7) out += static_cast<char>(n | 128);
  return out + static_cast<char>(n);
}
inline std::string number(unsigned field, uint64_t n) { return varint(field << 3) + varint(n); }
inline std::string bytes(unsigned field, const std::string& text) { return varint(field << 3 | 2) + varint(text.size()) + text; }

// value is an input or output; a dimension below 0 is symbolic.
inline std::string value(const std::string& name, int type, const std::vector<int64_t>& shape) {
  std::string dims;
  for (const int64_t d : shape) dims += bytes(1, d < 0 ? bytes(2, "n") : number(1, static_cast<uint64_t>(d)));
  return bytes(1, name) + bytes(2, bytes(1, number(1, static_cast<uint64_t>(type)) + bytes(2, dims)));
}

inline std::string node(const std::string& op, const std::string& name, const std::vector<std::string>& inputs,
                        const std::vector<std::string>& outputs, const std::string& more = "") {
  std::string out;
  for (const std::string& i : inputs) out += bytes(1, i);
  for (const std::string& o : outputs) out += bytes(2, o);
  return out + bytes(3, name) + bytes(4, op) + more;
}

// weights is an initializer of float32 zeros.
inline std::string weights(const std::string& name, int64_t count) {
  return number(1, static_cast<uint64_t>(count)) + number(2, 1) + bytes(8, name) +
         bytes(9, std::string(static_cast<size_t>(count) * 4, '\0'));
}

struct Graph {
  std::vector<std::string> nodes, initializers, inputs, outputs;
  std::string text() const {
    std::string out;
    for (const std::string& n : nodes) out += bytes(1, n);
    out += bytes(2, "graph");
    for (const std::string& i : initializers) out += bytes(5, i);
    for (const std::string& i : inputs) out += bytes(11, i);
    for (const std::string& o : outputs) out += bytes(12, o);
    return out;
  }
};

inline std::string model(const Graph& graph, int opset = 17, const std::string& more = "") {
  return number(1, 8) + bytes(8, number(2, static_cast<uint64_t>(opset))) + bytes(7, graph.text()) + more;
}

// chain multiplies x [n, 4] by weights and takes the positive part: y [n, 4].
inline Graph chain(int64_t parameters = 1000) {
  Graph g;
  g.inputs = {value("x", 1, {-1, 4})};
  g.outputs = {value("y", 1, {-1, 4})};
  g.initializers = {weights("w", parameters)};
  g.nodes = {node("MatMul", "product", {"x", "w"}, {"p"}), node("Relu", "positive", {"p"}, {"y"})};
  return g;
}

}  // namespace driver
