// Tensors of a network.
#include "builder/objects.h"
#include "core/major.h"

namespace trtbench::sim {
namespace {

constexpr uint32_t kAllFormats = (1u << 13) - 1;

void setTensorName(TensorObject* self, const char* name) noexcept {
  if (name == nullptr || name[0] == '\0') return self->logger.error("setName: a tensor needs a name");
  self->name = name;
}
const char* tensorText(const TensorObject* self) noexcept { return self->name.c_str(); }

void setTensorDims(TensorObject* self, const Dims& dims) noexcept {
  if (!self->input) return self->logger.error("setDimensions: " + self->name + " is no network input");
  Shape shape;
  if (!toShape(dims, &shape)) return self->logger.error("setDimensions: " + std::to_string(dims.count) + " dimensions");
  self->shape = shape;
}
Dims tensorDims(const TensorObject* self) noexcept { return self->shaped ? toDims(self->shape) : invalidDims(); }

bool isIo(const TensorObject* self, const char* call) {
  if (self->input || self->output) return true;
  self->logger.error(std::string(call) + ": " + self->name + " is no input or output of the network");
  return false;
}

void setType(TensorObject* self, int32_t type) noexcept {
  if (!isIo(self, "setType")) return;
  if (self->network->stronglyTyped && type != self->type) {
    return self->logger.error("setType: " + self->name + ": the types of a strongly typed network come from the model");
  }
  if (type < 0 || type >= static_cast<int32_t>(kTypeNames.size())) {
    return self->logger.error("setType: there is no type " + std::to_string(type));
  }
  self->type = type;
}
int32_t tensorType(const TensorObject* self) noexcept { return self->type; }

void setFormats(TensorObject* self, uint32_t formats) noexcept {
  if (!isIo(self, "setAllowedFormats")) return;
  if (formats == 0 || (formats & ~kAllFormats) != 0) {
    return self->logger.error("setAllowedFormats: " + self->name + ": mask " + std::to_string(formats) +
                              " names no format, or one that does not exist");
  }
  self->formats = formats;
}
uint32_t formats(const TensorObject* self) noexcept { return self->formats; }

bool isInput(const TensorObject* self) noexcept { return self->input; }
bool isOutput(const TensorObject* self) noexcept { return self->output; }
bool isShape(const TensorObject* self) noexcept { return self->shapeTensor; }
bool isExecution(const TensorObject* self) noexcept { return !self->shapeTensor; }
void setTensorLocation(TensorObject* self, int32_t location) noexcept { self->location = location; }
int32_t tensorLocation(const TensorObject* self) noexcept { return self->location; }
void setBroadcast(const TensorObject*, bool) noexcept {}
bool no(const TensorObject*) noexcept { return false; }
bool setDynamicRange(const TensorObject*, float, float) noexcept { return true; }
void resetDynamicRange(const TensorObject*) noexcept {}
float noRange(const TensorObject*) noexcept { return 0; }

void setDimensionName(TensorObject* self, int32_t index, const char* text) noexcept {
  if (index < 0 || index >= kMaxDims) return;
  self->dimensionNames.resize(kMaxDims);
  self->dimensionNames[static_cast<size_t>(index)] = text == nullptr ? "" : text;
}
const char* dimensionName(const TensorObject* self, int32_t index) noexcept {
  if (index < 0 || static_cast<size_t>(index) >= self->dimensionNames.size()) return nullptr;
  const std::string& text = self->dimensionNames[static_cast<size_t>(index)];
  return text.empty() ? nullptr : text.c_str();
}

}  // namespace

template <>
const Interface& interfaceOf<TensorObject>() {
  static const std::vector<SlotRow> rows = {
      {"setName", 2, 0, 2, 0, slot(setTensorName)},
      {"getName", 3, 0, 3, 0, slot(tensorText)},
      {"setDimensions", 4, 0, 4, 0, slot(setTensorDims)},
      {"getDimensions", 5, 0, 5, 0, slot(tensorDims)},
      {"setType", 6, 0, -1, 0, slot(setType)},
      {"getType", 7, 0, 6, 0, slot(tensorType)},
      {"setDynamicRange", 8, 0, -1, 0, slot(setDynamicRange)},
      {"isNetworkInput", 9, 0, 7, 0, slot(isInput)},
      {"isNetworkOutput", 10, 0, 8, 0, slot(isOutput)},
      {"setBroadcastAcrossBatch", 11, 0, 9, 0, slot(setBroadcast)},
      {"getBroadcastAcrossBatch", 12, 0, 10, 0, slot(no)},
      {"getLocation", 13, 0, 11, 0, slot(tensorLocation)},
      {"setLocation", 14, 0, 12, 0, slot(setTensorLocation)},
      {"dynamicRangeIsSet", 15, 0, -1, 0, slot(no)},
      {"resetDynamicRange", 16, 0, -1, 0, slot(resetDynamicRange)},
      {"getDynamicRangeMin", 17, 0, -1, 0, slot(noRange)},
      {"getDynamicRangeMax", 18, 0, -1, 0, slot(noRange)},
      {"setAllowedFormats", 19, 0, 13, 0, slot(setFormats)},
      {"getAllowedFormats", 20, 0, 14, 0, slot(formats)},
      {"isShapeTensor", 21, 0, 15, 0, slot(isShape)},
      {"isExecutionTensor", 22, 0, 16, 0, slot(isExecution)},
      {"setDimensionName", 23, 0, 17, 0, slot(setDimensionName)},
      {"getDimensionName", 24, 0, 18, 0, slot(dimensionName)},
  };
  static const Interface interface("VTensor", rows);
  return interface;
}

}  // namespace trtbench::sim
