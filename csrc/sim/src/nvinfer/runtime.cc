// The runtime: settings, and turning plans into engines.
#include "nvinfer/load.h"
#include "nvinfer/slots.h"

namespace trtbench::sim {
namespace {

constexpr size_t kReadSize = 64 << 10;
constexpr int64_t kMaxPlan = 16 << 20;

void* refuse(const Logger& logger, const std::string& why) {
  logger.error("deserializeCudaEngine: " + why);
  return nullptr;
}

void* deserialize(RuntimeObject* self, std::string text) {
  return loadEngine(EngineSource{self->logger, self->children, &self->deserialized, self->hostCodeAllowed}, std::move(text));
}

void* deserializeBlob(RuntimeObject* self, const void* blob, size_t size) noexcept {
  if (blob == nullptr || size == 0) return refuse(self->logger, "no data");
  const char* bytes = static_cast<const char*>(blob);
  if (!looksLikePlan(bytes, size)) return refuse(self->logger, "the data is no simulated plan: its magic tag does not match");
  return deserialize(self, std::string(bytes, size));
}

// readAll asks the reader until it has no more; false when it fails or the text gets longer than any plan.
template <class Read>
bool readAll(Read read, std::string* text) {
  for (;;) {
    const size_t had = text->size();
    text->resize(had + kReadSize);
    const int64_t got = read(&(*text)[had], static_cast<int64_t>(kReadSize));
    if (got < 0 || got > static_cast<int64_t>(kReadSize)) return false;
    text->resize(had + static_cast<size_t>(got));
    if (got == 0) return true;
    if (static_cast<int64_t>(text->size()) > kMaxPlan) return true;  // the parser refuses it
  }
}

void* deserializeReader(RuntimeObject* self, void* reader) noexcept {
  const auto read = method<int64_t (*)(void*, void*, int64_t)>(reader, 4);
  std::string text;
  if (!readAll([&](void* to, int64_t n) { return read(reader, to, n); }, &text))
    return refuse(self->logger, "the stream reader failed");
  return deserialize(self, std::move(text));
}

void* deserializeReaderV2(RuntimeObject* self, void* reader) noexcept {
  const auto read = method<int64_t (*)(void*, void*, int64_t, void*)>(reader, 4);
  std::string text;
  if (!readAll([&](void* to, int64_t n) { return read(reader, to, n, nullptr); }, &text)) {
    return refuse(self->logger, "the stream reader failed");
  }
  return deserialize(self, std::move(text));
}

void setDlaCore(RuntimeObject* self, int32_t core) noexcept { self->dlaCore = core; }
int32_t dlaCore(const RuntimeObject* self) noexcept { return self->dlaCore; }
int32_t dlaCores(const RuntimeObject*) noexcept { return 0; }
void setGpuAllocator(RuntimeObject* self, void* allocator) noexcept { self->gpuAllocator = allocator; }
void* runtimeLogger(const RuntimeObject* self) noexcept { return self->logger.object(); }

bool setMaxThreads(RuntimeObject* self, int32_t threads) noexcept {
  if (threads < 1) return false;
  self->maxThreads = threads;
  return true;
}

int32_t maxThreads(const RuntimeObject* self) noexcept { return self->maxThreads; }

void setTemporaryDirectory(RuntimeObject* self, const char* path) noexcept {
  self->temporaryDirectory = path == nullptr ? "" : path;
}
const char* temporaryDirectory(const RuntimeObject* self) noexcept { return self->temporaryDirectory.c_str(); }
void setTempfileFlags(RuntimeObject* self, uint32_t flags) noexcept { self->tempfileFlags = flags; }
uint32_t tempfileFlags(const RuntimeObject* self) noexcept { return self->tempfileFlags; }
void setHostCode(RuntimeObject* self, bool allowed) noexcept { self->hostCodeAllowed = allowed; }
bool hostCode(const RuntimeObject* self) noexcept { return self->hostCodeAllowed; }

}  // namespace

template <>
const Interface& interfaceOf<RuntimeObject>() {
  static const std::vector<SlotRow> rows = {
      {"getPImpl", 2, 0, 2, 0, slot(facadeOf)},
      {"deserializeCudaEngine", 3, 0, 3, 0, slot(deserializeBlob)},
      {"deserializeCudaEngine", 4, 0, -1, 0, slot(deserializeReader)},
      {"setDLACore", 5, 0, 4, 0, slot(setDlaCore)},
      {"getDLACore", 6, 0, 5, 0, slot(dlaCore)},
      {"getNbDLACores", 7, 0, 6, 0, slot(dlaCores)},
      {"setGpuAllocator", 8, 0, 7, 0, slot(setGpuAllocator)},
      {"setErrorRecorder", 9, 0, 8, 0, slot(setErrorRecorder)},
      {"getErrorRecorder", 10, 0, 9, 0, slot(errorRecorder)},
      {"getLogger", 11, 0, 10, 0, slot(runtimeLogger)},
      {"setMaxThreads", 12, 0, 11, 0, slot(setMaxThreads)},
      {"getMaxThreads", 13, 0, 12, 0, slot(maxThreads)},
      {"setTemporaryDirectory", 14, 0, 13, 0, slot(setTemporaryDirectory)},
      {"getTemporaryDirectory", 15, 0, 14, 0, slot(temporaryDirectory)},
      {"setTempfileControlFlags", 16, 0, 15, 0, slot(setTempfileFlags)},
      {"getTempfileControlFlags", 17, 0, 16, 0, slot(tempfileFlags)},
      {"setEngineHostCodeAllowed", 21, 0, 20, 0, slot(setHostCode)},
      {"getEngineHostCodeAllowed", 22, 0, 21, 0, slot(hostCode)},
      {"deserializeCudaEngineV2", 23, 7, 22, 0, slot(deserializeReaderV2)},
  };
  static const Interface interface("VRuntime", rows);
  return interface;
}

RuntimeObject::~RuntimeObject() {
  device().count(Counter::runtimes, -1);
  if (children.use_count() == 1) return;
  device().count(Counter::earlyDestroys, 1);
  logger.error("a runtime was destroyed while engines made by it are alive");
}

bool suffer(const FaultPlan* fault, const Logger& logger, const char* call) {
  if (fault == nullptr) return true;
  switch (fault->kind) {
    case FaultPlan::Kind::hang: device().hang(); return true;
    case FaultPlan::Kind::slow: sleepUntil(now() + static_cast<Nanos>(fault->slowMs * 1e6)); return true;
    case FaultPlan::Kind::lost: device().lose(719); break;
    case FaultPlan::Kind::fail: break;
  }
  logger.error(std::string(call) + ": failed as the plan asks");
  return false;
}

}  // namespace trtbench::sim
