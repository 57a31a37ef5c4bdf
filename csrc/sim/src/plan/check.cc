// The rules a plan has to keep, beyond the form of its JSON.
#include <cmath>
#include <set>

#include "plan/plan.h"

namespace trtbench::sim {
namespace {

constexpr int64_t kMaxElements = int64_t{1} << 40;

bool tooLarge(const Shape& shape) {
  double n = 1;
  for (const int64_t d : shape) n *= static_cast<double>(d < 0 ? 1 : d);
  return n > static_cast<double>(kMaxElements);
}

// fits tells whether a full shape is one of a tensor with the given dimensions.
bool fits(const Shape& full, const Shape& dims) {
  if (full.size() != dims.size()) return false;
  for (size_t i = 0; i < dims.size(); i++) {
    if (dims[i] != -1 && dims[i] != full[i]) return false;
  }
  return true;
}

// sourceOf returns the first input with an unknown dimension at this place, or -1.
int sourceOf(const Plan& plan, size_t axis) {
  for (size_t i = 0; i < plan.tensors.size(); i++) {
    const TensorPlan& t = plan.tensors[i];
    if (t.input && axis < t.shape.size() && t.shape[axis] == -1) return static_cast<int>(i);
  }
  return -1;
}

std::string checkOutput(const Plan& plan, const TensorPlan& t) {
  if (t.dataDependent() && !t.dynamic()) return "data_shapes without an unknown dimension";
  for (const Shape& s : t.dataShapes) {
    if (!fits(s, t.shape)) return "data_shapes: " + shapeText(s) + " does not fit " + shapeText(t.shape);
    if (tooLarge(s)) return "data_shapes: more than 2^40 elements";
  }
  if (t.shapeTensor) return "only an input can be a shape tensor";
  for (size_t axis = 0; axis < t.shape.size() && t.dataShapes.empty(); axis++) {
    if (t.shape[axis] == -1 && sourceOf(plan, axis) < 0) {
      return "dimension " + std::to_string(axis) +
             " is -1, but no input has an unknown dimension there and data_shapes is missing";
    }
  }
  if (t.aliases.empty()) return "";
  const int aliased = plan.find(t.aliases);
  if (aliased < 0 || !plan.tensors[static_cast<size_t>(aliased)].input) return "aliases: no input is named \"" + t.aliases + "\"";
  return "";
}

std::string checkTensor(const Plan& plan, const TensorPlan& t) {
  if (t.shape.size() > kMaxDims) return "more than 8 dimensions";
  if (tooLarge(t.shape)) return "more than 2^40 elements";
  if (!t.input) return checkOutput(plan, t);
  if (!t.dataShapes.empty() || !t.aliases.empty()) return "an input has no data_shapes and no aliases";
  if (t.shapeTensor && (t.dynamic() || t.shape.size() > 1 || (t.type != kInt32 && t.type != kInt64))) {
    return "a shape tensor is int32 or int64, of fixed shape, with at most one dimension";
  }
  return "";
}

std::string checkRange(const Range& r, size_t size, const Shape* dims) {
  if (r.min.size() != size || r.opt.size() != size || r.max.size() != size) {
    return "min, opt and max must have " + std::to_string(size) + " numbers";
  }
  for (size_t i = 0; i < size; i++) {
    if (r.min[i] > r.opt[i] || r.opt[i] > r.max[i]) return "min <= opt <= max does not hold at place " + std::to_string(i);
  }
  if (dims != nullptr && (!fits(r.min, *dims) || !fits(r.max, *dims))) return "does not fit " + shapeText(*dims);
  return dims != nullptr && tooLarge(r.max) ? "more than 2^40 elements" : "";
}

std::string checkProfile(const Plan& plan, const ProfilePlan& profile) {
  for (size_t i = 0; i < plan.tensors.size(); i++) {
    const TensorPlan& t = plan.tensors[i];
    const Range& shapes = profile.shapes[i];
    const Range& values = profile.values[i];
    if (!shapes.max.empty() || (t.input && t.dynamic())) {
      const std::string fault = checkRange(shapes, t.shape.size(), &t.shape);
      if (!fault.empty()) return "inputs: " + t.name + ": " + fault;
    }
    if (!values.max.empty() || t.shapeTensor) {
      const std::string fault =
          t.shapeTensor ? checkRange(values, static_cast<size_t>(volume(t.shape)), nullptr) : "is no shape tensor";
      if (!fault.empty()) return "values: " + t.name + ": " + fault;
    }
  }
  return "";
}

std::string checkFunction(const Plan& plan) {
  if (plan.function == Function::copy) {
    int inputs = 0, outputs = 0;
    for (const TensorPlan& t : plan.tensors) (t.input ? inputs : outputs)++;
    return inputs < outputs ? "copy needs an input for every output" : "";
  }
  if (plan.function != Function::streamingAcoustic) return "";
  static const struct {
    const char* name;
    bool input;
    int type;
    Shape rest;
  } wanted[] = {{"signal", true, kInt32, {2400, 1}},
                {"state", true, kHalf, {219729}},
                {"logprobs", false, kFloat, {10, 35}},
                {"state_next", false, kHalf, {219729}}};
  for (const auto& w : wanted) {
    const int i = plan.find(w.name);
    const bool right =
        i >= 0 && plan.tensors[static_cast<size_t>(i)].input == w.input && plan.tensors[static_cast<size_t>(i)].type == w.type &&
        !plan.tensors[static_cast<size_t>(i)].shape.empty() &&
        Shape(plan.tensors[static_cast<size_t>(i)].shape.begin() + 1, plan.tensors[static_cast<size_t>(i)].shape.end()) == w.rest;
    if (!right)
      return std::string("streaming_acoustic needs the tensors signal, state, logprobs and state_next; ") + w.name +
             " is not as it must be";
  }
  return "";
}

}  // namespace

std::string checkPlan(const Plan& plan) {
  if (plan.tensors.empty()) return "tensors: missing";
  std::set<std::string> names;
  for (const TensorPlan& t : plan.tensors) {
    if (t.name.empty()) return "tensors: a name is missing";
    if (!names.insert(t.name).second) return "tensors: " + t.name + " appears twice";
  }
  for (const TensorPlan& t : plan.tensors) {
    const std::string fault = checkTensor(plan, t);
    if (!fault.empty()) return "tensors: " + t.name + ": " + fault;
  }
  for (size_t i = 0; i < plan.profiles.size(); i++) {
    const std::string fault = checkProfile(plan, plan.profiles[i]);
    if (!fault.empty()) return "profiles[" + std::to_string(i) + "]." + fault;
  }
  double shares = 0;
  for (const LayerPlan& l : plan.layers) {
    if (l.name.empty()) return "layers: a name is missing";
    shares += l.share;
  }
  if (!plan.layers.empty() && std::fabs(shares - 1) > 0.01) return "layers: the shares do not add up to 1";
  if (!plan.profileBytes.empty() && plan.profileBytes.size() != plan.profiles.size()) {
    return "memory.profile_device_bytes: one number for each profile expected";
  }
  const std::string fault = checkFunction(plan);
  return fault.empty() ? "" : "function: " + fault;
}

}  // namespace trtbench::sim
