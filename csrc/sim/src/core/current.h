// What CUDA keeps per thread.
#pragma once

namespace trtbench::sim {

// currentDevice is the device cudaSetDevice chose for the calling thread.
int& currentDevice();
// lastError is the error cudaGetLastError reports and clears.
int& lastError();

}  // namespace trtbench::sim
