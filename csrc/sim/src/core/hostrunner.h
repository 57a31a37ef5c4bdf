// The thread that runs host functions.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "core/clock.h"

namespace trtbench::sim {

// HostRunner calls jobs at their device time, one after the other, as CUDA does with host functions of a context. Its thread
// starts with the first job and lives as long as the process.
class HostRunner {
 public:
  void schedule(Nanos at, std::function<void()> job);
  // forget drops the jobs that have not started.
  void forget();
  // onThread tells whether the caller is inside a host function.
  static bool onThread();

 private:
  struct Job {
    Nanos at;
    std::function<void()> run;
  };

  void serve();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Job> jobs_;
  bool started_ = false;
};

}  // namespace trtbench::sim
