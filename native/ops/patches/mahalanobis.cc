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

void mapRule(Dims& d, const Attrs&) {
  int64_t positions = d["H"] * d["W"], channels = d["C"];
  d.require(d["P"] == positions || d["P"] == 1, "mean " + text(d.input(1).shape) + " has " + std::to_string(d["P"]) +
                                                    " positions for x " + text(d.input(0).shape) + "; expected 1 or " +
                                                    std::to_string(positions));
  d.require(d["T"] == channels * (channels + 1) / 2, "whitening " + text(d.input(2).shape) + " does not fit " +
                                                         std::to_string(channels) + " channels; expected " +
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

// body(position, x - mean of each of `count` pictures from `top` on) for all positions, dealt out by stretches of them. `more` numbers of scratch
// follow the vectors.
template <class Body> void eachPosition(const Gaussians& g, int64_t more, const Body& body) {
  int64_t groups = (g.positions + together - 1) / together, most = std::min<int64_t>(g.pictures, 16);
  int64_t needed = (together * most * g.channels + more + 15) / 16 * 16;
  float* scratch = scratchOf<float>(needed * omp_get_max_threads());
  int64_t blocks = most ? (g.pictures + most - 1) / most : 0;
  parallelFor(groups * blocks, grainOf(together * most * g.channels * g.channels), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    float* vectors = scratch + needed * omp_get_thread_num();
    for (int64_t item = first; item < last; ++item) {
      int64_t left = item / blocks * together, width = std::min(together, g.positions - left);
      int64_t top = item % blocks * most, count = std::min(most, g.pictures - top);
      for (int64_t n = 0; n < count; ++n)
        for (int64_t c = 0; c < g.channels; ++c) {
          const float* line = g.x + ((top + n) * g.channels + c) * g.positions + left;
          for (int64_t p = 0; p < width; ++p)
            vectors[(p * count + n) * g.channels + c] = line[p] - g.mean[(left + p) * g.meanStep + c];
        }
      for (int64_t p = 0; p < width; ++p)
        for (int64_t n = 0; n < count; ++n)
          body(left + p, top + n, vectors + (p * count + n) * g.channels, vectors + together * most * g.channels);
    }
  });
}

// y = w d, and the squared length of y.
BLEMISH_INLINE inline double whiten(const float* w, const float* d, int64_t channels, float* y) {
  double square = 0;
  for (int64_t i = 0; i < channels; ++i) {
    float value = sumOver<float, 16>(i + 1, [=](int64_t j) BLEMISH_INLINE { return w[j] * d[j]; });
    if (y) y[i] = value;
    square += double(value) * value;
    w += i + 1;
  }
  return square;
}

}  // namespace

OP("mahalanobisMap(x: f32[N C H W], mean: f32[P C], whitening: f32[P T]) -> f32[N 1 H W]",
   "|w (x - mean)| for the channel vector at each position, with the mean and the whitening w of that position (lower triangles by rows, from "
   "gaussianWhitening), or of all where P is 1.",
   mapRule)

KERNEL(cpu, mahalanobisMap) {
  Gaussians g(call);
  float* map = call.out[0].floats();
  eachPosition(g, 0, [=](int64_t position, int64_t picture, const float* d, float*) BLEMISH_INLINE {
    map[picture * g.positions + position] =
        static_cast<float>(std::sqrt(whiten(g.whitening + position * g.whiteningStep, d, g.channels, nullptr)));
  });
}

OP("mahalanobisMapGradX(x: f32[N C H W], mean: f32[P C], whitening: f32[P T], dy: f32[N 1 H W]) -> f32[N C H W]",
   "Gradient of mahalanobisMap by x: dy wᵀ w (x - mean) / |w (x - mean)|, 0 where x is the mean.", mapRule)

KERNEL(cpu, mahalanobisMapGradX) {
  Gaussians g(call);
  const float* dy = call.in[3].floats();
  float* dx = call.out[0].floats();
  eachPosition(g, 2 * g.channels, [=](int64_t position, int64_t picture, const float* d, float* work) BLEMISH_INLINE {
    const float* w = g.whitening + position * g.whiteningStep;
    float *y = work, *__restrict sum = work + g.channels;
    double square = whiten(w, d, g.channels, y);
    double factor = square > 0 ? dy[picture * g.positions + position] / std::sqrt(square) : square;
    for (int64_t c = 0; c < g.channels; ++c) sum[c] = 0;
    for (int64_t i = 0; i < g.channels; w += ++i)
      for (int64_t c = 0; c <= i; ++c) sum[c] += w[c] * y[i];
    for (int64_t c = 0; c < g.channels; ++c)
      dx[(picture * g.channels + c) * g.positions + position] = static_cast<float>(factor * sum[c]);
  });
}

}  // namespace blemish
