#include "nvinfer/load.h"

#include "json/version.h"
#include "nvinfer/slots.h"

namespace trtbench::sim {
namespace {

void* refusePlan(const Logger& logger, const std::string& why) {
  logger.error("deserializeCudaEngine: " + why);
  return nullptr;
}

// obstacle says why a plan cannot run here, or nothing. A version compatible plan runs on later versions of its major or the next
// one.
std::string obstacle(const Plan& plan, bool hostCodeAllowed) {
  const bool compatible = plan.build.has("version_compatible");
  if (compatible && !plan.build.has("exclude_lean_runtime") && !hostCodeAllowed) {
    return "the plan is version compatible and holds a lean runtime, which is code for the host: setEngineHostCodeAllowed first";
  }
  if (plan.tensorrt == 0 || plan.tensorrt == reportedVersion()) return "";
  if (compatible && plan.tensorrt < reportedVersion()) return "";
  return "the plan was built by TensorRT " + versionText(plan.tensorrt) + ", this library is " + versionText(reportedVersion()) +
         ": build it again";
}

}  // namespace

void* loadEngine(const EngineSource& source, std::string text) {
  const Logger& logger = source.logger;
  const Nanos start = now();
  if (!looksLikePlan(text.data(), text.size())) {
    return refusePlan(logger, "the data is no simulated plan: its magic tag does not match");
  }
  Plan plan;
  std::string fault;
  if (!parsePlan(text.data(), text.size(), &plan, &fault)) return refusePlan(logger, "plan: " + fault);
  fault = obstacle(plan, source.hostCodeAllowed);
  if (!fault.empty()) return refusePlan(logger, fault);
  const int64_t nth = ++(*source.calls)[plan.name];
  for (const FaultPlan& f : plan.faults) {
    if (f.call == "deserialize" && f.hits(nth) && !suffer(&f, logger, "deserializeCudaEngine")) return nullptr;
  }
  auto state = std::make_shared<EngineState>(std::move(plan));
  const int64_t weights = state->plan.weightsBytes;
  if (const int error = state->weights.allocate(weights)) {
    return refusePlan(logger, "allocating " + std::to_string(weights) + " bytes of weights: " + device().errorName(error));
  }
  device().setCopySpeed(state->plan.h2dGbps, state->plan.d2hGbps, state->plan.latencyUs);
  if (state->plan.build.has("strip_plan"))
    logger.warn("the weights of this plan were stripped: refit the engine before it is used");
  EngineObject* engine = create<EngineObject>(logger);
  engine->state = std::move(state);
  engine->parent = source.parent;
  engine->text = std::move(text);
  device().count(Counter::engines, 1);
  logger.info("loaded engine " + engine->plan().name + ", " + std::to_string(engine->text.size()) + " bytes");
  logger.verbose("deserialization took " + std::to_string((now() - start) / 1000) + " us");
  return &engine->facade;
}

}  // namespace trtbench::sim
