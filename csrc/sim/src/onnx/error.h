// What the parser reports.
#pragma once

#include <string>
#include <vector>

#include "nvinfer/slots.h"

namespace trtbench::sim {

// ErrorCode of the parser.
enum ParseCode : int {
  kInternalParseError = 1,
  kModelDeserializeFailed = 3,
  kInvalidValue = 4,
  kInvalidGraph = 5,
  kInvalidNode = 6,
  kUnsupportedNode = 8,
};
const char* parseCodeName(int code);

// ParseFault is one error; its place in the source is ours.
struct ParseFault {
  int code = kInternalParseError;
  std::string what;
  const char* function = "";
  int line = 0;
  int node = -1;  // index in the graph
  std::string nodeName, nodeOperator;
  std::vector<std::string> functions;  // the local functions around the node, outermost first

  // text is how the error appears in the log.
  std::string text() const;
};

// ErrorObject is an IParserError. It belongs to its parser.
struct ErrorObject : Object {
  ParseFault fault;
  std::string description;
  std::vector<const char*> stack;
};

template <>
const Interface& interfaceOf<ErrorObject>();

ErrorObject* newError(const Logger& logger, const ParseFault& fault);

}  // namespace trtbench::sim
