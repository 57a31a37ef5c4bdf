// IParser: a class without an implementation behind it, with its destructor amid its table.
#include "onnx/parser.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "builder/objects.h"
#include "core/major.h"
#include "onnx/error.h"
#include "onnx/import.h"
#include "onnx/operators.h"

namespace trtbench::sim {

struct ParserObject : Object {
  ~ParserObject() { device().count(Counter::parsers, -1); }
  void* network = nullptr;
  std::shared_ptr<int> weights = std::make_shared<int>();  // owned: networks notice when it has gone
  std::vector<std::unique_ptr<ErrorObject>> errors;
  uint32_t flags = 1;  // NATIVE_INSTANCENORM
  const void* config = nullptr;
  std::string loaded, loadedPath;      // by loadModelProto
  std::set<std::string> initializers;  // by loadInitializer
  // Runs of nodes that are all known, or all not.
  std::vector<std::vector<int64_t>> subgraphs;
  std::vector<bool> supported;
};

template <>
const Interface& interfaceOf<ParserObject>();

namespace {

constexpr int kMostFlag = 5;

bool report(ParserObject* self, const ParseFault& fault) {
  self->logger.error(fault.text());
  self->errors.emplace_back(newError(self->logger, fault));
  return false;
}

bool report(ParserObject* self, int code, const std::string& what, const char* function, int line) {
  ParseFault fault;
  fault.code = code;
  fault.what = what;
  fault.function = function;
  fault.line = line;
  return report(self, fault);
}

// Mapped is a file in memory.
class Mapped {
 public:
  explicit Mapped(const char* path) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (file < 0 || fstat(file, &info) != 0) {
      error_ = strerror(errno);
    } else if (!S_ISREG(info.st_mode)) {
      error_ = "no regular file";
    } else if (info.st_size > 0) {
      size_ = static_cast<size_t>(info.st_size);
      data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
      if (data_ == MAP_FAILED) error_ = strerror(errno);
    }
    if (file >= 0) close(file);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() {
    if (size_ > 0 && data_ != MAP_FAILED) munmap(data_, size_);
  }
  const std::string& error() const { return error_; }
  Span span() const { return Span{static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
  std::string error_;
};

std::string folderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : slash == 0 ? "/" : path.substr(0, slash);
}

bool read(ParserObject* self, Span bytes, OnnxModel* model) {
  std::string error;
  if (!readModel(bytes, model, &error)) {
    return report(self, kModelDeserializeFailed, "failed to parse the ONNX model: " + error, "deserializeOnnxModel", __LINE__);
  }
  const int newest = device().newestOpset();
  if (newest == 0 || model->opset() <= newest) return true;
  return report(self, kUnsupportedNode,
                "the model uses opset " + std::to_string(model->opset()) + ", the newest known is " + std::to_string(newest),
                "importModel", __LINE__);
}

bool add(ParserObject* self, Span bytes, const std::string& path) {
  if (device().logsCalls()) device().logCall("parser.parse " + std::to_string(bytes.size));
  if (!meet("parse", self->logger))
    return report(self, kInternalParseError, "parse failed as the configuration asks", "parse", __LINE__);
  NetworkObject* const network = liveNetwork(self->network);
  if (network == nullptr)
    return report(self, kInternalParseError, "the network was destroyed before the parser", "parse", __LINE__);
  OnnxModel model;
  if (!read(self, bytes, &model)) return false;
  self->logger.info("ONNX IR version " + std::to_string(model.irVersion) + ", opset " + std::to_string(model.opset()) +
                    ", made by " + model.producer + " " + model.producerVersion);
  if (model.opset() > 0 && model.opset() < 7) self->logger.warn("models of an opset before 7 are not guaranteed to work");
  if (!network->layers.empty() || !network->inputs.empty()) {
    return report(self, kInvalidGraph, "the network is not empty", "importModel", __LINE__);
  }
  std::vector<ParseFault> faults;
  network->weightOwners.push_back(self->weights);
  if (importModel(model, folderOf(path), self->initializers, network, &faults)) return true;
  for (const ParseFault& fault : faults) report(self, fault);
  return false;
}

bool parse(ParserObject* self, const void* data, size_t size, const char* path) noexcept {
  return add(self, Span{static_cast<const char*>(data), data == nullptr ? 0 : size}, path == nullptr ? "" : path);
}

bool parseFromFile(ParserObject* self, const char* path, int32_t) noexcept {
  const Mapped file(path == nullptr ? "" : path);
  if (!file.error().empty()) {
    return report(self, kInvalidValue, std::string("input file ") + (path == nullptr ? "" : path) + ": " + file.error(),
                  "parseFromFile", __LINE__);
  }
  return add(self, file.span(), path);
}

bool supportsOperator(const ParserObject*, const char* name) noexcept { return name != nullptr && findOperator(name) != nullptr; }

// supportsModel splits the nodes of the main graph into runs. Errors are kept, as after a parse.
bool supportsModel(ParserObject* self, const void* data, size_t size, const char*) noexcept {
  OnnxModel model;
  self->subgraphs.clear();
  self->supported.clear();
  if (!read(self, Span{static_cast<const char*>(data), data == nullptr ? 0 : size}, &model)) return false;
  std::vector<ParseFault> faults;
  unsupportedNodes(model, &faults);
  std::set<int> unknown;
  for (const ParseFault& fault : faults) {
    report(self, fault);
    unknown.insert(fault.node);
  }
  for (size_t i = 0; i < model.graph.nodes.size(); i++) {
    const bool known = unknown.count(static_cast<int>(i)) == 0;
    if (self->supported.empty() || self->supported.back() != known) {
      self->supported.push_back(known);
      self->subgraphs.emplace_back();
    }
    self->subgraphs.back().push_back(static_cast<int64_t>(i));
  }
  return faults.empty();
}

int64_t subgraphNumber(const ParserObject* self) noexcept { return static_cast<int64_t>(self->subgraphs.size()); }
bool hasSubgraph(const ParserObject* self, int64_t index) { return index >= 0 && index < subgraphNumber(self); }
bool subgraphSupported(const ParserObject* self, int64_t index) noexcept {
  return hasSubgraph(self, index) && self->supported[static_cast<size_t>(index)];
}
int64_t* subgraphNodes(ParserObject* self, int64_t index, int64_t* length) noexcept {
  *length = hasSubgraph(self, index) ? static_cast<int64_t>(self->subgraphs[static_cast<size_t>(index)].size()) : 0;
  return *length == 0 ? nullptr : self->subgraphs[static_cast<size_t>(index)].data();
}

bool loadModel(ParserObject* self, const void* data, size_t size, const char* path) noexcept {
  self->loaded.assign(static_cast<const char*>(data), data == nullptr ? 0 : size);
  self->loadedPath = path == nullptr ? "" : path;
  return true;
}
bool loadInitializer(ParserObject* self, const char* name, const void*, size_t) noexcept {
  if (name != nullptr) self->initializers.insert(name);
  return name != nullptr;
}
bool parseLoaded(ParserObject* self) noexcept {
  return add(self, Span{self->loaded.data(), self->loaded.size()}, self->loadedPath);
}

int32_t errorNumber(const ParserObject* self) noexcept { return static_cast<int32_t>(self->errors.size()); }
const void* errorAt(const ParserObject* self, int32_t index) noexcept {
  return index < 0 || index >= errorNumber(self) ? nullptr : self->errors[static_cast<size_t>(index)].get();
}
void clearErrors(ParserObject* self) noexcept { self->errors.clear(); }

void keepParser(ParserObject*) noexcept {}
void deleteParser(ParserObject* self) noexcept { delete self; }

const char* const* pluginLibraries(const ParserObject*, int64_t* count) noexcept {
  *count = 0;
  return nullptr;
}

bool knownFlag(const ParserObject* self, int32_t flag) {
  if (flag >= 0 && flag < kMostFlag) return true;
  self->logger.error("setFlag: there is no parser flag " + std::to_string(flag));
  return false;
}
void setParserFlags(ParserObject* self, uint32_t flags) noexcept { self->flags = flags; }
uint32_t parserFlags(const ParserObject* self) noexcept { return self->flags; }
void clearParserFlag(ParserObject* self, int32_t flag) noexcept {
  if (knownFlag(self, flag)) self->flags &= ~(1u << flag);
}
void setParserFlag(ParserObject* self, int32_t flag) noexcept {
  if (knownFlag(self, flag)) self->flags |= 1u << flag;
}
bool parserFlag(const ParserObject* self, int32_t flag) noexcept {
  return knownFlag(self, flag) && (self->flags >> flag & 1) != 0;
}

const void* outputOf(const ParserObject* self, const char* name, int64_t index) noexcept {
  const NetworkObject* const network = liveNetwork(self->network);
  for (size_t i = 0; network != nullptr && i < network->layers.size(); i++) {
    const LayerObject& layer = *network->layers[i];
    if (layer.name != name || index < 0 || static_cast<size_t>(index) >= layer.outputs.size()) continue;
    return &layer.outputs[static_cast<size_t>(index)]->facade;
  }
  return nullptr;
}

bool setBuilderConfig(ParserObject* self, const void* config) noexcept {
  self->config = config;
  return config != nullptr;
}

}  // namespace

template <>
const Interface& interfaceOf<ParserObject>() {
  static const std::vector<SlotRow> rows = {
      {"parse", 0, 0, 0, 0, slot(parse)},
      {"parseFromFile", 1, 0, 1, 0, slot(parseFromFile)},
      {"supportsOperator", 4, 0, 2, 0, slot(supportsOperator)},
      {"getNbErrors", 5, 0, 3, 0, slot(errorNumber)},
      {"getError", 6, 0, 4, 0, slot(errorAt)},
      {"clearErrors", 7, 0, 5, 0, slot(clearErrors)},
      {"~D1", 8, 0, 6, 0, slot(keepParser)},
      {"~D0", 9, 0, 7, 0, slot(deleteParser)},
      {"getUsedVCPluginLibraries", 10, 0, 8, 0, slot(pluginLibraries)},
      {"setFlags", 11, 0, 9, 0, slot(setParserFlags)},
      {"getFlags", 12, 0, 10, 0, slot(parserFlags)},
      {"clearFlag", 13, 0, 11, 0, slot(clearParserFlag)},
      {"setFlag", 14, 0, 12, 0, slot(setParserFlag)},
      {"getFlag", 15, 0, 13, 0, slot(parserFlag)},
      {"getLayerOutputTensor", 16, 0, 14, 0, slot(outputOf)},
      {"supportsModelV2", 17, 1, 15, 0, slot(supportsModel)},
      {"getNbSubgraphs", 18, 1, 16, 0, slot(subgraphNumber)},
      {"isSubgraphSupported", 19, 1, 17, 0, slot(subgraphSupported)},
      {"getSubgraphNodes", 20, 1, 18, 0, slot(subgraphNodes)},
      {"loadModelProto", 21, 14, 19, 0, slot(loadModel)},
      {"loadInitializer", 22, 14, 20, 0, slot(loadInitializer)},
      {"parseModelProto", 23, 14, 21, 0, slot(parseLoaded)},
      {"setBuilderConfig", 24, 15, 22, 0, slot(setBuilderConfig)},
  };
  static const Interface interface("IParser", rows);
  return interface;
}

void* newParser(void* network, const Logger& logger) {
  if (liveNetwork(network) == nullptr) {
    logger.error("createNvOnnxParser: the network is none of the simulated TensorRT");
    return nullptr;
  }
  if (!meet("createNvOnnxParser", logger)) return nullptr;
  ParserObject* parser = create<ParserObject>(logger);
  parser->network = network;
  device().count(Counter::parsers, 1);
  return parser;
}

}  // namespace trtbench::sim
