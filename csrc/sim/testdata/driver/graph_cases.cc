// Capture and graphs.
#include <cstring>
#include <thread>

#include "driver.h"

namespace driver {
namespace {

constexpr char kPlan[] =
    R"({"trtbench_simulated_plan": 1, "tensors": [{"name": "x", "mode": "input", "type": "int32", "shape": [4]},
  {"name": "y", "mode": "output", "type": "int32", "shape": [4]}], "function": "copy", "time": {"base_us": 10000}})";

enum Mode { kGlobal, kThreadLocal, kRelaxed };

struct Fixture {
  explicit Fixture(Lib& lib)
      : s(lib.stream()),
        x(lib.device(16)),
        y(lib.device(16)),
        in(lib.host(16)),
        out(lib.host(16)),
        context(lib.context(lib.engine(kPlan))) {
    CHECK(lib.address(context, "x", x));
    CHECK(lib.address(context, "y", y));
  }
  Handle s;
  char *x, *y, *in, *out;
  void* context;
};

size_t nodes(Lib& lib, Handle graph) {
  size_t n = 99;
  CHECK_EQ(lib.GraphGetNodes(graph, nullptr, &n), 0);
  return n;
}

const Case launches("a captured graph runs each time it is launched", [](Lib& lib) {
  Fixture f(lib);
  Handle graph = nullptr, exec = nullptr;
  int status = -1;
  CHECK_EQ(lib.StreamIsCapturing(f.s, &status), 0);
  CHECK_EQ(status, 0);
  CHECK_EQ(lib.StreamBeginCapture(f.s, kThreadLocal), 0);
  CHECK_EQ(lib.StreamIsCapturing(f.s, &status), 0);
  CHECK_EQ(status, 1);
  CHECK_EQ(lib.MemcpyAsync(f.x, f.in, 16, kH2D, f.s), 0);
  CHECK(lib.enqueue(f.context, f.s));
  CHECK_EQ(lib.MemcpyAsync(f.out, f.y, 16, kD2H, f.s), 0);
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 0);
  CHECK_EQ(nodes(lib, graph), 3);
  CHECK_EQ(lib.counter("kernels"), 0);
  CHECK_EQ(lib.GraphInstantiate(&exec, graph, 0), 0);
  CHECK_EQ(lib.GraphDestroy(graph), 0);
  const Handle e0 = lib.event(), e1 = lib.event();
  for (const char value : {3, 4}) {
    memset(f.in, value, 16);
    lib.EventRecord(e0, f.s);
    CHECK_EQ(lib.GraphLaunch(exec, f.s), 0);
    lib.EventRecord(e1, f.s);
    CHECK_EQ(lib.EventSynchronize(e1), 0);
    CHECK_EQ(f.out[3], value);
    CHECK(lib.elapsed(e0, e1) >= 10);
  }
  CHECK_EQ(lib.counter("graph_launches"), 2);
  CHECK_EQ(lib.counter("h2d_count"), 2);
  CHECK_EQ(lib.GraphExecDestroy(exec), 0);
  CHECK_EQ(lib.GraphLaunch(exec, f.s), 1);
});

const Case outlives("a graph outlives the context it was captured from", [](Lib& lib) {
  Fixture f(lib);
  Handle graph = nullptr, exec = nullptr;
  CHECK_EQ(lib.StreamBeginCapture(f.s, kRelaxed), 0);
  CHECK(lib.enqueue(f.context, f.s));
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 0);
  CHECK_EQ(lib.GraphInstantiate(&exec, graph, 0), 0);
  lib.destroy(f.context);
  CHECK_EQ(lib.GraphLaunch(exec, f.s), 0);
  CHECK_EQ(lib.StreamSynchronize(f.s), 0);
});

