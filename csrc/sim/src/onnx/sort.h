// The order in which the nodes of a graph can be imported.
#pragma once

#include <vector>

#include "onnx/model.h"

namespace trtbench::sim {

// sortNodes puts each node behind those that produce its inputs, and changes the order of the file only where it must. False when
// two nodes produce the same tensor, or nodes need each other.
bool sortNodes(const OnnxGraph& graph, std::vector<size_t>* order);

}  // namespace trtbench::sim
