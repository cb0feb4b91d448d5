// Bit patterns of numbers, and a choice without branches.
#pragma once
#include <cstdint>

#include "core/host-device.h"

namespace blemish {

BLEMISH_BOTH int32_t bitsOf(float x) { return __builtin_bit_cast(int32_t, x); }
BLEMISH_BOTH int64_t bitsOf(double x) { return __builtin_bit_cast(int64_t, x); }
BLEMISH_BOTH float floatOf(int32_t bits) { return __builtin_bit_cast(float, bits); }
BLEMISH_BOTH double doubleOf(int64_t bits) { return __builtin_bit_cast(double, bits); }

// As `condition ? a : b`, but by masks: a compiler may turn the operator into a branch, and then the loop stays scalar.
BLEMISH_BOTH float select(bool condition, float a, float b) {
  int32_t mask = -static_cast<int32_t>(condition);
  return floatOf((bitsOf(a) & mask) | (bitsOf(b) & ~mask));
}
BLEMISH_BOTH double select(bool condition, double a, double b) {
  int64_t mask = -static_cast<int64_t>(condition);
  return doubleOf((bitsOf(a) & mask) | (bitsOf(b) & ~mask));
}

}  // namespace blemish