const Case usesFreed("a graph on memory that is gone loses the device", [](Lib& lib) {
  Fixture f(lib);
  Handle graph = nullptr, exec = nullptr;
  CHECK_EQ(lib.StreamBeginCapture(f.s, kThreadLocal), 0);
  CHECK(lib.enqueue(f.context, f.s));
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 0);
  CHECK_EQ(lib.GraphInstantiate(&exec, graph, 0), 0);
  CHECK_EQ(lib.Free(f.y), 0);
  CHECK_EQ(lib.GraphLaunch(exec, f.s), 0);
  CHECK_EQ(lib.StreamSynchronize(f.s), 700);
});

const Case copiesFreed("a graph that copies to memory that is gone loses the device", [](Lib& lib) {
  Fixture f(lib);
  Handle graph = nullptr, exec = nullptr;
  CHECK_EQ(lib.StreamBeginCapture(f.s, kThreadLocal), 0);
  CHECK_EQ(lib.MemcpyAsync(f.x, f.in, 16, kH2D, f.s), 0);
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 0);
  CHECK_EQ(lib.GraphInstantiate(&exec, graph, 0), 0);
  CHECK_EQ(lib.FreeHost(f.in), 0);
  CHECK_EQ(lib.GraphLaunch(exec, f.s), 0);
  CHECK_EQ(lib.StreamSynchronize(f.s), 700);
});

const Case fork("a capture takes in other streams through events", [](Lib& lib) {
  Fixture f(lib);
  void* const second = lib.context(lib.engine(kPlan));
  CHECK(lib.address(second, "x", lib.device(16)));
  CHECK(lib.address(second, "y", lib.device(16)));
  const Handle t = lib.stream(), begun = lib.event(), joined = lib.event(), e0 = lib.event(), e1 = lib.event();
  Handle graph = nullptr, exec = nullptr;
  CHECK_EQ(lib.StreamBeginCapture(f.s, kThreadLocal), 0);
  lib.EventRecord(begun, f.s);
  CHECK_EQ(lib.StreamWaitEvent(t, begun, 0), 0);
  CHECK(lib.enqueue(f.context, f.s));
  CHECK(lib.enqueue(second, t));
  lib.EventRecord(joined, t);
  CHECK_EQ(lib.EventSynchronize(joined), 907);
  CHECK_EQ(lib.StreamWaitEvent(f.s, joined, 0), 0);
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 0);
  CHECK_EQ(nodes(lib, graph), 2);
  CHECK_EQ(lib.GraphInstantiate(&exec, graph, 0), 0);
  Gate gate(lib, {f.s});
  lib.EventRecord(e0, f.s);
  CHECK_EQ(lib.GraphLaunch(exec, f.s), 0);
  lib.EventRecord(e1, f.s);
  gate.open();
  lib.StreamSynchronize(f.s);
  CHECK_EQ(lib.elapsed(e0, e1), 10);  // the two branches overlap
  CHECK_EQ(lib.StreamQuery(t), 0);
});

const Case unjoined("a branch that does not come back is an error", [](Lib& lib) {
  Fixture f(lib);
  const Handle t = lib.stream(), begun = lib.event();
  Handle graph = nullptr;
  CHECK_EQ(lib.StreamBeginCapture(f.s, kThreadLocal), 0);
  lib.EventRecord(begun, f.s);
  lib.StreamWaitEvent(t, begun, 0);
  CHECK(lib.enqueue(f.context, t));
  CHECK_EQ(lib.StreamEndCapture(t, &graph), 903);
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 904);
  CHECK(graph == nullptr);
  int status = -1;
  lib.StreamIsCapturing(t, &status);
  CHECK_EQ(status, 0);
});

