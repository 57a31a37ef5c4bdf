// Building engines: from a model to a plan that runs.
#include <cstring>

#include "builder.h"

namespace driver {
namespace {

const Case builds("a model becomes an engine that runs", [](Lib& lib) {
  std::string plan;
  {
    Building b(lib, true);
    acoustic(b);
    CHECK_EQ(b.lib.call<int32_t>(b.network, kNbInputs), 2);
    CHECK_EQ(b.lib.call<int32_t>(b.network, kNbOutputs), 2);
    CHECK(b.lib.call<int32_t>(b.network, kNbLayers) > 10);
    plan = b.plan();
    CHECK_EQ(b.errors(), 0);
  }
  CHECK(plan.find("\"streaming_acoustic\"") != std::string::npos);
  void* const engine = lib.engine(plan);
  CHECK(engine != nullptr);
  CHECK_EQ(lib.counter("builders") + lib.counter("networks") + lib.counter("builder_configs") + lib.counter("parsers"), 0);
  CHECK_EQ(lib.counter("early_destroys") + lib.counter("absent_methods"), 0);
  CHECK_EQ(lib.counter("builds"), 1);
});

}  // namespace
}  // namespace driver
