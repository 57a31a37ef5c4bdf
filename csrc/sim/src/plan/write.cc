// Plans as text.
#include <cstdio>

#include "json/json.h"
#include "json/version.h"
#include "plan/plan.h"

namespace trtbench::sim {
namespace {

std::string digits(double value) {
  char text[32];
  snprintf(text, sizeof text, "%.9g", value);
  return text;
}

// JsonObject collects the members of one object. A member with its usual value is left out, unless it is given raw.
class JsonObject {
 public:
  JsonObject& raw(const char* key, const std::string& value) {
    text_ += (text_.empty() ? "" : ", ") + quoteJson(key) + ": " + value;
    return *this;
  }
  JsonObject& string(const char* key, const std::string& value) { return value.empty() ? *this : raw(key, quoteJson(value)); }
  JsonObject& name(const char* key, const std::vector<const char*>& names, int value, int usual = 0) {
    return value == usual ? *this : raw(key, quoteJson(names[static_cast<size_t>(value)]));
  }
  JsonObject& integer(const char* key, int64_t value) { return value == 0 ? *this : raw(key, std::to_string(value)); }
  JsonObject& boolean(const char* key, bool value) { return value ? raw(key, "true") : *this; }
  JsonObject& number(const char* key, double value) { return value == 0 ? *this : raw(key, digits(value)); }
  // list puts all items into one line, lines each into one of its own.
  JsonObject& list(const char* key, const std::vector<std::string>& items) {
    return items.empty() ? *this : raw(key, joined(items, " ").erase(1, 1));
  }
  JsonObject& lines(const char* key, const std::vector<std::string>& items) {
    return items.empty() ? *this : raw(key, joined(items, "\n    "));
  }
  JsonObject& shape(const char* key, const Shape& shape) { return shape.empty() ? *this : raw(key, shapeText(shape)); }
  JsonObject& object(const char* key, const JsonObject& value) { return value.text_.empty() ? *this : raw(key, value.text()); }
  std::string text() const { return "{" + text_ + "}"; }

  static std::string joined(const std::vector<std::string>& items, const char* before) {
    std::string text;
    for (const std::string& item : items) text += (text.empty() ? "" : ",") + std::string(before) + item;
    return "[" + text + "]";
  }

 private:
  std::string text_;
};

std::string tensorText(const TensorPlan& t) {
  std::vector<const char*> formats;
  for (const Format& format : kFormats) formats.push_back(format.name);
  std::vector<std::string> dataShapes;
  for (const Shape& shape : t.dataShapes) dataShapes.push_back(shapeText(shape));
  return JsonObject()
      .string("name", t.name)
      .string("mode", t.input ? "input" : "output")
      .name("type", kTypeNames, t.type, -1)
      .shape("shape", t.shape)
      .name("format", formats, t.format)
      .string("location", t.host ? "host" : "")
      .boolean("shape_tensor", t.shapeTensor)
      .string("aliases", t.aliases)
      .list("data_shapes", dataShapes)
      .text();
}

std::vector<std::string> rangeTexts(const Plan& plan, const std::vector<Range>& ranges) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < ranges.size(); i++) {
    if (ranges[i].max.empty()) continue;
    texts.push_back(JsonObject()
                        .string("tensor", plan.tensors[i].name)
                        .shape("min", ranges[i].min)
                        .shape("opt", ranges[i].opt)
                        .shape("max", ranges[i].max)
                        .text());
  }
  return texts;
}

std::vector<std::string> layerTensorTexts(const std::vector<LayerTensorPlan>& tensors) {
  std::vector<std::string> texts;
  for (const LayerTensorPlan& t : tensors) {
    texts.push_back(JsonObject().string("name", t.name).name("type", kTypeNames, t.type, -1).shape("shape", t.shape).text());
  }
  return texts;
}

std::string layerText(const LayerPlan& l) {
  return JsonObject()
      .string("name", l.name)
      .string("type", l.type)
      .raw("share", digits(l.share))
      .name("precision", kTypeNames, l.precision, -1)
      .string("tactic", l.tactic)
      .list("inputs", layerTensorTexts(l.inputs))
      .list("outputs", layerTensorTexts(l.outputs))
      .text();
}

JsonObject buildObject(const BuildPlan& b) {
  std::vector<std::string> flags;
  for (const std::string& flag : b.flags) flags.push_back(quoteJson(flag));
  if (b.level < 0) return JsonObject();
  return JsonObject()
      .raw("optimization_level", std::to_string(b.level))
      .list("flags", flags)
      .integer("workspace_bytes", b.workspaceBytes)
      .name("tiling", kTilingNames, b.tiling);
}

JsonObject timeObject(const TimePlan& t) {
  JsonObject object;
  object.number("base_us", t.baseUs).number("per_item_us", t.perItemUs).number("spread", t.spread);
  object.name("distribution", kDistributionNames, t.distribution);
  if (t.seed != 1) object.raw("seed", std::to_string(t.seed));
  return object.number("first_us", t.firstUs).number("enqueue_us", t.enqueueUs).number("graph_launch_us", t.graphLaunchUs);
}

}  // namespace

// Faults and copy speeds are for plans that are written by hand; a builder has none to write.
std::string planText(const Plan& plan) {
  std::vector<std::string> tensors, profiles, layers;
  for (const TensorPlan& t : plan.tensors) tensors.push_back(tensorText(t));
  for (const ProfilePlan& p : plan.profiles) {
    const std::vector<std::string> shapes = rangeTexts(plan, p.shapes), values = rangeTexts(plan, p.values);
    profiles.push_back(JsonObject().list("inputs", shapes).list("values", values).text());
  }
  for (const LayerPlan& l : plan.layers) layers.push_back(layerText(l));
  JsonObject memory;
  memory.integer("device_bytes", plan.deviceBytes);
  if (!plan.profileBytes.empty()) memory.shape("profile_device_bytes", plan.profileBytes);
  memory.integer("weights_bytes", plan.weightsBytes).integer("streamable_weights_bytes", plan.streamableBytes);
  return JsonObject()
             .raw("trtbench_simulated_plan", "1")
             .string("name", plan.name)
             .string("tensorrt", plan.tensorrt == 0 ? "" : versionText(plan.tensorrt))
             .lines("tensors", tensors)
             .lines("profiles", profiles)
             .object("time", timeObject(plan.time))
             .lines("layers", layers)
             .object("memory", memory)
             .integer("aux_streams", plan.auxStreams)
             .boolean("refittable", plan.refittable)
             .name("hardware_compatibility", kHardwareNames, plan.hardwareCompatibility)
             .name("profiling_verbosity", kVerbosityNames, plan.profilingVerbosity)
             .name("function", kFunctionNames, static_cast<int>(plan.function))
             .object("build", buildObject(plan.build))
             .text() +
         "\n";
}

}  // namespace trtbench::sim
