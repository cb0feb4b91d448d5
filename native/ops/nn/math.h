// Elementary functions of float32 as straight-line arithmetic, so that loops over them vectorise; host and device.
//
// Errors against float64 over all finite inputs, in units of the last place, as test/ops/nn/math.test.ts holds them:
// pow 0.501, log and log1p 1, exp 1.1, erf 1.3 (there through gelu), sin and cos 1.7, expm1 and softplus 1.8, sigmoid 2.5,
// tanh 2.7. NaN stays NaN, infinities give the limits. The polynomials were fitted for this file, in the minimax sense.
#pragma once
#include <cstdint>
#include <limits>

#include "core/bits.h"

namespace blemish::math {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();

BLEMISH_BOTH float abs(float x) { return floatOf(bitsOf(x) & 0x7fffffff); }
BLEMISH_BOTH float withSign(float magnitude, float sign) {
  return floatOf((bitsOf(magnitude) & 0x7fffffff) | (bitsOf(sign) & static_cast<int32_t>(0x80000000u)));
}
BLEMISH_BOTH float sqrt(float x) { return __builtin_sqrtf(x); }
// Comparisons so written keep a NaN in x.
BLEMISH_BOTH float clamp(float x, float low, float high) { return select(x > high, high, select(x < low, low, x)); }

// exp(x) = 2^exponent (1 + fraction), |fraction| < 0.42.
struct ExpParts {
  float fraction;
  int32_t exponent;
};
BLEMISH_BOTH ExpParts expParts(float x) {
  constexpr float magic = 12582912.f;  // 1.5 2^23: adding it rounds to an integer that stands in the low bits
  float shifted = x * 1.44269504f + magic;
  float n = shifted - magic;
  float r = x - n * 0.693359375f;  // the product is exact: 10 bits times 8
  r = r - n * -2.12194440e-4f;
  float q = 1.3870707e-3f;
  q = q * r + 8.366273e-3f;
  q = q * r + 4.1667435e-2f;
  q = q * r + 0.16666546f;
  q = q * r + 0.49999997f;
  return {r + r * r * q, bitsOf(shifted) - bitsOf(magic)};
}

BLEMISH_BOTH float exp(float x) {
  ExpParts parts = expParts(clamp(x, -104.f, 89.f));
  // Two factors, for 2^128 and for subnormal results.
  int32_t half = parts.exponent >> 1, rest = parts.exponent - half;
  return (1.f + parts.fraction) * floatOf((half + 127) << 23) * floatOf((rest + 127) << 23);
}

BLEMISH_BOTH float expm1(float x) {
  ExpParts parts = expParts(clamp(x, -20.f, 89.f));
  float half = floatOf((parts.exponent + 126) << 23);  // half the power, which 2^128 would exceed
  return (half * parts.fraction + (half - 0.5f)) * 2.f;
}

// log(x) + correction, for log1p; both parts small where the result is.
BLEMISH_BOTH float logPlus(float x, float correction) {
  bool subnormal = x < 1.17549435e-38f;
  // Less sqrt(1/2), so that the mantissa stays within a root of 2; unsigned, since -0 wraps around.
  int32_t bits = static_cast<int32_t>(static_cast<uint32_t>(bitsOf(select(subnormal, x * 8388608.f, x))) - 0x3f3504f3u);
  float exponent = static_cast<float>(bits >> 23) - select(subnormal, 23.f, 0.f);
  float f = floatOf((bits & 0x007fffff) + 0x3f3504f3) - 1.f;
  float s = f / (2.f + f), z = s * s;  // log(1 + f) = 2 atanh(s)
  float r = 0.2427948f;
  r = r * z + 0.28498778f;
  r = r * z + 0.40000972f;
  r = r * z + 0.6666666f;
  r = r * z;
  float square = 0.5f * f * f;
  float y = exponent * 0.693138123f + (f - (square - (s * (square + r) + (exponent * 9.05800061e-6f + correction))));
  y = select(x < infinity, y, x);
  return select(x > 0, y, select(x == 0, -infinity, notANumber));
}
BLEMISH_BOTH float log(float x) { return logPlus(x, 0.f); }

BLEMISH_BOTH float log1p(float x) {
  float u = 1.f + x;
  float lost = x - (u - 1.f);
  // What rounding to u has lost, where u is a number to divide by.
  return logPlus(u, select((u > 0) & (u < infinity), lost / u, 0.f));
}

BLEMISH_BOTH float tanh(float x) {
  float e = expm1(-2.f * abs(x));
  return withSign(-e / (2.f + e), x);
}

BLEMISH_BOTH float sigmoid(float x) {
  float e = exp(-abs(x));
  return select(x < 0, e, 1.f) / (1.f + e);
}

BLEMISH_BOTH float softplus(float x) { return select(x < 0, 0.f, x) + log1p(exp(-abs(x))); }

BLEMISH_BOTH float erf(float x) {
  float t = abs(x), z = x * x;
  float p = 7.989788e-5f;
  p = p * z - 8.0486434e-4f;
  p = p * z + 5.192347e-3f;
  p = p * z - 2.6855722e-2f;
  p = p * z + 0.11283626f;
  p = p * z - 0.3761263f;
  p = p * z + 0.12837917f;
  // -log(1 - erf(t)) up to 4, beyond which the result is 1.
  float u = t > 4.f ? 4.f : t;
  float q = -1.9593634e-4f;
  q = q * u + 3.0432178e-3f;
  q = q * u - 2.2226945e-2f;
  q = q * u + 0.103931665f;
  q = q * u + 0.6371822f;
  q = q * u + 1.1276757f;
  q = q * u + 1.9567499e-4f;
  return select(t < 0.92f, x + x * p, withSign(1.f - exp(-q), x));
}

// The normal law: distribution function (absolute error 1e-7) and density.
BLEMISH_BOTH float normalCdf(float x) { return 0.5f + 0.5f * erf(x * 0.70710678f); }
BLEMISH_BOTH float normalDensity(float x) { return 0.39894228f * exp(-0.5f * x * x); }

// sin(x + quadrant pi/2). Reduced in float64 in three steps, right for |x| up to 2^30; see `trigonometricLimit`.
constexpr float trigonometricLimit = 1073741824.f;
BLEMISH_BOTH float sine(float x, int quadrant) {
  constexpr double magic = 6755399441055744.0;  // 1.5 2^52
  double wide = x, shifted = wide * 0.63661977236758134 + magic, n = shifted - magic;
  double r = wide - n * 1.570796012878418;  // 22 bits of pi/2: exact products up to n = 2^31
  r = r - n * 3.139164164167596e-07;        // the next 22
  r = r - n * 6.223372171896613e-14;
  float t = static_cast<float>(r), z = t * t;
  float s = -1.9518615e-4f;
  s = s * z + 8.332191e-3f;
  s = s * z - 0.16666655f;
  float c = 2.4430661e-5f;
  c = c * z - 1.3887301e-3f;
  c = c * z + 4.1666646e-2f;
  uint32_t turn = static_cast<uint32_t>(bitsOf(shifted)) + static_cast<uint32_t>(quadrant);
  float y = turn & 1 ? 1.f - 0.5f * z + z * z * c : t + t * z * s;
  return turn & 2 ? -y : y;
}
BLEMISH_BOTH float sin(float x) { return sine(x, 0); }
BLEMISH_BOTH float cos(float x) { return sine(x, 1); }

// log of a positive float64 in the range of float32, absolute error 2e-14 and relative 1e-13.
BLEMISH_BOTH double logWide(double x) {
  uint64_t bits = static_cast<uint64_t>(bitsOf(x)) - 0x3fe6a09e667f3bcdu;  // sqrt(1/2)
  // Older vector units neither shift signed 64-bit integers nor convert them: hence an exponent made positive, and the
  // bits of 2^52 + n.
  uint64_t biased = (bits + (uint64_t{1024} << 52)) >> 52;
  double exponent = doubleOf(static_cast<int64_t>(biased | 0x4330000000000000u)) - (4503599627370496.0 + 1024.0);
  double f = doubleOf(static_cast<int64_t>((bits & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu)) - 1.0;
  double s = f / (2.0 + f), z = s * s;
  double r = 1.0 / 15;
  r = r * z + 1.0 / 13;
  r = r * z + 1.0 / 11;
  r = r * z + 1.0 / 9;
  r = r * z + 1.0 / 7;
  r = r * z + 1.0 / 5;
  r = r * z + 1.0 / 3;
  return exponent * 0.69314718055994531 + (2.0 * s + 2.0 * s * (z * r));
}

// exp for |x| < 700, relative error 1e-11.
BLEMISH_BOTH double expWide(double x) {
  constexpr double magic = 6755399441055744.0;
  double shifted = x * 1.4426950408889634 + magic, n = shifted - magic;
  double r = x - n * 0.69314718055994531;
  double p = 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  return p * doubleOf(static_cast<int64_t>(static_cast<uint64_t>(bitsOf(shifted) - bitsOf(magic) + 1023) << 52));
}

// a^b with the special cases of C's pow. Through float64: the exponent b log a needs more digits than a float32 has.
BLEMISH_BOTH float pow(float a, float b) {
  float size = abs(a);
  double exponent = logWide(static_cast<double>(select(size > 0, size, 1.f))) * b;
  exponent = select(exponent > 200.0, 200.0, select(exponent < -200.0, -200.0, exponent));
  float y = static_cast<float>(expWide(exponent));
  bool growing = b > 0;
  y = select(size == 0, select(growing, 0.f, infinity), y);
  y = select(size == infinity, select(growing, infinity, 0.f), y);
  y = select(size == 1.f, 1.f, y);
  float whole = select(b == b, clamp(b, -16777216.f, 16777216.f), 0.5f);
  int32_t integer = static_cast<int32_t>(whole);
  bool isWhole = static_cast<float>(integer) == whole;
  y = floatOf(bitsOf(y) ^ (bitsOf(a) & (-static_cast<int32_t>(isWhole) & integer) << 31));  // an odd power keeps a's sign
  y = select((a < 0) & (size < infinity) & !isWhole, notANumber, y);
  y = select((a != a) | (b != b), notANumber, y);
  return select((b == 0) | (a == 1.f), 1.f, y);
}

}  // namespace blemish::math
