// BuilderFlag of both majors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace trtbench::sim {

// Flag has the values of TensorRT 10, which has all flags that 11 has.
enum Flag : int {
  kFp16Flag = 0,
  kInt8Flag = 1,
  kGpuFallback = 3,
  kRefit = 4,
  kNoTimingCache = 5,
  kTf32 = 6,
  kSparse = 7,
  kVersionCompatible = 13,
  kExcludeLean = 14,
  kFp8Flag = 15,
  kErrorOnMiss = 16,
  kBf16Flag = 17,
  kStripPlan = 19,
  kRefitIdentical = 20,
  kWeightStreaming = 21,
  kInt4Flag = 22,
  kRefitIndividual = 23,
  kFp4Flag = 26,
};

// flagOf turns a value of the library's own major into one of TensorRT 10; -1 when this version has no such flag, with the
// reason.
int flagOf(int32_t value, std::string* why);
// ownBit is the reverse of it: the value in the library's major, or -1.
int ownBit(int flag);
// flagName is the name a plan uses, such as "fp16".
const char* flagName(int flag);
constexpr int kFlagCount = 29;

// has tells whether a mask of TensorRT 10's numbers contains the flag.
inline bool has(uint32_t mask, int flag) { return (mask >> flag & 1) != 0; }

}  // namespace trtbench::sim
