// Compares the shim's view of TensorRT's binary interface with TensorRT's own headers, by compiling against them: the slot of
// every method that the shim calls or implements, values of enumerations, layouts of structures and objects. verify-abi.sh
// builds and runs it.
#include <NvInfer.h>

#include <unistd.h>

#include <cstddef>
#include <type_traits>

#include "../abi.h"
#include "../logger.h"
#include "../nvinfer_callbacks.h"
#include "verify_abi.h"

#if NV_TENSORRT_MAJOR != 10 && NV_TENSORRT_MAJOR != 11
#error "these are headers of another TensorRT than 10 or 11 (TensorRT-RTX counts from 1); give the folder of one of those"
#endif

int checks = 0;
int faults = 0;

// One template for each row: the slot in the headers, -1 where they have no method of this name and type.
namespace nvinfer1 {
namespace rows {

template <int Row, typename Interface, typename = void>
struct InHeaders {
  static int slot() { return -1; }
};

#define TRTB_ROW(interface, slot10, since10, slot11, since11, result, method, name, parameters, qualifier)              \
  template <typename T>                                                                                                 \
  struct InHeaders<trtb::row::interface##_##name, T,                                                                    \
                   std::void_t<decltype(static_cast<result(T::*) parameters qualifier>(&T::method))>> {                 \
    static int slot() { return slot_of(static_cast<result(T::*) parameters qualifier>(&T::method)); }                   \
  };
#define TRTB_DIRECT(...)      // of the parser, which has its own headers: see verify_abi_parser.cc
#define TRTB_DESTRUCTOR(...)
#include "../abi_methods.h"

void check() {
#define TRTB_ROW(interface, slot10, since10, slot11, since11, result, method, name, parameters, qualifier)     \
  expect_row(trtb::row::interface##_##name, InHeaders<trtb::row::interface##_##name, apiv::V##interface>::slot());
#define TRTB_DIRECT(...)
#define TRTB_DESTRUCTOR(...)
#include "../abi_methods.h"
}

}  // namespace rows

namespace callbacks {

#define TRTB_CALLBACK(interface, method, slot10, since10, slot11, since11)                            \
  template <typename T, typename = void>                                                              \
  struct interface##_##method {                                                                       \
    static int slot() { return -1; }                                                                  \
  };                                                                                                  \
  template <typename T>                                                                               \
  struct interface##_##method<T, std::void_t<decltype(&T::method)>> {                                 \
    static int slot() { return slot_of(&T::method); }                                                 \
  };
#include "../abi_callbacks.h"

void check() {
  int row = 0;
#define TRTB_CALLBACK(interface, method, slot10, since10, slot11, since11)                        \
  expect("slot of " #interface "::" #method, trtb_abi_slot(trtb_callback_at(row++), kVersion),    \
         interface##_##method<interface>::slot());
#include "../abi_callbacks.h"
}

}  // namespace callbacks

namespace values {

#define TRTB_VALUE(enumeration, name, value10, since10, value11, since11)                \
  template <typename T, typename = void>                                                 \
  struct enumeration##_##name {                                                          \
    static int value() { return -1; }                                                    \
  };                                                                                     \
  template <typename T>                                                                  \
  struct enumeration##_##name<T, std::void_t<decltype(T::k##name)>> {                    \
    static int value() { return static_cast<int>(T::k##name); }                          \
  };
#include "../abi_values.h"

void check() {
  int row = 0;
#define TRTB_VALUE(enumeration, name, value10, since10, value11, since11)                                         \
  expect("value of " #enumeration "::k" #name, trtb_abi_value(trtb_value_at(row++), kVersion),                    \
         enumeration##_##name<enumeration>::value());
#include "../abi_values.h"
}

}  // namespace values
}  // namespace nvinfer1

namespace {

using namespace nvinfer1;

// The shim's own classes, used as the headers see them.
struct Message {
  int severity = -1;
  std::string text;
};

void remember(uintptr_t handle, int severity, const char* text) {
  *reinterpret_cast<Message*>(handle) = {severity, text};
}

void check_logger() {
  Message got;
  trtb_logger* logger = trtb_logger_new(remember, reinterpret_cast<uintptr_t>(&got));
  trtb_logger_limit(logger, TRTB_LOG_VERBOSE);
  static_cast<ILogger*>(trtb_logger_interface(logger, NV_TENSORRT_MAJOR))->log(ILogger::Severity::kINFO, "hello");
  expect("severity that a logger receives", got.severity, TRTB_LOG_INFO);
  expect("text that a logger receives", got.text == "hello", true);
  trtb_logger_free(logger);
}

void check_profiler() {
  trtb::Profiler10 of10;
  trtb::Profiler11 of11(&of10.times);
  void* profiler = NV_TENSORRT_MAJOR == 10 ? static_cast<void*>(&of10) : &of11;
  static_cast<IProfiler*>(profiler)->reportLayerTime("layer", 1.5F);
  expect("layers that a profiler receives", static_cast<long>(of10.times.names().size()), 1);
  expect("times that a profiler receives", static_cast<long>(of10.times.calls().size()), 1);
}

// Both readers read a pipe that holds "plan".
int pipe_with_plan() {
  int ends[2];
  if (pipe(ends) != 0 || write(ends[1], "plan", 4) != 4) {
    return -1;
  }
  close(ends[1]);
  return ends[0];
}

void check_readers() {
  char text[4] = {};
  trtb::FileReader reader(pipe_with_plan());
  expect("bytes read", reinterpret_cast<IStreamReader&>(reader).read(text, 4), 4);
  expect("content read", std::memcmp(text, "plan", 4), 0);
#if !TRTB_BEFORE(10, 7)
  trtb_cudart cuda = {};
  cuda.pointerGetAttributes = [](void*, const void*) { return 0; };  // memory of the host
  std::memset(text, 0, sizeof(text));
  trtb::FileReaderV2 v2(&cuda, pipe_with_plan());
  auto& as_seen = reinterpret_cast<IStreamReaderV2&>(v2);
  expect("bytes read in any order", as_seen.read(text, 4, nullptr), 4);
  expect("content read in any order", std::memcmp(text, "plan", 4), 0);
  expect("seek in a pipe", as_seen.seek(0, SeekPosition::kSET), false);
  expect("name of the reader", std::strcmp(as_seen.getInterfaceInfo().kind, "IStreamReaderV2"), 0);
#endif
}

void check_output_allocator() {
  static char block[64];
  trtb_cudart cuda = {};
  cuda.getDevice = [](int* device) { return *device = 0; };
  cuda.malloc = [](void** memory, size_t) { return *memory = block, 0; };
  cuda.hostAlloc = [](void** memory, size_t, unsigned) { return *memory = block, 0; };
  cuda.free = cuda.freeHost = [](void*) { return 0; };
  trtb::OutputAllocator allocator(&cuda, 0);
  auto& as_seen = reinterpret_cast<IOutputAllocator&>(allocator);
  expect("memory of an output", as_seen.reallocateOutputAsync("y", nullptr, 8, 256, nullptr) == block, true);
  Dims shape{};
  shape.nbDims = 2;
  shape.d[1] = 7;
  as_seen.notifyShape("y", shape);
  expect("rank of an output", allocator.shape().count, 2);
  expect("size of an output", allocator.shape().size[1], 7);
}

void check_progress_monitor() {
  static std::string got;
  trtb::ProgressMonitor monitor(
      [](uintptr_t, int event, const char* phase, const char* parent, int number) -> int {
        got += std::to_string(event) + phase + (parent != nullptr ? parent : "") + std::to_string(number) + " ";
        return event != TRTB_PROGRESS_STEP;
      },
      0);
  auto& as_seen = reinterpret_cast<IProgressMonitor&>(monitor);
  as_seen.phaseStart("phase", "parent", 3);
  expect("a step that is refused", as_seen.stepComplete("phase", 1), false);
  as_seen.phaseFinish("phase");
  expect("progress that a monitor receives", got == "0phaseparent3 1phase1 2phase0 ", true);
  expect("name of the monitor", std::strcmp(as_seen.getInterfaceInfo().kind, "IProgressMonitor"), 0);
}

// The object's pointer to its implementation, as its own class sees it.
template <typename Interface>
struct Peek : Interface {
  const void* place() const { return &this->mImpl; }
};

template <typename Interface>
void check_object(const char* name) {
  alignas(16) static char memory[sizeof(Peek<Interface>)];
  const auto* object = reinterpret_cast<const Peek<Interface>*>(memory);
  expect(std::string("place of the implementation in ") + name,
         static_cast<long>(sizeof(void*)), static_cast<const char*>(object->place()) - memory);
  expect(std::string("size of ") + name, 2 * sizeof(void*), sizeof(Interface));
}

void check_layouts() {
  check_object<IRuntime>("IRuntime");
  check_object<ICudaEngine>("ICudaEngine");
  check_object<IExecutionContext>("IExecutionContext");
  check_object<IHostMemory>("IHostMemory");
  check_object<IEngineInspector>("IEngineInspector");
  check_object<IBuilder>("IBuilder");
  check_object<IBuilderConfig>("IBuilderConfig");
  check_object<INetworkDefinition>("INetworkDefinition");
  check_object<IOptimizationProfile>("IOptimizationProfile");
  check_object<ITimingCache>("ITimingCache");
  check_object<ITensor>("ITensor");
  expect("size of Dims", sizeof(trtb_dims), sizeof(Dims));
  expect("Dims: count", offsetof(trtb_dims, count), offsetof(Dims, nbDims));
  expect("Dims: sizes", offsetof(trtb_dims, size), offsetof(Dims, d));
  expect("Dims: most", TRTB_MAX_DIMS, Dims::MAX_DIMS);
  expect("size of InterfaceInfo", sizeof(trtb::InterfaceInfo), sizeof(InterfaceInfo));
}

#define TRTB_ENUM(value, name) expect("value of " #name, value, static_cast<long>(name))

void check_enumerations() {
  TRTB_ENUM(0, DataType::kFLOAT);
  TRTB_ENUM(1, DataType::kHALF);
  TRTB_ENUM(2, DataType::kINT8);
  TRTB_ENUM(3, DataType::kINT32);
  TRTB_ENUM(4, DataType::kBOOL);
  TRTB_ENUM(5, DataType::kUINT8);
  TRTB_ENUM(6, DataType::kFP8);
  TRTB_ENUM(7, DataType::kBF16);
  TRTB_ENUM(8, DataType::kINT64);
  TRTB_ENUM(9, DataType::kINT4);
#if !TRTB_BEFORE(10, 8)
  TRTB_ENUM(10, DataType::kFP4);
#endif
#if !TRTB_BEFORE(10, 12)
  TRTB_ENUM(11, DataType::kE8M0);
#endif
  TRTB_ENUM(1, TensorIOMode::kINPUT);
  TRTB_ENUM(2, TensorIOMode::kOUTPUT);
  TRTB_ENUM(0, TensorLocation::kDEVICE);
  TRTB_ENUM(1, TensorLocation::kHOST);
  TRTB_ENUM(0, TensorFormat::kLINEAR);
  TRTB_ENUM(0, OptProfileSelector::kMIN);
  TRTB_ENUM(1, OptProfileSelector::kOPT);
  TRTB_ENUM(2, OptProfileSelector::kMAX);
  TRTB_ENUM(0, ExecutionContextAllocationStrategy::kSTATIC);
  TRTB_ENUM(2, ExecutionContextAllocationStrategy::kUSER_MANAGED);
  TRTB_ENUM(0, ProfilingVerbosity::kLAYER_NAMES_ONLY);
  TRTB_ENUM(1, ProfilingVerbosity::kNONE);
  TRTB_ENUM(2, ProfilingVerbosity::kDETAILED);
  TRTB_ENUM(1, LayerInformationFormat::kJSON);
  TRTB_ENUM(0, HardwareCompatibilityLevel::kNONE);
  TRTB_ENUM(1, HardwareCompatibilityLevel::kAMPERE_PLUS);
#if !TRTB_BEFORE(10, 9)
  TRTB_ENUM(2, HardwareCompatibilityLevel::kSAME_COMPUTE_CAPABILITY);
#endif
  TRTB_ENUM(TRTB_LOG_INTERNAL_ERROR, ILogger::Severity::kINTERNAL_ERROR);
  TRTB_ENUM(TRTB_LOG_ERROR, ILogger::Severity::kERROR);
  TRTB_ENUM(TRTB_LOG_WARNING, ILogger::Severity::kWARNING);
  TRTB_ENUM(TRTB_LOG_INFO, ILogger::Severity::kINFO);
  TRTB_ENUM(TRTB_LOG_VERBOSE, ILogger::Severity::kVERBOSE);
}

}  // namespace

int main() {
  rows::check();
  nvinfer1::callbacks::check();
  nvinfer1::values::check();
  check_parser();
  check_enumerations();
  check_layouts();
  check_logger();
  check_profiler();
  check_readers();
  check_output_allocator();
  check_progress_monitor();
  std::printf("verify-abi: TensorRT %d.%d.%d: %d checks, %d differences\n", NV_TENSORRT_MAJOR, NV_TENSORRT_MINOR,
              NV_TENSORRT_PATCH, checks, faults);
  return faults == 0 ? 0 : 1;
}
