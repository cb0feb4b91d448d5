// The exponential function in a form that loops over it vectorise.
#pragma once
#include <bit>
#include <cstdint>

#include "cpu/multiversion.h"

namespace blemish {

// e^x within 2 units in the last place; 0 below -87.3, infinity above 88.72; NaN stays. x = n ln 2 + r with |r| ≤ ln 2 / 2, ln 2 in
// two parts so that r is exact (Cody and Waite), e^r by its Taylor polynomial of degree 7, 2^n by the exponent's bits.
BLEMISH_INLINE inline float vectorExp(float x) {
  float bounded = x < -87.3f ? -87.3f : x > 88.72283f ? 88.72283f : x;  // NaN passes
  float shifted = bounded * 1.44269504f + 12582912.0f;          // 1.5 · 2^23: the integer n stands in the low bits
  float n = shifted - 12582912.0f;
  float r = (bounded - n * 0.693359375f) - n * -2.12194440e-4f;
  float p = 1.0f / 5040;
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  // 2^n in two factors: n reaches 128, one more than a float's exponent does.
  int32_t whole = std::bit_cast<int32_t>(shifted) - 0x4b400000;
  int32_t half = whole >> 1;
  float y = p * std::bit_cast<float>((half + 127) << 23) * std::bit_cast<float>((whole - half + 127) << 23);
  return x < -87.3f ? 0.0f : x > 88.72283f ? __builtin_inff() : y;
}

}  // namespace blemish
