// The control functions that only a simulated libcudart exports.
#ifndef TRTBENCH_CSRC_CUDART_SIM_H
#define TRTBENCH_CSRC_CUDART_SIM_H

#include "cudart.h"

#ifdef __cplusplus
extern "C" {
#endif

// trtb_sim_present says whether the library is a simulated one: 1 or 0.
int trtb_sim_present(const trtb_cudart* rt);

// trtb_sim_configure resets the simulated device to a configuration in JSON. It returns 0, or -1 with *error set to a text that
// the caller frees.
int trtb_sim_configure(const trtb_cudart* rt, const char* json, char** error);

// trtb_sim_counters sets *json to the simulated device's counters, a text that the caller frees. It returns 0, or -1 with
// *error set likewise.
int trtb_sim_counters(const trtb_cudart* rt, char** json, char** error);

#ifdef __cplusplus
}
#endif

#endif  // TRTBENCH_CSRC_CUDART_SIM_H
