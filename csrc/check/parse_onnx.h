// A network of ours that TensorRT's real ONNX parser can write into, for parse_onnx.cc: public objects in front of implementations
// whose virtual tables are filled in by slot, as TensorRT's are.
#ifndef TRTBENCH_CSRC_CHECK_PARSE_ONNX_H
#define TRTBENCH_CSRC_CHECK_PARSE_ONNX_H

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "../abi.h"

// Shell is a public object: its own virtual table, then its implementation. Layers have a second pointer, to the part that their
// kind adds.
struct Shell {
  void* const* table;
  void* implementation;
  void* kind;
};

struct Tensor {
  void* const* table;
  Shell shell;
  std::string name;
  std::vector<std::string> dimensions;
  trtb_dims shape;
  int32_t type;
  bool input;
};

struct Layer {
  void* const* table;
  Shell shell;
  std::string name;
  Tensor* output;
};

struct Network {
  void* const* table;
  Shell shell;
  std::deque<Tensor> tensors;
  std::deque<Layer> layers;
  std::vector<Tensor*> inputs, outputs;
};

// make_network makes an empty network for a parser of TensorRT 10 or 11, the one network of the program.
Network* make_network(int major);

#endif  // TRTBENCH_CSRC_CHECK_PARSE_ONNX_H
