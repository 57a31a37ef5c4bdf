// A small strict JSON reader: RFC 8259, bounded depth and size, duplicate keys refused. It never throws and never crashes on
// garbage; the first fault is kept as text with its place.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace trtbench::sim {

struct JsonValue {
  enum class Kind { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;
  std::string string;
  std::vector<JsonValue> items;                            // of an array
  std::vector<std::pair<std::string, JsonValue>> members;  // of an object, in order

  const JsonValue* member(const std::string& key) const;
};

const char* kindName(JsonValue::Kind kind);

// parseJson reads exactly one value from text. On failure it returns false and says in *error what is wrong and at which byte.
bool parseJson(const char* text, size_t size, JsonValue* value, std::string* error);

// hexDigit is the value of a hexadecimal digit, or -1.
int hexDigit(char c);

// quoteJson returns the text as a JSON string, with the quotes.
std::string quoteJson(const std::string& text);

}  // namespace trtbench::sim
