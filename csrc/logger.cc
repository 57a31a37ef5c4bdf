#include "logger.h"

#include <new>

#include "nvinfer_callbacks.h"

void trtb::Logger10::log(int32_t severity, const char* message) noexcept {
  if (severity <= limit.load(std::memory_order_relaxed) && message != nullptr) {
    write_(handle_, severity, message);
  }
}

struct trtb_logger {
  trtb::Logger10 of10;
  trtb::Logger11 of11;

  trtb_logger(trtb_log_fn write, uintptr_t handle) : of10(write, handle), of11(&of10) {}
};

trtb_logger* trtb_logger_new(trtb_log_fn write, uintptr_t handle) { return new (std::nothrow) trtb_logger(write, handle); }

void trtb_logger_limit(trtb_logger* logger, int severity) {
  logger->of10.limit.store(severity, std::memory_order_relaxed);
}

void trtb_logger_free(trtb_logger* logger) { delete logger; }

void* trtb_logger_interface(trtb_logger* logger, int major) {
  if (major == 10) {
    return &logger->of10;
  }
  return &logger->of11;
}
