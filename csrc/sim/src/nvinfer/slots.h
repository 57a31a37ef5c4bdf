// Tables of slots: which function answers in which place of an interface's table, in which version.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "nvinfer/objects.h"

namespace trtbench::sim {

struct ContextObject;

// SlotRow is one method. A slot of -1 says that the major does not have it; since is the minor version that brought it.
struct SlotRow {
  const char* method;
  int slot10, since10;
  int slot11, since11;
  void* function;
};

template <class F>
void* slot(F* function) {
  return reinterpret_cast<void*>(function);
}

// Interface makes the tables of one V-class. Every place without a method of that version holds a trap that reports the call and
// returns 0, so a caller's missing version guard is found instead of being undefined behaviour.
class Interface {
 public:
  Interface(const char* name, std::vector<SlotRow> rows) : name_(name), rows_(std::move(rows)) {}
  const char* name() const { return name_; }
  // table is the one for a library of this version; it lives as long as the process.
  void* const* table(int version) const;

 private:
  bool shifted(int version) const;

  const char* name_;
  std::vector<SlotRow> rows_;
  mutable std::mutex mutex_;
  mutable std::map<int, std::vector<void*>> tables_;
};

// reportedVersion is what getInferLibVersion answers: the configured version or the library's own.
int reportedVersion();

template <class T>
const Interface& interfaceOf();

template <>
const Interface& interfaceOf<RuntimeObject>();
template <>
const Interface& interfaceOf<EngineObject>();
template <>
const Interface& interfaceOf<ContextObject>();
template <>
const Interface& interfaceOf<HostMemoryObject>();
template <>
const Interface& interfaceOf<InspectorObject>();
template <>
const Interface& interfaceOf<RuntimeConfigObject>();
template <>
const Interface& interfaceOf<SerializationConfigObject>();

template <class T>
void keepAlive(Facade*) {}

template <class T>
void destroy(Facade* facade) {
  delete static_cast<T*>(facade->implementation);
}

template <class T>
T* create(const Logger& logger) {
  // Slot 0 is the destructor that does not free; callers use slot 1.
  static void* const destructors[] = {slot(keepAlive<T>), slot(destroy<T>)};
  T* object = new T;
  object->vtable = interfaceOf<T>().table(reportedVersion());
  object->facade = Facade{destructors, object};
  object->concrete = nullptr;
  object->interface = interfaceOf<T>().name();
  object->logger = logger;
  object->errorRecorder = nullptr;
  return object;
}

// Methods that every interface with an error recorder shares.
inline void setErrorRecorder(Object* self, void* recorder) noexcept { self->errorRecorder = recorder; }
inline void* errorRecorder(const Object* self) noexcept { return self->errorRecorder; }
inline void* facadeOf(Object* self) noexcept { return &self->facade; }

}  // namespace trtbench::sim
