// Order and time: streams, events, waits, copies beside kernels.
#include <cstring>

#include "driver.h"

namespace driver {
namespace {

// Ten milliseconds, so that a busy machine does not blur what is compared.
std::string kernel(const std::string& more = "") {
  return R"({"trtbench_simulated_plan": 1, "tensors": [{"name": "x", "mode": "input", "type": "int32", "shape": [4]},
    {"name": "y", "mode": "output", "type": "int32", "shape": [4]}], "function": "copy", "time": {"base_us": 10000})" +
         more + "}";
}

// Kernel is a context with memory of its own.
struct Kernel {
  Kernel(Lib& lib, const std::string& plan) : x(lib.device(16)), y(lib.device(16)), context(lib.context(lib.engine(plan))) {
    CHECK(lib.address(context, "x", x));
    CHECK(lib.address(context, "y", y));
  }
  char* x;
  char* y;
  void* context;
};

const Case inOrder("work of one stream is in order", [](Lib& lib) {
  Kernel k(lib, kernel());
  const Handle s = lib.stream(), e0 = lib.event(), e1 = lib.event(), e2 = lib.event();
  Gate gate(lib, {s});
  lib.EventRecord(e0, s);
  CHECK(lib.enqueue(k.context, s));
  lib.EventRecord(e1, s);
  CHECK(lib.enqueue(k.context, s));
  lib.EventRecord(e2, s);
  CHECK_EQ(lib.EventQuery(e1), 600);
  CHECK_EQ(lib.StreamQuery(s), 600);
  float ms = 0;
  CHECK_EQ(lib.EventElapsedTime(&ms, e0, e2), 600);
  CHECK_EQ(lib.GetLastError(), 0);  // not ready is no error
  gate.open();
  CHECK_EQ(lib.EventSynchronize(e2), 0);
  CHECK_EQ(lib.EventQuery(e1), 0);
  CHECK_EQ(lib.StreamQuery(s), 0);
  CHECK_EQ(lib.elapsed(e0, e1), 10);
  CHECK_EQ(lib.elapsed(e1, e2), 10);
  CHECK_EQ(lib.elapsed(e2, e0), -20);
});

const Case synchronizeWaits("synchronizing takes as long as the work", [](Lib& lib) {
  Kernel k(lib, kernel());
  const Handle s = lib.stream();
  for (const unsigned flags : {0u, 1u}) {  // spinning and blocking
    const Handle e = lib.event(flags);
    const int64_t start = clockNanos(), cpu = clockNanos(CLOCK_THREAD_CPUTIME_ID);
    CHECK(lib.enqueue(k.context, s));
    lib.EventRecord(e, s);
    CHECK_EQ(lib.EventSynchronize(e), 0);
    CHECK(clockNanos() - start >= 10000000);
    if (flags == 1) CHECK(clockNanos(CLOCK_THREAD_CPUTIME_ID) - cpu < 5000000);
  }
  const int64_t start = clockNanos();
  CHECK(lib.enqueue(k.context, s));
  CHECK_EQ(lib.StreamSynchronize(s), 0);
  CHECK(clockNanos() - start >= 10000000);
});

const Case overlap("streams overlap", [](Lib& lib) {
  Kernel a(lib, kernel()), b(lib, kernel());
  const Handle s = lib.stream(), t = lib.stream(), es = lib.event(), et = lib.event();
  Gate gate(lib, {s, t});
  CHECK(lib.enqueue(a.context, s));
  CHECK(lib.enqueue(b.context, t));
  lib.EventRecord(es, s);
  lib.EventRecord(et, t);
  gate.open();
  lib.DeviceSynchronize();
  CHECK_EQ(lib.elapsed(es, et), 0);
});

const Case concurrency("kernel_concurrency limits the overlap", [](Lib& lib) {
  lib.configure(R"({"devices": [{"kernel_concurrency": 1}]})");
  Kernel a(lib, kernel()), b(lib, kernel());
  const Handle s = lib.stream(), t = lib.stream(), es = lib.event(), et = lib.event();
  CHECK(lib.enqueue(a.context, s));
  CHECK(lib.enqueue(b.context, t));
  lib.EventRecord(es, s);
  lib.EventRecord(et, t);
  lib.DeviceSynchronize();
  CHECK(lib.elapsed(es, et) >= 10);
});

