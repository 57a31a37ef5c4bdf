// What is in memory when: effects take place at their time, not when they are queued.
#include <cstring>

#include "driver.h"

namespace driver {
namespace {

constexpr char kCopyPlan[] =
    R"({"trtbench_simulated_plan": 1, "tensors": [{"name": "x", "mode": "input", "type": "int32", "shape": [4]},
  {"name": "y", "mode": "output", "type": "int32", "shape": [4]}], "function": "copy", "time": {"base_us": 10000}})";

struct Fixture {
  explicit Fixture(Lib& l)
      : lib(l), x(l.device(16)), y(l.device(16)), in(l.host(16)), out(l.host(16)), context(l.context(l.engine(kCopyPlan))) {
    CHECK(lib.address(context, "x", x));
    CHECK(lib.address(context, "y", y));
    memset(in, 1, 16);
    memset(out, 99, 16);
  }
  Lib& lib;
  char *x, *y, *in, *out;
  void* context;
};

const Case chain("data flows through copies and kernels", [](Lib& lib) {
  Fixture f(lib);
  const Handle s = lib.stream();
  CHECK_EQ(lib.MemcpyAsync(f.x, f.in, 16, kH2D, s), 0);
  CHECK(lib.enqueue(f.context, s));
  CHECK_EQ(lib.MemcpyAsync(f.out, f.y, 16, kD2H, s), 0);
  CHECK_EQ(static_cast<int>(f.out[0]), 99);  // nothing has happened yet
  CHECK_EQ(lib.StreamSynchronize(s), 0);
  CHECK_EQ(static_cast<int>(f.out[0]), 1);
});

const Case missingWaitBefore("a kernel that does not wait for its input sees the old one", [](Lib& lib) {
  lib.configure(R"({"devices": [{"h2d_gbps": 0.001, "copy_latency_us": 5000}]})");
  Fixture f(lib);
  const Handle up = lib.stream(1), compute = lib.stream(1);
  Gate gate(lib, {up, compute});
  CHECK_EQ(lib.MemcpyAsync(f.x, f.in, 16, kH2D, up), 0);
  CHECK(lib.enqueue(f.context, compute));
  gate.open();
  lib.DeviceSynchronize();
  CHECK_EQ(lib.Memcpy(f.out, f.y, 16, kD2H), 0);
  CHECK_EQ(static_cast<int>(f.out[0]), 0);
});

const Case missingWaitAfter("a copy that does not wait for the kernel fetches the old output", [](Lib& lib) {
  Fixture f(lib);
  const Handle s = lib.stream(1), down = lib.stream(1);
  CHECK_EQ(lib.Memcpy(f.x, f.in, 16, kH2D), 0);
  Gate gate(lib, {s, down});
  CHECK(lib.enqueue(f.context, s));
  CHECK_EQ(lib.MemcpyAsync(f.out, f.y, 16, kD2H, down), 0);
  gate.open();
  lib.DeviceSynchronize();
  CHECK_EQ(static_cast<int>(f.out[0]), 0);
});

const Case waitInPlace("with the wait in place the new output arrives", [](Lib& lib) {
  Fixture f(lib);
  const Handle s = lib.stream(1), down = lib.stream(1), e = lib.event();
  CHECK_EQ(lib.Memcpy(f.x, f.in, 16, kH2D), 0);
  CHECK(lib.enqueue(f.context, s));
  lib.EventRecord(e, s);
  lib.StreamWaitEvent(down, e, 0);
  CHECK_EQ(lib.MemcpyAsync(f.out, f.y, 16, kD2H, down), 0);
  lib.DeviceSynchronize();
  CHECK_EQ(static_cast<int>(f.out[0]), 1);
});

