// What the exported functions of the simulated libcudart share.
#pragma once

#include <new>

#include "core/current.h"
#include "core/device.h"

#define TRTBENCH_EXPORT extern "C" __attribute__((visibility("default")))

namespace trtbench::sim {

// done returns the status of a call and keeps it for cudaGetLastError. "Not ready" is an answer, not an error.
inline int done(int error) {
  if (error != kSuccess && error != kNotReady) lastError() = error;
  return error;
}

// call runs one CUDA function on the device, unless a fault or a lost device answers first.
template <class Body>
inline int call(const char* name, Body body) {
  Device& device = Device::instance();
  if (const int error = device.enter(name)) return done(error);
  try {
    return done(body(device));
  } catch (const std::bad_alloc&) {
    return done(kOutOfMemory);
  }
}

}  // namespace trtbench::sim
