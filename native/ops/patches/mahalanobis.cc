// Mahalanobis distances of channel vectors to the Gaussian of their position, with gradients.
#include <omp.h>

#include <algorithm>
#include <cmath>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/patches/vectors.h"

namespace blemish {
namespace {

using namespace patches;

constexpr int64_t together = 16;  // positions that are read together
constexpr int64_t atOnce = 16;    // pictures

void mapRule(Dims& d, const Attrs&) {
  int64_t positions = d["H"] * d["W"], channels = d["C"];
  d.require(d["P"] == positions || d["P"] == 1, "mean " + text(d.input(1).shape) + " has " + std::to_string(d["P"]) +
                                                    " positions for x " + text(d.input(0).shape) + "; expected 1 or " +
                                                    std::to_string(positions));
  d.require(d["T"] == channels * (channels + 1) / 2,
            "whitening " + text(d.input(2).shape) + " does not fit " + std::to_string(channels) + " channels; expected " +
                std::to_string(channels * (channels + 1) / 2) + " numbers for each position");
}

struct Gaussians {
  int64_t pictures, channels, positions;
  const float *x, *mean, *whitening;
  int64_t meanStep, whiteningStep;

  explicit Gaussians(const Call& call) {
    const Shape& shape = call.in[0].shape;
    pictures = shape[0], channels = shape[1], positions = shape[2] * shape[3];
    x = call.in[0].floats(), mean = call.in[1].floats(), whitening = call.in[2].floats();
    bool one = call.in[1].shape[0] == 1;
    meanStep = one ? 0 : channels;
    whiteningStep = one ? 0 : channels * (channels + 1) / 2;
  }
};

// body(position, first picture, pictures, their vectors x - mean one after the other, scratch) for all positions, dealt out by
// stretches of them; `more` numbers of scratch for each of up to `atOnce` pictures.
template <class Body> void eachPosition(const Gaussians& g, int64_t more, const Body& body) {
  int64_t groups = (g.positions + together - 1) / together, most = std::min(g.pictures, atOnce);
  int64_t needed = (together * most * g.channels + more * most + 15) / 16 * 16;
  float* scratch = scratchOf<float>(needed * omp_get_max_threads());
  int64_t blocks = most ? (g.pictures + most - 1) / most : 0;
  parallelFor(groups * blocks, grainOf(together * most * g.channels * g.channels),
              [=](int64_t first, int64_t last) BLEMISH_INLINE {
                float* vectors = scratch + needed * omp_get_thread_num();
                for (int64_t item = first; item < last; ++item) {
                  int64_t left = item / blocks * together, width = std::min(together, g.positions - left);
                  int64_t top = item % blocks * most, count = std::min(most, g.pictures - top), each = count * g.channels;
                  for (int64_t n = 0; n < count; ++n)
                    for (int64_t c = 0; c < g.channels; ++c) {
                      const float* line = g.x + ((top + n) * g.channels + c) * g.positions + left;
                      for (int64_t p = 0; p < width; ++p)
                        vectors[p * each + n * g.channels + c] = line[p] - g.mean[(left + p) * g.meanStep + c];
                    }
                  for (int64_t p = 0; p < width; ++p)
                    body(left + p, top, count, vectors + p * each, vectors + together * most * g.channels);
                }
              });
}

// Rows of the result that are worked on together. Spelt out, so that the compiler keeps them in registers.
template <int lanes> struct Lanes {
  typedef float Floats __attribute__((vector_size(lanes * sizeof(float))));
  typedef int32_t Numbers __attribute__((vector_size(lanes * sizeof(int32_t))));
};

// `lanes` rows of y = w d from row `top` on, for `pictures` vectors, w by columns, of which column c begins in row c. What is
// read left of a column's beginning are numbers of the column before, and count as 0. `ahead` is fetched on the way.
template <int lanes, int pictures> BLEMISH_INLINE inline void whitenRows(const float* w, const float* d, int64_t channels,
                                                                         int64_t top, const float* ahead, float* y) {
  typename Lanes<lanes>::Floats sum[pictures] = {}, column;
  typename Lanes<lanes>::Numbers number;
  for (int l = 0; l < lanes; ++l) number[l] = l;
  int64_t c = 0;
  for (; c <= top; w += channels - c, ++c) {
    __builtin_prefetch(ahead + c * lanes);
    __builtin_memcpy(&column, w + (top - c), sizeof column);
    for (int n = 0; n < pictures; ++n) sum[n] += column * d[n * channels + c];
  }
  for (; c < top + lanes; w += channels - c, ++c) {
    __builtin_memcpy(&column, w + (top - c), sizeof column);
    column = number >= static_cast<int32_t>(c - top) ? column : typename Lanes<lanes>::Floats{};
    for (int n = 0; n < pictures; ++n) sum[n] += column * d[n * channels + c];
  }
  for (int n = 0; n < pictures; ++n) __builtin_memcpy(y + n * channels + top, &sum[n], sizeof sum[n]);
}

template <int lanes, int pictures> BLEMISH_INLINE inline void whiten(const float* w, const float* d, int64_t channels, float* y) {
  if (channels < lanes) {
    for (int64_t i = 0; i < pictures * channels; ++i) y[i] = 0;
    for (int64_t c = 0; c < channels; w += channels - c, ++c)
      for (int n = 0; n < pictures; ++n)
        for (int64_t i = c; i < channels; ++i) y[n * channels + i] += w[i - c] * d[n * channels + c];
    return;
  }
  // The next position's numbers lie behind these.
  const float* ahead = w + channels * (channels + 1) / 2;
  for (int64_t top = 0; top < channels; ahead += (top + 1) * lanes, top += lanes)
    // The last rows once more where they are no whole block: nothing is read outside of w.
    whitenRows<lanes, pictures>(w, d, channels, std::min(top, channels - lanes), ahead, y);
}

// A vector's result does not depend on how many are whitened with it.
template <int lanes>
BLEMISH_INLINE inline void whitenEach(const float* w, const float* d, int64_t channels, int64_t pictures, float* y) {
  int64_t n = 0;
  for (; n + 4 <= pictures; n += 4) whiten<lanes, 4>(w, d + n * channels, channels, y + n * channels);
  for (; n < pictures; ++n) whiten<lanes, 1>(w, d + n * channels, channels, y + n * channels);
}

BLEMISH_INLINE inline void whitenAll(Isa isa, const float* w, const float* d, int64_t channels, int64_t pictures, float* y) {
  withVectors(isa, [=]<int bytes>() BLEMISH_INLINE { whitenEach<bytes / 4>(w, d, channels, pictures, y); });
}

}  // namespace

OP("mahalanobisMap(x: f32[N C H W], mean: f32[P C], whitening: f32[P T]) -> f32[N 1 H W]",
   "|w (x - mean)| for the channel vector at each position, with the mean and the whitening w of that position (lower triangles "
   "by columns, from "
   "gaussianWhitening), or of all where P is 1.",
   mapRule)

KERNEL(cpu, mahalanobisMap) {
  Gaussians g(call);
  float* map = call.out[0].floats();
  Isa used = isa();
  eachPosition(g, g.channels, [=](int64_t position, int64_t top, int64_t count, const float* d, float* y) BLEMISH_INLINE {
    whitenAll(used, g.whitening + position * g.whiteningStep, d, g.channels, count, y);
    for (int64_t n = 0; n < count; ++n)
      map[(top + n) * g.positions + position] = static_cast<float>(std::sqrt(squareNorm(y + n * g.channels, g.channels)));
  });
}

OP("mahalanobisMapGradX(x: f32[N C H W], mean: f32[P C], whitening: f32[P T], dy: f32[N 1 H W]) -> f32[N C H W]",
   "Gradient of mahalanobisMap by x: dy wᵀ w (x - mean) / |w (x - mean)|, 0 where x is the mean.", mapRule)

KERNEL(cpu, mahalanobisMapGradX) {
  Gaussians g(call);
  const float* dy = call.in[3].floats();
  float* dx = call.out[0].floats();
  Isa used = isa();
  eachPosition(g, g.channels, [=](int64_t position, int64_t top, int64_t count, const float* d, float* all) BLEMISH_INLINE {
    const float* whitening = g.whitening + position * g.whiteningStep;
    whitenAll(used, whitening, d, g.channels, count, all);
    for (int64_t n = 0; n < count; ++n) {
      const float *w = whitening, *y = all + n * g.channels;
      double square = squareNorm(y, g.channels);
      double factor = square > 0 ? dy[(top + n) * g.positions + position] / std::sqrt(square) : square;
      for (int64_t c = 0; c < g.channels; w += g.channels - c, ++c) {
        float sum = sumOver<float, 16>(g.channels - c, [=](int64_t i) BLEMISH_INLINE { return w[i] * y[c + i]; });
        dx[((top + n) * g.channels + c) * g.positions + position] = static_cast<float>(factor * sum);
      }
    }
  });
}

}  // namespace blemish
