// The part of the comparison that is about the ONNX parser: slots of its methods and of its destructor, and kinds of its errors.
#include "verify_abi.h"

#if __has_include(<NvOnnxParser.h>)
#include <NvOnnxParser.h>

#include <type_traits>
#include <utility>

namespace nvonnxparser {
namespace rows {

using namespace nvinfer1;

template <int Row, typename Interface, typename = void>
struct InHeaders {
  static int slot() { return -1; }
};

#define TRTB_ROW(...)
#define TRTB_DIRECT(interface, slot10, since10, slot11, since11, result, method, parameters, qualifier)                 \
  template <typename T>                                                                                                 \
  struct InHeaders<trtb::row::interface##_##method, T,                                                                  \
                   std::void_t<decltype(static_cast<result(T::*) parameters qualifier>(&T::method))>> {                 \
    static int slot() { return slot_of(static_cast<result(T::*) parameters qualifier>(&T::method)); }                   \
  };
#define TRTB_DESTRUCTOR(...)
#include "../abi_methods.h"

// The slot that `delete` calls: an object whose table notes which of its functions was called.
int called = -1;

template <size_t Slot>
void note(void*) {
  called = static_cast<int>(Slot);
}

template <typename Interface, size_t... Slots>
int slot_of_delete(std::index_sequence<Slots...>) {
  using Function = void (*)(void*);
  static const Function table[] = {note<Slots>...};
  static const void* object = table;
  delete reinterpret_cast<Interface*>(&object);
  return called;
}

void check() {
#define TRTB_ROW(...)
#define TRTB_DIRECT(interface, slot10, since10, slot11, since11, result, method, parameters, qualifier) \
  expect_row(trtb::row::interface##_##method, InHeaders<trtb::row::interface##_##method, I##interface>::slot());
#define TRTB_DESTRUCTOR(interface, slot10, since10, slot11, since11) \
  expect_row(trtb::row::interface##_destroy, slot_of_delete<I##interface>(std::make_index_sequence<32>()));
#include "../abi_methods.h"
  expect("size of IParser", sizeof(void*), sizeof(IParser));
  expect("size of IParserError", sizeof(void*), sizeof(IParserError));
  expect("kind of an error: not an ONNX model", 3, static_cast<long>(ErrorCode::kMODEL_DESERIALIZE_FAILED));
  expect("kind of an error: unsupported node", 8, static_cast<long>(ErrorCode::kUNSUPPORTED_NODE));
  expect("flag of native InstanceNormalization", 0, static_cast<long>(OnnxParserFlag::kNATIVE_INSTANCENORM));
}

}  // namespace rows
}  // namespace nvonnxparser

void check_parser() { nvonnxparser::rows::check(); }

#else

void check_parser() { std::printf("verify-abi: these headers lack NvOnnxParser.h, the parser was not compared\n"); }

#endif
