// The ONNX parser.
#pragma once

#include "nvinfer/log.h"

namespace trtbench::sim {

// newParser is createNvOnnxParser: an IParser, or nullptr when the network is none of this library's.
void* newParser(void* network, const Logger& logger);

}  // namespace trtbench::sim
