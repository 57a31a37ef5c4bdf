// The libraries as a whole: the streaming function, the call log, both majors in one process, many threads.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "driver.h"

namespace driver {
namespace {

// A stream of the recogniser as its header has to be, kept by the rules of the reference model.
struct Expected {
  int64_t count = 0, first = 0, second = 0;
  void add(const int32_t* signal) {
    int64_t sum = 0;
    for (int j = 0; j < 2400; j++) sum += (1 + j % 7) * (std::min(std::max<int64_t>(signal[j], -32768), int64_t{32767}) + 32768);
    count++;
    first = (first * 31 + sum) % 1009;
    second = (second * 37 + sum) % 1013;
  }
};

// whole turns a half precision number that is a small whole number into it.
int64_t whole(uint16_t half) { return half == 0 ? 0 : std::lround(std::ldexp(1024 + (half & 1023), (half >> 10) - 25)); }

constexpr int kState = 219729, kSamples = 2400, kBatch = 3;

const Case acoustic("the streaming function carries its state from chunk to chunk", [](Lib& lib) {
  void* const c = lib.context(lib.engine(lib.planFile("streaming_acoustic")));
  const size_t signalBytes = kBatch * kSamples * 4, stateBytes = size_t{kBatch} * kState * 2, logBytes = kBatch * 350 * 4;
  char* const signal = lib.device(signalBytes);
  char* const states[2] = {lib.device(stateBytes), lib.device(stateBytes)};
  char* const logprobs = lib.device(logBytes);
  CHECK(lib.shape(c, "signal", {kBatch, kSamples, 1}) && lib.shape(c, "state", {kBatch, kState}));
  CHECK(lib.address(c, "signal", signal) && lib.address(c, "logprobs", logprobs));
  const Handle s = lib.stream();
  std::vector<int32_t> audio(kBatch * kSamples);
  std::vector<float> shown(kBatch * 350);
  std::vector<uint16_t> state(size_t{kBatch} * kState);
  Expected expected[kBatch];
  uint32_t random = 1;
  for (int chunk = 0; chunk < 4; chunk++) {
    for (int32_t& sample : audio) sample = static_cast<int32_t>((random = random * 1664525 + 1013904223) >> 8) % 80000 - 40000;
    CHECK(lib.address(c, "state", states[chunk % 2]) && lib.address(c, "state_next", states[(chunk + 1) % 2]));
    CHECK_EQ(lib.MemcpyAsync(signal, audio.data(), signalBytes, kH2D, s), 0);
    CHECK(lib.enqueue(c, s));
    CHECK_EQ(lib.MemcpyAsync(shown.data(), logprobs, logBytes, kD2H, s), 0);
    CHECK_EQ(lib.MemcpyAsync(state.data(), states[(chunk + 1) % 2], stateBytes, kD2H, s), 0);
    for (int row = 0; row < kBatch; row++) {
      Expected& e = expected[row];
      e.add(&audio[static_cast<size_t>(row) * kSamples]);
      const uint16_t* const header = &state[static_cast<size_t>(row) * kState];
      CHECK_EQ(whole(header[0]), e.count);
      CHECK_EQ(whole(header[1]), 0);
      CHECK_EQ(whole(header[2]), e.first);
      CHECK_EQ(whole(header[3]), e.second);
      const auto winner = [&](int frame) {
        const float* const f = &shown[static_cast<size_t>(row) * 350 + static_cast<size_t>(frame) * 35];
        return std::max_element(f, f + 35) - f;
      };
      CHECK_EQ(winner(8), e.first % 35);
      CHECK_EQ(winner(9), e.count % 35);
      double sum = 0;
      for (int t = 0; t < 35; t++) sum += std::exp(shown[static_cast<size_t>(row) * 350 + static_cast<size_t>(t)]);
      CHECK(std::fabs(sum - 1) < 1e-4);
      // The newest sample is the last of the state; 32767 / 32768 is not a half, so compare coarsely.
      const float last =
          static_cast<float>(std::min(std::max(audio[static_cast<size_t>(row + 1) * kSamples - 1], -32768), 32767)) / 32768;
      CHECK_EQ((header[kState - 1] & 0x8000) != 0, last < 0);
    }
  }
});

std::string file(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

const Case callLog("the call log has a line for each call", [](Lib& lib) {
  char path[] = "/tmp/trtbench-calls-XXXXXX";
  close(mkstemp(path));
  lib.configure(std::string(R"({"call_log": ")") + path + "\"}");
  lib.SetDevice(0);
  void* const context = lib.context(lib.engine(lib.planFile("xy")));
  const Handle s = lib.stream(), e = lib.event(1), f = lib.event();
  char *const h = lib.host(64), *const d = lib.device(64);
  Handle graph = nullptr, exec = nullptr;
  float ms;
  lib.address(context, "y", d);
  lib.address(context, "x", d);
  lib.LaunchHostFunc(
      s, [](void*) {}, nullptr);
  lib.EventRecord(e, s);
  lib.StreamWaitEvent(s, e, 0);
  lib.MemcpyAsync(d, h, 64, kH2D, s);
  lib.enqueue(context, s);
  lib.StreamBeginCapture(s, 1);
  lib.enqueue(context, s);
  lib.StreamEndCapture(s, &graph);
  lib.GraphInstantiate(&exec, graph, 0);
  lib.GraphDestroy(graph);
  lib.GraphLaunch(exec, s);
  lib.MemcpyAsync(h, d, 24, kD2H, s);
  lib.StreamSynchronize(s);
  lib.EventRecord(f, s);
  lib.EventSynchronize(f);
  lib.EventElapsedTime(&ms, e, f);
  lib.GraphExecDestroy(exec);
  lib.StreamDestroy(s);
  lib.configure("");
  const std::string want =
      "setDevice 0\nengine.createExecutionContext strategy0\nstreamCreate s1\neventCreate e1 flags1\neventCreate e2 flags0\n"
      "mallocHost 64\nmalloc 64\ncontext.setTensorAddress y\ncontext.setTensorAddress x\nlaunchHostFunc s1 0\neventRecord e1 s1\n"
      "streamWaitEvent s1 e1\nmemcpyAsync h2d 64 s1\nenqueueV3 s1\nbeginCapture s1 mode1\nenqueueV3 s1 (capturing)\nendCapture "
      "s1\n"
      "graphInstantiate\ngraphDestroy\ngraphLaunch s1\nmemcpyAsync d2h 24 s1\nstreamSync s1\neventRecord e2 s1\neventSync e2\n"
      "eventElapsed e1 e2\ngraphExecDestroy\nstreamDestroy s1\n";
  check(file(path) == want, "the log", __FILE__, __LINE__, file(path));
  unlink(path);
});

const Case bothMajors("both majors live in one process", [](Lib& lib) {
  Lib other(lib.folder, lib.plans, 21 - lib.major);
  CHECK_EQ(lib.libVersion() / 10000, lib.major);
  CHECK_EQ(other.libVersion() / 10000, other.major);
  Lib* const both[] = {&lib, &other};
  for (Lib* each : both) {
    void* const c = each->context(each->engine(each->planFile("xy")));
    CHECK(each->address(c, "x", each->device(64)) && each->address(c, "y", each->device(24)));
    CHECK(each->enqueue(c, nullptr));
    CHECK_EQ(each->StreamSynchronize(nullptr), 0);
    CHECK_EQ(each->counter("kernels"), 1);
  }
  CHECK_EQ(other.EventSynchronize(lib.event()), 400);  // the handle of another library
  CHECK(other.log.find("runtime created") != std::string::npos);
});

const Case threads("many threads use one device", [](Lib& lib) {
  lib.configure(R"({"devices": [{"kernel_concurrency": 2, "copy_latency_us": 1}]})");
  const std::string plan =
      R"({"trtbench_simulated_plan": 1, "tensors": [{"name": "x", "mode": "input", "type": "int32", "shape": [4]},
    {"name": "y", "mode": "output", "type": "int32", "shape": [4]}], "function": "copy", "time": {"base_us": 2}})";
  void* const engine = lib.engine(plan);
  const Handle shared = lib.event();
  std::vector<std::thread> all;
  for (char id = 1; id <= 4; id++) {
    all.emplace_back([&, id] {
      const Handle s = lib.stream(), t = lib.stream(), e = lib.event(static_cast<unsigned>(id & 1));
      void* const c = lib.context(engine);
      char *const x = lib.device(16), *const y = lib.device(16), *const in = lib.host(16), *const out = lib.host(16);
      CHECK(lib.address(c, "x", x) && lib.address(c, "y", y));
      for (int i = 0; i < 200; i++) {
        memset(in, id, 16);
        CHECK_EQ(lib.MemcpyAsync(x, in, 16, kH2D, s), 0);
        CHECK(lib.enqueue(c, s));
        if (i % 10 == 0)
          CHECK_EQ(lib.LaunchHostFunc(
                       s, [](void*) {}, nullptr),
                   0);
        lib.EventRecord(e, s);
        lib.EventRecord(shared, s);
        lib.StreamWaitEvent(t, e, 0);
        lib.StreamWaitEvent(t, shared, 0);
        CHECK_EQ(lib.MemcpyAsync(out, y, 16, kD2H, t), 0);
        CHECK_EQ(lib.StreamSynchronize(t), 0);
        CHECK_EQ(lib.EventSynchronize(e), 0);
        CHECK_EQ(out[7], id);
      }
      lib.destroy(c);
      CHECK_EQ(lib.Free(x) + lib.Free(y) + lib.FreeHost(in) + lib.FreeHost(out), 0);
      CHECK_EQ(lib.StreamDestroy(s) + lib.StreamDestroy(t) + lib.EventDestroy(e), 0);
    });
  }
  for (std::thread& t : all) t.join();
  CHECK_EQ(lib.counter("streams") + lib.counter("device_bytes") + lib.counter("host_bytes") + lib.counter("contexts"), 0);
  CHECK_EQ(lib.counter("events"), 1);
  CHECK_EQ(lib.counter("kernels"), 800);
});

const Case leaks("ten thousand objects come and go", [](Lib& lib) {
  void* const engine = lib.engine(lib.planFile("zero"));
  for (int i = 0; i < 10000; i++) {
    const Handle s = lib.stream(), e = lib.event();
    char *const d = lib.device(100), *const h = lib.host(100);
    if (i % 100 == 0) lib.destroy(lib.context(engine));
    CHECK_EQ(lib.StreamDestroy(s) + lib.EventDestroy(e) + lib.Free(d) + lib.FreeHost(h), 0);
  }
  for (const char* key :
       {"streams", "events", "device_bytes", "device_allocations", "host_bytes", "host_allocations", "contexts"})
    CHECK_EQ(lib.counter(key), 0);
});

}  // namespace
}  // namespace driver
