#include "onnx/model.h"

#include <iterator>

namespace trtbench::sim {

int64_t OnnxModel::opset() const {
  const auto own = opsets.find("");
  return own == opsets.end() ? 0 : own->second;
}

const OnnxFunction* OnnxModel::function(const OnnxNode& node) const {
  for (const OnnxFunction& f : functions) {
    if (f.name == node.op && f.domain == node.domain) return &f;
  }
  return nullptr;
}

int64_t OnnxTensor::bytes() const {
  const int known = dataTypeOf(type);
  if (known < 0) return -1;
  return (volume(dims) * (type == kOnnxDouble ? 64 : bitsOf(known)) + 7) / 8;
}

std::string onnxTypeName(int type) {
  static const char* const names[] = {"UNDEFINED",      "FLOAT",    "UINT8",        "INT8",           "UINT16",
                                      "INT16",          "INT32",    "INT64",        "STRING",         "BOOL",
                                      "FLOAT16",        "DOUBLE",   "UINT32",       "UINT64",         "COMPLEX64",
                                      "COMPLEX128",     "BFLOAT16", "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2",
                                      "FLOAT8E5M2FNUZ", "UINT4",    "INT4",         "FLOAT4E2M1",     "FLOAT8E8M0"};
  const bool known = type >= 0 && static_cast<size_t>(type) < std::size(names);
  return known ? names[type] : "type " + std::to_string(type);
}

int dataTypeOf(int type) {
  switch (type) {
    case kOnnxFloat:
    case kOnnxDouble: return kFloat;
    case 2: return kUint8;
    case 3: return kInt8;
    case 6: return kInt32;
    case kOnnxInt64: return kInt64;
    case kOnnxBool: return kBool;
    case 10: return kHalf;
    case 16: return kBf16;
    case 17: return kFp8;
    case 22: return kInt4;
    case 23: return kFp4;
    case 24: return kE8m0;
    default: return -1;
  }
}

}  // namespace trtbench::sim
