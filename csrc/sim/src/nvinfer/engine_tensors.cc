#include "nvinfer/engine.h"

namespace trtbench::sim {
namespace {

// find returns the tensor of that name; an unknown one is reported.
const TensorPlan* find(const EngineObject* self, const char* name, const char* call) {
  const int index = name == nullptr ? -1 : self->plan().find(name);
  if (index >= 0) return &self->plan().tensors[static_cast<size_t>(index)];
  self->logger.error(std::string(call) + ": the engine has no tensor named " + (name == nullptr ? "(null)" : name));
  return nullptr;
}

bool profileExists(const EngineObject* self, int32_t profile, const char* call) {
  if (profile >= 0 && static_cast<size_t>(profile) < self->plan().profiles.size()) return true;
  self->logger.error(std::string(call) + ": there is no profile " + std::to_string(profile));
  return false;
}

const Range* rangeOf(const EngineObject* self, const char* name, int32_t profile, int32_t select, bool values, const char* call) {
  const TensorPlan* t = find(self, name, call);
  if (t == nullptr || !profileExists(self, profile, call)) return nullptr;
  if (!t->input || select < kMin || select > kMax) {
    self->logger.error(std::string(call) + ": " + name + " is no input, or the selector is out of range");
    return nullptr;
  }
  const ProfilePlan& p = self->plan().profiles[static_cast<size_t>(profile)];
  return &(values ? p.values : p.shapes)[static_cast<size_t>(t - self->plan().tensors.data())];
}

}  // namespace

int32_t tensorCount(const EngineObject* self) noexcept { return static_cast<int32_t>(self->plan().tensors.size()); }

const char* tensorName(const EngineObject* self, int32_t index) noexcept {
  if (index < 0 || index >= tensorCount(self)) {
    self->logger.error("getIOTensorName: there is no tensor " + std::to_string(index));
    return nullptr;
  }
  return self->plan().tensors[static_cast<size_t>(index)].name.c_str();
}

int32_t tensorMode(const EngineObject* self, const char* name) noexcept {
  const int index = name == nullptr ? -1 : self->plan().find(name);
  if (index < 0) return 0;
  return self->plan().tensors[static_cast<size_t>(index)].input ? 1 : 2;
}

int32_t tensorType(const EngineObject* self, const char* name) noexcept {
  const TensorPlan* t = find(self, name, "getTensorDataType");
  return t == nullptr ? kFloat : t->type;
}

int32_t tensorLocation(const EngineObject* self, const char* name) noexcept {
  const TensorPlan* t = find(self, name, "getTensorLocation");
  return t != nullptr && t->host ? 1 : 0;
}

Dims tensorShape(const EngineObject* self, const char* name) noexcept {
  const TensorPlan* t = find(self, name, "getTensorShape");
  return t == nullptr ? invalidDims() : toDims(t->shape);
}

bool tensorShapeInference(const EngineObject* self, const char* name) noexcept {
  const TensorPlan* t = find(self, name, "isShapeInferenceIO");
  return t != nullptr && t->shapeTensor;
}

int32_t tensorFormat(const EngineObject* self, const char* name) noexcept {
  const TensorPlan* t = find(self, name, "getTensorFormat");
  return t == nullptr ? 0 : t->format;
}

const char* tensorFormatText(EngineObject* self, const char* name) noexcept {
  const TensorPlan* t = find(self, name, "getTensorFormatDesc");
  if (t == nullptr) return nullptr;
  std::string& text = self->descriptions[t->name];
  text = std::string(kFormats[static_cast<size_t>(t->format)].name) + " of " + kTypeNames[static_cast<size_t>(t->type)] +
         " (simulated)";
  return text.c_str();
}

// The three figures about vectors are -1 for a format without vectors.
int32_t tensorComponentBytes(const EngineObject* self, const char* name) noexcept {
  const TensorPlan* t = find(self, name, "getTensorBytesPerComponent");
  return t == nullptr || vectorizedDim(t->shape.size(), t->format) < 0 ? -1 : (bitsOf(t->type) + 7) / 8;
}

int32_t tensorComponents(const EngineObject* self, const char* name) noexcept {
  const TensorPlan* t = find(self, name, "getTensorComponentsPerElement");
  if (t == nullptr || vectorizedDim(t->shape.size(), t->format) < 0) return -1;
  return kFormats[static_cast<size_t>(t->format)].vector;
}

int32_t tensorVectorDim(const EngineObject* self, const char* name) noexcept {
  const TensorPlan* t = find(self, name, "getTensorVectorizedDim");
  return t == nullptr ? -1 : vectorizedDim(t->shape.size(), t->format);
}

// Formats are the same in all profiles.
int32_t tensorFormatV2(const EngineObject* self, const char* name, int32_t profile) noexcept {
  return profileExists(self, profile, "getTensorFormat") ? tensorFormat(self, name) : 0;
}

const char* tensorFormatTextV2(EngineObject* self, const char* name, int32_t profile) noexcept {
  return profileExists(self, profile, "getTensorFormatDesc") ? tensorFormatText(self, name) : nullptr;
}

int32_t tensorComponentBytesV2(const EngineObject* self, const char* name, int32_t profile) noexcept {
  return profileExists(self, profile, "getTensorBytesPerComponent") ? tensorComponentBytes(self, name) : -1;
}

int32_t tensorComponentsV2(const EngineObject* self, const char* name, int32_t profile) noexcept {
  return profileExists(self, profile, "getTensorComponentsPerElement") ? tensorComponents(self, name) : -1;
}

int32_t tensorVectorDimV2(const EngineObject* self, const char* name, int32_t profile) noexcept {
  return profileExists(self, profile, "getTensorVectorizedDim") ? tensorVectorDim(self, name) : -1;
}

const char* tensorAlias(const EngineObject* self, const char* name) noexcept {
  const TensorPlan* t = find(self, name, "getAliasedInputTensor");
  return t == nullptr || t->aliases.empty() ? nullptr : t->aliases.c_str();
}

bool tensorDebug(const EngineObject*, const char*) noexcept { return false; }

Dims profileShape(const EngineObject* self, const char* name, int32_t profile, int32_t select) noexcept {
  const Range* range = rangeOf(self, name, profile, select, false, "getProfileShape");
  if (range == nullptr) return invalidDims();
  return range->max.empty() ? tensorShape(self, name) : toDims(range->get(select));
}

const int64_t* profileValues(const EngineObject* self, const char* name, int32_t profile, int32_t select) noexcept {
  const Range* range = rangeOf(self, name, profile, select, true, "getProfileTensorValuesV2");
  return range == nullptr || range->max.empty() ? nullptr : range->get(select).data();
}

const int32_t* profileValues32(EngineObject* self, const char* name, int32_t profile, int32_t select) noexcept {
  const Range* range = rangeOf(self, name, profile, select, true, "getProfileTensorValues");
  if (range == nullptr || range->max.empty()) return nullptr;
  const Shape& values = range->get(select);
  self->values32.emplace_back(values.begin(), values.end());
  return self->values32.back().data();
}

}  // namespace trtbench::sim