// 1 MB at 0.1 GB/s takes ten milliseconds.
constexpr size_t kCopy = 1000000;
constexpr char kSlowCopies[] = R"({"devices": [{"h2d_gbps": 0.1, "d2h_gbps": 0.1, "copy_latency_us": 0}]})";

const Case copyTimes("copies take bytes over bandwidth, both ways at once", [](Lib& lib) {
  lib.configure(kSlowCopies);
  char* const d = lib.device(2 * kCopy);
  char* const h = lib.host(2 * kCopy);
  const Handle up = lib.stream(), down = lib.stream(), e0 = lib.event(), e1 = lib.event(), e2 = lib.event();
  Gate gate(lib, {up, down});
  lib.EventRecord(e0, up);
  CHECK_EQ(lib.MemcpyAsync(d, h, kCopy, kH2D, up), 0);
  lib.EventRecord(e1, up);
  CHECK_EQ(lib.MemcpyAsync(h + kCopy, d + kCopy, kCopy, kD2H, down), 0);
  lib.EventRecord(e2, down);
  gate.open();
  lib.DeviceSynchronize();
  CHECK_EQ(lib.elapsed(e0, e1), 10);
  CHECK_EQ(lib.elapsed(e1, e2), 0);
});

const Case copyEngine("copies of one direction take turns", [](Lib& lib) {
  lib.configure(kSlowCopies);
  char* const d = lib.device(2 * kCopy);
  char* const h = lib.host(2 * kCopy);
  const Handle s = lib.stream(), t = lib.stream(), e1 = lib.event(), e2 = lib.event();
  CHECK_EQ(lib.MemcpyAsync(d, h, kCopy, kH2D, s), 0);
  CHECK_EQ(lib.MemcpyAsync(d + kCopy, h + kCopy, kCopy, kH2D, t), 0);
  lib.EventRecord(e1, s);
  lib.EventRecord(e2, t);
  lib.DeviceSynchronize();
  CHECK(lib.elapsed(e1, e2) >= 10);
});

const Case copyBesideKernel("a copy overlaps a kernel of another stream", [](Lib& lib) {
  lib.configure(kSlowCopies);
  Kernel k(lib, kernel());
  char* const d = lib.device(kCopy);
  char* const h = lib.host(kCopy);
  const Handle s = lib.stream(), t = lib.stream(), e1 = lib.event(), e2 = lib.event();
  Gate gate(lib, {s, t});
  CHECK(lib.enqueue(k.context, s));
  CHECK_EQ(lib.MemcpyAsync(d, h, kCopy, kH2D, t), 0);
  lib.EventRecord(e1, s);
  lib.EventRecord(e2, t);
  gate.open();
  lib.DeviceSynchronize();
  CHECK_EQ(lib.elapsed(e1, e2), 0);
});

const Case gap("a copy that has to wait does not hold up one that is ready", [](Lib& lib) {
  lib.configure(R"({"devices": [{"h2d_gbps": 0.5, "copy_latency_us": 0}]})");  // a copy takes 2 ms
  Kernel k(lib, kernel());
  char* const d = lib.device(2 * kCopy);
  char* const h = lib.host(2 * kCopy);
  const Handle s = lib.stream(), t = lib.stream(), early = lib.event(), late = lib.event();
  Gate gate(lib, {s, t});
  CHECK(lib.enqueue(k.context, s));
  CHECK_EQ(lib.MemcpyAsync(d, h, kCopy, kH2D, s), 0);
  CHECK_EQ(lib.MemcpyAsync(d + kCopy, h + kCopy, kCopy, kH2D, t), 0);
  lib.EventRecord(late, s);
  lib.EventRecord(early, t);
  gate.open();
  lib.DeviceSynchronize();
  CHECK_EQ(lib.elapsed(early, late), 10);
});

