#include <string>

#include "core/device.h"

namespace trtbench::sim {
namespace {

// Members builds one flat JSON object of whole numbers.
class Members {
 public:
  Members& add(const char* name, int64_t value) {
    text_ += (text_.empty() ? "\"" : ", \"") + std::string(name) + "\": " + std::to_string(value);
    return *this;
  }
  std::string object() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

}  // namespace

std::string Device::countersJson() {
  const auto counter = [&](Counter c) { return counters_[static_cast<int>(c)].load(); };
  const Lock held(lock_);
  int64_t deviceBytes = 0;
  for (const Gpu& g : gpus_) deviceBytes += g.memoryUsed;
  Members live;
  live.add("streams", static_cast<int64_t>(streams_.live()))
      .add("events", static_cast<int64_t>(events_.live()))
      .add("graphs", static_cast<int64_t>(graphs_.live()))
      .add("graph_execs", static_cast<int64_t>(execs_.live()))
      .add("device_bytes", deviceBytes)
      .add("device_allocations", deviceAllocations_)
      .add("host_bytes", hostBytes_)
      .add("host_allocations", hostAllocations_)
      .add("runtimes", counter(Counter::runtimes))
      .add("engines", counter(Counter::engines))
      .add("contexts", counter(Counter::contexts))
      .add("builders", counter(Counter::builders))
      .add("networks", counter(Counter::networks))
      .add("builder_configs", counter(Counter::builderConfigs))
      .add("timing_caches", counter(Counter::timingCaches))
      .add("parsers", counter(Counter::parsers));
  Members total;
  static const char* const kinds[][2] = {
      {"h2d_count", "h2d_bytes"}, {"d2h_count", "d2h_bytes"}, {"d2d_count", "d2d_bytes"}, {"h2h_count", "h2h_bytes"}};
  for (int i = 0; i < 4; i++) total.add(kinds[i][0], totals_.copies[i]).add(kinds[i][1], totals_.copiedBytes[i]);
  total.add("enqueues", totals_.enqueues)
      .add("kernels", totals_.kernels)
      .add("graph_launches", totals_.graphLaunches)
      .add("host_functions", totals_.hostFunctions)
      .add("absent_methods", counter(Counter::absentMethods))
      .add("early_destroys", counter(Counter::earlyDestroys))
      .add("builds", counter(Counter::builds))
      .add("timing_cache_hits", counter(Counter::timingCacheHits))
      .add("timing_cache_misses", counter(Counter::timingCacheMisses));
  return "{\"live\": " + live.object() + ", \"total\": " + total.object() + "}";
}

}  // namespace trtbench::sim
