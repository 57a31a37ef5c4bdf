// What the parts of the comparison with TensorRT's headers share; see verify_abi.cc.
#ifndef TRTBENCH_CSRC_CHECK_VERIFY_ABI_H
#define TRTBENCH_CSRC_CHECK_VERIFY_ABI_H

#include <NvInfer.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include "../abi.h"

#define TRTB_BEFORE(major, minor) (NV_TENSORRT_MAJOR < (major) || (NV_TENSORRT_MAJOR == (major) && NV_TENSORRT_MINOR < (minor)))

// Names in the rows that older headers lack.
namespace nvinfer1 {
class IRuntimeConfig;
enum class EngineStat : int32_t;
enum class RuntimePlatform : int32_t;
enum class TilingOptimizationLevel : int32_t;
#if TRTB_BEFORE(10, 7)
class IStreamReaderV2;
#endif
namespace apiv {
class VRuntimeConfig;
}
}  // namespace nvinfer1

constexpr int kVersion = NV_TENSORRT_MAJOR * 10000 + NV_TENSORRT_MINOR * 100 + NV_TENSORRT_PATCH;

extern int checks;
extern int faults;

inline void expect(const std::string& what, long shim, long headers) {
  checks++;
  if (shim != headers) {
    faults++;
    std::printf("%s: the shim says %ld, the headers say %ld\n", what.c_str(), shim, headers);
  }
}

// expect_row compares a row of abi_methods.h.
inline void expect_row(int row, int slot) {
  const trtb_method* method = trtb_method_at(row);
  expect(std::string("slot of ") + method->interface + "::" + method->method + method->parameters,
         trtb_abi_slot(method, kVersion), slot);
}

// The slot behind a pointer to a virtual method, in the C++ ABI of Linux: one more than the offset in the table, or, on ARM, the
// offset with a mark in the second word.
template <typename Pointer>
int slot_of(Pointer method) {
  uintptr_t words[2];
  static_assert(sizeof(words) == sizeof(method), "a pointer to a member function is two words");
  std::memcpy(words, &method, sizeof(words));
#if defined(__aarch64__)
  return static_cast<int>(words[0] / sizeof(void*));
#else
  return static_cast<int>((words[0] - 1) / sizeof(void*));
#endif
}

// check_parser compares the rows of the ONNX parser; it says so when the headers lack NvOnnxParser.h.
void check_parser();

#endif  // TRTBENCH_CSRC_CHECK_VERIFY_ABI_H
