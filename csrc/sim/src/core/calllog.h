// The call log: one line per call, for tests that look at the order of calls.
#pragma once

#include <atomic>
#include <cstdio>
#include <mutex>
#include <string>

namespace trtbench::sim {

// CallLog writes to a file. While it is off, on() is one relaxed load and nothing is formatted. Safe for concurrent use.
class CallLog {
 public:
  bool on() const { return on_.load(std::memory_order_relaxed); }
  // open starts the file anew; an empty path switches the log off.
  void open(const std::string& path);
  void write(const char* format, ...) __attribute__((format(printf, 2, 3)));

 private:
  std::atomic<bool> on_{false};
  std::mutex mutex_;
  FILE* file_ = nullptr;
};

}  // namespace trtbench::sim
