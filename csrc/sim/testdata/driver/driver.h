// A small test program in C++: it opens the simulated libraries as any user does and looks at how they behave. Each case runs in
// a process of its own, with the libraries of one major.
#pragma once

#include <time.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace driver {

// Case is one test. Register it at namespace scope: static Case one("name", [](Lib& lib) { … });
struct Case {
  Case(const char* name, std::function<void(struct Lib&)> run);
  const char* name;
  std::function<void(struct Lib&)> run;
};

// check reports a condition that does not hold; the case goes on, the program ends with status 1.
void check(bool holds, const char* text, const char* file, int line, const std::string& more = "");

#define CHECK(condition) ::driver::check((condition), #condition, __FILE__, __LINE__)
#define CHECK_EQ(got, want)                                                             \
  do {                                                                                  \
    const auto got_ = (got);                                                            \
    const decltype(got_) want_ = (want);                                                \
    ::driver::check(got_ == want_, #got " == " #want, __FILE__, __LINE__,               \
                    "got " + std::to_string(got_) + ", want " + std::to_string(want_)); \
  } while (false)

inline int64_t clockNanos(clockid_t clock = CLOCK_MONOTONIC) {
  timespec t;
  clock_gettime(clock, &t);
  return int64_t{1000000000} * t.tv_sec + t.tv_nsec;
}

using Handle = void*;

enum CopyKind { kH2H, kH2D, kD2H, kD2D, kDefault };

// The functions of libcudart that the cases use.
#define DRIVER_CUDA(X)                                       \
  X(DriverGetVersion, (int*))                                \
  X(RuntimeGetVersion, (int*))                               \
  X(GetDeviceCount, (int*))                                  \
  X(SetDevice, (int))                                        \
  X(GetDevice, (int*))                                       \
  X(DeviceGetAttribute, (int*, int, int))                    \
  X(GetDeviceProperties, (void*, int))                       \
  X(DeviceGetPCIBusId, (char*, int, int))                    \
  X(DeviceGetByPCIBusId, (int*, const char*))                \
  X(DeviceSynchronize, ())                                   \
  X(DeviceSetLimit, (int, size_t))                           \
  X(DeviceGetLimit, (size_t*, int))                          \
  X(GetLastError, ())                                        \
  X(PeekAtLastError, ())                                     \
  X(MemGetInfo, (size_t*, size_t*))                          \
  X(StreamCreate, (Handle*))                                 \
  X(StreamCreateWithFlags, (Handle*, unsigned))              \
  X(StreamDestroy, (Handle))                                 \
  X(StreamSynchronize, (Handle))                             \
  X(StreamQuery, (Handle))                                   \
  X(StreamWaitEvent, (Handle, Handle, unsigned))             \
  X(EventCreateWithFlags, (Handle*, unsigned))               \
  X(EventDestroy, (Handle))                                  \
  X(EventRecord, (Handle, Handle))                           \
  X(EventSynchronize, (Handle))                              \
  X(EventQuery, (Handle))                                    \
  X(EventElapsedTime, (float*, Handle, Handle))              \
  X(LaunchHostFunc, (Handle, void (*)(void*), void*))        \
  X(StreamBeginCapture, (Handle, int))                       \
  X(StreamEndCapture, (Handle, Handle*))                     \
  X(StreamIsCapturing, (Handle, int*))                       \
  X(GraphGetNodes, (Handle, Handle*, size_t*))               \
  X(GraphInstantiate, (Handle*, Handle, unsigned long long)) \
  X(GraphExecUpdate, (Handle, Handle, void*))                \
  X(GraphLaunch, (Handle, Handle))                           \
  X(GraphDestroy, (Handle))                                  \
  X(GraphExecDestroy, (Handle))                              \
  X(Malloc, (void**, size_t))                                \
  X(MallocAsync, (void**, size_t, Handle))                   \
  X(MallocHost, (void**, size_t))                            \
  X(MallocManaged, (void**, size_t, unsigned))               \
  X(Free, (void*))                                           \
  X(FreeAsync, (void*, Handle))                              \
  X(FreeHost, (void*))                                       \
  X(Memcpy, (void*, const void*, size_t, int))               \
  X(MemcpyAsync, (void*, const void*, size_t, int, Handle))  \
  X(Memset, (void*, int, size_t))                            \
  X(MemsetAsync, (void*, int, size_t, Handle))               \
  X(PointerGetAttributes, (void*, const void*))

struct Dims {
  int32_t count;
  int64_t d[8];
};

// Method is a virtual method by its slots in 10 and 11.
struct Method {
  int slot10, slot11;
};

// Lib is one pair of simulated libraries. Its device starts with the default configuration.
struct Lib {
  Lib(const std::string& folder, const std::string& plans, int major);

  int major;
  std::string folder, plans;

#define DRIVER_FIELD(name, parameters) int(*name) parameters;
  DRIVER_CUDA(DRIVER_FIELD)
#undef DRIVER_FIELD
  const char* (*GetErrorName)(int);
  int (*simConfigure)(const char*, char*, size_t);
  int (*simCounters)(char*, size_t);
  int32_t (*libVersion)();
  void* (*createRuntime)(void*, int32_t);
  void* (*createBuilder)(void*, int32_t);
  void* (*createParser)(void* network, void*, int);
  int (*parserVersion)();

  // configure resets the device; the text must be valid.
  void configure(const std::string& json);
  std::string counters();
  // counter returns the number behind a key of the counters.
  int64_t counter(const char* key);

  Handle stream(unsigned flags = 0);
  Handle event(unsigned flags = 0);
  char* device(size_t bytes);  // device memory
  char* host(size_t bytes);    // page-locked memory
  float elapsed(Handle from, Handle to);

  // The messages the libraries logged, errors in lines that begin with "1 ".
  std::string log;
  void* logger();  // shaped for this major
  void* runtime();
  void* engineOf(void* runtime, const std::string& planText);
  void* engine(const std::string& planText) { return engineOf(runtime(), planText); }
  void* context(void* engine, int strategy = 0);
  std::string planFile(const std::string& name);
  std::string modelFile(const std::string& name) { return plans + "/../models/" + name + ".onnx"; }
  void destroy(void* object);

  template <class Result, class... Parameters>
  Result call(void* object, Method method, Parameters... parameters) {
    void* const implementation = *reinterpret_cast<void**>(static_cast<char*>(object) + 8);
    void** const table = *static_cast<void***>(implementation);
    const auto function = reinterpret_cast<Result (*)(void*, Parameters...)>(table[major == 10 ? method.slot10 : method.slot11]);
    return function(implementation, parameters...);
  }
  bool enqueue(void* context, Handle stream);
  bool address(void* context, const char* name, void* address);
  bool shape(void* context, const char* name, std::vector<int64_t> dims);

 private:
  void* runtime_ = nullptr;
};

// builtPlan builds the reference model with a detailed verbosity.
std::string builtPlan(Lib& lib);

// parity lists what a parser answers: the simulated one, or that of the library with this path.
std::string parity(Lib& lib, const char* parser);

// bench prints what one round costs the library, in processor time.
void bench(Lib& lib);

// Gate holds back streams with a host function until it is opened. Work queued before then starts at one moment, whatever a busy
// machine did in between, so times can be compared exactly.
class Gate {
 public:
  Gate(Lib& lib, const std::vector<Handle>& streams);
  void open() { isOpen_ = true; }

 private:
  std::atomic<bool> isOpen_{false};
};

}  // namespace driver
