// Methods of the builder's configuration, used by its table.
#pragma once

#include "builder/objects.h"

namespace trtbench::sim {

void setFlag(ConfigObject* self, int32_t flag) noexcept;
void clearFlag(ConfigObject* self, int32_t flag) noexcept;
bool hasFlag(const ConfigObject* self, int32_t flag) noexcept;
void setFlags(ConfigObject* self, uint32_t mask) noexcept;
uint32_t flagMask(const ConfigObject* self) noexcept;
void setPool(ConfigObject* self, int32_t pool, size_t bytes) noexcept;
size_t poolLimit(const ConfigObject* self, int32_t pool) noexcept;
void setPreview(ConfigObject* self, int32_t feature, bool enable) noexcept;
bool preview(const ConfigObject* self, int32_t feature) noexcept;
int32_t addProfile(ConfigObject* self, const void* profile) noexcept;
bool setTacticSources(ConfigObject* self, uint32_t sources) noexcept;
void setLevel(ConfigObject* self, int32_t level) noexcept;
void setHardware(ConfigObject* self, int32_t level) noexcept;
void setVerbosity(ConfigObject* self, int32_t verbosity) noexcept;
bool setTiling(ConfigObject* self, int32_t level) noexcept;
bool setAuxStreamLimit(ConfigObject* self, int32_t count) noexcept;
void* newTimingCache(const ConfigObject* self, const void* blob, size_t size) noexcept;
bool useTimingCache(ConfigObject* self, const void* cache, bool ignoreMismatch) noexcept;
const void* usedTimingCache(const ConfigObject* self) noexcept;

// defaultSettings are those of a new configuration.
BuildSettings defaultSettings();

}  // namespace trtbench::sim
