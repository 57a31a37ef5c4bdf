#include "cudart_sim.h"

#include <cstdlib>
#include <cstring>

#include "dl.h"

namespace {

using Configure = int (*)(const char* json, char* error, size_t error_size);
using Counters = int (*)(char* json, size_t size);

constexpr const char* configure_name = "trtbenchSimConfigure";
constexpr const char* counters_name = "trtbenchSimCounters";
constexpr size_t text_size = 4096;

template <typename Function>
Function control(const trtb_cudart* rt, const char* name, char** error) {
  return trtb::symbol<Function>(rt->library, "libcudart", name, error);
}

}  // namespace

int trtb_sim_present(const trtb_cudart* rt) {
  char* error = nullptr;
  const bool present = control<Configure>(rt, configure_name, &error) != nullptr;
  std::free(error);
  return present;
}

int trtb_sim_configure(const trtb_cudart* rt, const char* json, char** error) {
  const Configure configure = control<Configure>(rt, configure_name, error);
  if (configure == nullptr) {
    return -1;
  }
  char text[text_size] = "";
  if (configure(json, text, sizeof text) != 0) {
    *error = strdup(text);
    return -1;
  }
  return 0;
}

int trtb_sim_counters(const trtb_cudart* rt, char** json, char** error) {
  const Counters counters = control<Counters>(rt, counters_name, error);
  if (counters == nullptr) {
    return -1;
  }
  char text[text_size] = "";
  if (counters(text, sizeof text) != 0) {
    *error = strdup("the simulated device's counters do not fit");
    return -1;
  }
  *json = strdup(text);
  return 0;
}
