#include "onnx/error.h"

namespace trtbench::sim {
namespace {

int32_t code(const ErrorObject* self) { return self->fault.code; }
const char* description(const ErrorObject* self) { return self->description.c_str(); }
const char* sourceFile(const ErrorObject*) { return "onnx/import.cc"; }
int32_t sourceLine(const ErrorObject* self) { return self->fault.line; }
const char* sourceFunction(const ErrorObject* self) { return self->fault.function; }
int32_t node(const ErrorObject* self) { return self->fault.node; }
const char* nodeName(const ErrorObject* self) { return self->fault.nodeName.c_str(); }
const char* nodeOperator(const ErrorObject* self) { return self->fault.nodeOperator.c_str(); }
const char* const* functionStack(const ErrorObject* self) { return self->stack.data(); }
int32_t functionStackSize(const ErrorObject* self) { return static_cast<int32_t>(self->stack.size()); }

}  // namespace

template <>
const Interface& interfaceOf<ErrorObject>() {
  static const std::vector<SlotRow> rows = {
      {"code", 0, 0, 0, 0, slot(code)},
      {"desc", 1, 0, 1, 0, slot(description)},
      {"file", 2, 0, 2, 0, slot(sourceFile)},
      {"line", 3, 0, 3, 0, slot(sourceLine)},
      {"func", 4, 0, 4, 0, slot(sourceFunction)},
      {"node", 5, 0, 5, 0, slot(node)},
      {"nodeName", 6, 0, 6, 0, slot(nodeName)},
      {"nodeOperator", 7, 0, 7, 0, slot(nodeOperator)},
      {"localFunctionStack", 8, 0, 8, 0, slot(functionStack)},
      {"localFunctionStackSize", 9, 0, 9, 0, slot(functionStackSize)},
  };
  static const Interface interface("IParserError", rows);
  return interface;
}

const char* parseCodeName(int code) {
  switch (code) {
    case kModelDeserializeFailed: return "MODEL_DESERIALIZE_FAILED";
    case kInvalidValue: return "INVALID_VALUE";
    case kInvalidGraph: return "INVALID_GRAPH";
    case kInvalidNode: return "INVALID_NODE";
    case kUnsupportedNode: return "UNSUPPORTED_NODE";
    default: return "INTERNAL_ERROR";
  }
}

std::string ParseFault::text() const {
  std::string where;
  if (node >= 0) where = "In node " + std::to_string(node) + " with name: " + nodeName + " and operator: " + nodeOperator + " ";
  return where + "(" + function + "): " + parseCodeName(code) + ": " + what;
}

ErrorObject* newError(const Logger& logger, const ParseFault& fault) {
  ErrorObject* error = create<ErrorObject>(logger);
  error->fault = fault;
  error->description = "simulated: " + fault.what;
  for (const std::string& f : error->fault.functions) error->stack.push_back(f.c_str());
  return error;
}

}  // namespace trtbench::sim
