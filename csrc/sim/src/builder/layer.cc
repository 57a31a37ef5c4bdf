// Layers of a network.
#include "builder/objects.h"

namespace trtbench::sim {
namespace {

int32_t layerType(const LayerObject* self) noexcept { return self->type; }
void setLayerName(LayerObject* self, const char* name) noexcept { self->name = name == nullptr ? "" : name; }
const char* layerName(const LayerObject* self) noexcept { return self->name.c_str(); }
int32_t layerInputs(const LayerObject* self) noexcept { return static_cast<int32_t>(self->inputs.size()); }
int32_t layerOutputs(const LayerObject* self) noexcept { return static_cast<int32_t>(self->outputs.size()); }

void* facadeAt(const std::vector<TensorObject*>& tensors, int32_t index) {
  const bool there = index >= 0 && static_cast<size_t>(index) < tensors.size();
  TensorObject* const found = there ? tensors[static_cast<size_t>(index)] : nullptr;
  return found == nullptr ? nullptr : &found->facade;
}
void* layerInput(const LayerObject* self, int32_t index) noexcept { return facadeAt(self->inputs, index); }
void* layerOutput(const LayerObject* self, int32_t index) noexcept { return facadeAt(self->outputs, index); }

void setInput(LayerObject* self, int32_t index, const void* tensor) noexcept {
  if (index < 0 || index > kMaxDims) return self->logger.error("setInput: there is no input " + std::to_string(index));
  if (static_cast<size_t>(index) >= self->inputs.size()) self->inputs.resize(static_cast<size_t>(index) + 1);
  self->inputs[static_cast<size_t>(index)] = from<TensorObject>(tensor);
}

// Precisions of single layers are accepted and have no effect.
void setPrecision(const LayerObject*, int32_t) noexcept {}
int32_t precision(const LayerObject*) noexcept { return kFloat; }
bool notSet(const LayerObject*) noexcept { return false; }
void resetPrecision(const LayerObject*) noexcept {}
void setOutputType(const LayerObject*, int32_t, int32_t) noexcept {}
int32_t outputType(const LayerObject* self, int32_t index) noexcept {
  const bool there = index >= 0 && static_cast<size_t>(index) < self->outputs.size();
  return there ? self->outputs[static_cast<size_t>(index)]->type : kFloat;
}
bool outputTypeNotSet(const LayerObject*, int32_t) noexcept { return false; }
void resetOutputType(const LayerObject*, int32_t) noexcept {}
void setMetadata(LayerObject* self, const char* text) noexcept { self->metadata = text == nullptr ? "" : text; }
const char* metadata(const LayerObject* self) noexcept { return self->metadata.c_str(); }
bool setRanks(const LayerObject*, int32_t) noexcept { return true; }
int32_t ranks(const LayerObject*) noexcept { return 1; }

}  // namespace

template <>
const Interface& interfaceOf<LayerObject>() {
  static const std::vector<SlotRow> rows = {
      {"getType", 2, 0, 2, 0, slot(layerType)},
      {"setName", 3, 0, 3, 0, slot(setLayerName)},
      {"getName", 4, 0, 4, 0, slot(layerName)},
      {"getNbInputs", 5, 0, 5, 0, slot(layerInputs)},
      {"getInput", 6, 0, 6, 0, slot(layerInput)},
      {"getNbOutputs", 7, 0, 7, 0, slot(layerOutputs)},
      {"getOutput", 8, 0, 8, 0, slot(layerOutput)},
      {"setInput", 9, 0, 9, 0, slot(setInput)},
      {"setPrecision", 10, 0, -1, 0, slot(setPrecision)},
      {"getPrecision", 11, 0, -1, 0, slot(precision)},
      {"precisionIsSet", 12, 0, -1, 0, slot(notSet)},
      {"resetPrecision", 13, 0, -1, 0, slot(resetPrecision)},
      {"setOutputType", 14, 0, -1, 0, slot(setOutputType)},
      {"getOutputType", 15, 0, 10, 0, slot(outputType)},
      {"outputTypeIsSet", 16, 0, -1, 0, slot(outputTypeNotSet)},
      {"resetOutputType", 17, 0, -1, 0, slot(resetOutputType)},
      {"setMetadata", 18, 0, 11, 0, slot(setMetadata)},
      {"getMetadata", 19, 0, 12, 0, slot(metadata)},
      {"setNbRanks", 20, 16, 13, 0, slot(setRanks)},
      {"getNbRanks", 21, 16, 14, 0, slot(ranks)},
  };
  static const Interface interface("VLayer", rows);
  return interface;
}

}  // namespace trtbench::sim
