// Reads the members of a JSON object into C++ values; collects the first fault and refuses members nobody asked for.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "json/json.h"

namespace trtbench::sim {

// Fields walks one object. Call the readers for every member that may appear, then done(). A member that is absent leaves its
// target as it is. After the first fault, kept in *error with the member's path, the readers do nothing.
class Fields {
 public:
  Fields(const JsonValue& value, std::string path, std::string* error) : value_(value), path_(std::move(path)), error_(error) {
    if (value.kind != JsonValue::Kind::object) fail("", std::string("expected an object, found ") + kindName(value.kind));
  }

  bool ok() const { return error_->empty(); }
  const std::string& path() const { return path_; }

  void fail(const std::string& key, const std::string& what) {
    if (!ok()) return;
    *error_ = path_.empty() ? key : key.empty() ? path_ : path_ + "." + key;
    *error_ += error_->empty() ? what : ": " + what;
  }

  const JsonValue* find(const char* key, JsonValue::Kind kind) {
    known_.emplace_back(key);
    const JsonValue* found = ok() ? value_.member(key) : nullptr;
    if (found == nullptr) return nullptr;
    if (found->kind != kind) {
      fail(key, std::string("expected ") + kindName(kind) + ", found " + kindName(found->kind));
      return nullptr;
    }
    return found;
  }

  void string(const char* key, std::string* out) {
    if (const JsonValue* v = find(key, JsonValue::Kind::string)) *out = v->string;
  }

  void boolean(const char* key, bool* out) {
    if (const JsonValue* v = find(key, JsonValue::Kind::boolean)) *out = v->boolean;
  }

  void number(const char* key, double* out, double least, double most) {
    const JsonValue* v = find(key, JsonValue::Kind::number);
    if (v == nullptr) return;
    if (v->number < least || v->number > most) fail(key, "out of range");
    *out = v->number;
  }

  template <class Int>
  void integer(const char* key, Int* out, double least, double most) {
    const JsonValue* v = find(key, JsonValue::Kind::number);
    if (v != nullptr && whole(key, *v, least, most)) *out = static_cast<Int>(v->number);
  }

  template <class Int>
  void integers(const char* key, std::vector<Int>* out, double least, double most) {
    const JsonValue* list = find(key, JsonValue::Kind::array);
    if (list == nullptr) return;
    numbers(key, *list, out, least, most);
  }

  template <class Int>
  void numbers(const char* key, const JsonValue& list, std::vector<Int>* out, double least, double most) {
    out->clear();
    for (const JsonValue& v : list.items) {
      if (v.kind != JsonValue::Kind::number) return fail(key, "expected whole numbers");
      if (!whole(key, v, least, most)) return;
      out->push_back(static_cast<Int>(v.number));
    }
  }

  // choice turns one of the given names into its index.
  void choice(const char* key, const std::vector<const char*>& names, int* out) {
    const JsonValue* v = find(key, JsonValue::Kind::string);
    if (v == nullptr) return;
    for (size_t i = 0; i < names.size(); i++) {
      if (names[i] != nullptr && v->string == names[i]) {
        *out = static_cast<int>(i);
        return;
      }
    }
    fail(key, "unknown value \"" + v->string + "\"");
  }

  // each calls visit(Fields&) for every object of an array.
  template <class Visit>
  void each(const char* key, Visit visit) {
    const JsonValue* list = find(key, JsonValue::Kind::array);
    if (list == nullptr) return;
    for (size_t i = 0; i < list->items.size() && ok(); i++) {
      Fields inner(list->items[i], child(key) + "[" + std::to_string(i) + "]", error_);
      if (inner.ok()) visit(inner);
      inner.done();
    }
  }

  // with calls visit(Fields&) for one object, when it is there.
  template <class Visit>
  void with(const char* key, Visit visit) {
    const JsonValue* v = find(key, JsonValue::Kind::object);
    if (v == nullptr) return;
    Fields inner(*v, child(key), error_);
    visit(inner);
    inner.done();
  }

  bool done() {
    for (const auto& m : value_.members) {
      bool found = false;
      for (const auto& k : known_) found = found || k == m.first;
      if (!found) fail(m.first, "unknown key");
    }
    return ok();
  }

 private:
  std::string child(const char* key) const { return path_.empty() ? key : path_ + "." + key; }

  bool whole(const char* key, const JsonValue& v, double least, double most) {
    if (v.number != std::floor(v.number)) {
      fail(key, "expected a whole number");
    } else if (v.number < least || v.number > most) {
      fail(key, "out of range");
    }
    return ok();
  }

  const JsonValue& value_;
  std::string path_;
  std::string* error_;
  std::vector<std::string> known_;
};

}  // namespace trtbench::sim
