// What keeps a network from being built.
#pragma once

#include "builder/objects.h"

namespace trtbench::sim {

// buildFaults lists everything that makes the build of a network fail, in the order in which the real library would meet it.
std::vector<std::string> buildFaults(const NetworkObject& network, const ConfigObject& config);

}  // namespace trtbench::sim
