// IEEE 754 half precision.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

namespace trtbench::sim {

inline float fromHalf(uint16_t half) {
  const int exponent = half >> 10 & 31;
  const float fraction = static_cast<float>(half & 1023) / 1024;
  const float sign = (half & 0x8000) != 0 ? -1.0f : 1.0f;
  if (exponent == 31) return fraction == 0 ? sign * INFINITY : NAN;
  return exponent == 0 ? sign * std::ldexp(fraction, -14) : sign * std::ldexp(1 + fraction, exponent - 15);
}

// toHalf rounds to nearest, ties to even.
inline uint16_t toHalf(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint16_t sign = static_cast<uint16_t>(bits >> 16 & 0x8000);
  const float size = std::fabs(value);
  if (std::isnan(value)) return static_cast<uint16_t>(sign | 0x7E00);
  if (size >= 65520) return static_cast<uint16_t>(sign | 0x7C00);
  if (size < 0x1.0p-14f) return static_cast<uint16_t>(sign | static_cast<uint16_t>(std::nearbyint(size * 0x1.0p24f)));
  int exponent;
  const float fraction = std::frexp(size, &exponent);                            // in [0.5, 1)
  const auto mantissa = static_cast<uint32_t>(std::nearbyint(fraction * 2048));  // 1024 … 2048
  return static_cast<uint16_t>(sign | ((static_cast<uint32_t>(exponent + 13) << 10) + mantissa));
}

}  // namespace trtbench::sim
