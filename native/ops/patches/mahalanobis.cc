// Mahalanobis distances of channel vectors to the Gaussian of their position, with gradients.
#include <omp.h>

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

// y = w d for `pictures` vectors, w by columns. Four columns at a time, so that y is read and written a quarter as often.
template <int pictures> BLEMISH_INLINE inline void whiten(const float* w, const float* d, int64_t channels, float* y) {
  for (int64_t i = 0; i < pictures * channels; ++i) y[i] = 0;
  int64_t c = 0;
  for (; c + 4 <= channels; c += 4) {
    int64_t length = channels - c;
    // Column c begins in row c.
    const float *w0 = w, *w1 = w0 + length - 1, *w2 = w1 + length - 2, *w3 = w2 + length - 3;
    for (int n = 0; n < pictures; ++n) {
      const float* x = d + n * channels + c;
      float* __restrict to = y + n * channels + c, a = x[0], b = x[1], p = x[2], q = x[3];
      to[0] += w0[0] * a;
      to[1] += w0[1] * a + w1[1] * b;
      to[2] += w0[2] * a + w1[2] * b + w2[2] * p;
      for (int64_t i = 3; i < length; ++i) to[i] += w0[i] * a + w1[i] * b + w2[i] * p + w3[i] * q;
    }
    w = w3 + length;
  }
  for (; c < channels; w += channels - c, ++c)
    for (int n = 0; n < pictures; ++n)
      for (int64_t i = c; i < channels; ++i) y[n * channels + i] += w[i - c] * d[n * channels + c];
}

BLEMISH_INLINE inline void whitenAll(const float* w, const float* d, int64_t channels, int64_t pictures, float* y) {
  int64_t n = 0;
  for (; n + 4 <= pictures; n += 4) whiten<4>(w, d + n * channels, channels, y + n * channels);
  for (; n < pictures; ++n) whiten<1>(w, d + n * channels, channels, y + n * channels);
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
  eachPosition(g, g.channels, [=](int64_t position, int64_t top, int64_t count, const float* d, float* y) BLEMISH_INLINE {
    whitenAll(g.whitening + position * g.whiteningStep, d, g.channels, count, y);
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
  eachPosition(g, g.channels, [=](int64_t position, int64_t top, int64_t count, const float* d, float* all) BLEMISH_INLINE {
    const float* whitening = g.whitening + position * g.whiteningStep;
    whitenAll(whitening, d, g.channels, count, all);
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
