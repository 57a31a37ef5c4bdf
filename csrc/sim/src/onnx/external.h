// Weights in files beside the model.
#pragma once

#include <string>

#include "onnx/model.h"

namespace trtbench::sim {

// externalFault says why the data of a tensor cannot be had from the files in a folder, or nothing. The data is not read.
std::string externalFault(const OnnxTensor& tensor, const std::string& folder);

}  // namespace trtbench::sim
