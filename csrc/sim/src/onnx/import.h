// From an ONNX model to a network.
#pragma once

#include <set>
#include <vector>

#include "builder/objects.h"
#include "onnx/error.h"
#include "onnx/model.h"

namespace trtbench::sim {

// importModel adds a model to a network. Files of weights are looked for in the folder; initializers that were given by the
// caller need none. Faults are appended; a network that was half filled cannot be used.
bool importModel(const OnnxModel& model, const std::string& folder, const std::set<std::string>& given, NetworkObject* network,
                 std::vector<ParseFault>* faults);

// unsupportedNodes appends a fault for each node that the parser does not know.
void unsupportedNodes(const OnnxModel& model, std::vector<ParseFault>* faults);

}  // namespace trtbench::sim
