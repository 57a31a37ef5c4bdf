#include "builder/flags.h"

#include "core/major.h"
#include "json/version.h"
#include "nvinfer/slots.h"
#include "plan/plan.h"

namespace trtbench::sim {
namespace {

struct FlagRow {
  int since10;  // the minor version of 10 that brought it
  int bit11;    // its value in 11; -1: removed
};

// By value in TensorRT 10.
const FlagRow flagRows[kFlagCount] = {
    {0, -1},   // fp16
    {0, -1},   // int8
    {0, 2},    // debug
    {0, 3},    // gpu_fallback
    {0, 4},    // refit
    {0, 5},    // disable_timing_cache
    {0, 6},    // tf32
    {0, 7},    // sparse_weights
    {0, 8},    // safety_scope
    {0, -1},   // obey_precision_constraints
    {0, -1},   // prefer_precision_constraints
    {0, 11},   // direct_io
    {0, -1},   // reject_empty_algorithms
    {0, 12},   // version_compatible
    {0, 13},   // exclude_lean_runtime
    {0, -1},   // fp8
    {0, 15},   // error_on_timing_cache_miss
    {0, -1},   // bf16
    {0, 17},   // disable_compilation_cache
    {0, 18},   // strip_plan
    {0, 19},   // refit_identical
    {0, 20},   // weight_streaming
    {1, -1},   // int4
    {2, 22},   // refit_individual
    {6, 23},   // strict_nans
    {6, 24},   // monitor_memory
    {8, -1},   // fp4
    {8, 26},   // editable_timing_cache
    {12, 27},  // distributive_independence
};

int flagIn10(int32_t value, std::string* why) {
  const bool known = value >= 0 && value < kFlagCount;
  if (known && reportedVersion() / 100 % 100 >= flagRows[value].since10) return value;
  *why = "BuilderFlag " + std::to_string(value) + " does not exist in TensorRT " + versionText(reportedVersion());
  return -1;
}

int flagIn11(int32_t value, std::string* why) {
  for (int flag = 0; flag < kFlagCount; flag++) {
    if (value >= 0 && flagRows[flag].bit11 == value) return flag;
  }
  *why = "BuilderFlag " + std::to_string(value) + " does not exist in TensorRT " + versionText(reportedVersion());
  if (value >= 0 && value < kFlagCount && flagRows[value].bit11 < 0) {
    *why += std::string("; in 10 it was ") + flagName(value) + ": the types of a network come from the model now";
  }
  return -1;
}

}  // namespace

int flagOf(int32_t value, std::string* why) { return kTrtMajor == 10 ? flagIn10(value, why) : flagIn11(value, why); }

int ownBit(int flag) { return kTrtMajor == 10 ? flag : flagRows[flag].bit11; }

const char* flagName(int flag) { return kBuildFlagNames[static_cast<size_t>(flag)]; }

}  // namespace trtbench::sim
