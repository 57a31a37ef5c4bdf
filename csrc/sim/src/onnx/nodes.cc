// Which nodes of a model the parser does not know.
#include "onnx/import.h"
#include "onnx/operators.h"

namespace trtbench::sim {
namespace {

// Check looks for operators that are not known, also inside of graphs and local functions.
class Check {
 public:
  Check(const OnnxModel& model, std::vector<ParseFault>* faults) : model_(model), faults_(faults) {}

  void nodes(const std::vector<OnnxNode>& list, int outer) {
    for (size_t i = 0; i < list.size() && ++seen_ <= kMostNodes; i++) {
      const OnnxNode& node = list[i];
      const int index = outer >= 0 ? outer : static_cast<int>(i);
      for (const auto& subgraph : node.subgraphs) nodes(subgraph->nodes, index);
      const OnnxFunction* const function = model_.function(node);
      if (function != nullptr && stack_.size() < kMostCalls) {
        stack_.push_back(function->name);
        nodes(function->nodes, index);
        stack_.pop_back();
      }
      if (function == nullptr && findOperator(node.op) == nullptr) report(node, index);
    }
  }

 private:
  void report(const OnnxNode& node, int index) {
    ParseFault fault;
    fault.code = isRefused(node.op) ? kUnsupportedNode : kInvalidNode;
    fault.what = "operator " + node.op +
                 (isRefused(node.op) ? " is not supported" : " is not known, and a plugin of that name was not found");
    fault.function = "checkNode";
    fault.line = __LINE__;
    fault.node = index;
    fault.nodeName = node.name;
    fault.nodeOperator = node.op;
    fault.functions = stack_;
    faults_->push_back(fault);
  }

  const OnnxModel& model_;
  std::vector<ParseFault>* const faults_;
  std::vector<std::string> stack_;
  int64_t seen_ = 0;
};

}  // namespace

void unsupportedNodes(const OnnxModel& model, std::vector<ParseFault>* faults) {
  Check(model, faults).nodes(model.graph.nodes, -1);
}

}  // namespace trtbench::sim
