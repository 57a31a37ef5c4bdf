#include "onnx/sort.h"

#include <unordered_map>

namespace trtbench::sim {
namespace {

enum class State { unseen, open, done };

// Visit is a node whose inputs are being looked at.
struct Visit {
  size_t node;
  size_t input = 0;
};

}  // namespace

bool sortNodes(const OnnxGraph& graph, std::vector<size_t>* order) {
  std::unordered_map<std::string, size_t> makers;
  for (size_t i = 0; i < graph.nodes.size(); i++) {
    for (const std::string& output : graph.nodes[i].outputs) {
      if (!output.empty() && !makers.emplace(output, i).second) return false;
    }
  }
  std::vector<State> states(graph.nodes.size(), State::unseen);
  std::vector<Visit> visits;  // instead of recursion, which a long chain would make too deep
  for (size_t first = 0; first < graph.nodes.size(); first++) {
    if (states[first] == State::unseen) visits.push_back(Visit{first});
    while (!visits.empty()) {
      const size_t node = visits.back().node;
      states[node] = State::open;
      const std::vector<std::string>& inputs = graph.nodes[node].inputs;
      if (visits.back().input == inputs.size()) {
        states[node] = State::done;
        order->push_back(node);
        visits.pop_back();
        continue;
      }
      const auto maker = makers.find(inputs[visits.back().input++]);
      if (maker == makers.end() || states[maker->second] == State::done) continue;
      if (states[maker->second] == State::open) return false;
      visits.push_back(Visit{maker->second});
    }
  }
  return true;
}

}  // namespace trtbench::sim
