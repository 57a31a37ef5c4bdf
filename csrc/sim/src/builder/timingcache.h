// The timing cache: which layers were timed before, as a text of ours.
#pragma once

#include "builder/objects.h"

namespace trtbench::sim {

// cachedGpu identifies the device that timings hold for.
std::string cachedGpu();
// readTimingCache fills a cache from its serialized form; it returns what is wrong with it, or nothing. A cache of another device
// can be read: using it is what needs leave.
std::string readTimingCache(const char* data, size_t size, TimingCacheObject* cache);
// layerKey is the 16 bytes by which the cache knows a layer that is described by a text.
std::string layerKey(const std::string& description);

}  // namespace trtbench::sim