const Case waits("a stream waits for an event of another", [](Lib& lib) {
  Kernel a(lib, kernel()), b(lib, kernel());
  const Handle s = lib.stream(), t = lib.stream(), done = lib.event(), et = lib.event();
  CHECK(lib.enqueue(a.context, s));
  lib.EventRecord(done, s);
  CHECK_EQ(lib.StreamWaitEvent(t, done, 0), 0);
  CHECK(lib.enqueue(b.context, t));
  lib.EventRecord(et, t);
  lib.DeviceSynchronize();
  CHECK(lib.elapsed(done, et) >= 10);
});

const Case nullStream("the null stream waits for all others, and they for it", [](Lib& lib) {
  Kernel a(lib, kernel()), b(lib, kernel()), c(lib, kernel()), d(lib, kernel());
  const Handle s = lib.stream(), t = lib.stream(), apart = lib.stream(1);
  const Handle e1 = lib.event(), e2 = lib.event(), e3 = lib.event(), e4 = lib.event();
  Gate gate(lib, {s, apart});
  CHECK(lib.enqueue(a.context, s));
  lib.EventRecord(e1, s);
  CHECK(lib.enqueue(b.context, nullptr));
  lib.EventRecord(e2, nullptr);
  CHECK(lib.enqueue(c.context, t));
  lib.EventRecord(e3, t);
  CHECK(lib.enqueue(d.context, apart));
  lib.EventRecord(e4, apart);
  gate.open();
  lib.DeviceSynchronize();
  CHECK_EQ(lib.elapsed(e1, e2), 10);
  CHECK_EQ(lib.elapsed(e2, e3), 10);
  CHECK_EQ(lib.elapsed(e1, e4), 0);
});

const Case eventFaults("events that cannot be asked", [](Lib& lib) {
  const Handle s = lib.stream(), never = lib.event(), untimed = lib.event(2), timed = lib.event();
  lib.EventRecord(untimed, s);
  lib.EventRecord(timed, s);
  float ms = 0;
  CHECK_EQ(lib.EventElapsedTime(&ms, never, timed), 400);
  CHECK_EQ(lib.EventElapsedTime(&ms, untimed, timed), 400);
  CHECK_EQ(lib.EventSynchronize(never), 0);
  CHECK_EQ(lib.EventQuery(never), 0);
  CHECK_EQ(lib.StreamWaitEvent(s, never, 0), 0);
  CHECK_EQ(lib.PeekAtLastError(), 400);
  CHECK_EQ(lib.GetLastError(), 400);
  CHECK_EQ(lib.GetLastError(), 0);
});

const Case staleHandles("handles that are gone, foreign or invented", [](Lib& lib) {
  const Handle s = lib.stream(), e = lib.event();
  lib.StreamDestroy(s);
  lib.EventDestroy(e);
  const Handle again = lib.event();  // takes the place of e
  CHECK_EQ(lib.EventSynchronize(e), 400);
  CHECK_EQ(lib.EventDestroy(e), 400);
  CHECK_EQ(lib.StreamSynchronize(s), 400);
  CHECK_EQ(lib.StreamSynchronize(again), 400);
  int here = 0;
  CHECK_EQ(lib.EventRecord(&here, nullptr), 400);
  CHECK_EQ(lib.StreamDestroy(reinterpret_cast<Handle>(0x1234)), 400);
  CHECK_EQ(lib.GraphLaunch(reinterpret_cast<Handle>(0x5300000001000000), nullptr), 1);
});

const Case destroyBusy("a stream may be destroyed with work in it", [](Lib& lib) {
  Kernel k(lib, kernel());
  char* const h = lib.host(16);
  memset(h, 7, 16);
  const Handle s = lib.stream(), e = lib.event();
  CHECK_EQ(lib.MemcpyAsync(k.x, h, 16, kH2D, s), 0);
  CHECK(lib.enqueue(k.context, s));
  CHECK_EQ(lib.MemcpyAsync(h, k.y, 16, kD2H, s), 0);
  lib.EventRecord(e, s);
  CHECK_EQ(lib.StreamDestroy(s), 0);
  CHECK_EQ(lib.EventSynchronize(e), 0);
  CHECK_EQ(static_cast<int>(h[5]), 7);
});

}  // namespace
}  // namespace driver
