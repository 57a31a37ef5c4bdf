// The C functions that libnvonnxparser exports.
#include <cstdint>

#include "core/major.h"

#define TRTBENCH_EXPORT extern "C" __attribute__((visibility("default")))

// In the libnvinfer beside this library.
extern "C" void* trtbenchSimCreateParser(void* network, void* logger);

TRTBENCH_EXPORT void* createNvOnnxParser_INTERNAL(void* network, void* logger, int) {
  return trtbenchSimCreateParser(network, logger);
}
TRTBENCH_EXPORT void* createNvOnnxParserRefitter_INTERNAL(void*, void*, int32_t) { return nullptr; }
TRTBENCH_EXPORT int getNvOnnxParserVersion() { return trtbench::sim::kTrtMajor == 10 ? 100 : 200; }
