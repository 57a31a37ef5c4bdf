// Names and texts of CUDA errors.
#pragma once

namespace trtbench::sim {

const char* errorName(int error);
const char* errorText(int error);

}  // namespace trtbench::sim
