#include "core/calllog.h"

#include <cerrno>
#include <cstdarg>
#include <cstring>

namespace trtbench::sim {

void CallLog::open(const std::string& path) {
  const std::lock_guard<std::mutex> held(mutex_);
  if (file_ != nullptr) fclose(file_);
  file_ = path.empty() ? nullptr : fopen(path.c_str(), "we");
  if (file_ == nullptr && !path.empty()) {
    fprintf(stderr, "trtbench simulated device: call log %s: %s\n", path.c_str(), strerror(errno));
  }
  on_.store(file_ != nullptr);
}

void CallLog::write(const char* format, ...) {
  const std::lock_guard<std::mutex> held(mutex_);
  if (file_ == nullptr) return;
  va_list args;
  va_start(args, format);
  vfprintf(file_, format, args);
  va_end(args);
  fputc('\n', file_);
  fflush(file_);
}

}  // namespace trtbench::sim
