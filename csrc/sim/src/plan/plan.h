// The plan of a simulated engine, read from JSON. The Go type sim.Plan documents every field; both sides check the same rules.
#pragma once

#include <string>
#include <vector>

#include "plan/types.h"

namespace trtbench::sim {

struct TensorPlan {
  std::string name;
  bool input = true;
  int type = kFloat;
  Shape shape;
  int format = 0;
  bool host = false;         // lives in host memory
  bool shapeTensor = false;  // its values are part of the profile
  std::string aliases;       // the input whose memory an output shares
  std::vector<Shape> dataShapes;

  bool dynamic() const;
  bool dataDependent() const { return !dataShapes.empty(); }
};

// Range is empty for a tensor the profile says nothing about.
struct Range {
  Shape min, opt, max;
  const Shape& get(int select) const { return select == kMin ? min : select == kOpt ? opt : max; }
};

struct ProfilePlan {
  std::vector<Range> shapes, values;  // by tensor
};

struct TimePlan {
  double baseUs = 0, perItemUs = 0, spread = 0;
  int distribution = 0;  // index of kDistributionNames
  int64_t seed = 1;
  double firstUs = 0, enqueueUs = 0, graphLaunchUs = 0;
};

struct LayerTensorPlan {
  std::string name;
  int type = kFloat;
  Shape shape;
};

struct LayerPlan {
  std::string name, type, tactic;
  double share = 0;
  int precision = -1;  // a data type; -1: not told
  std::vector<LayerTensorPlan> inputs, outputs;
};

// BuildPlan is how the simulated builder was told to build a plan.
struct BuildPlan {
  int level = -1;                  // -1: the plan was written by hand
  std::vector<std::string> flags;  // of kBuildFlagNames
  int64_t workspaceBytes = 0;
  int tiling = 0;

  bool has(const char* flag) const;
};

// FaultPlan lets a call go wrong: the at-th, and every `every`-th one after it when that is not 0.
struct FaultPlan {
  enum class Kind { fail, hang, lost, slow };
  std::string call;
  int64_t at = 1, every = 0;
  Kind kind = Kind::fail;
  double slowMs = 0;

  bool hits(int64_t nth) const { return nth == at || (every > 0 && nth > at && (nth - at) % every == 0); }
};

enum class Function { none, fill, copy, streamingAcoustic };

// Names of values in a plan, in the order of their numbers.
extern const std::vector<const char*> kDistributionNames, kHardwareNames, kVerbosityNames, kFunctionNames, kTilingNames;
// The builder flags by their numbers in TensorRT 10, and strongly_typed behind them.
extern const std::vector<const char*> kBuildFlagNames;

struct Plan {
  std::string name = "unnamed";
  int tensorrt = 0;  // the version it was built with; 0: any
  std::vector<TensorPlan> tensors;
  std::vector<ProfilePlan> profiles;  // at least one
  TimePlan time;
  double h2dGbps = -1, d2hGbps = -1, latencyUs = -1;  // negative: as the device says
  std::vector<LayerPlan> layers;
  int64_t deviceBytes = 0, weightsBytes = 0, streamableBytes = 0;
  std::vector<int64_t> profileBytes;
  int auxStreams = 0;
  bool refittable = false;
  int hardwareCompatibility = 0, profilingVerbosity = 0;
  Function function = Function::none;
  BuildPlan build;
  std::vector<FaultPlan> faults;

  int find(const std::string& tensor) const;
  int64_t deviceBytesOf(int profile) const;
  int64_t mostDeviceBytes() const;  // of all profiles
  bool dataDependent() const;       // an output's shape changes from run to run
  bool hasShapeTensors() const;
};

// checkPlan returns the first rule a plan breaks, or an empty text.
std::string checkPlan(const Plan& plan);
// looksLikePlan tells a simulated plan from anything else by its first bytes.
bool looksLikePlan(const char* data, size_t size);
// parsePlan reads and checks a plan; false with the first fault in *error.
bool parsePlan(const char* data, size_t size, Plan* plan, std::string* error);
// planText writes a plan as parsePlan reads it.
std::string planText(const Plan& plan);

}  // namespace trtbench::sim
