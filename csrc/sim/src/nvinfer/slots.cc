#include "nvinfer/slots.h"

#include <cstring>
#include <utility>

#include "core/major.h"

namespace trtbench::sim {
namespace {

// More than any known interface has, so that calls past the end of a table are caught too.
constexpr size_t kSlots = 96;

int64_t absent(const Object* self, size_t slot) noexcept {
  device().count(Counter::absentMethods, 1);
  self->logger.error("method absent: slot " + std::to_string(slot) + " of " + self->interface + " does not exist in version " +
                     std::to_string(reportedVersion()) + "; the caller lacks a version guard");
  return 0;
}

template <size_t Slot>
int64_t trap(const Object* self) noexcept {
  return absent(self, Slot);
}

template <size_t... Slots>
std::vector<void*> traps(std::index_sequence<Slots...>) {
  return {slot(trap<Slots>)...};
}

// TensorRT 10.8 alone has one method more amid the network's.
constexpr int kShiftedFrom = 63;

}  // namespace

int reportedVersion() {
  const int configured = device().configuredTensorrtVersion();
  return configured != 0 ? configured : kTrtVersion;
}

bool Interface::shifted(int version) const { return version / 100 == 1008 && strcmp(name_, "VNetworkDefinition") == 0; }

void* const* Interface::table(int version) const {
  const std::lock_guard<std::mutex> held(mutex_);
  std::vector<void*>& table = tables_[version];
  if (!table.empty()) return table.data();
  table = traps(std::make_index_sequence<kSlots>());
  const int minor = version / 100 % 100;
  for (const SlotRow& row : rows_) {
    int place = kTrtMajor == 10 ? row.slot10 : row.slot11;
    if (shifted(version) && place >= kShiftedFrom) place++;
    const int since = kTrtMajor == 10 ? row.since10 : row.since11;
    if (place >= 0 && minor >= since) table[static_cast<size_t>(place)] = row.function;
  }
  return table.data();
}

}  // namespace trtbench::sim
