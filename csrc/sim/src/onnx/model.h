// An ONNX model, as far as building an engine needs it. Weights are counted, not read.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "onnx/wire.h"
#include "plan/types.h"

namespace trtbench::sim {

// The element types of ONNX that are spoken of by number.
enum OnnxType : int { kOnnxUndefined = 0, kOnnxFloat = 1, kOnnxInt64 = 7, kOnnxBool = 9, kOnnxDouble = 11 };

// OnnxTensor is an initializer or a constant.
struct OnnxTensor {
  std::string name;
  int type = kOnnxUndefined;
  Shape dims;
  bool external = false;
  std::string location;  // the file of external data, relative to the model
  int64_t offset = 0, length = -1;
  int64_t rawBytes = -1;  // of data in the model itself; -1: there is none, or it is not raw

  // bytes is what data of this shape and type takes in a file; -1 for a type that TensorRT lacks.
  int64_t bytes() const;
};

// OnnxValue is the name and type of an input, an output or a value between.
struct OnnxValue {
  std::string name;
  int type = kOnnxUndefined;
  bool isTensor = true;  // and not a sequence, a map, an optional or a sparse tensor
  bool shaped = false;
  Shape shape;  // -1 is a dimension that is symbolic or not told
  std::vector<std::string> symbols;
};

struct OnnxGraph;

struct OnnxNode {
  std::string name, op, domain;
  std::vector<std::string> inputs, outputs;
  std::vector<OnnxTensor> constants;                  // attributes that are tensors
  std::vector<std::shared_ptr<OnnxGraph>> subgraphs;  // bodies of If, Loop, Scan
  int castTo = kOnnxUndefined;                        // the element type that Cast makes
};

struct OnnxGraph {
  std::string name;
  std::vector<OnnxNode> nodes;
  std::vector<OnnxTensor> initializers;
  std::vector<OnnxValue> inputs, outputs, values;
};

struct OnnxFunction {
  std::string name, domain;
  std::vector<OnnxNode> nodes;
};

constexpr size_t kMostCalls = 16;        // of local functions inside each other
constexpr int64_t kMostNodes = 1000000;  // of a model whose local functions are written out

struct OnnxModel {
  int64_t irVersion = 0;
  std::string producer, producerVersion;
  std::map<std::string, int64_t> opsets;  // by domain; "" is ONNX itself
  OnnxGraph graph;
  std::vector<OnnxFunction> functions;

  int64_t opset() const;
  // function returns the local function a node calls, or nullptr.
  const OnnxFunction* function(const OnnxNode& node) const;
};

// readModel reads a serialized model; false with what is wrong. Like NVIDIA's parsers it takes whatever is a valid message, so an
// empty file is a model without a graph.
bool readModel(Span bytes, OnnxModel* model, std::string* error);

// dataTypeOf is TensorRT's type for an element type of ONNX; -1 when there is none.
int dataTypeOf(int onnxType);
// onnxTypeName is the name of an element type, such as "FLOAT".
std::string onnxTypeName(int onnxType);

}  // namespace trtbench::sim
