#include "builder/timingcache.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "json/json.h"
#include "json/version.h"

namespace trtbench::sim {
namespace {

// A cache is lines of text: the mark, the version of TensorRT, the device, then one line for each layer, its key in 32
// hexadecimal digits, the tactic in 16, milliseconds.
constexpr char kMark[] = "trtbench simulated timing cache 1";
constexpr size_t kKeyBytes = 16;

struct Key {
  uint8_t data[kKeyBytes];
};
// As TensorRT lays it out.
struct Value {
  uint64_t tactic;
  float ms;
};

std::string keyOf(const Key& key) { return std::string(reinterpret_cast<const char*>(key.data), kKeyBytes); }

std::string line(const std::string& key, const TimingCacheObject::Entry& entry) {
  std::string text;
  char part[64];
  for (const char c : key) {
    snprintf(part, sizeof part, "%02x", static_cast<unsigned char>(c));
    text += part;
  }
  snprintf(part, sizeof part, " %016llx %.6g\n", static_cast<unsigned long long>(entry.tactic), static_cast<double>(entry.ms));
  return text + part;
}

void* serializeCache(const TimingCacheObject* self) noexcept {
  HostMemoryObject* memory = create<HostMemoryObject>(self->logger);
  memory->bytes = std::string(kMark) + "\n" + versionText(reportedVersion()) + "\n" + self->gpu + "\n";
  for (const auto& entry : self->entries) memory->bytes += line(entry.first, entry.second);
  return &memory->facade;
}

bool combine(TimingCacheObject* self, const void* facade, bool ignoreMismatch) noexcept {
  const TimingCacheObject* other = from<TimingCacheObject>(facade);
  if (other->gpu != self->gpu && !ignoreMismatch) {
    self->logger.error("combine: the other cache is of " + other->gpu + ", this one of " + self->gpu);
    return false;
  }
  self->entries.insert(other->entries.begin(), other->entries.end());
  return true;
}

bool resetCache(TimingCacheObject* self) noexcept {
  self->entries.clear();
  return true;
}

// Without room it only counts.
int64_t queryKeys(const TimingCacheObject* self, Key* keys, int64_t room) noexcept {
  if (keys == nullptr || room <= 0) return static_cast<int64_t>(self->entries.size());
  int64_t n = 0;
  for (const auto& entry : self->entries) {
    if (n == room) break;
    memcpy(keys[n++].data, entry.first.data(), kKeyBytes);
  }
  return n;
}

Value query(const TimingCacheObject* self, const Key& key) noexcept {
  const auto entry = self->entries.find(keyOf(key));
  if (entry == self->entries.end()) return Value{UINT64_MAX, -1};
  return Value{entry->second.tactic, entry->second.ms};
}

bool update(TimingCacheObject* self, const Key& key, const Value& value) noexcept {
  if (!(value.ms >= 0)) return false;
  self->entries[keyOf(key)] = {value.tactic, value.ms};
  return true;
}

// fnv is the FNV-1a hash.
uint64_t fnv(const std::string& text, uint64_t hash) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

bool readEntry(const std::string& text, TimingCacheObject* cache) {
  constexpr size_t tacticAt = 2 * kKeyBytes + 1, msAt = tacticAt + 17;
  if (text.size() <= msAt || text[tacticAt - 1] != ' ' || text[msAt - 1] != ' ') return false;
  std::string key;
  for (size_t i = 0; i < 2 * kKeyBytes; i += 2) {
    const int high = hexDigit(text[i]), low = hexDigit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    key += static_cast<char>(high * 16 + low);
  }
  char* end = nullptr;
  const uint64_t tactic = strtoull(text.c_str() + tacticAt, &end, 16);
  if (end != text.c_str() + msAt - 1) return false;
  const float ms = strtof(text.c_str() + msAt, &end);
  if (*end != '\0' || !(ms >= 0)) return false;
  cache->entries[key] = {tactic, ms};
  return true;
}

}  // namespace

template <>
const Interface& interfaceOf<TimingCacheObject>() {
  static const std::vector<SlotRow> rows = {
      {"serialize", 2, 0, 2, 0, slot(serializeCache)},
      {"combine", 3, 0, 3, 0, slot(combine)},
      {"reset", 4, 0, 4, 0, slot(resetCache)},
      {"queryKeys", 5, 8, 5, 0, slot(queryKeys)},
      {"query", 6, 8, 6, 0, slot(query)},
      {"update", 7, 8, 7, 0, slot(update)},
  };
  static const Interface interface("VTimingCache", rows);
  return interface;
}

std::string cachedGpu() {
  const DeviceFacts facts = device().facts();
  return facts.name + " " + std::to_string(facts.major) + "." + std::to_string(facts.minor);
}

std::string readTimingCache(const char* data, size_t size, TimingCacheObject* cache) {
  if (data == nullptr) return "no data";
  std::vector<std::string> lines(1);
  for (size_t i = 0; i < size; i++) {
    if (data[i] == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += data[i];
    }
  }
  if (lines[0] != kMark) return "the data is no timing cache of the simulated TensorRT";
  if (!lines.back().empty() || lines.size() < 4) return "the timing cache is cut short";
  if (lines[1] != versionText(reportedVersion())) {
    return "the timing cache was written by TensorRT " + lines[1] + ", this library is " + versionText(reportedVersion());
  }
  cache->gpu = lines[2];
  for (size_t i = 3; i + 1 < lines.size(); i++) {
    if (!readEntry(lines[i], cache)) return "line " + std::to_string(i + 1) + " of the timing cache is damaged";
  }
  return "";
}

std::string layerKey(const std::string& description) {
  const uint64_t halves[] = {fnv(description, 14695981039346656037u), fnv(description, 1469598103934665603u)};
  static_assert(sizeof halves == kKeyBytes, "length of a key");
  return std::string(reinterpret_cast<const char*>(halves), kKeyBytes);
}

TimingCacheObject::~TimingCacheObject() { device().count(Counter::timingCaches, -1); }

}  // namespace trtbench::sim
