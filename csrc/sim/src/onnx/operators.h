// The operators of ONNX that TensorRT's parser knows.
#pragma once

#include <cstdint>
#include <string>

namespace trtbench::sim {

// Operator is what a node becomes.
struct Operator {
  int32_t layer = 0;         // LayerType of TensorRT
  const char* kind = "";     // as a plan names it
  uint32_t shapeInputs = 0;  // bit mask of the inputs whose values decide about shapes
  int resultType = -1;       // the data type of the results, whatever the inputs are
};

// findOperator returns the operator of that name in the library's major, or nullptr.
const Operator* findOperator(const std::string& name);

// isRefused tells that an operator of ONNX is known to the parser as one that TensorRT has no layer for. Any other unknown one is
// looked for among the plugins.
bool isRefused(const std::string& name);

}  // namespace trtbench::sim
