#include "onnx/import.h"

#include <numeric>
#include <unordered_map>

#include "onnx/external.h"
#include "onnx/operators.h"
#include "onnx/sort.h"

namespace trtbench::sim {
namespace {

// LayerType of TensorRT.
constexpr int kIdentityLayer = 20;

// Importer adds one model to one network.
class Importer {
 public:
  Importer(const OnnxModel& model, const std::string& folder, const std::set<std::string>& given, NetworkObject* network,
           std::vector<ParseFault>* faults)
      : model_(model), folder_(folder), given_(given), network_(network), faults_(faults) {}

  bool run() {
    const OnnxGraph& graph = model_.graph;
    for (const OnnxValue& v : graph.values) types_[v.name] = &v;
    for (const OnnxValue& v : graph.outputs) types_[v.name] = &v;
    std::vector<size_t> order;
    if (!sortNodes(graph, &order)) {
      return fail(kInvalidGraph, "the nodes cannot be sorted: two produce the same tensor, or they form a ring", "parseGraph",
                  __LINE__);
    }
    return initializers(graph) && inputs(graph) && nodes(graph.nodes, order, "") && outputs(graph);
  }

 private:
  bool fail(int code, const std::string& what, const char* function, int line) {
    ParseFault fault;
    fault.code = code;
    fault.what = what;
    fault.function = function;
    fault.line = line;
    if (node_ != nullptr) {
      fault.node = index_;
      fault.nodeName = node_->name;
      fault.nodeOperator = node_->op;
      fault.functions = stack_;
    }
    faults_->push_back(fault);
    return false;
  }

  bool initializers(const OnnxGraph& graph) {
    for (const OnnxTensor& t : graph.initializers) {
      if (dataTypeOf(t.type) < 0) {
        return fail(kUnsupportedNode,
                    "initializer " + t.name + " has the type " + onnxTypeName(t.type) + ", which TensorRT lacks",
                    "importInitializers", __LINE__);
      }
      const std::string fault = t.external && given_.count(t.name) == 0 ? externalFault(t, folder_) : "";
      if (!fault.empty()) return fail(kInvalidGraph, fault, "importInitializers", __LINE__);
      if (!t.external && t.rawBytes >= 0 && t.rawBytes != t.bytes()) {
        return fail(kInvalidGraph,
                    "initializer " + t.name + " has " + std::to_string(t.rawBytes) + " bytes, its shape needs " +
                        std::to_string(t.bytes()),
                    "importInitializers", __LINE__);
      }
      if (t.type == kOnnxDouble) network_->logger.warn("the weights of " + t.name + " are DOUBLE and become FLOAT");
      weights_[t.name] = &t;
    }
    return true;
  }

  bool inputs(const OnnxGraph& graph) {
    for (const OnnxValue& v : graph.inputs) {
      if (weights_.count(v.name) > 0) continue;
      if (!v.isTensor || dataTypeOf(v.type) < 0) {
        const std::string type = v.isTensor ? onnxTypeName(v.type) : "no tensor";
        return fail(kUnsupportedNode, "input " + v.name + " is " + type + ", which TensorRT cannot take", "importInput",
                    __LINE__);
      }
      if (v.shape.size() > kMaxDims) {
        return fail(kUnsupportedNode, "input " + v.name + " has more than 8 dimensions", "importInput", __LINE__);
      }
      if (v.name.empty() || tensors_.count(v.name) > 0) {
        return fail(kInvalidGraph, "input " + v.name + " appears twice, or has no name", "importInput", __LINE__);
      }
      TensorObject* const t = network_->addTensor(v.name, dataTypeOf(v.type));
      t->shape = v.shape;
      t->dimensionNames = v.symbols;
      t->shaped = t->input = true;
      network_->inputs.push_back(t);
      tensors_[v.name] = t;
      if (v.type == kOnnxDouble) network_->logger.warn("input " + v.name + " is DOUBLE and becomes FLOAT");
    }
    return true;
  }

