#include "plan/types.h"

#include <algorithm>

namespace trtbench::sim {

const std::vector<const char*> kTypeNames = {"float32", "float16",  "int8",  "int32", "bool",   "uint8",
                                             "float8",  "bfloat16", "int64", "int4",  "float4", "e8m0"};

const std::vector<Format> kFormats = {{"linear", 1, 0, false},     {"chw2", 2, 2, false},    {"hwc8", 8, 2, true},
                                      {"chw4", 4, 2, false},       {"chw16", 16, 2, false},  {"chw32", 32, 2, false},
                                      {"dhwc8", 8, 3, true},       {"cdhw32", 32, 3, false}, {"hwc", 1, 2, true},
                                      {"dla_linear", 1, 0, false}, {"dla_hwc4", 4, 2, true}, {"hwc16", 16, 2, true},
                                      {"dhwc", 1, 3, true}};

namespace {

// channelOf is the index of the channel dimension, or -1 when the format has none for this rank.
int channelOf(size_t rank, const Format& f) {
  if (f.spatial == 0 || rank <= static_cast<size_t>(f.spatial)) return -1;
  return static_cast<int>(rank) - 1 - f.spatial;
}

}  // namespace

Dims toDims(const Shape& shape) {
  Dims dims = {static_cast<int32_t>(shape.size()), {}};
  std::copy(shape.begin(), shape.end(), dims.d);
  return dims;
}

bool toShape(const Dims& dims, Shape* shape) {
  if (dims.count < 0 || dims.count > kMaxDims) return false;
  shape->assign(dims.d, dims.d + dims.count);
  return true;
}

Dims invalidDims() { return Dims{-1, {}}; }

std::string shapeText(const Shape& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); i++) text += (i > 0 ? "," : "") + std::to_string(shape[i]);
  return text + "]";
}

int64_t volume(const Shape& shape) {
  int64_t n = 1;
  for (const int64_t d : shape) {
    if (d < 0) return -1;
    n *= d;
  }
  return n;
}

int bitsOf(int type) {
  switch (type) {
    case kFloat:
    case kInt32: return 32;
    case kHalf:
    case kBf16: return 16;
    case kInt64: return 64;
    case kInt4:
    case kFp4: return 4;
    default: return 8;
  }
}

int vectorizedDim(size_t rank, int format) {
  const Format& f = kFormats[static_cast<size_t>(format)];
  return f.vector > 1 ? channelOf(rank, f) : -1;
}

Shape stridesOf(const Shape& shape, int format) {
  if (volume(shape) < 0) return {};
  const Format& f = kFormats[static_cast<size_t>(format)];
  const int channel = channelOf(shape.size(), f);
  Shape extent = shape;
  std::vector<size_t> order;  // innermost first
  if (channel >= 0) {
    extent[static_cast<size_t>(channel)] = (extent[static_cast<size_t>(channel)] + f.vector - 1) / f.vector;
    if (f.channelLast) order.push_back(static_cast<size_t>(channel));
  }
  for (size_t i = shape.size(); i > 0; i--) {
    if (order.empty() || order[0] != i - 1 || !f.channelLast) order.push_back(i - 1);
  }
  Shape strides(shape.size());
  int64_t stride = 1;
  for (const size_t i : order) {
    strides[i] = stride;
    stride *= extent[i];
  }
  return strides;
}

int64_t bytesOf(const Shape& shape, int type, int format) {
  int64_t elements = volume(shape);
  if (elements < 0) return -1;
  const Format& f = kFormats[static_cast<size_t>(format)];
  const int split = vectorizedDim(shape.size(), format);
  if (split >= 0 && elements > 0) {
    const int64_t channels = shape[static_cast<size_t>(split)];
    elements = elements / channels * ((channels + f.vector - 1) / f.vector) * f.vector;
  }
  return (elements * bitsOf(type) + 7) / 8;
}

}  // namespace trtbench::sim
