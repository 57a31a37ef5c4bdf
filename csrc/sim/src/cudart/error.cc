// Errors of the calling thread, and their names.
#include "core/errors.h"
#include "cudart/cudart.h"

using namespace trtbench::sim;

TRTBENCH_EXPORT int cudaGetLastError() {
  const int sticky = Device::instance().stickyError();
  const int error = sticky != kSuccess ? sticky : lastError();
  lastError() = kSuccess;
  return error;
}

TRTBENCH_EXPORT int cudaPeekAtLastError() {
  const int sticky = Device::instance().stickyError();
  return sticky != kSuccess ? sticky : lastError();
}

TRTBENCH_EXPORT const char* cudaGetErrorName(int error) { return errorName(error); }

TRTBENCH_EXPORT const char* cudaGetErrorString(int error) { return errorText(error); }
