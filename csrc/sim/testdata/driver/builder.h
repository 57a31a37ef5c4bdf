// What the cases about building share: the methods of the builder, and a build with everything that belongs to it.
#pragma once

#include "trt.h"

namespace driver {

// VBuilder
constexpr Method kNewConfig = {7, 5}, kNewNetwork = {8, 6}, kNewProfile = {9, 7}, kBuild = {14, 11}, kSupported = {15, 12},
                 kSetThreads = {17, 14}, kBuildEngine = {20, 17}, kBuildToStream = {21, 18};
// VBuilderConfig
constexpr Method kSetFlags = {8, 6}, kGetFlags = {9, 7}, kClearFlag = {10, 8}, kSetFlag = {11, 9}, kGetFlag = {12, 10},
                 kConfigReset = {22, 20}, kAddProfile = {25, 23}, kNbProfiles = {26, 24}, kSetVerbosity = {27, 25},
                 kSetSources = {38, 27}, kNewCache = {40, 29}, kSetCache = {41, 30}, kGetCache = {42, 31}, kSetPool = {43, 32},
                 kGetPool = {44, 33}, kSetLevel = {47, 36}, kGetLevel = {48, 37}, kSetHardware = {49, 38},
                 kGetHardware = {50, 39}, kSetAux = {54, 43}, kSetMonitor = {56, 45}, kSetTactics = {60, 49},
                 kSetTiling = {62, 51}, kGetTiling = {63, 52};
// VNetworkDefinition
constexpr Method kAddInput = {2, 2}, kMarkOutput = {3, 3}, kNbLayers = {12, 12}, kLayer = {13, 13}, kNbInputs = {14, 14},
                 kInput = {15, 15}, kNbOutputs = {16, 16}, kOutput = {17, 17}, kUnmark = {26, 26}, kSetNetworkName = {30, 30};
// VTensor
constexpr Method kGetName = {3, 3}, kGetDims = {5, 5}, kSetType = {6, -1}, kGetType = {7, 6}, kSetFormats = {19, 13},
                 kIsShapeTensor = {21, 15}, kDimensionName = {24, 18};
// VOptimizationProfile
constexpr Method kSetDims = {2, 2}, kSetValues = {10, 8}, kIsValid = {9, 7};
// VTimingCache, VHostMemory
constexpr Method kSerializeCache = {2, 2}, kCombine = {3, 3}, kResetCache = {4, 4}, kQueryKeys = {5, 5}, kBytes = {2, 2},
                 kSize = {3, 3};

// Flags by their values in 10 and 11; -1: 11 has none.
struct Flag {
  int in10, in11;
};
constexpr Flag kFp16 = {0, -1}, kRefit = {4, 4}, kTf32 = {6, 6}, kVersionCompatible = {13, 12}, kExcludeLean = {14, 13},
               kErrorOnMiss = {16, 15}, kStripPlan = {19, 18}, kWeightStreaming = {21, 20};

// Building is a builder with a network, a configuration and a parser. They are destroyed in the right order.
class Building {
 public:
  explicit Building(Lib& lib, bool strong = false);
  ~Building();
  Building(const Building&) = delete;
  Building& operator=(const Building&) = delete;

  bool parseFile(const std::string& path);
  bool parse(const std::string& bytes, const char* path = nullptr);
  // profile adds one with the shapes of one input; more inputs are added to the last profile by bound.
  void* profile();
  bool bound(void* profile, const char* input, std::vector<int64_t> min, std::vector<int64_t> opt, std::vector<int64_t> max);
  int32_t add(void* profile) { return lib.call<int32_t>(config, kAddProfile, static_cast<const void*>(profile)); }
  void flag(Flag flag);
  // plan builds and returns the text of the plan, or nothing.
  std::string plan();

  // What the parser reported.
  int32_t errors();
  int32_t code(int32_t error);
  std::string text(int32_t error, int slot);  // of the getters that return text
  int32_t node(int32_t error);
  std::string functionsOf(int32_t error);  // each with a space behind it

  Lib& lib;
  void *builder, *network, *config, *parser;

 private:
  void* errorAt(int32_t index);
};

// acoustic parses the reference model and bounds its inputs.
void acoustic(Building& b);

}  // namespace driver
