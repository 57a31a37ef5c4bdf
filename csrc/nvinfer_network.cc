#include <cstdlib>
#include <memory>
#include <new>

#include "dl.h"
#include "nvinfer_builder.h"

using trtb::attempt;
using trtb::call;
using trtb::run;
using trtb::Steps;
namespace row = trtb::row;

namespace {

int describe(const trtb_nvinfer* nvinfer, void* tensor, trtb_network_tensor* facts) {
  *facts = {};
  if (!trtb::is_object(tensor)) {
    return TRTB_REFUSED;
  }
  const trtb::Abi& abi = nvinfer->abi;
  facts->tensor = tensor;
  Steps steps;
  steps.then(call<row::Tensor_getName>(abi, tensor, &facts->name))
      .then(call<row::Tensor_getDimensions>(abi, tensor, &facts->shape))
      .then(call<row::Tensor_getType>(abi, tensor, &facts->type))
      .then(call<row::Tensor_isShapeTensor>(abi, tensor, &facts->shape_tensor));
  for (int i = 0; i < facts->shape.count && i < TRTB_MAX_DIMS; i++) {
    steps.then(call<row::Tensor_getDimensionName>(abi, tensor, &facts->dimensions[i], i));
  }
  return steps.status();
}

}  // namespace

int trtb_network_describe(const trtb_nvinfer* nvinfer, const void* network, trtb_network_facts* facts) {
  *facts = {};
  return Steps()
      .then(call<row::NetworkDefinition_getNbLayers>(nvinfer->abi, network, &facts->layers))
      .then(call<row::NetworkDefinition_getNbInputs>(nvinfer->abi, network, &facts->inputs))
      .then(call<row::NetworkDefinition_getNbOutputs>(nvinfer->abi, network, &facts->outputs))
      .status();
}

int trtb_network_input(const trtb_nvinfer* nvinfer, const void* network, int index, trtb_network_tensor* tensor) {
  trtb::ITensor* found = nullptr;
  const int status = call<row::NetworkDefinition_getInput>(nvinfer->abi, network, &found, index);
  return status != TRTB_OK ? status : describe(nvinfer, found, tensor);
}

int trtb_network_output(const trtb_nvinfer* nvinfer, const void* network, int index, trtb_network_tensor* tensor) {
  trtb::ITensor* found = nullptr;
  const int status = call<row::NetworkDefinition_getOutput>(nvinfer->abi, network, &found, index);
  return status != TRTB_OK ? status : describe(nvinfer, found, tensor);
}

int trtb_tensor_set_type(const trtb_nvinfer* nvinfer, void* tensor, int type) {
  return run<row::Tensor_setType>(nvinfer->abi, tensor, static_cast<trtb::DataType>(type));
}

int trtb_tensor_set_formats(const trtb_nvinfer* nvinfer, void* tensor, uint32_t formats) {
  return run<row::Tensor_setAllowedFormats>(nvinfer->abi, tensor, formats);
}

struct trtb_onnxparser {
  void* (*create)(void* network, void* logger, int version);
};

int trtb_onnxparser_open(const char* path, trtb_onnxparser** library, char** error) {
  void* handle = trtb_dl_open(path, error);
  if (handle == nullptr) {
    return TRTB_FAILED;
  }
  std::unique_ptr<trtb_onnxparser> opened(new (std::nothrow) trtb_onnxparser());
  if (opened == nullptr) {
    *error = nullptr;
    return TRTB_FAILED;
  }
  opened->create = trtb::symbol<decltype(opened->create)>(handle, path, "createNvOnnxParser_INTERNAL", error);
  if (opened->create == nullptr) {
    return TRTB_FAILED;
  }
  *library = opened.release();
  return TRTB_OK;
}

void trtb_onnxparser_close(trtb_onnxparser* library) { delete library; }

int trtb_parser_create(const trtb_nvinfer* nvinfer, const trtb_onnxparser* library, void* network, trtb_logger* logger,
                       void** parser) {
  void* made = library->create(network, trtb_logger_interface(logger, nvinfer->abi.major()), nvinfer->abi.version);
  *parser = trtb::is_object(made) ? made : nullptr;
  return *parser != nullptr ? TRTB_OK : TRTB_REFUSED;
}

int trtb_parser_parse(const trtb_nvinfer* nvinfer, void* parser, const char* path, int verbosity) {
  return attempt<row::Parser_parseFromFile>(nvinfer->abi, parser, path, verbosity);
}

int trtb_parser_knows(const trtb_nvinfer* nvinfer, const void* parser, const char* operator_type) {
  return attempt<row::Parser_supportsOperator>(nvinfer->abi, parser, operator_type);
}

int trtb_parser_fault_count(const trtb_nvinfer* nvinfer, const void* parser, int* count) {
  return call<row::Parser_getNbErrors>(nvinfer->abi, parser, count);
}

int trtb_parser_fault_at(const trtb_nvinfer* nvinfer, const void* parser, int index, trtb_parser_fault* fault) {
  *fault = {};
  const trtb::Abi& abi = nvinfer->abi;
  const trtb::IParserError* found = nullptr;
  const int status = call<row::Parser_getError>(abi, parser, &found, index);
  if (status != TRTB_OK || !trtb::is_object(found)) {
    return status != TRTB_OK ? status : TRTB_REFUSED;
  }
  return Steps()
      .then(call<row::ParserError_code>(abi, found, &fault->code))
      .then(call<row::ParserError_desc>(abi, found, &fault->text))
      .then(call<row::ParserError_file>(abi, found, &fault->file))
      .then(call<row::ParserError_line>(abi, found, &fault->line))
      .then(call<row::ParserError_func>(abi, found, &fault->function))
      .then(call<row::ParserError_node>(abi, found, &fault->node))
      .then(call<row::ParserError_nodeName>(abi, found, &fault->node_name))
      .then(call<row::ParserError_nodeOperator>(abi, found, &fault->node_operator))
      .then(call<row::ParserError_localFunctionStack>(abi, found, &fault->stack))
      .then(call<row::ParserError_localFunctionStackSize>(abi, found, &fault->stack_size))
      .status();
}

int trtb_parser_plugins(const trtb_nvinfer* nvinfer, const void* parser, const char* const** paths, int64_t* count) {
  *count = 0;
  return call<row::Parser_getUsedVCPluginLibraries>(nvinfer->abi, parser, paths, *count);
}

void trtb_parser_destroy(const trtb_nvinfer* nvinfer, void* parser) {
  if (trtb::is_object(parser)) {
    run<row::Parser_destroy>(nvinfer->abi, parser);
  }
}
