// What the cases about TensorRT share.
#pragma once

#include "driver.h"

namespace driver {

// Methods by their slots in 10 and 11.
constexpr Method kNbTensors = {30, 26}, kTensorName = {31, 27}, kMode = {23, 19}, kType = {20, 16}, kEngineShape = {19, 15},
                 kLocation = {21, 17}, kShapeIO = {22, 18}, kFormat = {36, 32}, kFormatText = {37, 33},
                 kComponentBytes = {34, 30}, kComponents = {35, 31}, kVectorDim = {38, 34}, kProfileShape = {29, 25},
                 kProfileValues = {54, 46}, kProfileCount = {10, 8}, kDeviceMemory = {52, 44}, kLayers = {3, 3}, kName = {9, 7},
                 kSerialize = {4, 4}, kInspector = {18, 14}, kAlias = {58, 50}, kStat = {57, 49}, kReadV2 = {23, 22},
                 kRead = {4, -1}, kRuntimeConfig = {56, 48}, kContextWithConfig = {55, 47}, kStreamable = {46, 38},
                 kSetBudget = {48, 40}, kBudget = {49, 41};
constexpr Method kShapeNow = {22, 21}, kStrides = {23, 22}, kInfer = {28, 27}, kMaxOutput = {34, 33}, kAllocator = {32, 31},
                 kProfile = {17, 16}, kMemory = {49, 48}, kProfiler = {5, 5}, kEmits = {18, 17}, kReport = {20, 19},
                 kExecute = {16, 15};

inline bool logged(Lib& lib, const char* text) { return lib.log.find(text) != std::string::npos; }

constexpr char kDescribed[] = R"({"trtbench_simulated_plan": 1, "name": "described", "tensors": [
    {"name": "image", "mode": "input", "type": "int8", "shape": [-1, 3, 8, 8], "format": "chw4"},
    {"name": "size", "mode": "input", "type": "int64", "shape": [2], "location": "host", "shape_tensor": true},
    {"name": "mask", "mode": "output", "type": "float16", "shape": [-1, 8, 8, 3], "aliases": "image"}],
  "profiles": [
    {"inputs": [{"tensor": "image", "min": [1,3,8,8], "opt": [2,3,8,8], "max": [4,3,8,8]}], "values": [{"tensor": "size", "min": [1,1], "opt": [2,3], "max": [9,9]}]},
    {"inputs": [{"tensor": "image", "min": [5,3,8,8], "opt": [6,3,8,8], "max": [8,3,8,8]}], "values": [{"tensor": "size", "min": [1,1], "opt": [2,3], "max": [9,9]}]}],
  "layers": [{"name": "conv", "type": "Convolution", "share": 0.75}, {"name": "act \"2\"", "type": "PointWise", "share": 0.25}],
  "memory": {"profile_device_bytes": [1000, 3000], "weights_bytes": 500, "streamable_weights_bytes": 400}})";

}  // namespace driver
