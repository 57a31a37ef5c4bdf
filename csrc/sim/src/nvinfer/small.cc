// The interfaces with little to say: serialized engines and configurations.
#include "nvinfer/slots.h"

namespace trtbench::sim {
namespace {

void* bytes(const HostMemoryObject* self) noexcept { return const_cast<char*>(self->bytes.data()); }
size_t size(const HostMemoryObject* self) noexcept { return self->bytes.size(); }
int32_t type(const HostMemoryObject*) noexcept { return kInt8; }

void setStrategy(RuntimeConfigObject* self, int32_t strategy) noexcept { self->strategy = strategy; }
int32_t strategy(const RuntimeConfigObject* self) noexcept { return self->strategy; }

bool known(int32_t flag) { return flag >= 0 && flag < 32; }
bool setFlags(SerializationConfigObject* self, uint32_t flags) noexcept {
  self->flags = flags;
  return true;
}
uint32_t flags(const SerializationConfigObject* self) noexcept { return self->flags; }
bool clearFlag(SerializationConfigObject* self, int32_t flag) noexcept {
  if (known(flag)) self->flags &= ~(1u << flag);
  return known(flag);
}
bool setFlag(SerializationConfigObject* self, int32_t flag) noexcept {
  if (known(flag)) self->flags |= 1u << flag;
  return known(flag);
}
bool flag(const SerializationConfigObject* self, int32_t flag) noexcept { return known(flag) && (self->flags >> flag & 1) != 0; }

}  // namespace

template <>
const Interface& interfaceOf<HostMemoryObject>() {
  static const std::vector<SlotRow> rows = {
      {"data", 2, 0, 2, 0, slot(bytes)},
      {"size", 3, 0, 3, 0, slot(size)},
      {"type", 4, 0, 4, 0, slot(type)},
  };
  static const Interface interface("VHostMemory", rows);
  return interface;
}

template <>
const Interface& interfaceOf<RuntimeConfigObject>() {
  static const std::vector<SlotRow> rows = {
      {"getPImpl", 2, 11, 2, 0, slot(facadeOf)},
      {"setExecutionContextAllocationStrategy", 3, 11, 3, 0, slot(setStrategy)},
      {"getExecutionContextAllocationStrategy", 4, 11, 4, 0, slot(strategy)},
  };
  static const Interface interface("VRuntimeConfig", rows);
  return interface;
}

template <>
const Interface& interfaceOf<SerializationConfigObject>() {
  static const std::vector<SlotRow> rows = {
      {"setFlags", 2, 0, 2, 0, slot(setFlags)}, {"getFlags", 3, 0, 3, 0, slot(flags)}, {"clearFlag", 4, 0, 4, 0, slot(clearFlag)},
      {"setFlag", 5, 0, 5, 0, slot(setFlag)},   {"getFlag", 6, 0, 6, 0, slot(flag)},
  };
  static const Interface interface("VSerializationConfig", rows);
  return interface;
}

}  // namespace trtbench::sim
