// TensorRT's binary interface: how to call an object of a loaded libnvinfer without its headers.
//
// Every object is a public shell: vtable at 0, pointer to its implementation at 8; those of the ONNX parser alone are their own
// implementation. A method is the implementation's virtual function at a slot that depends on the major, and exists from some
// minor on; abi_methods.h lists them. trtb::call makes the call when the loaded version has the method, and says which method is
// missing when not. What it returns follows one rule for the whole shim: 0 is success, negative values are of the list below,
// positive ones are codes of the CUDA runtime.
#ifndef TRTBENCH_CSRC_ABI_H
#define TRTBENCH_CSRC_ABI_H

#include <stddef.h>
#include <stdint.h>

#include "cudart.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  TRTB_OK = 0,
  TRTB_FAILED = -1,   // the shim failed; a text says how where the function has one to give
  TRTB_REFUSED = -2,  // TensorRT answered false or NULL; its reason is in the log
  TRTB_ABSENT = -1000  // TRTB_ABSENT - row: the loaded version has no such method
};

// Dims of TensorRT: 72 bytes.
enum { TRTB_MAX_DIMS = 8 };
typedef struct trtb_dims {
  int32_t count;  // -1 when TensorRT does not know the tensor
  int64_t size[TRTB_MAX_DIMS];
} trtb_dims;

// A row of abi_methods.h or, where result is NULL, of the callback interfaces that the shim implements.
typedef struct trtb_method {
  const char* interface;  // as in "VCudaEngine" or "IParser"
  const char* method;      // "~D0" is the deleting destructor
  const char* result;
  const char* parameters;  // in parentheses
  const char* qualifier;   // "const" or empty
  int slot10, since10;     // slot -1: the major has no such method
  int slot11, since11;
} trtb_method;

int trtb_method_count(void);
const trtb_method* trtb_method_at(int row);
int trtb_callback_count(void);
const trtb_method* trtb_callback_at(int row);

// trtb_abi_slot returns the slot of a row in a version (major·10000 + minor·100 + patch), or -1 when it lacks the method.
int trtb_abi_slot(const trtb_method* method, int version);

// A row of abi_values.h.
typedef struct trtb_value {
  const char* enumeration;
  const char* name;
  int value10, since10;  // value -1: the major has no such name
  int value11, since11;
} trtb_value;

int trtb_value_count(void);
const trtb_value* trtb_value_at(int row);

// trtb_abi_value returns the value of a row in a version, or -1 when it lacks the name.
int trtb_abi_value(const trtb_value* value, int version);

// trtb_abi_check returns 0 when the shim knows the version and its major is that of the file name ("libnvinfer.so.10"), else
// TRTB_FAILED with *error set.
int trtb_abi_check(int version, const char* path, char** error);

#ifdef __cplusplus
}

namespace trtb {

// TensorRT's types, as far as the rows name them. Objects are only pointed to.
class IRuntime;
class ICudaEngine;
class IExecutionContext;
class IHostMemory;
class IEngineInspector;
class ISerializationConfig;
class IRuntimeConfig;
class IPluginRegistry;
class IBuilderConfig;
class INetworkDefinition;
class IOptimizationProfile;
class ITimingCache;
class ITensor;
class ILayer;
class IParserError;
class IProgressMonitor;
class IGpuAllocator;
class IErrorRecorder;
class IOutputAllocator;
class IProfiler;
class IStreamReader;
class IStreamReaderV2;
class IDebugListener;
using Dims = trtb_dims;
using cudaStream_t = trtb_stream;
using cudaEvent_t = trtb_event;
using TacticSources = uint32_t;
using SerializationFlags = uint32_t;
using TempfileControlFlags = uint32_t;
using BuilderFlags = uint32_t;
using NetworkDefinitionCreationFlags = uint32_t;
using TensorFormats = uint32_t;
using OnnxParserFlags = uint32_t;
enum class DataType : int32_t {};
enum class TensorIOMode : int32_t {};
enum class TensorLocation : int32_t {};
enum class TensorFormat : int32_t {};
enum class OptProfileSelector : int32_t {};
enum class ProfilingVerbosity : int32_t {};
enum class EngineCapability : int32_t {};
enum class HardwareCompatibilityLevel : int32_t {};
enum class ExecutionContextAllocationStrategy : int32_t {};
enum class EngineStat : int32_t {};
enum class LayerInformationFormat : int32_t {};
enum class SerializationFlag : int32_t {};
enum class BuilderFlag : int32_t {};
enum class MemoryPoolType : int32_t {};
enum class PreviewFeature : int32_t {};
enum class RuntimePlatform : int32_t {};
enum class TilingOptimizationLevel : int32_t {};
enum class LayerType : int32_t {};
enum class OnnxParserFlag : int32_t {};
enum class ErrorCode : int32_t {};

// Row numbers: trtb::row::CudaEngine_getNbLayers.
namespace row {
enum Row {
#define TRTB_ROW(interface, slot10, since10, slot11, since11, result, method, name, parameters, qualifier) interface##_##name,
#include "abi_methods.h"
  Count
};
}  // namespace row

// Method<row>: the type of a method as a function of its implementation.
template <row::Row R>
struct Method;

template <typename Function>
struct WithThis;
template <typename Result, typename... Parameters>
struct WithThis<Result(Parameters...)> {
  using Pointer = Result (*)(void* impl, Parameters...);
};

#define TRTB_ROW(interface, slot10, since10, slot11, since11, result, method, name, parameters, qualifier) \
  template <>                                                                                              \
  struct Method<row::interface##_##name> {                                                                 \
    using Return = result;                                                                                 \
    using Pointer = WithThis<result parameters>::Pointer;                                                  \
  };