const Case forbidden("calls a capture forbids end it", [](Lib& lib) {
  Fixture f(lib);
  Handle graph = nullptr;
  void* p = nullptr;
  int status = -1;
  CHECK_EQ(lib.StreamBeginCapture(f.s, kThreadLocal), 0);
  CHECK_EQ(lib.StreamSynchronize(f.s), 900);
  CHECK_EQ(lib.StreamIsCapturing(f.s, &status), 0);
  CHECK_EQ(status, 2);
  CHECK(!lib.enqueue(f.context, f.s));
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 901);

  CHECK_EQ(lib.StreamBeginCapture(f.s, kThreadLocal), 0);
  CHECK_EQ(lib.Malloc(&p, 16), 900);
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 901);

  CHECK_EQ(lib.StreamBeginCapture(f.s, kRelaxed), 0);
  CHECK_EQ(lib.Malloc(&p, 16), 0);
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 0);

  CHECK_EQ(lib.StreamBeginCapture(f.s, kThreadLocal), 0);
  std::thread([&] {
    CHECK_EQ(lib.Malloc(&p, 16), 0);
    CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 908);
  }).join();
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 0);

  CHECK_EQ(lib.StreamBeginCapture(f.s, kGlobal), 0);
  std::thread([&] { CHECK_EQ(lib.Malloc(&p, 16), 900); }).join();
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 901);
  CHECK_EQ(lib.StreamBeginCapture(nullptr, kRelaxed), 900);
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 401);
});

const Case outsideWork("a capture cannot wait for work outside it", [](Lib& lib) {
  Fixture f(lib);
  const Handle outside = lib.event();
  Handle graph = nullptr;
  lib.EventRecord(outside, lib.stream());
  CHECK_EQ(lib.StreamBeginCapture(f.s, kRelaxed), 0);
  CHECK_EQ(lib.StreamWaitEvent(f.s, outside, 0), 905);
  CHECK_EQ(lib.StreamEndCapture(f.s, &graph), 901);
});

const Case update("an instantiated graph takes another of the same form", [](Lib& lib) {
  Fixture f(lib);
  Handle graph[2] = {}, exec = nullptr, longer = nullptr;
  char* const other = lib.device(16);
  for (Handle& g : graph) {
    CHECK_EQ(lib.StreamBeginCapture(f.s, kThreadLocal), 0);
    CHECK(lib.enqueue(f.context, f.s));
    CHECK_EQ(lib.StreamEndCapture(f.s, &g), 0);
    CHECK(lib.address(f.context, "y", other));
  }
  CHECK_EQ(lib.GraphInstantiate(&exec, graph[0], 0), 0);
  CHECK_EQ(lib.GraphExecUpdate(exec, graph[1], nullptr), 0);
  CHECK_EQ(lib.Memset(f.x, 6, 16), 0);
  CHECK_EQ(lib.GraphLaunch(exec, f.s), 0);
  CHECK_EQ(lib.StreamSynchronize(f.s), 0);
  CHECK_EQ(lib.Memcpy(f.out, other, 16, kD2H), 0);
  CHECK_EQ(static_cast<int>(f.out[0]), 6);
  CHECK_EQ(lib.StreamBeginCapture(f.s, kThreadLocal), 0);
  CHECK(lib.enqueue(f.context, f.s));
  CHECK(lib.enqueue(f.context, f.s));
  CHECK_EQ(lib.StreamEndCapture(f.s, &longer), 0);
  CHECK_EQ(lib.GraphExecUpdate(exec, longer, nullptr), 910);
});

const Case hostNodes("a graph may hold host functions", [](Lib& lib) {
  const Handle s = lib.stream();
  Handle graph = nullptr, exec = nullptr;
  int calls = 0;
  CHECK_EQ(lib.StreamBeginCapture(s, kThreadLocal), 0);
  CHECK_EQ(lib.LaunchHostFunc(
               s, [](void* n) { ++*static_cast<int*>(n); }, &calls),
           0);
  CHECK_EQ(lib.StreamEndCapture(s, &graph), 0);
  CHECK_EQ(lib.GraphInstantiate(&exec, graph, 0), 0);
  CHECK_EQ(lib.GraphLaunch(exec, s), 0);
  CHECK_EQ(lib.GraphLaunch(exec, s), 0);
  CHECK_EQ(lib.StreamSynchronize(s), 0);
  CHECK_EQ(calls, 2);
});

}  // namespace
}  // namespace driver
