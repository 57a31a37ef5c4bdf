// The network definition: tensors, layers, inputs and outputs.
#include <algorithm>
#include <mutex>
#include <set>

#include "builder/network_layers.h"
#include "core/major.h"

namespace trtbench::sim {
namespace {

// Networks that exist, so that a parser can tell a network of this library from anything else.
std::mutex liveMutex;
std::set<const void*>& live() {
  static std::set<const void*> facades;
  return facades;
}

void* input(NetworkObject* self, const char* name, int32_t type, const Dims& dims) noexcept {
  Shape shape;
  std::string fault;
  if (name == nullptr || name[0] == '\0') {
    fault = "no name";
  } else if (self->find(name) != nullptr) {
    fault = std::string("there is a tensor named ") + name + " already";
  } else if (!toShape(dims, &shape) || std::any_of(shape.begin(), shape.end(), [](int64_t d) { return d < -1; })) {
    fault = std::string(name) + ": bad dimensions";
  } else if (type < 0 || type >= static_cast<int32_t>(kTypeNames.size())) {
    fault = std::string(name) + ": there is no type " + std::to_string(type);
  }
  if (!fault.empty()) {
    self->logger.error("addInput: " + fault);
    return nullptr;
  }
  TensorObject* const tensor = self->addTensor(name, type);
  tensor->shape = shape;
  tensor->shaped = tensor->input = true;
  self->inputs.push_back(tensor);
  return &tensor->facade;
}

void output(NetworkObject* self, const void* facade) noexcept {
  TensorObject* const tensor = from<TensorObject>(facade);
  if (tensor->output) return;
  tensor->output = true;
  self->outputs.push_back(tensor);
}

void noOutput(NetworkObject* self, const void* facade) noexcept {
  TensorObject* const tensor = from<TensorObject>(facade);
  tensor->output = false;
  self->outputs.erase(std::remove(self->outputs.begin(), self->outputs.end(), tensor), self->outputs.end());
}

template <class T>
void* at(const std::vector<T>& all, int32_t index) {
  return index < 0 || static_cast<size_t>(index) >= all.size() ? nullptr : &all[static_cast<size_t>(index)]->facade;
}
int32_t layerNumber(const NetworkObject* self) noexcept { return static_cast<int32_t>(self->layers.size()); }
void* layerAt(const NetworkObject* self, int32_t index) noexcept { return at(self->layers, index); }
int32_t inputNumber(const NetworkObject* self) noexcept { return static_cast<int32_t>(self->inputs.size()); }
void* inputAt(const NetworkObject* self, int32_t index) noexcept { return at(self->inputs, index); }
int32_t outputNumber(const NetworkObject* self) noexcept { return static_cast<int32_t>(self->outputs.size()); }
void* outputAt(const NetworkObject* self, int32_t index) noexcept { return at(self->outputs, index); }
void setNetworkName(NetworkObject* self, const char* name) noexcept { self->name = name == nullptr ? "" : name; }
const char* networkName(const NetworkObject* self) noexcept { return self->name.c_str(); }
bool implicitBatch(const NetworkObject*) noexcept { return false; }
void* builderOf(const NetworkObject* self) noexcept { return self->builder; }
uint32_t networkFlags(const NetworkObject* self) noexcept { return self->flags; }
bool networkFlag(const NetworkObject* self, int32_t flag) noexcept {
  return flag >= 0 && flag < 32 && (self->flags >> flag & 1) != 0;
}
bool markDebug(const NetworkObject*, const void*) noexcept { return true; }
bool isDebug(const NetworkObject*, const void*) noexcept { return false; }

}  // namespace

template <>
const Interface& interfaceOf<NetworkObject>() {
  static const std::vector<SlotRow> rows = {
      {"addInput", 2, 0, 2, 0, slot(input)},
      {"markOutput", 3, 0, 3, 0, slot(output)},
      {"addActivation", 4, 0, 4, 0, slot(addActivation)},
      {"addSoftMax", 7, 0, 7, 0, slot(addSoftMax)},
      {"addElementWise", 9, 0, 9, 0, slot(addElementWise)},
      {"addUnary", 10, 0, 10, 0, slot(addUnary)},
      {"getNbLayers", 12, 0, 12, 0, slot(layerNumber)},
      {"getLayer", 13, 0, 13, 0, slot(layerAt)},
      {"getNbInputs", 14, 0, 14, 0, slot(inputNumber)},
      {"getInput", 15, 0, 15, 0, slot(inputAt)},
      {"getNbOutputs", 16, 0, 16, 0, slot(outputNumber)},
      {"getOutput", 17, 0, 17, 0, slot(outputAt)},
      {"addMatrixMultiply", 22, 0, 22, 0, slot(addMatrixMultiply)},
      {"addConstant", 23, 0, 23, 0, slot(addConstant)},
      {"addIdentity", 24, 0, 24, 0, slot(addIdentity)},
      {"unmarkOutput", 26, 0, 26, 0, slot(noOutput)},
      {"setName", 30, 0, 30, 0, slot(setNetworkName)},
      {"getName", 31, 0, 31, 0, slot(networkName)},
      {"hasImplicitBatchDimension", 33, 0, 33, 0, slot(implicitBatch)},
      {"setWeightsName", 46, 0, 45, 0, slot(setWeightsName)},
      {"setErrorRecorder", 47, 0, 46, 0, slot(setErrorRecorder)},
      {"getErrorRecorder", 48, 0, 47, 0, slot(errorRecorder)},
      {"addCast", 62, 0, 59, 0, slot(addCast)},
      {"getBuilder", 63, 0, 60, 0, slot(builderOf)},
      {"getFlags", 64, 0, 61, 0, slot(networkFlags)},
      {"getFlag", 65, 0, 62, 0, slot(networkFlag)},
      {"markDebug", 69, 0, 66, 0, slot(markDebug)},
      {"unmarkDebug", 70, 0, 67, 0, slot(markDebug)},
      {"isDebugTensor", 71, 0, 68, 0, slot(isDebug)},
  };
  static const Interface interface("VNetworkDefinition", rows);
  return interface;
}

TensorObject* NetworkObject::addTensor(const std::string& tensorName, int type) {
  tensors.emplace_back(create<TensorObject>(logger));
  TensorObject* const tensor = tensors.back().get();
  tensor->network = this;
  tensor->name = tensorName;
  tensor->type = type;
  return tensor;
}

LayerObject* NetworkObject::addLayer(int32_t type, const std::string& kind, const std::string& layerName) {
  layers.emplace_back(create<LayerObject>(logger));
  LayerObject* const layer = layers.back().get();
  layer->network = this;
  layer->type = type;
  layer->kind = kind;
  layer->name = layerName;
  return layer;
}

TensorObject* NetworkObject::find(const std::string& tensorName) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const auto& t) { return t->name == tensorName; });
  return found == tensors.end() ? nullptr : found->get();
}

NetworkObject* liveNetwork(const void* facade) {
  const std::lock_guard<std::mutex> held(liveMutex);
  return live().count(facade) == 0 ? nullptr : from<NetworkObject>(facade);
}

void enlist(const NetworkObject* network) {
  const std::lock_guard<std::mutex> held(liveMutex);
  live().insert(&network->facade);
}

NetworkObject::~NetworkObject() {
  const std::lock_guard<std::mutex> held(liveMutex);
  live().erase(&facade);
  device().count(Counter::networks, -1);
}

}  // namespace trtbench::sim
