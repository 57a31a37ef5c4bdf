#include "builder/profile.h"

namespace trtbench::sim {
namespace {

constexpr int kMaxShapeValues = 64;

bool selectorFits(const ProfileObject* self, const char* call, const char* name, int32_t select) {
  if (name != nullptr && select >= kMin && select <= kMax) return true;
  self->logger.error(std::string(call) + ": no name, or selector " + std::to_string(select));
  return false;
}

// keep stores numbers of an input unless their count differs from what another selector has.
bool keep(const ProfileObject* self, const char* call, const char* name, Selected* range, int32_t select, const Shape& numbers) {
  for (int other = kMin; other <= kMax; other++) {
    if (other == select || !range->set[other] || range->at[other].size() == numbers.size()) continue;
    self->logger.error(std::string(call) + ": " + name + ": " + std::to_string(numbers.size()) +
                       " numbers, another selector has " + std::to_string(range->at[other].size()));
    return false;
  }
  range->at[select] = numbers;
  range->set[select] = true;
  return true;
}

bool setDimensions(ProfileObject* self, const char* name, int32_t select, const Dims& dims) noexcept {
  Shape shape;
  if (!selectorFits(self, "setDimensions", name, select)) return false;
  if (!toShape(dims, &shape) || volume(shape) < 0) {
    self->logger.error(std::string("setDimensions: ") + name + ": " + std::to_string(dims.count) +
                       " dimensions, or a negative one; expected full shapes of at most 8");
    return false;
  }
  return keep(self, "setDimensions", name, &self->shapes[name], select, shape);
}

const Shape* found(const std::map<std::string, Selected>& ranges, const char* name, int32_t select) {
  const auto range = name == nullptr ? ranges.end() : ranges.find(name);
  return range == ranges.end() || select < kMin || select > kMax || !range->second.set[select] ? nullptr
                                                                                               : &range->second.at[select];
}

Dims dimensions(const ProfileObject* self, const char* name, int32_t select) noexcept {
  const Shape* shape = found(self->shapes, name, select);
  return shape == nullptr ? invalidDims() : toDims(*shape);
}

template <class Int>
bool setValues(ProfileObject* self, const char* name, int32_t select, const Int* values, int32_t count) noexcept {
  if (!selectorFits(self, "setShapeValues", name, select)) return false;
  if (count < 0 || count > kMaxShapeValues || (values == nullptr && count > 0)) {
    self->logger.error(std::string("setShapeValues: ") + name + ": " + std::to_string(count) + " values, expected 0 to 64");
    return false;
  }
  return keep(self, "setShapeValues", name, &self->values[name], select, Shape(values, values + count));
}

int32_t valueNumber(const ProfileObject* self, const char* name) noexcept {
  for (const int32_t select : {kMin, kOpt, kMax}) {
    if (const Shape* values = found(self->values, name, select)) return static_cast<int32_t>(values->size());
  }
  return -1;
}

const int64_t* wideValues(const ProfileObject* self, const char* name, int32_t select) noexcept {
  const Shape* values = found(self->values, name, select);
  return values == nullptr ? nullptr : values->data();
}

const int32_t* narrowValues(ProfileObject* self, const char* name, int32_t select) noexcept {
  const Shape* values = found(self->values, name, select);
  if (values == nullptr) return nullptr;
  std::vector<int32_t>& kept = self->values32[std::string(name) + "/" + std::to_string(select)];
  kept.assign(values->begin(), values->end());
  return kept.data();
}

bool setExtraMemory(ProfileObject* self, float target) noexcept {
  if (!(target >= 0 && target <= 1)) return false;
  self->extraMemory = target;
  return true;
}
float extraMemory(const ProfileObject* self) noexcept { return self->extraMemory; }
bool isValid(const ProfileObject* self) noexcept { return profileFault(*self).empty(); }

}  // namespace

template <>
const Interface& interfaceOf<ProfileObject>() {
  static const std::vector<SlotRow> rows = {
      {"setDimensions", 2, 0, 2, 0, slot(setDimensions)},           {"getDimensions", 3, 0, 3, 0, slot(dimensions)},
      {"setShapeValues", 4, 0, -1, 0, slot(setValues<int32_t>)},    {"getNbShapeValues", 5, 0, 4, 0, slot(valueNumber)},
      {"getShapeValues", 6, 0, -1, 0, slot(narrowValues)},          {"setExtraMemoryTarget", 7, 0, 5, 0, slot(setExtraMemory)},
      {"getExtraMemoryTarget", 8, 0, 6, 0, slot(extraMemory)},      {"isValid", 9, 0, 7, 0, slot(isValid)},
      {"setShapeValuesV2", 10, 11, 8, 0, slot(setValues<int64_t>)}, {"getShapeValuesV2", 11, 11, 9, 0, slot(wideValues)},
  };
  static const Interface interface("VOptimizationProfile", rows);
  return interface;
}

std::string rangeFault(const Selected& range) {
  static const char* const names[] = {"minimum", "optimum", "maximum"};
  for (int select = kMin; select <= kMax; select++) {
    if (!range.set[select]) return std::string("the ") + names[select] + " is missing";
  }
  for (size_t i = 0; i < range.at[kMin].size(); i++) {
    if (range.at[kMin][i] <= range.at[kOpt][i] && range.at[kOpt][i] <= range.at[kMax][i]) continue;
    return "minimum <= optimum <= maximum does not hold at place " + std::to_string(i) + ": " + shapeText(range.at[kMin]) + ", " +
           shapeText(range.at[kOpt]) + ", " + shapeText(range.at[kMax]);
  }
  return "";
}

std::string profileFault(const ProfileObject& profile) {
  for (const auto* ranges : {&profile.shapes, &profile.values}) {
    for (const auto& range : *ranges) {
      const std::string fault = rangeFault(range.second);
      if (!fault.empty()) return "input " + range.first + ": " + fault;
    }
  }
  return "";
}

}  // namespace trtbench::sim