#include "abi_methods.h"

// kDirect<row>: the object of the method is its own implementation.
template <row::Row R>
constexpr bool kDirect = false;

#define TRTB_ROW(interface, slot10, since10, slot11, since11, result, method, name, parameters, qualifier)
#define TRTB_DIRECT(interface, slot10, since10, slot11, since11, result, method, parameters, qualifier) \
  template <>                                                                                           \
  constexpr bool kDirect<row::interface##_##method> = true;
#define TRTB_DESTRUCTOR(interface, slot10, since10, slot11, since11) \
  template <>                                                        \
  constexpr bool kDirect<row::interface##_destroy> = true;
#include "abi_methods.h"

// The slots of one loaded version.
struct Abi {
  int version;
  int16_t slots[row::Count];  // -1: absent

  explicit Abi(int version);
  int major() const { return version / 10000; }
};

// A real library without a driver hands out the null implementation plus an offset: no object lives that low.
inline bool is_object(const void* object) { return reinterpret_cast<uintptr_t>(object) >= 65536; }

inline void* implementation(const void* object) { return static_cast<void* const*>(object)[1]; }

// self is the object whose virtual table has the method.
template <row::Row R>
void* self(const void* object) {
  return kDirect<R> ? const_cast<void*>(object) : implementation(object);
}

// resolve returns the function behind a method of an object, or NULL when the version lacks it.
template <row::Row R>
typename Method<R>::Pointer resolve(const Abi& abi, const void* object) {
  const int slot = abi.slots[R];
  if (slot < 0) {
    return nullptr;
  }
  void* const* table = *static_cast<void* const* const*>(self<R>(object));
  return reinterpret_cast<typename Method<R>::Pointer>(table[slot]);
}

// absent is the status for a method that the version lacks.
constexpr int absent(row::Row r) { return TRTB_ABSENT - static_cast<int>(r); }

// lacks reports whether a status says that the version lacks a method.
inline bool lacks(int status) { return status <= TRTB_ABSENT; }

// Steps keeps the first failure of several calls, which are all made.
class Steps {
 public:
  Steps& then(int status) {
    if (status_ == TRTB_OK) {
      status_ = status;
    }
    return *this;
  }
  int status() const { return status_; }

 private:
  int status_ = TRTB_OK;
};

// call calls a method that returns a value and stores it in *result.
template <row::Row R, typename Result, typename... Arguments>
int call(const Abi& abi, const void* object, Result* result, Arguments&&... arguments) {
  const auto function = resolve<R>(abi, object);
  if (function == nullptr) {
    return absent(R);
  }
  *result = static_cast<Result>(function(self<R>(object), static_cast<Arguments&&>(arguments)...));
  return TRTB_OK;
}

// run calls a method that returns nothing.
template <row::Row R, typename... Arguments>
int run(const Abi& abi, const void* object, Arguments&&... arguments) {
  const auto function = resolve<R>(abi, object);
  if (function == nullptr) {
    return absent(R);
  }
  function(self<R>(object), static_cast<Arguments&&>(arguments)...);
  return TRTB_OK;
}

// attempt calls a method that answers true or false.
template <row::Row R, typename... Arguments>
int attempt(const Abi& abi, const void* object, Arguments&&... arguments) {
  bool accepted = false;
  const int status = call<R>(abi, object, &accepted, static_cast<Arguments&&>(arguments)...);
  return status != TRTB_OK ? status : accepted ? TRTB_OK : TRTB_REFUSED;
}

// make calls a method that returns an object, of which the caller becomes the owner.
template <row::Row R, typename... Arguments>
int make(const Abi& abi, const void* object, void** made, Arguments&&... arguments) {
  *made = nullptr;
  void* answer = nullptr;
  const int status = call<R>(abi, object, &answer, static_cast<Arguments&&>(arguments)...);
  if (status != TRTB_OK) {
    return status;
  }
  if (!is_object(answer)) {
    return TRTB_REFUSED;
  }
  *made = answer;
  return TRTB_OK;
}

// destroy deletes an object through slot 1 of its public vtable, the deleting destructor in every version.
inline void destroy(void* object) {
  using Destructor = void (*)(void*);
  if (is_object(object)) {
    reinterpret_cast<Destructor>((*static_cast<void***>(object))[1])(object);
  }
}

}  // namespace trtb
#endif

#endif  // TRTBENCH_CSRC_ABI_H
