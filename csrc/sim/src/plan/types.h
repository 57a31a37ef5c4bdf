// The few types of TensorRT's binary interface that cross it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace trtbench::sim {

constexpr int kMaxDims = 8;

// Dims as in TensorRT 10 and later: 72 bytes, returned through a hidden pointer.
struct Dims {
  int32_t count;
  int64_t d[kMaxDims];
};
static_assert(sizeof(Dims) == 72 && offsetof(Dims, d) == 8, "layout of Dims");

using Shape = std::vector<int64_t>;

Dims toDims(const Shape& shape);
// toShape reads dims from the caller; false when the count is out of range.
bool toShape(const Dims& dims, Shape* shape);
// invalidDims is what TensorRT answers for an unknown tensor: a count of -1.
Dims invalidDims();
std::string shapeText(const Shape& shape);
// volume is the product of the dimensions; -1 when one is negative.
int64_t volume(const Shape& shape);

enum DataType : int { kFloat, kHalf, kInt8, kInt32, kBool, kUint8, kFp8, kBf16, kInt64, kInt4, kFp4, kE8m0 };
// The names of data types in a plan, in the order of the enumeration.
extern const std::vector<const char*> kTypeNames;
int bitsOf(int type);

enum Severity : int { kInternalError = 0, kError = 1, kWarning = 2, kInfo = 3, kVerbose = 4 };
enum Select : int { kMin = 0, kOpt = 1, kMax = 2 };
enum Strategy : int { kStatic = 0, kOnProfileChange = 1, kUserManaged = 2 };

// Format is how a tensor lies in memory: `vector` elements of the channel dimension together, or channels innermost.
struct Format {
  const char* name;
  int vector;   // 1: not vectorised
  int spatial;  // dimensions behind the channel; 0: any
  bool channelLast;
};
extern const std::vector<Format> kFormats;  // in the order of TensorFormat

// strides of a shape in elements (in vectors, for a vectorised format); empty while a dimension is unknown.
Shape stridesOf(const Shape& shape, int format);
// vectorizedDim is the index of the dimension that is split into vectors, or -1.
int vectorizedDim(size_t rank, int format);
// bytesOf is the memory a tensor of this shape takes; -1 while a dimension is unknown.
int64_t bytesOf(const Shape& shape, int type, int format);

}  // namespace trtbench::sim
