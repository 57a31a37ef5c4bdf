// Shapes and addresses of an execution context.
#include "nvinfer/context_tensors.h"

#include <algorithm>

#include "nvinfer/enqueue.h"

namespace trtbench::sim {
namespace {

std::string quoted(const char* name) { return name == nullptr ? "(null)" : name; }

// find returns the index of a tensor, or -1 after reporting it.
int find(const ContextObject* self, const char* name, const char* call) {
  const int index = name == nullptr ? -1 : self->plan().find(name);
  if (index < 0) self->logger.error(std::string(call) + ": the engine has no tensor named " + quoted(name));
  return index;
}

const TensorPlan& tensor(const ContextObject* self, int index) { return self->plan().tensors[static_cast<size_t>(index)]; }

// outside says which dimension of a shape leaves the profile, or nothing.
std::string outside(const ContextObject* self, int index, const Shape& shape) {
  const TensorPlan& t = tensor(self, index);
  if (shape.size() != t.shape.size()) {
    return "has " + std::to_string(shape.size()) + " dimensions, " + std::to_string(t.shape.size()) + " expected";
  }
  const Range& range = self->plan().profiles[static_cast<size_t>(self->profile)].shapes[static_cast<size_t>(index)];
  for (size_t i = 0; i < shape.size(); i++) {
    const int64_t least = range.min.empty() ? t.shape[i] : range.min[i], most = range.max.empty() ? t.shape[i] : range.max[i];
    if (shape[i] >= least && shape[i] <= most) continue;
    return "dimension " + std::to_string(i) + " is " + std::to_string(shape[i]) + ", profile " + std::to_string(self->profile) +
           " allows " + std::to_string(least) + " to " + std::to_string(most);
  }
  return "";
}

bool setAddress(ContextObject* self, const char* name, void* address, const char* call) {
  if (device().logsCalls()) device().logCall(std::string("context.") + call + " " + quoted(name));
  const int index = find(self, name, call);
  if (index < 0 || !suffer(self->state->faults.next("setTensorAddress"), self->logger, call)) return false;
  void*& kept = self->addresses[static_cast<size_t>(index)];
  if (kept != address) self->changed();
  kept = address;
  return true;
}

}  // namespace

bool setInputShape(ContextObject* self, const char* name, const Dims& dims) noexcept {
  Shape shape;
  const bool readable = toShape(dims, &shape);
  if (device().logsCalls()) device().logCall("context.setInputShape " + quoted(name) + " " + shapeText(shape));
  const int index = find(self, name, "setInputShape");
  if (index < 0) return false;
  if (!suffer(self->state->faults.next("setInputShape"), self->logger, "setInputShape")) return false;
  const std::string fault = !tensor(self, index).input ? "is no input"
                            : !readable                ? "has a bad number of dimensions"
                                                       : outside(self, index, shape);
  if (!fault.empty()) {
    self->logger.error("setInputShape: tensor " + quoted(name) + ": " + fault);
    return false;
  }
  self->shapes[static_cast<size_t>(index)] = shape;
  self->changed();
  return true;
}

Dims shapeNow(const ContextObject* self, const char* name) noexcept {
  const int index = find(self, name, "getTensorShape");
  return index < 0 ? invalidDims() : toDims(currentShape(*self, index));
}

Dims stridesNow(const ContextObject* self, const char* name) noexcept {
  const int index = find(self, name, "getTensorStrides");
  if (index < 0) return invalidDims();
  const Shape shape = currentShape(*self, index);
  Shape strides = stridesOf(shape, tensor(self, index).format);
  strides.resize(shape.size(), -1);
  return toDims(strides);
}

bool setTensorAddress(ContextObject* self, const char* name, void* address) noexcept {
  return setAddress(self, name, address, "setTensorAddress");
}
bool setInputAddress(ContextObject* self, const char* name, void* address) noexcept {
  return setAddress(self, name, address, "setInputTensorAddress");
}
bool setOutputAddress(ContextObject* self, const char* name, void* address) noexcept {
  return setAddress(self, name, address, "setOutputTensorAddress");
}

void* addressNow(const ContextObject* self, const char* name) noexcept {
  const int index = find(self, name, "getTensorAddress");
  return index < 0 ? nullptr : self->addresses[static_cast<size_t>(index)];
}

bool setOutputAllocator(ContextObject* self, const char* name, void* allocator) noexcept {
  const int index = find(self, name, "setOutputAllocator");
  if (index < 0) return false;
  if (tensor(self, index).input) {
    self->logger.error("setOutputAllocator: tensor " + quoted(name) + " is no output");
    return false;
  }
  self->allocators[static_cast<size_t>(index)] = allocator;
  self->hasAllocators = std::any_of(self->allocators.begin(), self->allocators.end(), [](void* a) { return a != nullptr; });
  self->changed();
  return true;
}

void* outputAllocator(const ContextObject* self, const char* name) noexcept {
  const int index = find(self, name, "getOutputAllocator");
  return index < 0 ? nullptr : self->allocators[static_cast<size_t>(index)];
}

int64_t maxOutputSize(const ContextObject* self, const char* name) noexcept {
  const int index = find(self, name, "getMaxOutputSize");
  if (index < 0 || tensor(self, index).input) return -1;
  const TensorPlan& t = tensor(self, index);
  int64_t most = t.dataDependent() ? 0 : bytesOf(currentShape(*self, index), t.type, t.format);
  for (const Shape& shape : t.dataShapes) most = std::max(most, bytesOf(shape, t.type, t.format));
  return most;
}

bool allShapes(const ContextObject* self) noexcept {
  for (size_t i = 0; i < self->shapes.size(); i++) {
    if (self->plan().tensors[i].input && volume(self->shapes[i]) < 0) return false;
  }
  return true;
}

bool allValues(const ContextObject* self) noexcept {
  for (size_t i = 0; i < self->addresses.size(); i++) {
    if (self->plan().tensors[i].shapeTensor && self->addresses[i] == nullptr) return false;
  }
  return true;
}

// inferShapes answers how many inputs are not specified enough, and names them.
int32_t inferShapes(const ContextObject* self, int32_t room, const char** names) noexcept {
  if (!suffer(self->state->faults.next("inferShapes"), self->logger, "inferShapes")) return -1;
  int32_t count = 0;
  for (size_t i = 0; i < self->shapes.size(); i++) {
    const TensorPlan& t = self->plan().tensors[i];
    if (!t.input || (volume(self->shapes[i]) >= 0 && !(t.shapeTensor && self->addresses[i] == nullptr))) continue;
    if (count < room && names != nullptr) names[count] = t.name.c_str();
    count++;
  }
  if (count > 0) return count;
  const std::string fault = badShapeValue(*self);
  if (fault.empty()) return 0;
  self->logger.error("inferShapes: " + fault);
  return -1;
}

// currentShape of an output follows its inputs: an unknown dimension is that of the first input which is unknown there too.
Shape currentShape(const ContextObject& context, int index) {
  const auto& tensors = context.plan().tensors;
  const TensorPlan& t = tensors[static_cast<size_t>(index)];
  if (t.input) return context.shapes[static_cast<size_t>(index)];
  Shape shape = t.shape;
  for (size_t axis = 0; axis < shape.size() && !t.dataDependent(); axis++) {
    for (size_t i = 0; i < tensors.size() && shape[axis] == -1; i++) {
      if (tensors[i].input && axis < tensors[i].shape.size() && tensors[i].shape[axis] == -1) {
        shape[axis] = context.shapes[i][axis];
        break;
      }
    }
  }
  return shape;
}

}  // namespace trtbench::sim
