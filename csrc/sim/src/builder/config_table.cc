// The table of the builder's configuration, and the methods that only remember a value.
#include "builder/config.h"

namespace trtbench::sim {
namespace {

// Getter and setter of a member of the settings.
template <auto Member>
struct Remembered {
  using Value = std::remove_reference_t<decltype(std::declval<BuildSettings>().*Member)>;
  static void set(ConfigObject* self, Value value) noexcept { self->settings.*Member = value; }
  static bool setTrue(ConfigObject* self, Value value) noexcept {
    self->settings.*Member = value;
    return true;
  }
  static Value get(const ConfigObject* self) noexcept { return self->settings.*Member; }
};

template <auto Member>
struct RememberedText {
  static bool set(ConfigObject* self, const char* text) noexcept {
    self->settings.*Member = text == nullptr ? "" : text;
    return true;
  }
  static const char* get(const ConfigObject* self) noexcept { return (self->settings.*Member).c_str(); }
};

using Averages = Remembered<&BuildSettings::averageTimings>;
using Capability = Remembered<&BuildSettings::capability>;
using Calibrator = Remembered<&BuildSettings::calibrator>;
using Selector = Remembered<&BuildSettings::algorithmSelector>;
using Quantization = Remembered<&BuildSettings::quantizationFlags>;
using CalibrationProfile = Remembered<&BuildSettings::calibrationProfile>;
using DlaCore = Remembered<&BuildSettings::dlaCore>;
using DefaultDevice = Remembered<&BuildSettings::deviceType>;
using ProfileStream = Remembered<&BuildSettings::profileStream>;
using Verbosity = Remembered<&BuildSettings::verbosity>;
using Sources = Remembered<&BuildSettings::tacticSources>;
using Level = Remembered<&BuildSettings::level>;
using Hardware = Remembered<&BuildSettings::hardware>;
using AuxStreams = Remembered<&BuildSettings::auxStreams>;
using Monitor = Remembered<&BuildSettings::monitor>;
using Platform = Remembered<&BuildSettings::platform>;
using MaxTactics = Remembered<&BuildSettings::maxTactics>;
using Tiling = Remembered<&BuildSettings::tiling>;
using L2Limit = Remembered<&BuildSettings::l2Limit>;
using AutoTuning = RememberedText<&BuildSettings::autoTuning>;
using Route = RememberedText<&BuildSettings::route>;

void setLayerDevice(ConfigObject* self, const void* layer, int32_t type) noexcept { self->settings.layerDevices[layer] = type; }
bool layerDeviceIsSet(const ConfigObject* self, const void* layer) noexcept {
  return self->settings.layerDevices.count(layer) > 0;
}
int32_t layerDevice(const ConfigObject* self, const void* layer) noexcept {
  const auto set = self->settings.layerDevices.find(layer);
  return set == self->settings.layerDevices.end() ? self->settings.deviceType : set->second;
}
void resetLayerDevice(ConfigObject* self, const void* layer) noexcept { self->settings.layerDevices.erase(layer); }
bool canRunOnDla(const ConfigObject*, const void*) noexcept { return false; }
void resetConfig(ConfigObject* self) noexcept { self->settings = defaultSettings(); }
int32_t profileNumber(const ConfigObject* self) noexcept { return static_cast<int32_t>(self->settings.profiles.size()); }

uint32_t quantizationBit(int32_t flag) { return flag >= 0 && flag < 32 ? 1u << flag : 0; }
void setQuantization(ConfigObject* self, int32_t flag) noexcept { self->settings.quantizationFlags |= quantizationBit(flag); }
void clearQuantization(ConfigObject* self, int32_t flag) noexcept { self->settings.quantizationFlags &= ~quantizationBit(flag); }
bool quantization(const ConfigObject* self, int32_t flag) noexcept {
  return (self->settings.quantizationFlags & quantizationBit(flag)) != 0;
}

void setPlugins(ConfigObject* self, const char* const* paths, int32_t count) noexcept {
  self->settings.plugins.assign(paths, paths + std::max(count, 0));
}
int32_t pluginNumber(const ConfigObject* self) noexcept { return static_cast<int32_t>(self->settings.plugins.size()); }
const char* plugin(const ConfigObject* self, int32_t index) noexcept {
  return index < 0 || index >= pluginNumber(self) ? nullptr : self->settings.plugins[static_cast<size_t>(index)].c_str();
}
const char* routes(const ConfigObject*) noexcept { return ""; }

}  // namespace

template <>
const Interface& interfaceOf<ConfigObject>() {
  static const std::vector<SlotRow> rows = {
      {"setAvgTimingIterations", 2, 0, 2, 0, slot(Averages::set)},
      {"getAvgTimingIterations", 3, 0, 3, 0, slot(Averages::get)},
      {"setEngineCapability", 4, 0, 4, 0, slot(Capability::set)},
      {"getEngineCapability", 5, 0, 5, 0, slot(Capability::get)},
      {"setInt8Calibrator", 6, 0, -1, 0, slot(Calibrator::set)},
      {"getInt8Calibrator", 7, 0, -1, 0, slot(Calibrator::get)},
      {"setFlags", 8, 0, 6, 0, slot(setFlags)},
      {"getFlags", 9, 0, 7, 0, slot(flagMask)},
      {"clearFlag", 10, 0, 8, 0, slot(clearFlag)},
      {"setFlag", 11, 0, 9, 0, slot(setFlag)},
      {"getFlag", 12, 0, 10, 0, slot(hasFlag)},
      {"setDeviceType", 13, 0, 11, 0, slot(setLayerDevice)},
      {"getDeviceType", 14, 0, 12, 0, slot(layerDevice)},
      {"isDeviceTypeSet", 15, 0, 13, 0, slot(layerDeviceIsSet)},
      {"resetDeviceType", 16, 0, 14, 0, slot(resetLayerDevice)},
      {"canRunOnDLA", 17, 0, 15, 0, slot(canRunOnDla)},
      {"setDLACore", 18, 0, 16, 0, slot(DlaCore::set)},
      {"getDLACore", 19, 0, 17, 0, slot(DlaCore::get)},
      {"setDefaultDeviceType", 20, 0, 18, 0, slot(DefaultDevice::set)},
      {"getDefaultDeviceType", 21, 0, 19, 0, slot(DefaultDevice::get)},
      {"reset", 22, 0, 20, 0, slot(resetConfig)},
      {"setProfileStream", 23, 0, 21, 0, slot(ProfileStream::set)},
      {"getProfileStream", 24, 0, 22, 0, slot(ProfileStream::get)},
      {"addOptimizationProfile", 25, 0, 23, 0, slot(addProfile)},
      {"getNbOptimizationProfiles", 26, 0, 24, 0, slot(profileNumber)},
      {"setProfilingVerbosity", 27, 0, 25, 0, slot(setVerbosity)},
      {"getProfilingVerbosity", 28, 0, 26, 0, slot(Verbosity::get)},
      {"setAlgorithmSelector", 29, 0, -1, 0, slot(Selector::set)},
      {"getAlgorithmSelector", 30, 0, -1, 0, slot(Selector::get)},
      {"setCalibrationProfile", 31, 0, -1, 0, slot(CalibrationProfile::setTrue)},
      {"getCalibrationProfile", 32, 0, -1, 0, slot(CalibrationProfile::get)},
      {"setQuantizationFlags", 33, 0, -1, 0, slot(Quantization::set)},
      {"getQuantizationFlags", 34, 0, -1, 0, slot(Quantization::get)},
      {"clearQuantizationFlag", 35, 0, -1, 0, slot(clearQuantization)},
      {"setQuantizationFlag", 36, 0, -1, 0, slot(setQuantization)},
      {"getQuantizationFlag", 37, 0, -1, 0, slot(quantization)},
      {"setTacticSources", 38, 0, 27, 0, slot(setTacticSources)},
      {"getTacticSources", 39, 0, 28, 0, slot(Sources::get)},
      {"createTimingCache", 40, 0, 29, 0, slot(newTimingCache)},
      {"setTimingCache", 41, 0, 30, 0, slot(useTimingCache)},
      {"getTimingCache", 42, 0, 31, 0, slot(usedTimingCache)},
      {"setMemoryPoolLimit", 43, 0, 32, 0, slot(setPool)},
      {"getMemoryPoolLimit", 44, 0, 33, 0, slot(poolLimit)},
      {"setPreviewFeature", 45, 0, 34, 0, slot(setPreview)},
      {"getPreviewFeature", 46, 0, 35, 0, slot(preview)},
      {"setBuilderOptimizationLevel", 47, 0, 36, 0, slot(setLevel)},
      {"getBuilderOptimizationLevel", 48, 0, 37, 0, slot(Level::get)},
      {"setHardwareCompatibilityLevel", 49, 0, 38, 0, slot(setHardware)},
      {"getHardwareCompatibilityLevel", 50, 0, 39, 0, slot(Hardware::get)},
      {"setPluginsToSerialize", 51, 0, 40, 0, slot(setPlugins)},
      {"getPluginToSerialize", 52, 0, 41, 0, slot(plugin)},
      {"getNbPluginsToSerialize", 53, 0, 42, 0, slot(pluginNumber)},
      {"setMaxAuxStreams", 54, 0, 43, 0, slot(setAuxStreamLimit)},
      {"getMaxAuxStreams", 55, 0, 44, 0, slot(AuxStreams::get)},
      {"setProgressMonitor", 56, 0, 45, 0, slot(Monitor::set)},
      {"getProgressMonitor", 57, 0, 46, 0, slot(Monitor::get)},
      {"setRuntimePlatform", 58, 2, 47, 0, slot(Platform::set)},
      {"getRuntimePlatform", 59, 2, 48, 0, slot(Platform::get)},
      {"setMaxNbTactics", 60, 4, 49, 0, slot(MaxTactics::set)},
      {"getMaxNbTactics", 61, 4, 50, 0, slot(MaxTactics::get)},
      {"setTilingOptimizationLevel", 62, 8, 51, 0, slot(setTiling)},
      {"getTilingOptimizationLevel", 63, 8, 52, 0, slot(Tiling::get)},
      {"setL2LimitForTiling", 64, 8, 53, 0, slot(L2Limit::setTrue)},
      {"getL2LimitForTiling", 65, 8, 54, 0, slot(L2Limit::get)},
      {"setRemoteAutoTuningConfig", 66, 13, 55, 0, slot(AutoTuning::set)},
      {"getRemoteAutoTuningConfig", 67, 13, 56, 0, slot(AutoTuning::get)},
      {"setBuildRoute", -1, 0, 57, 1, slot(Route::set)},
      {"getBuildRoute", -1, 0, 58, 1, slot(Route::get)},
      {"getAllBuildRoutes", -1, 0, 59, 1, slot(routes)},
  };
  static const Interface interface("VBuilderConfig", rows);
  return interface;
}

}  // namespace trtbench::sim
