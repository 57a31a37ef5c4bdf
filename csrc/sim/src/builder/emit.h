// From a network and a configuration to a plan.
#pragma once

#include "builder/objects.h"
#include "plan/plan.h"

namespace trtbench::sim {

// engineLayers are the layers of a network that become layers of the engine: constants, shapes and identities do not, unless
// there is nothing else.
std::vector<const LayerObject*> engineLayers(const NetworkObject& network);

// layerPrecision is the data type a layer computes in.
int layerPrecision(const LayerObject& layer, const BuildSettings& settings);
// parameterBytes is what the parameters of a layer take in that precision.
int64_t parameterBytes(const LayerObject& layer, int precision);
// scratchBytes is the workspace a layer needs: as much as its parameters.
int64_t scratchBytes(const LayerObject& layer, int precision);
// layerMicros is the layer's part of the time of an inference.
double layerMicros(const LayerObject& layer, int precision, const BuildSettings& settings);

// usableFormat is the first allowed format that the tensor's number of dimensions permits, or -1.
int usableFormat(const TensorObject& tensor);

// emitPlan returns the plan of a network without faults; *error says what no plan can express.
Plan emitPlan(const NetworkObject& network, const ConfigObject& config, std::string* error);

}  // namespace trtbench::sim
