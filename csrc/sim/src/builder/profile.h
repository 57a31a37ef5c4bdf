// Optimization profiles: what is wrong with one.
#pragma once

#include "builder/objects.h"

namespace trtbench::sim {

// rangeFault says why minimum, optimum and maximum do not fit together, or nothing.
std::string rangeFault(const Selected& range);
// profileFault says which input of a profile has such a fault.
std::string profileFault(const ProfileObject& profile);

}  // namespace trtbench::sim
