// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011), and uniform and normal numbers made of its words.
//
// A number depends on its key and its position alone, so the same bits come out for any number of threads, instruction
// set or device, and in src/tensor/random.ts. Conversions to numbers must not depend on whether a compiler fuses a
// product and a sum. They compute in float64 and multiply, before a sum, only numbers rounded to float32: such a product
// is exact, and then fusing changes nothing. Quotients and roots are rounded alike everywhere.
#pragma once
#include <cstdint>

#include "core/bits.h"

namespace blemish {

// What a random op is given: the stream's key, and the number of the call within it.
struct RandomKey {
  uint32_t stream[2];
  uint32_t call[2];
};

struct RandomWords {
  uint32_t word[4];
};

// One of Philox's ten rounds and the step of its key between two.
BLEMISH_BOTH RandomWords philoxRound(RandomWords c, uint32_t key0, uint32_t key1) {
  uint64_t a = uint64_t{0xD2511F53u} * c.word[0], b = uint64_t{0xCD9E8D57u} * c.word[2];
  return {{static_cast<uint32_t>(b >> 32) ^ c.word[1] ^ key0, static_cast<uint32_t>(b),
           static_cast<uint32_t>(a >> 32) ^ c.word[3] ^ key1, static_cast<uint32_t>(a)}};
}

BLEMISH_BOTH RandomWords philox(RandomWords counter, uint32_t key0, uint32_t key1) {
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    counter = philoxRound(counter, key0, key1);
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

// Words 4 block … 4 block + 3 of a key.
BLEMISH_BOTH RandomWords randomBlock(const RandomKey& key, uint64_t block) {
  return philox({{static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32), key.call[0], key.call[1]}}, key.stream[0],
                key.stream[1]);
}

// Strictly between 0 and 1: odd multiples of 2^-24, exact as float32.
BLEMISH_BOTH float uniformFrom(uint32_t word) {
  return static_cast<float>(static_cast<int32_t>((word >> 9) * 2 + 1)) * (1.f / 16777216);
}

BLEMISH_BOTH double asFloat(double x) { return static_cast<double>(static_cast<float>(x)); }

// log of x in (0, 1), absolute error 1e-7.
BLEMISH_BOTH double reproducibleLog(double x) {
  int64_t bits = bitsOf(x);
  double m = doubleOf((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  // The biased exponent as a float64, by way of the bits of 2^52 + it.
  double exponent =
      doubleOf(static_cast<int64_t>((static_cast<uint64_t>(bits) >> 52) | 0x4330000000000000u)) - (4503599627370496.0 + 1023.0);
  bool large = m > 1.4142135623730951;
  m = select(large, 0.5 * m, m);
  exponent = select(large, exponent + 1.0, exponent);
  double s = asFloat((m - 1.0) / (m + 1.0)), z = asFloat(s * s);  // log(m) = 2 atanh(s)
  double r = 1.0 / 9;
  r = asFloat(r) * z + 1.0 / 7;
  r = asFloat(r) * z + 1.0 / 5;
  r = asFloat(r) * z + 1.0 / 3;
  r = asFloat(r) * z + 1.0;
  return asFloat(2.0 * r) * s + exponent * 0.6931471805598903;  // ln 2 to 42 bits: exact products
}

// The standard normal quantile of (word + 1/2) / 2^32, relative error 5e-7, |result| < 6.34: Wichura's PPND7
// (AS 241, 1988), the ratio of polynomials in the middle and another in the root of the tail's logarithm outside.
BLEMISH_BOTH float normalFrom(uint32_t word) {
  // The upper half mirrors the lower one: p is the smaller tail, an odd multiple of 2^-33, and q = 1/2 - p.
  bool upper = static_cast<int32_t>(word) < 0;
  uint32_t half = (word ^ -static_cast<uint32_t>(upper)) & 0x7fffffffu;
  double p = (2.0 * static_cast<int32_t>(half) + 1.0) * (1.0 / 8589934592.0), q = 0.5 - p;
  bool middle = q <= 0.425;
  double qf = asFloat(q);
  double t = asFloat(select(middle, 0.180625 - qf * qf, __builtin_sqrt(-reproducibleLog(p)) - 1.6));
  double above = select(middle, 5.9109374720e+1, 1.7023821103e-1);
  above = asFloat(above) * t + select(middle, 1.5929113202e+2, 1.3067284816e+0);
  above = asFloat(above) * t + select(middle, 5.0434271938e+1, 2.7568153900e+0);
  above = asFloat(above) * t + select(middle, 3.3871327179e+0, 1.4234372777e+0);
  double below = select(middle, 6.7187563600e+1, 0.0);
  below = asFloat(below) * t + select(middle, 7.8757757664e+1, 1.2021132975e-1);
  below = asFloat(below) * t + select(middle, 1.7895169469e+1, 7.3700164250e-1);
  below = asFloat(below) * t + 1.0;
  float z = static_cast<float>(select(middle, q, 1.0) * above / below);
  return select(upper, z, -z);
}

// The float32 nearest to offset + scale x; scale is rounded to float32 first.
BLEMISH_BOTH float scaledFrom(float x, double scale, double offset) {
  return static_cast<float>(asFloat(scale) * static_cast<double>(x) + offset);
}

}  // namespace blemish
