#include "builder/check.h"

#include <algorithm>

#include "builder/config.h"
#include "builder/emit.h"
#include "builder/flags.h"
#include "builder/profile.h"
#include "core/major.h"

namespace trtbench::sim {
namespace {

using Faults = std::vector<std::string>;

bool dynamic(const TensorObject& t) { return std::find(t.shape.begin(), t.shape.end(), -1) != t.shape.end(); }

void checkFlags(const NetworkObject& network, const BuildSettings& settings, Faults* faults) {
  for (const int flag : {kFp16Flag, kBf16Flag, kInt8Flag, kFp8Flag, kInt4Flag, kFp4Flag}) {
    if (network.stronglyTyped && has(settings.flags, flag)) {
      faults->push_back(std::string("the network is strongly typed, builder flag ") + flagName(flag) +
                        " must not be set: the types come from the model");
    }
  }
  if (has(settings.flags, kWeightStreaming) && !network.stronglyTyped) {
    faults->push_back("weight streaming needs a strongly typed network");
  }
  if (has(settings.flags, kRefitIndividual) && (has(settings.flags, kRefit) || has(settings.flags, kRefitIdentical))) {
    faults->push_back("builder flag refit_individual cannot be set together with refit or refit_identical");
  }
  if (settings.capability != 0) faults->push_back("only the standard engine capability can be built");
  if (settings.deviceType != 0 && !has(settings.flags, kGpuFallback)) {
    faults->push_back("the default device is a DLA, but the device has none and builder flag gpu_fallback is not set");
  }
}

void checkOutputs(const NetworkObject& network, Faults* faults) {
  if (network.outputs.empty()) faults->push_back("the network has no output");
  for (const TensorObject* t : network.outputs) {
    if (t->input) faults->push_back("tensor " + t->name + " is an input and an output");
    if (!t->shaped) {
      faults->push_back("output " + t->name +
                        ": the model does not tell its number of dimensions, and the simulated builder infers none");
    }
  }
}

void checkFormats(const NetworkObject& network, Faults* faults) {
  for (const auto* tensors : {&network.inputs, &network.outputs}) {
    for (const TensorObject* t : *tensors) {
      if (usableFormat(*t) < 0) {
        faults->push_back("tensor " + t->name + ": none of the allowed formats is possible with " +
                          std::to_string(t->shape.size()) + " dimensions");
      }
    }
  }
}

std::string inputFault(const TensorObject& t, const ProfileObject& profile) {
  if (dynamic(t)) {
    const auto set = profile.shapes.find(t.name);
    if (set == profile.shapes.end()) return "dynamic input " + t.name + " is missing";
    const std::string fault = rangeFault(set->second);
    if (!fault.empty()) return "input " + t.name + ": " + fault;
    const Shape& shape = set->second.at[kMax];
    bool fits = shape.size() == t.shape.size();
    for (size_t i = 0; fits && i < shape.size(); i++) {
      fits = t.shape[i] == -1 || (t.shape[i] == shape[i] && t.shape[i] == set->second.at[kMin][i]);
    }
    if (!fits) return "input " + t.name + ": " + shapeText(shape) + " does not fit the network's " + shapeText(t.shape);
  }
  if (!t.shapeTensor) return "";
  const auto set = profile.values.find(t.name);
  if (set == profile.values.end()) return "input " + t.name + " is a shape tensor and has no values";
  const std::string fault = rangeFault(set->second);
  if (!fault.empty()) return "values of input " + t.name + ": " + fault;
  const auto values = static_cast<int64_t>(set->second.at[kMax].size());
  return values == volume(t.shape)
             ? ""
             : "input " + t.name + ": " + std::to_string(values) + " values, expected " + std::to_string(volume(t.shape));
}

void checkProfiles(const NetworkObject& network, const BuildSettings& settings, Faults* faults) {
  const auto open = [](const TensorObject* t) { return dynamic(*t) || t->shapeTensor; };
  if (settings.profiles.empty() && std::any_of(network.inputs.begin(), network.inputs.end(), open)) {
    faults->push_back("the network has dynamic or shape inputs, but no optimization profile has been defined");
  }
  for (size_t i = 0; i < settings.profiles.size(); i++) {
    for (const TensorObject* t : network.inputs) {
      const std::string fault = inputFault(*t, *settings.profiles[i]);
      if (!fault.empty()) faults->push_back("optimization profile " + std::to_string(i) + ": " + fault);
    }
    for (const auto& range : settings.profiles[i]->shapes) {
      const TensorObject* t = network.find(range.first);
      if (t != nullptr && t->input) continue;
      network.logger.warn("optimization profile " + std::to_string(i) + ": the network has no input named " + range.first);
    }
  }
}

void checkWorkspace(const NetworkObject& network, const ConfigObject& config, Faults* faults) {
  const auto limit = static_cast<int64_t>(std::min<size_t>(poolLimit(&config, 0), INT64_MAX));
  for (const auto& layer : network.layers) {
    const int64_t needed = scratchBytes(*layer, layerPrecision(*layer, config.settings));
    if (needed <= limit) continue;
    faults->push_back("could not find any implementation for layer " + layer->name + " within " + std::to_string(limit) +
                      " bytes of workspace: it needs " + std::to_string(needed));
    return;
  }
}

}  // namespace

std::vector<std::string> buildFaults(const NetworkObject& network, const ConfigObject& config) {
  Faults faults;
  const auto gone = [](const std::weak_ptr<int>& owner) { return owner.expired(); };
  if (std::any_of(network.weightOwners.begin(), network.weightOwners.end(), gone)) {
    device().count(Counter::earlyDestroys, 1);
    faults.push_back("the parser was destroyed before the build: it owns the weights of the network");
  }
  checkOutputs(network, &faults);
  checkFlags(network, config.settings, &faults);
  checkProfiles(network, config.settings, &faults);
  if (!faults.empty()) return faults;
  checkFormats(network, &faults);
  checkWorkspace(network, config, &faults);
  return faults;
}

}  // namespace trtbench::sim