const Case sourceOverwritten("a page-locked source must stay until the copy has ended", [](Lib& lib) {
  lib.configure(R"({"devices": [{"copy_latency_us": 5000}]})");
  Fixture f(lib);
  const Handle s = lib.stream();
  Gate gate(lib, {s});
  CHECK_EQ(lib.MemcpyAsync(f.x, f.in, 16, kH2D, s), 0);
  memset(f.in, 2, 16);
  gate.open();
  lib.StreamSynchronize(s);
  lib.Memcpy(f.out, f.x, 16, kD2H);
  CHECK_EQ(static_cast<int>(f.out[0]), 2);
});

const Case pageable("pageable memory is staged on the way up and waited for on the way down", [](Lib& lib) {
  lib.configure(R"({"devices": [{"copy_latency_us": 5000}]})");
  char* const d = lib.device(16);
  char source[16], target[16];
  memset(source, 3, 16);
  memset(target, 99, 16);
  const Handle s = lib.stream();
  CHECK_EQ(lib.MemcpyAsync(d, source, 16, kH2D, s), 0);
  memset(source, 4, 16);
  CHECK_EQ(lib.MemcpyAsync(target, d, 16, kD2H, s), 0);
  CHECK_EQ(static_cast<int>(target[0]), 3);
  CHECK_EQ(lib.EventQuery(lib.event()), 0);
});

const Case deviceToDevice("copies on the device and fills", [](Lib& lib) {
  char *const a = lib.device(16), *const b = lib.device(16), *const h = lib.host(16);
  const Handle s = lib.stream();
  CHECK_EQ(lib.MemsetAsync(a, 0x5A, 16, s), 0);
  CHECK_EQ(lib.MemcpyAsync(b + 8, a, 8, kD2D, s), 0);
  CHECK_EQ(lib.MemcpyAsync(h, b, 16, kDefault, s), 0);
  CHECK_EQ(lib.StreamSynchronize(s), 0);
  CHECK_EQ(static_cast<int>(h[7]), 0);
  CHECK_EQ(static_cast<int>(h[8]), 0x5A);
  CHECK_EQ(lib.counter("d2d_bytes"), 8);
  CHECK_EQ(lib.counter("d2h_bytes"), 16);
});

const Case freeWaits("freeing waits for the work that uses the memory", [](Lib& lib) {
  Fixture f(lib);
  const Handle s = lib.stream();
  CHECK_EQ(lib.MemcpyAsync(f.x, f.in, 16, kH2D, s), 0);
  CHECK(lib.enqueue(f.context, s));
  CHECK_EQ(lib.MemcpyAsync(f.out, f.y, 16, kD2H, s), 0);
  CHECK_EQ(lib.Free(f.y), 0);
  CHECK_EQ(static_cast<int>(f.out[0]), 1);
});

const Case freeWaitsForDestroyed("freeing waits for the work of a stream that was destroyed", [](Lib& lib) {
  Fixture f(lib);
  const Handle s = lib.stream();
  CHECK_EQ(lib.MemcpyAsync(f.x, f.in, 16, kH2D, s), 0);
  CHECK(lib.enqueue(f.context, s));
  CHECK_EQ(lib.MemcpyAsync(f.out, f.y, 16, kD2H, s), 0);
  CHECK_EQ(lib.StreamDestroy(s), 0);
  CHECK_EQ(lib.Free(f.y), 0);
  CHECK_EQ(static_cast<int>(f.out[0]), 1);
});

const Case useAfterFree("a kernel on memory that is gone loses the device", [](Lib& lib) {
  Fixture f(lib);
  const Handle s = lib.stream();
  CHECK_EQ(lib.Free(f.x), 0);
  CHECK(lib.enqueue(f.context, s));
  CHECK_EQ(lib.StreamSynchronize(s), 700);
  CHECK_EQ(lib.GetLastError(), 700);
  CHECK_EQ(lib.GetLastError(), 700);  // sticky
  void* p = nullptr;
  CHECK_EQ(lib.Malloc(&p, 16), 700);
});

