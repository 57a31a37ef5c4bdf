// The wire format of protocol buffers: fields one after the other, nothing trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace trtbench::sim {

// Span is a piece of a message. It does not own its bytes.
struct Span {
  const char* data = nullptr;
  size_t size = 0;
  std::string text() const { return std::string(data, size); }
};

// Wire walks the fields of one message:
//
//   for (Wire w(span); w.next();) if (w.isBytes(7)) …
//
// After the loop, broken() tells whether it ended because the bytes make no sense.
class Wire {
 public:
  explicit Wire(Span span) : at_(span.data), end_(span.data + span.size) {}

  bool next() {
    if (broken_ || stopped_ || at_ == end_) return false;
    uint64_t tag = 0;
    if (!varint(&tag) || tag >> 3 == 0 || tag >> 3 > kMostField) return fail();
    field_ = static_cast<uint32_t>(tag >> 3);
    type_ = static_cast<int>(tag & 7);
    switch (type_) {
      case kVarint: return varint(&number_) || fail();
      case kFixed64: return fixed(8) || fail();
      case kBytes: return length(&bytes_) || fail();
      case kGroupStart: return skipGroup(field_, 0) || fail();
      case kGroupEnd: stopped_ = true; return false;  // the end of a group that never began ends the message
      case kFixed32: return fixed(4) || fail();
      default: return fail();
    }
  }

  bool broken() const { return broken_; }
  bool stopped() const { return stopped_; }
  uint32_t field() const { return field_; }
  bool isNumber(uint32_t field) const { return field_ == field && type_ == kVarint; }
  bool isBytes(uint32_t field) const { return field_ == field && type_ == kBytes; }
  uint64_t number() const { return number_; }
  int64_t integer() const { return static_cast<int64_t>(number_); }
  Span bytes() const { return bytes_; }

 private:
  enum : int { kVarint = 0, kFixed64 = 1, kBytes = 2, kGroupStart = 3, kGroupEnd = 4, kFixed32 = 5 };
  static constexpr uint64_t kMostField = (1u << 29) - 1;
  static constexpr int kMostGroups = 32;

  bool fail() {
    broken_ = true;
    return false;
  }

  bool varint(uint64_t* value) {
    *value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at_ == end_) return false;
      const auto byte = static_cast<unsigned char>(*at_++);
      if (shift < 64) *value |= static_cast<uint64_t>(byte & 127) << shift;
      if (byte < 128) return true;
    }
    return false;
  }

  bool fixed(size_t bytes) {
    if (static_cast<size_t>(end_ - at_) < bytes) return false;
    bytes_ = Span{at_, bytes};
    at_ += bytes;
    return true;
  }

  bool length(Span* span) {
    uint64_t size = 0;
    if (!varint(&size) || size > static_cast<uint64_t>(end_ - at_)) return false;
    *span = Span{at_, static_cast<size_t>(size)};
    at_ += size;
    return true;
  }

  bool skipGroup(uint64_t field, int depth) {
    for (;;) {
      uint64_t tag = 0, ignored = 0;
      Span span;
      if (depth > kMostGroups || !varint(&tag)) return false;
      switch (tag & 7) {
        case kVarint:
          if (!varint(&ignored)) return false;
          break;
        case kFixed64:
          if (!fixed(8)) return false;
          break;
        case kBytes:
          if (!length(&span)) return false;
          break;
        case kGroupStart:
          if (!skipGroup(tag >> 3, depth + 1)) return false;
          break;
        case kGroupEnd: return tag >> 3 == field;
        case kFixed32:
          if (!fixed(4)) return false;
          break;
        default: return false;
      }
    }
  }

  const char* at_;
  const char* const end_;
  uint32_t field_ = 0;
  int type_ = 0;
  uint64_t number_ = 0;
  Span bytes_;
  bool broken_ = false, stopped_ = false;
};

}  // namespace trtbench::sim
