// Random numbers at the points of a plane lattice. A seed comes from Philox by key and picture; the number at a point is a
// hash of its place, so that no table has to be filled for the few points that a defect touches.
#pragma once
#include "core/random.h"

namespace blemish::lattice {

// The seed of a picture's lattice; up to four a picture, by `purpose`.
BLEMISH_BOTH uint32_t seedOf(const RandomKey& key, int64_t picture, int purpose) {
  return randomBlock(key, static_cast<uint64_t>(picture)).word[purpose];
}

// 32 bits of which each depends on all of h's: the finaliser of MurmurHash3, a bijection.
BLEMISH_BOTH uint32_t mixed(uint32_t h) {
  h = (h ^ (h >> 16)) * 0x85EBCA6Bu;
  h = (h ^ (h >> 13)) * 0xC2B2AE35u;
  return h ^ (h >> 16);
}

BLEMISH_BOTH uint32_t wordAt(uint32_t seed, int32_t column, int32_t row) {
  return mixed((static_cast<uint32_t>(column) * 0x9E3779B1u + static_cast<uint32_t>(row) * 0x85EBCA77u) ^ seed);
}

// Two numbers of one word, strictly between -1 and 1: odd multiples of 2^-16.
BLEMISH_BOTH float lowerOf(uint32_t word) {
  return static_cast<float>(static_cast<int32_t>(2 * (word & 0xffff) + 1) - 65536) * (1.f / 65536);
}
BLEMISH_BOTH float upperOf(uint32_t word) { return lowerOf(word >> 16); }

// Roughly standard normal, |result| < 3.47: the sum of a word's four bytes, of mean 0 and variance 1.
BLEMISH_BOTH float bellOf(uint32_t word) {
  int32_t sum = static_cast<int32_t>((word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + (word >> 24));
  return static_cast<float>(sum - 510) * (1.f / 147.79986468f);  // sqrt((256^2 - 1) / 3)
}

// The largest integer up to x, for |x| < 2^31.
BLEMISH_BOTH int32_t floorOf(float x) {
  int32_t towardsZero = static_cast<int32_t>(x);
  return towardsZero - static_cast<int32_t>(static_cast<float>(towardsZero) > x);
}

}  // namespace blemish::lattice
