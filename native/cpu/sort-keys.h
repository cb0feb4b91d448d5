// Floating numbers as integers that sort like them, the largest first.
#pragma once
#include <cstdint>

#include "core/bits.h"

namespace blemish {

template <class T> struct KeyOf;
template <> struct KeyOf<float> { using type = uint32_t; };
template <> struct KeyOf<double> { using type = uint64_t; };

// The larger the number, the smaller its key. Zeros of both signs have one key; NaN has none.
BLEMISH_BOTH uint32_t keyOf(float score) {
  int32_t bits = bitsOf(score + 0.0f);
  return ~(static_cast<uint32_t>(bits) ^ (static_cast<uint32_t>(bits >> 31) | 0x80000000u));
}
BLEMISH_BOTH uint64_t keyOf(double score) {
  int64_t bits = bitsOf(score + 0.0);
  return ~(static_cast<uint64_t>(bits) ^ (static_cast<uint64_t>(bits >> 63) | 0x8000000000000000u));
}
BLEMISH_BOTH double scoreOf(uint32_t key) {
  uint32_t rising = ~key;
  return static_cast<double>(floatOf(static_cast<int32_t>(rising & 0x80000000u ? rising ^ 0x80000000u : ~rising)));
}
BLEMISH_BOTH double scoreOf(uint64_t key) {
  uint64_t rising = ~key;
  return doubleOf(static_cast<int64_t>(rising & 0x8000000000000000u ? rising ^ 0x8000000000000000u : ~rising));
}

}  // namespace blemish
