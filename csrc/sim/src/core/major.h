// The versions a library was linked for; defined once per major.
#pragma once

namespace trtbench::sim {

extern const int kTrtMajor;    // 10 or 11
extern const int kTrtVersion;  // 101501 or 110100
extern const int kTrtBuild;
extern const int kCudaVersion;  // 12090 or 13000

}  // namespace trtbench::sim
