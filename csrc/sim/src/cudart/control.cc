// The functions of ours that no real libcudart has.
#include <cstdio>

#include "cudart/cudart.h"

using namespace trtbench::sim;

namespace {

int answer(const std::string& text, char* out, size_t size) {
  if (out == nullptr || size == 0) return -1;
  snprintf(out, size, "%s", text.c_str());
  return text.size() < size ? 0 : -1;
}

}  // namespace

// trtbenchSimConfigure resets the device to the given configuration (JSON; empty or null: the default one). It returns 0, or -1
// with the reason in err. Nobody may use handles or addresses from before; threads that wait for the device give up.
TRTBENCH_EXPORT int trtbenchSimConfigure(const char* json, char* err, size_t errlen) {
  std::string error;
  if (Device::instance().configure(json == nullptr ? "" : json, &error)) return 0;
  answer("device configuration: " + error, err, errlen);
  return -1;
}

// trtbenchSimCounters writes live objects and totals as JSON. It returns 0, or -1 when the text does not fit.
TRTBENCH_EXPORT int trtbenchSimCounters(char* out, size_t size) { return answer(Device::instance().countersJson(), out, size); }
