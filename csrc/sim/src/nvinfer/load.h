// Turning the text of a plan into an engine.
#pragma once

#include "nvinfer/objects.h"

namespace trtbench::sim {

// EngineSource is who makes an engine.
struct EngineSource {
  const Logger& logger;
  std::shared_ptr<int> parent;            // lives as long as the engine
  std::map<std::string, int64_t>* calls;  // deserializations by plan, for faults
  bool hostCodeAllowed;
};

// loadEngine returns the public object, or nullptr after saying why not.
void* loadEngine(const EngineSource& source, std::string text);

}  // namespace trtbench::sim