const Case copyFaults("copies that cannot be", [](Lib& lib) {
  char *const d = lib.device(16), *const h = lib.host(16);
  CHECK_EQ(lib.Memcpy(d, h, 17, kH2D), 1);
  CHECK_EQ(lib.Memcpy(d + 8, h, 9, kH2D), 1);
  CHECK_EQ(lib.Memcpy(h, d, 17, kD2H), 1);
  CHECK_EQ(lib.Memcpy(h, d, 16, kH2D), 1);
  CHECK_EQ(lib.Memcpy(nullptr, h, 16, kH2D), 1);
  CHECK_EQ(lib.Memcpy(d, h, 16, 9), 21);
  CHECK_EQ(lib.Memcpy(d, h, 0, kH2D), 0);
  CHECK_EQ(lib.Free(d + 1), 1);
  CHECK_EQ(lib.Free(h), 1);
  CHECK_EQ(lib.FreeHost(d), 1);
  CHECK_EQ(lib.Free(nullptr), 0);
  CHECK_EQ(lib.Free(d), 0);
  CHECK_EQ(lib.Free(d), 1);
  CHECK_EQ(lib.Memset(h + 8, 0, 9), 1);
});

const Case bound("memory is bounded", [](Lib& lib) {
  lib.configure(R"({"devices": [{"memory_bytes": 1000}]})");
  char* const first = lib.device(600);
  void* p = nullptr;
  CHECK_EQ(lib.Malloc(&p, 401), 2);
  CHECK(p == nullptr);
  CHECK_EQ(lib.GetLastError(), 2);
  size_t free = 0, total = 0;
  CHECK_EQ(lib.MemGetInfo(&free, &total), 0);
  CHECK_EQ(free, 400);
  CHECK_EQ(total, 1000);
  CHECK_EQ(lib.Free(first), 0);
  CHECK_EQ(lib.Malloc(&p, 1000), 0);
  CHECK_EQ(lib.counter("device_bytes"), 1000);
  CHECK_EQ(lib.Malloc(&p, SIZE_MAX), 2);
  CHECK_EQ(lib.Malloc(&p, 0), 0);
});

const Case asyncFree("stream-ordered freeing takes place in the stream", [](Lib& lib) {
  Fixture f(lib);
  const Handle s = lib.stream();
  void* p = nullptr;
  CHECK_EQ(lib.MallocAsync(&p, 64, s), 0);
  const int64_t before = lib.counter("device_bytes");
  Gate gate(lib, {s});
  CHECK(lib.enqueue(f.context, s));
  CHECK_EQ(lib.FreeAsync(p, s), 0);
  CHECK_EQ(lib.counter("device_bytes"), before);
  gate.open();
  CHECK_EQ(lib.StreamSynchronize(s), 0);
  CHECK_EQ(lib.counter("device_bytes"), before - 64);
});

const Case managed("managed memory is reached from both sides", [](Lib& lib) {
  Fixture f(lib);
  void* p = nullptr;
  CHECK_EQ(lib.MallocManaged(&p, 16, 1), 0);
  memset(p, 5, 16);
  CHECK(lib.address(f.context, "x", p));
  CHECK(lib.enqueue(f.context, nullptr));
  CHECK_EQ(lib.Memcpy(f.out, f.y, 16, kD2H), 0);
  CHECK_EQ(static_cast<int>(f.out[0]), 5);
  struct {
    int type, device;
    void *devicePointer, *hostPointer;
  } attributes;
  CHECK_EQ(lib.PointerGetAttributes(&attributes, p), 0);
  CHECK_EQ(attributes.type, 3);
  CHECK_EQ(lib.PointerGetAttributes(&attributes, f.x + 3), 0);
  CHECK_EQ(attributes.type, 2);
  CHECK(attributes.hostPointer == nullptr);
  CHECK_EQ(lib.PointerGetAttributes(&attributes, &attributes), 0);
  CHECK_EQ(attributes.type, 0);
  CHECK_EQ(lib.Free(p), 0);
});

}  // namespace
}  // namespace driver
