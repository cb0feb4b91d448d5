// Made textures at a point (u, v) of a plane whose unit is one cell of the pattern; host and device.
#pragma once
#include "ops/corruptions/lattice.h"
#include "ops/nn/math.h"

namespace blemish::textures {

constexpr int span = 64;  // pixels of a row that are worked out together

// Where a pixel (column x, row y) lies in the plane: an affine map, two rows of three.
struct Frame {
  float m[6];
  explicit BLEMISH_BOTH Frame(const float* from) {
    for (int i = 0; i < 6; ++i) m[i] = from[i];
  }
  BLEMISH_BOTH float u(float x, float y) const { return m[0] * x + (m[1] * y + m[2]); }
  BLEMISH_BOTH float v(float x, float y) const { return m[3] * x + (m[4] * y + m[5]); }
  // Of `count` pixels of a row, from x on; held within 2^18 cells, so that twelve octaves still fit integers.
  BLEMISH_BOTH void row(float x, float y, int64_t count, float* us, float* vs) const {
    constexpr float most = 1 << 18;
    for (int64_t i = 0; i < count; ++i) {
      float column = x + static_cast<float>(i);
      us[i] = math::clamp(u(column, y), -most, most), vs[i] = math::clamp(v(column, y), -most, most);
    }
  }
};

// 0 at 0, 1 at 1, with two derivatives 0 at both.
BLEMISH_BOTH float fade(float t) { return t * t * t * (t * (t * 6.f - 15.f) + 10.f); }

constexpr float perlinScale = 5.677717f;  // brings gradients of variance 1/3 to a noise of variance 1

// Gradient noise (Perlin 1985, 2002) of variance 1: a random slope at every lattice point, faded into one another.
BLEMISH_BOTH float perlin(float u, float v, uint32_t seed) {
  int32_t i = lattice::floorOf(u), j = lattice::floorOf(v);
  float x = u - static_cast<float>(i), y = v - static_cast<float>(j);
  uint32_t w00 = lattice::wordAt(seed, i, j), w10 = lattice::wordAt(seed, i + 1, j);
  uint32_t w01 = lattice::wordAt(seed, i, j + 1), w11 = lattice::wordAt(seed, i + 1, j + 1);
  float n00 = lattice::lowerOf(w00) * x + lattice::upperOf(w00) * y;
  float n10 = lattice::lowerOf(w10) * (x - 1) + lattice::upperOf(w10) * y;
  float n01 = lattice::lowerOf(w01) * x + lattice::upperOf(w01) * (y - 1);
  float n11 = lattice::lowerOf(w11) * (x - 1) + lattice::upperOf(w11) * (y - 1);
  float a = fade(x), b = fade(y), above = n00 + a * (n10 - n00), below = n01 + a * (n11 - n01);
  return (above + b * (below - above)) * perlinScale;
}

// Octaves of it at `count` points, each twice as fine and `persistence` times as strong as the one before; variance 1 again.
// Octave by octave, so that the loop over points vectorises.
BLEMISH_BOTH void perlinOctaves(const float* u, const float* v, int64_t count, uint32_t seed, int octaves, float persistence,
                                float* z) {
  float power = 0, strength = 1, scale = 1;
  for (int64_t i = 0; i < count; ++i) z[i] = 0;
  for (int k = 0; k < octaves; ++k) {
    uint32_t own = seed + static_cast<uint32_t>(k) * 0x9E3779B9u;
    for (int64_t i = 0; i < count; ++i) z[i] += strength * perlin(scale * u[i], scale * v[i], own);
    power += strength * strength;
    scale *= 2, strength *= persistence;
  }
  float perPower = 1 / math::sqrt(power);
  for (int64_t i = 0; i < count; ++i) z[i] *= perPower;
}

struct Nearest {
  float first, second;
};
// Cellular noise (Worley 1996): distances to the nearest and the second of one random point in each of the 3 x 3 cells around.
BLEMISH_BOTH Nearest worley(float u, float v, uint32_t seed) {
  int32_t i = lattice::floorOf(u), j = lattice::floorOf(v);
  float x = u - static_cast<float>(i), y = v - static_cast<float>(j), first = 16, second = 16;
  for (int32_t down = -1; down <= 1; ++down)
    for (int32_t right = -1; right <= 1; ++right) {
      uint32_t word = lattice::wordAt(seed, i + right, j + down);
      float dx = static_cast<float>(right) + 0.5f + 0.5f * lattice::lowerOf(word) - x;
      float dy = static_cast<float>(down) + 0.5f + 0.5f * lattice::upperOf(word) - y;
      float d = dx * dx + dy * dy;
      float farther = select(d > first, d, first);
      second = select(farther < second, farther, second);
      first = select(d < first, d, first);
    }
  return {math::sqrt(first), math::sqrt(second)};
}

// sin(2 pi u), reduced first, so that large u keep their digits.
BLEMISH_BOTH float wave(float u) {
  float rest = u - static_cast<float>(lattice::floorOf(u));
  return math::sin(6.2831853f * rest);
}

}  // namespace blemish::textures
