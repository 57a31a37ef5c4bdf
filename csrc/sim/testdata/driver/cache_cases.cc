// The timing cache.
#include <cstring>

#include "builder.h"
#include "onnx.h"

namespace driver {
namespace {

struct Cached : Building {
  explicit Cached(Lib& l) : Building(l) {
    CHECK(parse(model(chain())));
    void* const p = profile();
    CHECK(bound(p, "x", {1, 4}, {2, 4}, {8, 4}));
    CHECK_EQ(add(p), 0);
  }
  void* cache(const std::string& blob = "") {
    return lib.call<void*>(config, kNewCache, static_cast<const void*>(blob.data()), blob.size());
  }
  bool use(void* cache, bool anyDevice = false) {
    return lib.call<bool>(config, kSetCache, static_cast<const void*>(cache), anyDevice);
  }
  std::string serialized(void* cache) {
    void* const memory = lib.call<void*>(cache, kSerializeCache);
    const std::string text(static_cast<char*>(lib.call<void*>(memory, kBytes)), lib.call<size_t>(memory, kSize));
    lib.destroy(memory);
    return text;
  }
};

const Case hits("a second build finds its layers in the timing cache", [](Lib& lib) {
  lib.configure(R"({"build_ms": 200})");
  std::string blob;
  {
    Cached b(lib);
    void* const cache = b.cache();
    CHECK(cache != nullptr && b.use(cache));
    CHECK(lib.call<const void*>(b.config, kGetCache) == cache);
    CHECK(!b.plan().empty());
    CHECK_EQ(lib.counter("timing_cache_hits"), 0);
    CHECK_EQ(lib.counter("timing_cache_misses"), 2);
    blob = b.serialized(cache);
    lib.destroy(cache);
  }
  Cached b(lib);
  void* const cache = b.cache(blob);
  CHECK(b.use(cache));
  b.flag(kErrorOnMiss);
  const int64_t start = clockNanos();
  const std::string plan = b.plan();
  CHECK(!plan.empty());
  CHECK(clockNanos() - start < 190000000);
  CHECK_EQ(lib.counter("timing_cache_hits"), 2);
  CHECK_EQ(lib.counter("timing_cache_misses"), 2);
  CHECK(b.serialized(cache) == blob);
  lib.call<void>(b.config, kSetLevel, 4);  // other tactics
  CHECK(b.plan().empty());
  CHECK(logged(lib, "the timing cache has no entry for layer product"));
  lib.destroy(cache);
  CHECK_EQ(lib.counter("timing_caches"), 0);
});

const Case refusedCaches("a timing cache of another version or device, or a broken one, is refused", [](Lib& lib) {
  Cached b(lib);
  void* const cache = b.cache();
  CHECK(b.use(cache) && !b.plan().empty());
  const std::string blob = b.serialized(cache);
  const size_t version = blob.find('\n') + 1;
  std::string other = blob;
  other.replace(version, other.find('\n', version) - version, "10.0.0");
  CHECK(b.cache(other) == nullptr);
  CHECK(logged(lib, "createTimingCache: the timing cache was written by TensorRT 10.0.0, this library is 1"));
  CHECK(b.cache("something else") == nullptr);
  CHECK(logged(lib, "the data is no timing cache"));
  for (size_t n = 1; n < blob.size(); n++) {
    if (void* cut = b.cache(blob.substr(0, n))) lib.destroy(cut);
  }
  CHECK(b.cache(blob.substr(0, blob.size() - 1)) == nullptr);
  CHECK(logged(lib, "cut short"));
  other = blob;
  other[other.size() - 40] = '!';
  CHECK(b.cache(other) == nullptr);
  CHECK(logged(lib, "line 5 of the timing cache is damaged"));
  lib.configure(R"({"devices": [{"name": "Other GPU"}]})");
  void* const foreign = b.cache(blob);
  CHECK(foreign != nullptr);
  CHECK(!b.use(foreign));
  CHECK(logged(lib, "the cache is of Simulated GPU 8.9, this device is Other GPU 8.9"));
  CHECK(b.use(foreign, true));
});

struct Key {
  unsigned char data[16];
};
struct Value {
  uint64_t tactic;
  float ms;
};

const Case edited("timing caches can be combined, emptied and looked into", [](Lib& lib) {
  Cached b(lib);
  void *const full = b.cache(), *const empty = b.cache();
  CHECK(b.use(full) && !b.plan().empty());
  CHECK_EQ(lib.call<int64_t>(full, kQueryKeys, static_cast<Key*>(nullptr), int64_t{0}), 2);
  CHECK(lib.call<bool>(empty, kCombine, static_cast<const void*>(full), false));
  Key keys[4];
  CHECK_EQ(lib.call<int64_t>(empty, kQueryKeys, keys, int64_t{4}), 2);
  const Value value = lib.call<Value>(empty, {6, 6}, static_cast<const Key*>(&keys[0]));
  CHECK(value.ms > 0);
  const Value mine = {7, 1.5f};
  CHECK(lib.call<bool>(empty, {7, 7}, static_cast<const Key*>(&keys[0]), &mine));
  CHECK_EQ(lib.call<Value>(empty, {6, 6}, static_cast<const Key*>(&keys[0])).ms, 1.5f);
  CHECK(lib.call<bool>(full, kResetCache));
  CHECK_EQ(lib.call<int64_t>(full, kQueryKeys, keys, int64_t{4}), 0);
  CHECK_EQ(lib.call<Value>(full, {6, 6}, static_cast<const Key*>(&keys[0])).tactic, UINT64_MAX);
});

}  // namespace
}  // namespace driver