  // nodes adds the layers of a graph. Only those of the main graph are connected.
  bool nodes(const std::vector<OnnxNode>& list, const std::vector<size_t>& order, const std::string& prefix) {
    for (const size_t i : order) {
      node_ = &list[i];
      if (++imported_ > kMostNodes) return fail(kInvalidGraph, "the model has more than a million nodes", "parseNode", __LINE__);
      if (stack_.empty() && prefix.empty()) index_ = static_cast<int>(i);
      const OnnxFunction* const function = model_.function(list[i]);
      if (function != nullptr ? !call(*function, list[i], prefix) : !layer(list[i], prefix)) return false;
    }
    node_ = nullptr;
    return true;
  }

  static std::vector<size_t> asTheyStand(const std::vector<OnnxNode>& list) {
    std::vector<size_t> order(list.size());
    std::iota(order.begin(), order.end(), 0);
    return order;
  }

  static std::string nameOf(const OnnxNode& node) {
    if (!node.name.empty() || node.outputs.empty()) return node.name.empty() ? "node" : node.name;
    return "node_of_" + node.outputs[0];
  }

  bool layer(const OnnxNode& node, const std::string& prefix) {
    const Operator* const known = findOperator(node.op);
    if (known == nullptr) return fail(kUnsupportedNode, "operator " + node.op + " is not known", "parseNode", __LINE__);
    LayerObject* const made = network_->addLayer(known->layer, known->kind, prefix + nameOf(node));
    made->metadata = "[ONNX Layer: " + nameOf(node) + "]";
    for (const OnnxTensor& t : node.constants) {
      if (dataTypeOf(t.type) >= 0) made->parameters.push_back(parametersOf(t));
    }
    if (prefix.empty() && (!connect(node, *known, made) || !results(node, *known, made))) return false;
    const OnnxNode* const outer = node_;
    for (const auto& subgraph : node.subgraphs) {
      for (const OnnxTensor& t : subgraph->initializers) {
        if (dataTypeOf(t.type) >= 0) made->parameters.push_back(parametersOf(t));
      }
      if (!nodes(subgraph->nodes, asTheyStand(subgraph->nodes), made->name + "/")) return false;
    }
    node_ = outer;
    return true;
  }

  // call adds the layers of a local function; its results look as if they came from the last one.
  bool call(const OnnxFunction& function, const OnnxNode& node, const std::string& prefix) {
    if (stack_.size() == kMostCalls)
      return fail(kInvalidGraph, "local functions call each other too deeply", "parseNode", __LINE__);
    stack_.push_back(function.name);
    const bool added = nodes(function.nodes, asTheyStand(function.nodes), prefix + nameOf(node) + "/");
    node_ = &node;
    stack_.pop_back();
    if (!added || !prefix.empty()) return added;
    LayerObject* const result = network_->addLayer(kIdentityLayer, "Identity", nameOf(node));
    return connect(node, Operator(), result) && results(node, Operator(), result);
  }

  static Parameters parametersOf(const OnnxTensor& t) { return Parameters{dataTypeOf(t.type), volume(t.dims)}; }

  // connect gives a layer its inputs. An initializer counts as parameters of the first layer that uses it.
  bool connect(const OnnxNode& node, const Operator& known, LayerObject* made) {
    for (size_t i = 0; i < node.inputs.size(); i++) {
      const std::string& name = node.inputs[i];
      const auto weights = weights_.find(name);
      const auto tensor = tensors_.find(name);
      if (tensor != tensors_.end()) {
        made->inputs.push_back(tensor->second);
        markShapeTensor(tensor->second, i, known.shapeInputs);
      } else if (weights != weights_.end()) {
        if (used_.insert(name).second) made->parameters.push_back(parametersOf(*weights->second));
      } else if (!name.empty()) {
        return fail(kInvalidGraph, "input " + name + " is produced by no node", "parseNode", __LINE__);
      }
    }
    return true;
  }

