// What a configuration accepts.
#include "builder/config.h"

#include <algorithm>

#include "builder/flags.h"
#include "builder/profile.h"
#include "builder/timingcache.h"
#include "core/major.h"
#include "json/version.h"

namespace trtbench::sim {
namespace {

enum Pool : int { kWorkspace, kDlaSram, kDlaLocal, kDlaGlobal, kTacticDram, kTacticShared, kPools };

constexpr size_t kGiB = size_t{1} << 30;
constexpr int32_t kMostLevel = 5;

int minorVersion() { return reportedVersion() / 100 % 100; }

std::string version() { return " in TensorRT " + versionText(reportedVersion()); }

// checked returns whether a value lies in a range; when not, it is reported.
bool checked(const ConfigObject* self, const char* call, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return true;
  self->logger.error(std::string(call) + ": " + std::to_string(value) + ", expected " + std::to_string(least) + " to " +
                     std::to_string(most) + version());
  return false;
}

// knownPreviews is the number of PreviewFeature values.
int knownPreviews() {
  if (kTrtMajor == 11) return 2;
  const int minor = minorVersion();
  return minor >= 16 ? 4 : minor >= 10 ? 3 : minor >= 3 ? 2 : 1;
}

}  // namespace

BuildSettings defaultSettings() {
  BuildSettings settings;
  settings.flags = 1u << kTf32;
  settings.tacticSources = kTrtMajor == 10 ? 1u << 3 | 1u << 4 : 3;  // edge mask and just-in-time convolutions
  return settings;
}

void setFlag(ConfigObject* self, int32_t value) noexcept {
  std::string why;
  const int flag = flagOf(value, &why);
  if (flag < 0) return self->logger.error("setFlag: " + why);
  self->settings.flags |= 1u << flag;
}

void clearFlag(ConfigObject* self, int32_t value) noexcept {
  std::string why;
  const int flag = flagOf(value, &why);
  if (flag < 0) return self->logger.error("clearFlag: " + why);
  self->settings.flags &= ~(1u << flag);
}

bool hasFlag(const ConfigObject* self, int32_t value) noexcept {
  std::string why;
  const int flag = flagOf(value, &why);
  if (flag >= 0) return has(self->settings.flags, flag);
  self->logger.error("getFlag: " + why);
  return false;
}

// One unknown bit makes the whole mask fail.
void setFlags(ConfigObject* self, uint32_t mask) noexcept {
  uint32_t flags = 0;
  for (int32_t bit = 0; bit < 32; bit++) {
    if ((mask >> bit & 1) == 0) continue;
    std::string why;
    const int flag = flagOf(bit, &why);
    if (flag < 0) return self->logger.error("setFlags: " + why);
    flags |= 1u << flag;
  }
  self->settings.flags = flags;
}

uint32_t flagMask(const ConfigObject* self) noexcept {
  uint32_t mask = 0;
  for (int flag = 0; flag < kFlagCount; flag++) {
    if (has(self->settings.flags, flag)) mask |= 1u << ownBit(flag);
  }
  return mask;
}

void setPool(ConfigObject* self, int32_t pool, size_t bytes) noexcept {
  if (!checked(self, "setMemoryPoolLimit: memory pool", pool, 0, kPools - 1)) return;
  const bool dla = pool >= kDlaSram && pool <= kDlaGlobal;
  if (dla && (bytes & (bytes - 1)) != 0) {
    return self->logger.error("setMemoryPoolLimit: " + std::to_string(bytes) +
                              " bytes for a pool of the DLA, expected a power of two");
  }
  self->settings.pools[pool] = bytes;
}

size_t poolLimit(const ConfigObject* self, int32_t pool) noexcept {
  if (!checked(self, "getMemoryPoolLimit: memory pool", pool, 0, kPools - 1)) return 0;
  const auto set = self->settings.pools.find(pool);
  if (set != self->settings.pools.end()) return set->second;
  switch (pool) {
    case kDlaSram: return 0;
    case kDlaLocal: return kGiB;
    case kDlaGlobal: return kGiB / 2;
    case kTacticShared: return kGiB;
    default: return static_cast<size_t>(device().facts().memoryBytes);
  }
}

void setPreview(ConfigObject* self, int32_t feature, bool enable) noexcept {
  if (!checked(self, "setPreviewFeature: feature", feature, 0, knownPreviews() - 1)) return;
  const uint32_t bit = 1u << feature;
  self->settings.previews = enable ? self->settings.previews | bit : self->settings.previews & ~bit;
}

bool preview(const ConfigObject* self, int32_t feature) noexcept {
  return checked(self, "getPreviewFeature: feature", feature, 0, knownPreviews() - 1) &&
         (self->settings.previews >> feature & 1) != 0;
}

// A profile is looked at when it is added: for all inputs it speaks of, as the real library does. Inputs it leaves out are found
// by the build.
int32_t addProfile(ConfigObject* self, const void* facade) noexcept {
  const ProfileObject* profile = facade == nullptr ? nullptr : from<ProfileObject>(facade);
  const std::string fault = profile == nullptr ? "no profile" : profileFault(*profile);
  if (!fault.empty()) {
    self->logger.error("addOptimizationProfile: " + fault);
    return -1;
  }
  self->settings.profiles.push_back(profile);
  return static_cast<int32_t>(self->settings.profiles.size()) - 1;
}

bool setTacticSources(ConfigObject* self, uint32_t sources) noexcept {
  const uint32_t known = kTrtMajor == 10 ? 31 : 3;
  if ((sources & ~known) == 0) {
    self->settings.tacticSources = sources;
    return true;
  }
  self->logger.error("setTacticSources: mask " + std::to_string(sources) + " has a source that does not exist" + version());
  return false;
}

// A level above the highest one counts as that one.
void setLevel(ConfigObject* self, int32_t level) noexcept {
  if (level < 0) return self->logger.error("setBuilderOptimizationLevel: " + std::to_string(level) + " is negative");
  self->settings.level = std::min(level, kMostLevel);
}

void setHardware(ConfigObject* self, int32_t level) noexcept {
  const int most = kTrtMajor == 10 && minorVersion() < 9 ? 1 : 2;
  if (checked(self, "setHardwareCompatibilityLevel", level, 0, most)) self->settings.hardware = level;
}

void setVerbosity(ConfigObject* self, int32_t verbosity) noexcept {
  if (checked(self, "setProfilingVerbosity", verbosity, 0, 2)) self->settings.verbosity = verbosity;
}

bool setTiling(ConfigObject* self, int32_t level) noexcept {
  if (!checked(self, "setTilingOptimizationLevel", level, 0, 3)) return false;
  self->settings.tiling = level;
  return true;
}

bool setAuxStreamLimit(ConfigObject* self, int32_t count) noexcept {
  if (!checked(self, "setMaxAuxStreams", count, 0, INT32_MAX)) return false;
  self->settings.auxStreams = count;
  return true;
}

void* newTimingCache(const ConfigObject* self, const void* blob, size_t size) noexcept {
  if (!meet("createTimingCache", self->logger)) return nullptr;
  TimingCacheObject* cache = create<TimingCacheObject>(self->logger);
  device().count(Counter::timingCaches, 1);
  cache->gpu = cachedGpu();
  const std::string fault = size == 0 ? "" : readTimingCache(static_cast<const char*>(blob), size, cache);
  if (fault.empty()) return &cache->facade;
  self->logger.error("createTimingCache: " + fault);
  delete cache;
  return nullptr;
}

bool useTimingCache(ConfigObject* self, const void* facade, bool ignoreMismatch) noexcept {
  TimingCacheObject* cache = from<TimingCacheObject>(facade);
  if (cache->gpu != cachedGpu() && !ignoreMismatch) {
    self->logger.error("setTimingCache: the cache is of " + cache->gpu + ", this device is " + cachedGpu());
    return false;
  }
  self->settings.cache = cache;
  return true;
}

const void* usedTimingCache(const ConfigObject* self) noexcept {
  return self->settings.cache == nullptr ? nullptr : &self->settings.cache->facade;
}

ConfigObject::~ConfigObject() { device().count(Counter::builderConfigs, -1); }

}  // namespace trtbench::sim
