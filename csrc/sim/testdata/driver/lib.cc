#include <dlfcn.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "driver.h"

namespace driver {
namespace {

Lib* current = nullptr;

void keep(int severity, const char* text) { current->log += std::to_string(severity) + " " + text + "\n"; }

// The shapes of ILogger in the two majors.
struct Logger10 {
  virtual void log(int severity, const char* text) noexcept { keep(severity, text); }
  virtual ~Logger10() = default;
};
struct Logger11 {
  virtual int getApiLanguage() const noexcept { return 0; }
  virtual void getInterfaceInfo() const noexcept {}
  virtual ~Logger11() = default;
  virtual void log(int severity, const char* text) noexcept { keep(severity, text); }
};

void* open(const std::string& path) {
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    fprintf(stderr, "%s\n", dlerror());
    exit(2);
  }
  return handle;
}

template <class F>
void load(void* handle, const std::string& name, F* function) {
  *function = reinterpret_cast<F>(dlsym(handle, name.c_str()));
  if (*function != nullptr) return;
  fprintf(stderr, "%s\n", dlerror());
  exit(2);
}

}  // namespace

Lib::Lib(const std::string& libraries, const std::string& plansFolder, int majorVersion)
    : major(majorVersion), folder(libraries), plans(plansFolder) {
  current = this;
  const std::string base = folder + "/" + std::to_string(major) + "/";
  void* const cudart = open(base + (major == 10 ? "libcudart.so.12" : "libcudart.so.13"));
  void* const nvinfer = open(base + (major == 10 ? "libnvinfer.so.10" : "libnvinfer.so.11"));
#define DRIVER_LOAD(name, parameters) load(cudart, "cuda" #name, &name);
  DRIVER_CUDA(DRIVER_LOAD)
#undef DRIVER_LOAD
  load(cudart, "cudaGetErrorName", &GetErrorName);
  load(cudart, "trtbenchSimConfigure", &simConfigure);
  load(cudart, "trtbenchSimCounters", &simCounters);
  load(nvinfer, "getInferLibVersion", &libVersion);
  load(nvinfer, "createInferRuntime_INTERNAL", &createRuntime);
  load(nvinfer, "createInferBuilder_INTERNAL", &createBuilder);
  void* const parser = open(base + (major == 10 ? "libnvonnxparser.so.10" : "libnvonnxparser.so.11"));
  load(parser, "createNvOnnxParser_INTERNAL", &createParser);
  load(parser, "getNvOnnxParserVersion", &parserVersion);
}

void Lib::configure(const std::string& json) {
  char error[512] = "";
  const int status = simConfigure(json.c_str(), error, sizeof error);
  check(status == 0, "simConfigure", __FILE__, __LINE__, error);
}

std::string Lib::counters() {
  char text[4096] = "";
  CHECK_EQ(simCounters(text, sizeof text), 0);
  return text;
}

int64_t Lib::counter(const char* key) {
  const std::string text = counters();
  const size_t at = text.find("\"" + std::string(key) + "\": ");
  check(at != std::string::npos, key, __FILE__, __LINE__, "no such counter");
  return at == std::string::npos ? -1 : atoll(text.c_str() + at + strlen(key) + 4);
}

Handle Lib::stream(unsigned flags) {
  Handle s = nullptr;
  CHECK_EQ(StreamCreateWithFlags(&s, flags), 0);
  return s;
}

Handle Lib::event(unsigned flags) {
  Handle e = nullptr;
  CHECK_EQ(EventCreateWithFlags(&e, flags), 0);
  return e;
}

char* Lib::device(size_t bytes) {
  void* p = nullptr;
  CHECK_EQ(Malloc(&p, bytes), 0);
  return static_cast<char*>(p);
}

char* Lib::host(size_t bytes) {
  void* p = nullptr;
  CHECK_EQ(MallocHost(&p, bytes), 0);
  return static_cast<char*>(p);
}

float Lib::elapsed(Handle from, Handle to) {
  float ms = -1;
  CHECK_EQ(EventElapsedTime(&ms, from, to), 0);
  return ms;
}

void* Lib::logger() {
  static Logger10 ten;
  static Logger11 eleven;
  return major == 10 ? static_cast<void*>(&ten) : &eleven;
}

void* Lib::runtime() {
  if (runtime_ == nullptr) runtime_ = createRuntime(logger(), libVersion());
  return runtime_;
}

void* Lib::engineOf(void* runtime, const std::string& text) {
  return call<void*>(runtime, {3, 3}, static_cast<const void*>(text.data()), text.size());
}

void* Lib::context(void* engine, int strategy) { return call<void*>(engine, {5, 5}, strategy); }

std::string Lib::planFile(const std::string& name) {
  std::ifstream file(plans + "/" + name + ".sim.json");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void Lib::destroy(void* object) {
  void** const table = *static_cast<void***>(object);
  reinterpret_cast<void (*)(void*)>(table[1])(object);
  if (object == runtime_) runtime_ = nullptr;
}

bool Lib::enqueue(void* context, Handle stream) { return call<bool>(context, {37, 36}, stream); }

bool Lib::address(void* context, const char* name, void* address) { return call<bool>(context, {24, 23}, name, address); }

bool Lib::shape(void* context, const char* name, std::vector<int64_t> dims) {
  Dims d = {static_cast<int32_t>(dims.size()), {}};
  for (size_t i = 0; i < dims.size() && i < 8; i++) d.d[i] = dims[i];
  return call<bool>(context, {21, 20}, name, static_cast<const Dims*>(&d));
}

Gate::Gate(Lib& lib, const std::vector<Handle>& streams) {
  const Handle gate = lib.stream(1), opened = lib.event(2);
  const auto wait = [](void* isOpen) {
    const timespec t = {0, 100000};
    while (!static_cast<std::atomic<bool>*>(isOpen)->load()) nanosleep(&t, nullptr);
  };
  CHECK_EQ(lib.LaunchHostFunc(gate, wait, &isOpen_), 0);
  CHECK_EQ(lib.EventRecord(opened, gate), 0);
  for (const Handle s : streams) CHECK_EQ(lib.StreamWaitEvent(s, opened, 0), 0);
}

}  // namespace driver