  static void markShapeTensor(TensorObject* t, size_t input, uint32_t shapeInputs) {
    const bool fixed = t->shape.empty() || (t->shape.size() == 1 && t->shape[0] >= 0);
    const bool whole = t->type == kInt32 || t->type == kInt64;
    if (input < 32 && (shapeInputs >> input & 1) != 0 && t->input && fixed && whole) t->shapeTensor = true;
  }

  // typeOf is the type of a node's results unless the model tells it.
  static int typeOf(const OnnxNode& node, const Operator& known, const LayerObject& made) {
    if (known.resultType >= 0) return known.resultType;
    if (node.castTo != kOnnxUndefined && dataTypeOf(node.castTo) >= 0) return dataTypeOf(node.castTo);
    if (!made.inputs.empty()) return made.inputs[0]->type;
    return made.parameters.empty() ? kFloat : made.parameters[0].type;
  }

  bool results(const OnnxNode& node, const Operator& known, LayerObject* made) {
    for (const std::string& name : node.outputs) {
      if (name.empty()) continue;
      const auto told = types_.find(name);
      int type = typeOf(node, known, *made);
      if (told != types_.end() && dataTypeOf(told->second->type) >= 0) type = dataTypeOf(told->second->type);
      TensorObject* const t = network_->addTensor(name, type);
      if (told != types_.end() && told->second->shaped && told->second->shape.size() <= kMaxDims) {
        t->shape = told->second->shape;
        t->dimensionNames = told->second->symbols;
        t->shaped = true;
      }
      if (!tensors_.emplace(name, t).second) {
        return fail(kInvalidGraph, "a node produces " + name + ", which is an input", "parseNode", __LINE__);
      }
      made->outputs.push_back(t);
    }
    return true;
  }

  bool outputs(const OnnxGraph& graph) {
    for (const OnnxValue& v : graph.outputs) {
      if (weights_.count(v.name) > 0 && tensors_.count(v.name) == 0) constant(v);
      const auto found = tensors_.find(v.name);
      if (found == tensors_.end()) {
        return fail(kInvalidGraph, "output " + v.name + " is produced by no node", "importOutputs", __LINE__);
      }
      if (!v.isTensor || dataTypeOf(v.type) < 0) {
        const std::string type = v.isTensor ? onnxTypeName(v.type) : "no tensor";
        return fail(kUnsupportedNode, "output " + v.name + " is " + type + ", which TensorRT cannot give", "importOutputs",
                    __LINE__);
      }
      found->second->output = true;
      network_->outputs.push_back(found->second);
    }
    return true;
  }

  // constant makes an output of an initializer.
  void constant(const OnnxValue& v) {
    LayerObject* const made = network_->addLayer(kIdentityLayer, "Identity", v.name);
    made->parameters.push_back(parametersOf(*weights_[v.name]));
    OnnxNode node;
    node.outputs.push_back(v.name);
    results(node, Operator(), made);
  }

  const OnnxModel& model_;
  const std::string& folder_;
  const std::set<std::string>& given_;
  NetworkObject* const network_;
  std::vector<ParseFault>* const faults_;
  std::unordered_map<std::string, const OnnxTensor*> weights_;
  std::unordered_map<std::string, const OnnxValue*> types_;
  std::unordered_map<std::string, TensorObject*> tensors_;
  std::set<std::string> used_;
  std::vector<std::string> stack_;
  const OnnxNode* node_ = nullptr;
  int index_ = -1;
  int64_t imported_ = 0;
};

}  // namespace

bool importModel(const OnnxModel& model, const std::string& folder, const std::set<std::string>& given, NetworkObject* network,
                 std::vector<ParseFault>* faults) {
  unsupportedNodes(model, faults);
  return faults->empty() && Importer(model, folder, given, network, faults).run();
}

}  // namespace trtbench::sim
