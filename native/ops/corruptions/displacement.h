// Smooth random displacements: white noise through a Gaussian filter, for any pixel by itself.
#pragma once
#include <cmath>

#include "core/host-device.h"
#include "cpu/multiversion.h"
#include "ops/corruptions/lattice.h"
#include "ops/nn/math.h"

namespace blemish {

// White noise stands at the points of a lattice of spacing sigma and is weighted by exp(-d^2 / (2 sigma^2)) over the 8 x 8
// points around a pixel; so closely set, it is as good as noise in every pixel (the variance ripples by 1e-4), and a pixel
// costs the same for every sigma. Displacements beyond three times the amplitude are cut, so that they have a bound.
struct Displacement {
  static constexpr int taps = 8;
  static constexpr float least = 0.5f;  // sigma in pixels; smaller ones count as this
  static constexpr int span = 64;       // pixels that are worked out together
  static constexpr int columns = static_cast<int>(span / least) + taps + 1;

  float sigma, amplitude;  // pixels
  uint32_t seed;

  Displacement(float s, float a, uint32_t from) : sigma(s > least ? s : least), amplitude(a), seed(from) {}
  bool any() const { return amplitude > 0; }
  float bound() const { return 3 * (amplitude > 0 ? amplitude : 0); }

  // Displacements of pixels x … x + count - 1 of row y, count ≤ span.
  BLEMISH_INLINE inline void row(int64_t x, int64_t y, int64_t count, float* dx, float* dy) const {
    double startX = static_cast<double>(x) / sigma, startY = static_cast<double>(y) / sigma;
    int32_t left = static_cast<int32_t>(std::floor(startX)) - 3, top = static_cast<int32_t>(std::floor(startY)) - 3;
    float down = static_cast<float>(startY - (top + 3)), right = static_cast<float>(startX - (left + 3)), step = 1 / sigma;
    // Rows of the lattice first. Uniform noise has variance 1/3, and the squares of the weights sum to pi.
    float weight[taps];
    for (int k = 0; k < taps; ++k) {
      float from = down - static_cast<float>(k - 3);
      weight[k] = math::exp(-0.5f * from * from) * (amplitude * 0.97720502f);  // sqrt(3 / pi)
    }
    int across = static_cast<int>(right + step * static_cast<float>(count - 1)) + taps;
    float columnX[columns], columnY[columns];
    for (int i = 0; i < across; ++i) {
      float sumX = 0, sumY = 0;
      for (int k = 0; k < taps; ++k) {
        uint32_t word = lattice::wordAt(seed, left + i, top + k);
        sumX += weight[k] * lattice::lowerOf(word), sumY += weight[k] * lattice::upperOf(word);
      }
      columnX[i] = sumX, columnY[i] = sumY;
    }
    // exp(-(f - k)^2 / 2) = exp(-f^2 / 2 - 3 f) exp(f)^(k + 3) exp(-k^2 / 2)
    constexpr float fixed[taps] = {0.011108997f, 0.13533528f, 0.60653066f,  1.f,
                                   0.60653066f,  0.13533528f, 0.011108997f, 3.3546263e-4f};
    float most = bound();
    for (int64_t i = 0; i < count; ++i) {
      float at = right + step * static_cast<float>(i);
      int32_t cell = static_cast<int32_t>(at);
      float f = at - static_cast<float>(cell);
      float power = math::exp(-0.5f * f * f - 3 * f), ratio = math::exp(f), sumX = 0, sumY = 0;
      for (int k = 0; k < taps; ++k) {
        sumX += power * fixed[k] * columnX[cell + k], sumY += power * fixed[k] * columnY[cell + k];
        power *= ratio;
      }
      dx[i] = math::clamp(sumX, -most, most), dy[i] = math::clamp(sumY, -most, most);
    }
  }
};

}  // namespace blemish
