// What the builder asks of the device.
#include "core/current.h"
#include "core/device.h"

namespace trtbench::sim {

DeviceFacts Device::facts() {
  const Lock held(lock_);
  const auto current = static_cast<size_t>(currentDevice());
  if (current >= gpus_.size()) return DeviceFacts{};
  const GpuConfig& gpu = gpus_[current].config;
  return DeviceFacts{gpu.name, gpu.major, gpu.minor, gpu.memoryBytes};
}

double Device::buildMs() {
  const Lock held(lock_);
  return config_.buildMs;
}

int Device::newestOpset() {
  const Lock held(lock_);
  return config_.newestOpset;
}

HostFault Device::nextFault(const char* call) {
  const Lock held(lock_);
  HostFault met;
  for (size_t i = 0; i < config_.faults.size(); i++) {
    const CallFault& fault = config_.faults[i];
    if (fault.call == call && fault.hits(++faultCalls_[i])) met = fault.host;
  }
  return met;
}

}  // namespace trtbench::sim
