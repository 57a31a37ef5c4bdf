// Host functions: run on a thread of the library at their place in the stream, while the caller goes on.
#include <atomic>
#include <cstring>

#include "driver.h"

namespace driver {
namespace {

struct Note {
  std::atomic<int> calls{0};
  std::atomic<int64_t> at{0};
  const char* watched = nullptr;
  std::atomic<int> seen{-1};
};

void note(void* argument) {
  Note* n = static_cast<Note*>(argument);
  n->at = clockNanos();
  if (n->watched != nullptr) n->seen = *n->watched;
  n->calls++;
}

const Case place("a host function runs after the work before it and before the work behind it", [](Lib& lib) {
  const Handle s = lib.stream(), before = lib.event(), after = lib.event();
  char *const d = lib.device(16), *const h = lib.host(16);
  Note n;
  n.watched = h;
  CHECK_EQ(lib.MemsetAsync(d, 7, 16, s), 0);
  CHECK_EQ(lib.MemcpyAsync(h, d, 16, kD2H, s), 0);
  lib.EventRecord(before, s);
  CHECK_EQ(lib.LaunchHostFunc(s, note, &n), 0);
  lib.EventRecord(after, s);
  CHECK_EQ(lib.EventSynchronize(after), 0);
  CHECK_EQ(n.calls.load(), 1);
  CHECK_EQ(n.seen.load(), 7);
  CHECK(lib.elapsed(before, after) > 0);
  CHECK_EQ(lib.counter("host_functions"), 1);
});

const Case notBlocked("the caller goes on while a host function runs", [](Lib& lib) {
  const Handle s = lib.stream(), other = lib.stream(), e = lib.event(), free = lib.event();
  Gate gate(lib, {s});
  lib.EventRecord(e, s);
  lib.EventRecord(free, other);
  CHECK_EQ(lib.EventSynchronize(free), 0);  // another stream does not wait
  CHECK_EQ(lib.EventQuery(e), 600);
  CHECK_EQ(lib.StreamQuery(s), 600);
  float ms = 0;
  CHECK_EQ(lib.EventElapsedTime(&ms, free, e), 600);
  gate.open();
  CHECK_EQ(lib.EventSynchronize(e), 0);
  CHECK_EQ(lib.StreamQuery(s), 0);
});

const Case inTurn("two host functions of a stream run in order", [](Lib& lib) {
  const Handle s = lib.stream();
  Note first, second;
  Gate gate(lib, {s});
  CHECK_EQ(lib.LaunchHostFunc(s, note, &first), 0);
  CHECK_EQ(lib.LaunchHostFunc(s, note, &second), 0);
  CHECK_EQ(first.calls.load(), 0);
  gate.open();
  CHECK_EQ(lib.StreamSynchronize(s), 0);
  CHECK_EQ(first.calls.load() + second.calls.load(), 2);
  CHECK(first.at.load() <= second.at.load());
});

const Case afterKernel("a host function waits for the kernel before it", [](Lib& lib) {
  const std::string plan =
      R"({"trtbench_simulated_plan": 1, "tensors": [{"name": "x", "mode": "input", "type": "int32", "shape": [4]}],
    "time": {"base_us": 10000}})";
  void* const context = lib.context(lib.engine(plan));
  CHECK(lib.address(context, "x", lib.device(16)));
  const Handle s = lib.stream();
  Note n;
  const int64_t start = clockNanos();
  CHECK(lib.enqueue(context, s));
  CHECK_EQ(lib.LaunchHostFunc(s, note, &n), 0);
  CHECK_EQ(lib.StreamSynchronize(s), 0);
  CHECK(n.at.load() - start >= 10000000);
});

const Case acrossStreams("streams and events that depend on a host function wait for it, through any chain", [](Lib& lib) {
  const Handle a = lib.stream(1), b = lib.stream(1), c = lib.stream(1);
  const Handle ea = lib.event(), eb = lib.event(), ec = lib.event();
  Note n;
  Gate gate(lib, {a});
  lib.EventRecord(ea, a);
  lib.StreamWaitEvent(b, ea, 0);
  lib.EventRecord(eb, b);
  lib.StreamWaitEvent(c, eb, 0);
  CHECK_EQ(lib.LaunchHostFunc(c, note, &n), 0);
  lib.EventRecord(ec, c);
  lib.StreamWaitEvent(a, ec, 0);
  lib.EventRecord(ea, a);  // again: the old record no longer counts
  CHECK_EQ(lib.EventQuery(ec), 600);
  gate.open();
  CHECK_EQ(lib.EventSynchronize(ea), 0);
  CHECK_EQ(n.calls.load(), 1);
  CHECK(lib.elapsed(ec, ea) >= 0);
});

const Case destroyed("streams and events may go while a host function holds them up", [](Lib& lib) {
  const Handle s = lib.stream(), e = lib.event();
  Note n;
  Gate gate(lib, {s});
  lib.EventRecord(e, s);
  CHECK_EQ(lib.LaunchHostFunc(s, note, &n), 0);
  CHECK_EQ(lib.EventDestroy(e), 0);
  CHECK_EQ(lib.StreamDestroy(s), 0);
  gate.open();
  while (n.calls == 0) {
  }
});

struct SelfWait {
  Lib* lib;
  Handle event;
  std::atomic<int> status{-1};
};

const Case noWaiting("a host function may not wait for its own stream", [](Lib& lib) {
  const Handle s = lib.stream(), e = lib.event();
  SelfWait w{&lib, e, {}};
  const auto body = [](void* argument) {
    SelfWait* self = static_cast<SelfWait*>(argument);
    self->status = self->lib->EventSynchronize(self->event);
  };
  Gate gate(lib, {s});
  CHECK_EQ(lib.LaunchHostFunc(s, body, &w), 0);
  lib.EventRecord(e, s);
  gate.open();
  CHECK_EQ(lib.StreamSynchronize(s), 0);
  CHECK_EQ(w.status.load(), 800);
});

}  // namespace
}  // namespace driver
