#include "json/json.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace trtbench::sim {
namespace {

constexpr int kMaxDepth = 32;
constexpr size_t kMaxSize = 16u << 20;
constexpr size_t kMaxMembers = 256;  // of one object; keeps the search for duplicates short

class Parser {
 public:
  Parser(const char* text, size_t size, std::string* error) : at_(text), begin_(text), end_(text + size), error_(error) {}

  bool document(JsonValue* value) {
    if (static_cast<size_t>(end_ - begin_) > kMaxSize) return fail("text is longer than 16 MiB");
    if (!read(value, 0)) return false;
    skipSpace();
    return at_ == end_ || fail("text goes on after the value");
  }

 private:
  bool fail(const std::string& what) {
    *error_ = "byte " + std::to_string(at_ - begin_) + ": " + what;
    return false;
  }

  void skipSpace() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) at_++;
  }

  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    at_++;
    return true;
  }

  bool word(const char* text) {
    const size_t n = strlen(text);
    if (static_cast<size_t>(end_ - at_) < n || memcmp(at_, text, n) != 0) return fail("unknown word");
    at_ += n;
    return true;
  }

  bool read(JsonValue* value, int depth) {
    if (depth > kMaxDepth) return fail("nested deeper than 32 levels");
    skipSpace();
    if (at_ == end_) return fail("text ends where a value is expected");
    switch (*at_) {
      case '{': return object(value, depth);
      case '[': return array(value, depth);
      case '"': value->kind = JsonValue::Kind::string; return string(&value->string);
      case 't':
        value->kind = JsonValue::Kind::boolean;
        value->boolean = true;
        return word("true");
      case 'f': value->kind = JsonValue::Kind::boolean; return word("false");
      case 'n': return word("null");
      default: value->kind = JsonValue::Kind::number; return number(&value->number);
    }
  }

  bool object(JsonValue* value, int depth) {
    value->kind = JsonValue::Kind::object;
    at_++;
    skipSpace();
    if (take('}')) return true;
    for (;;) {
      skipSpace();
      std::string key;
      if (at_ == end_ || *at_ != '"') return fail("expected a key in quotes");
      if (!string(&key)) return false;
      if (value->members.size() == kMaxMembers) return fail("object has more than 256 members");
      if (value->member(key) != nullptr) return fail("key \"" + key + "\" appears twice");
      skipSpace();
      if (!take(':')) return fail("expected ':' after the key");
      value->members.emplace_back(std::move(key), JsonValue{});
      if (!read(&value->members.back().second, depth + 1)) return false;
      skipSpace();
      if (take('}')) return true;
      if (!take(',')) return fail("expected ',' or '}'");
    }
  }

  bool array(JsonValue* value, int depth) {
    value->kind = JsonValue::Kind::array;
    at_++;
    skipSpace();
    if (take(']')) return true;
    for (;;) {
      value->items.emplace_back();
      if (!read(&value->items.back(), depth + 1)) return false;
      skipSpace();
      if (take(']')) return true;
      if (!take(',')) return fail("expected ',' or ']'");
    }
  }

  static bool digit(char c) { return c >= '0' && c <= '9'; }

  bool digits() {
    if (at_ == end_ || !digit(*at_)) return fail("expected a digit");
    while (at_ < end_ && digit(*at_)) at_++;
    return true;
  }

  bool number(double* value) {
    const char* start = at_;
    take('-');
    if (at_ == end_ || !digit(*at_)) return fail("expected a value");
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    *value = strtod(std::string(start, at_).c_str(), nullptr);
    return std::isfinite(*value) || fail("number is out of range");
  }

  bool hex4(unsigned* code) {
    *code = 0;
    for (int i = 0; i < 4; i++, at_++) {
      if (at_ == end_) return fail("text ends inside a string");
      const int n = hexDigit(*at_);
      if (n < 0) return fail("bad \\u escape");
      *code = *code * 16 + static_cast<unsigned>(n);
    }
    return true;
  }

  static void appendUtf8(std::string* out, unsigned code) {
    if (code < 0x80) {
      *out += static_cast<char>(code);
    } else if (code < 0x800) {
      *out += static_cast<char>(0xC0 | code >> 6);
      *out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      *out += static_cast<char>(0xE0 | code >> 12);
      *out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
      *out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      *out += static_cast<char>(0xF0 | code >> 18);
      *out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
      *out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
      *out += static_cast<char>(0x80 | (code & 0x3F));
    }
  }

  bool unicode(std::string* out) {
    unsigned code;
    if (!hex4(&code)) return false;
    if (code >= 0xD800 && code < 0xDC00 && end_ - at_ >= 2 && at_[0] == '\\' && at_[1] == 'u') {
      at_ += 2;
      unsigned low;
      if (!hex4(&low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) return fail("bad surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xD800 && code <= 0xDFFF) {
      return fail("bad surrogate pair");
    }
    appendUtf8(out, code);
    return true;
  }

  bool escape(std::string* out) {
    if (at_ == end_) return fail("text ends inside a string");
    const char c = *at_++;
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (c == 'u') return unicode(out);
    const char* found = c == '\0' ? nullptr : strchr(from, c);
    if (found == nullptr) return fail("bad escape in a string");
    *out += to[found - from];
    return true;
  }

  bool string(std::string* out) {
    for (at_++; at_ < end_;) {
      const char c = *at_;
      if (static_cast<unsigned char>(c) < 0x20) return fail("control character in a string");
      at_++;
      if (c == '"') return true;
      if (c != '\\') {
        *out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return fail("text ends inside a string");
  }

  const char* at_;
  const char* begin_;
  const char* end_;
  std::string* error_;
};

}  // namespace

const JsonValue* JsonValue::member(const std::string& key) const {
  for (const auto& m : members) {
    if (m.first == key) return &m.second;
  }
  return nullptr;
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

const char* kindName(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::null: return "null";
    case JsonValue::Kind::boolean: return "true or false";
    case JsonValue::Kind::number: return "a number";
    case JsonValue::Kind::string: return "a string";
    case JsonValue::Kind::array: return "an array";
    case JsonValue::Kind::object: return "an object";
  }
  return "unknown";
}

bool parseJson(const char* text, size_t size, JsonValue* value, std::string* error) {
  return Parser(text, size, error).document(value);
}

std::string quoteJson(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char code[8];
      snprintf(code, sizeof code, "\\u%04x", c);
      out += code;
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace trtbench::sim
