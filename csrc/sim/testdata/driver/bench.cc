#include <algorithm>

#include "driver.h"

namespace driver {
namespace {

constexpr int kRounds = 1000000;

// measure returns the least processor time of a round in nanoseconds over several tries.
template <class Round>
double measure(Round round) {
  double best = 1e9;
  for (int tries = 0; tries < 5; tries++) {
    const int64_t start = clockNanos(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < kRounds; i++) round();
    best = std::min(best, static_cast<double>(clockNanos(CLOCK_THREAD_CPUTIME_ID) - start) / kRounds);
  }
  return best;
}

}  // namespace

void bench(Lib& lib) {
  void* const context = lib.context(lib.engine(lib.planFile("zero")));
  CHECK(lib.address(context, "x", lib.device(16)) && lib.address(context, "y", lib.device(16)));
  const Handle s = lib.stream(), origin = lib.event(), begin = lib.event(), end = lib.event();
  Handle graph = nullptr, exec = nullptr;
  CHECK_EQ(lib.StreamBeginCapture(s, 1), 0);
  CHECK(lib.enqueue(context, s));
  CHECK_EQ(lib.StreamEndCapture(s, &graph), 0);
  CHECK_EQ(lib.GraphInstantiate(&exec, graph, 0), 0);
  lib.EventRecord(origin, s);
  const auto round = [&](auto run) {
    return [&, run] {
      float ms;
      lib.EventRecord(begin, s);
      run();
      lib.EventRecord(end, s);
      lib.EventSynchronize(end);
      lib.EventElapsedTime(&ms, origin, begin);
      lib.EventElapsedTime(&ms, begin, end);
    };
  };
  printf("graph %.1f ns/round\n", measure(round([&] { lib.GraphLaunch(exec, s); })));
  printf("enqueue %.1f ns/round\n", measure(round([&] { lib.enqueue(context, s); })));
  printf("clock %.1f ns/call\n", measure([] { clockNanos(); }));
}

}  // namespace driver
