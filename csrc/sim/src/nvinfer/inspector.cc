// The engine inspector: what the plan says about layers, as text.
#include "json/json.h"
#include "nvinfer/slots.h"

namespace trtbench::sim {
namespace {

enum Layout : int { kOneLine = 0, kJson = 1 };
enum Verbosity : int { kNamesOnly = 0, kNone = 1, kDetailed = 2 };

const char* shortType(int type) {
  static const char* const names[] = {"FP32", "FP16", "Int8",  "Int32", "Bool", "UInt8",
                                      "FP8",  "BF16", "Int64", "Int4",  "FP4",  "E8M0"};
  return names[type];
}

// tensorsText has the members that NVIDIA's inspector gives the tensors of a layer.
std::string tensorsText(const std::vector<LayerTensorPlan>& tensors) {
  std::string text;
  for (const LayerTensorPlan& t : tensors) {
    text += std::string(text.empty() ? "" : ", ") + "{\"Name\": " + quoteJson(t.name) +
            ", \"Location\": \"Device\", \"Dimensions\": " + shapeText(t.shape) + ", \"Format/Datatype\": \"Row major linear " +
            shortType(t.type) + " format\"}";
  }
  return "[" + text + "]";
}

std::string layerText(const Plan& plan, const LayerPlan& layer, int layout) {
  if (plan.profilingVerbosity == kNone) return layout == kJson ? "\"\"" : "";
  if (plan.profilingVerbosity == kNamesOnly) return layout == kJson ? quoteJson(layer.name) : layer.name;
  const std::string share = std::to_string(layer.share);
  if (layout == kOneLine) {
    const std::string tactic = layer.tactic.empty() ? "" : ", TacticName: " + layer.tactic;
    return layer.name + ", LayerType: " + layer.type + tactic + ", SimulatedShare: " + share;
  }
  std::string text = "{\"Name\": " + quoteJson(layer.name) + ", \"LayerType\": " + quoteJson(layer.type);
  if (!layer.inputs.empty()) text += ", \"Inputs\": " + tensorsText(layer.inputs);
  if (!layer.outputs.empty()) text += ", \"Outputs\": " + tensorsText(layer.outputs);
  if (!layer.tactic.empty()) text += ", \"TacticName\": " + quoteJson(layer.tactic) + ", \"StreamId\": 0, \"Metadata\": \"\"";
  return text + ", \"SimulatedShare\": " + share + "}";
}

const char* layerInformation(InspectorObject* self, int32_t index, int32_t layout) noexcept {
  const Plan& plan = self->state->plan;
  if (index < 0 || static_cast<size_t>(index) >= plan.layers.size()) {
    self->logger.error("getLayerInformation: there is no layer " + std::to_string(index));
    return nullptr;
  }
  self->text = layerText(plan, plan.layers[static_cast<size_t>(index)], layout);
  return self->text.c_str();
}

const char* engineInformation(InspectorObject* self, int32_t layout) noexcept {
  const Plan& plan = self->state->plan;
  const char* const separator = layout == kJson ? "," : "\n";
  std::string layers, bindings;
  for (const LayerPlan& l : plan.layers) layers += (layers.empty() ? "" : separator) + layerText(plan, l, layout);
  for (const TensorPlan& t : plan.tensors) {
    bindings += (bindings.empty() ? "" : separator) + (layout == kJson ? quoteJson(t.name) : t.name);
  }
  self->text = layout == kJson ? "{\"Layers\": [" + layers + "],\n\"Bindings\": [" + bindings + "]\n}\n"
                               : "Layers:\n" + layers + "\n\nBindings:\n" + bindings + "\n";
  return self->text.c_str();
}

bool setContext(InspectorObject* self, const void* context) noexcept {
  self->context = context;
  return true;
}

const void* context(const InspectorObject* self) noexcept { return self->context; }

}  // namespace

template <>
const Interface& interfaceOf<InspectorObject>() {
  static const std::vector<SlotRow> rows = {
      {"getPImpl", 2, 0, 2, 0, slot(facadeOf)},
      {"setExecutionContext", 3, 0, 3, 0, slot(setContext)},
      {"getExecutionContext", 4, 0, 4, 0, slot(context)},
      {"getLayerInformation", 5, 0, 5, 0, slot(layerInformation)},
      {"getEngineInformation", 6, 0, 6, 0, slot(engineInformation)},
      {"setErrorRecorder", 7, 0, 7, 0, slot(setErrorRecorder)},
      {"getErrorRecorder", 8, 0, 8, 0, slot(errorRecorder)},
  };
  static const Interface interface("VEngineInspector", rows);
  return interface;
}

}  // namespace trtbench::sim
