// The caller's progress monitor, IProgressMonitor.
#pragma once

#include "nvinfer/log.h"

namespace trtbench::sim {

// Phase is one phase of a build, told to the monitor when it starts, with each step, and when it ends. A null monitor hears
// nothing.
class Phase {
 public:
  Phase(void* monitor, const char* name, const char* parent, int steps) : monitor_(monitor), name_(name) {
    if (monitor_ != nullptr)
      method<void (*)(void*, const char*, const char*, int32_t)>(monitor_, 4)(monitor_, name, parent, steps);
  }
  Phase(const Phase&) = delete;
  Phase& operator=(const Phase&) = delete;
  ~Phase() {
    if (monitor_ != nullptr) method<void (*)(void*, const char*)>(monitor_, 6)(monitor_, name_);
  }
  // step reports one more step as done; false asks for the build to end.
  bool step() {
    const int done = done_++;
    return monitor_ == nullptr || method<bool (*)(void*, const char*, int32_t)>(monitor_, 5)(monitor_, name_, done);
  }

 private:
  void* const monitor_;
  const char* const name_;
  int done_ = 0;
};

}  // namespace trtbench::sim
