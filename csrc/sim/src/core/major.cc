// Compiled once per major, with -DTRT_MAJOR=10 or 11.
#include "core/major.h"

namespace trtbench::sim {

#if TRT_MAJOR == 10
const int kTrtMajor = 10;
const int kTrtVersion = 101501;
const int kTrtBuild = 29;
const int kCudaVersion = 12090;
#elif TRT_MAJOR == 11
const int kTrtMajor = 11;
const int kTrtVersion = 110100;
const int kTrtBuild = 1;
const int kCudaVersion = 13000;
#else
#error "TRT_MAJOR must be 10 or 11"
#endif

}  // namespace trtbench::sim
