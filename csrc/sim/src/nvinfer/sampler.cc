// How long runs take.
#include <algorithm>
#include <cmath>

#include "nvinfer/context.h"

namespace trtbench::sim {
namespace {

constexpr int kNormal = 1;  // index of the distribution in a plan

Nanos nanos(double us) { return static_cast<Nanos>(us * 1e3); }

}  // namespace

Sampler::Sampler(const TimePlan& time, int64_t context)
    : time_(time), state_(static_cast<uint64_t>(time.seed) * 0x9E3779B97F4A7C15u + static_cast<uint64_t>(context)) {}

// uniform returns a number in [0, 1), from splitmix64.
double Sampler::uniform() {
  uint64_t z = state_ += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return static_cast<double>((z ^ z >> 31) >> 11) * 0x1.0p-53;
}

Nanos Sampler::next(int64_t items) {
  double us = time_.baseUs + time_.perItemUs * static_cast<double>(items);
  if (time_.spread > 0) {
    double deviation = 2 * uniform() - 1;
    if (time_.distribution == kNormal) {
      const double radius = std::sqrt(-2 * std::log(1 - uniform()));
      deviation = std::clamp(radius * std::cos(2 * M_PI * uniform()), -4.0, 4.0);
    }
    us = std::max(us * (1 + time_.spread * deviation), 0.0);
  }
  if (first_) us += time_.firstUs;
  first_ = false;
  return nanos(us);
}

Nanos Inference::graphLaunchNanos() const { return nanos(engine->plan.time.graphLaunchUs); }

Cost Inference::cost() {
  Cost cost;
  cost.device = sampler->next(items);
  if (!reachable) cost.losesDevice = 700;
  const FaultPlan* fault = engine->plan.faults.empty() ? nullptr : engine->faults.next("enqueue", true);
  if (fault == nullptr) return cost;
  switch (fault->kind) {
    case FaultPlan::Kind::hang: cost.device = kForever / 2; break;
    case FaultPlan::Kind::slow: cost.device += nanos(fault->slowMs * 1e3); break;
    case FaultPlan::Kind::lost: cost.losesDevice = 719; break;
    case FaultPlan::Kind::fail: break;
  }
  return cost;
}

void Inference::ran(Nanos, Nanos length) { lastLength_.store(length, std::memory_order_relaxed); }

std::shared_ptr<Action> Inference::effect() {
  return engine->plan.function == Function::none || !reachable ? nullptr : functionAction(*this);
}

}  // namespace trtbench::sim
