// Reads an ONNX model with a real parser of TensorRT's, which needs no GPU, into a network of ours:
//
//   parse_onnx PARSER VERSION MODEL OPERATOR...
//
// PARSER is the path of libnvonnxparser, VERSION that of its TensorRT, as in 101501. It prints what arrived in the network, as the
// shim sees it, what the parser had to say, and which of the operators it does not know, a line for each;
// csrc/onnxparser_real_test.go looks at them. When the parser calls a
// function that the network does not have, the program ends and tells its slot: that is how a wrong table shows.
#include "parse_onnx.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../logger.h"
#include "../nvinfer_builder.h"

namespace {

const char* text(const char* s) { return s != nullptr ? s : ""; }

void print_tensor(const char* kind, const trtb_network_tensor& tensor) {
  std::printf("%s %s type=%d shape=", kind, tensor.name, tensor.type);
  for (int i = 0; i < tensor.shape.count; i++) {
    const char* name = tensor.dimensions[i];
    std::printf("%s%s", i > 0 ? "x" : "", name != nullptr ? name : std::to_string(tensor.shape.size[i]).c_str());
  }
  std::printf("\n");
}

void print_network(const trtb_nvinfer* nvinfer, const void* network) {
  trtb_network_facts facts;
  trtb_network_tensor tensor;
  if (trtb_network_describe(nvinfer, network, &facts) != TRTB_OK) {
    std::exit(1);
  }
  std::printf("layers %d\n", facts.layers);
  for (int i = 0; i < facts.inputs && trtb_network_input(nvinfer, network, i, &tensor) == TRTB_OK; i++) {
    print_tensor("input", tensor);
  }
  for (int i = 0; i < facts.outputs && trtb_network_output(nvinfer, network, i, &tensor) == TRTB_OK; i++) {
    print_tensor("output", tensor);
  }
}

void print_faults(const trtb_nvinfer* nvinfer, const void* parser) {
  int count = 0;
  trtb_parser_fault fault;
  trtb_parser_fault_count(nvinfer, parser, &count);
  for (int i = 0; i < count && trtb_parser_fault_at(nvinfer, parser, i, &fault) == TRTB_OK; i++) {
    std::printf("fault code=%d node=%d name=%s operator=%s file=%s line=%d function=%s stack=%d text=%s\n", fault.code, fault.node,
                text(fault.node_name), text(fault.node_operator), text(fault.file), fault.line, text(fault.function),
                fault.stack_size, text(fault.text));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: %s PARSER VERSION MODEL OPERATOR...\n", argv[0]);
    return 2;
  }
  const trtb_nvinfer nvinfer{trtb::Abi(std::atoi(argv[2])), nullptr, 0, nullptr};
  trtb_logger* logger = trtb_logger_new([](uintptr_t, int, const char*) {}, 0);
  trtb_onnxparser* library = nullptr;
  char* error = nullptr;
  if (trtb_onnxparser_open(argv[1], &library, &error) != TRTB_OK) {
    std::fprintf(stderr, "parse_onnx: %s\n", error);
    return 1;
  }
  void* network = &make_network(nvinfer.abi.major())->shell;
  void* parser = nullptr;
  if (trtb_parser_create(&nvinfer, library, network, logger, &parser) != TRTB_OK) {
    std::fprintf(stderr, "parse_onnx: the parser's library makes no parser\n");
    return 1;
  }
  const char* const* plugins = nullptr;
  int64_t plugin_count = -1;
  std::printf("parsed %s\n", trtb_parser_parse(&nvinfer, parser, argv[3], TRTB_LOG_ERROR) == TRTB_OK ? "yes" : "no");
  print_faults(&nvinfer, parser);
  print_network(&nvinfer, network);
  for (int i = 4; i < argc; i++) {
    if (trtb_parser_knows(&nvinfer, parser, argv[i]) != TRTB_OK) {
      std::printf("unknown %s\n", argv[i]);
    }
  }
  std::printf("plugins %s\n", trtb_parser_plugins(&nvinfer, parser, &plugins, &plugin_count) == TRTB_OK ? "answered" : "failed");
  trtb_parser_destroy(&nvinfer, parser);
  trtb_onnxparser_close(library);
  std::printf("destroyed\n");
  trtb_logger_free(logger);
  return 0;
}
