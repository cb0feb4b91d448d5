// What a picture looks like around a place: its mean colour, and how busy it is; a choice among places by that.
#include <algorithm>

#include "core/registry.h"
#include "ops/corruptions/fields.h"
#include "ops/nn/math.h"
#include "cpu/random-key.h"

namespace blemish {
namespace {

constexpr int across = 5;  // a place is looked at in 5 x 5 pixels

// The pixels nearest to a grid of 5 x 5 points over the square of half side `reach`; those outside are held at the edge.
struct Probe {
  int64_t rows[across], columns[across];

  Probe(const float* centre, float reach, int64_t height, int64_t width) {
    for (int i = 0; i < across; ++i) {
      float step = reach * (static_cast<float>(i) * (2.f / (across - 1)) - 1.f);
      columns[i] = held(centre[0] + step, width), rows[i] = held(centre[1] + step, height);
    }
  }
  static int64_t held(float at, int64_t extent) {
    return std::clamp<int64_t>(static_cast<int64_t>(std::floor(at + 0.5f)), 0, extent - 1);
  }
  // Mean and variance of its pixels of a plane.
  void look(const float* plane, int64_t width, double& mean, double& variance) const {
    double sum = 0, squares = 0;
    for (int64_t row : rows)
      for (int64_t column : columns) {
        double value = plane[row * width + column];
        sum += value, squares += value * value;
      }
    mean = sum / (across * across);
    variance = std::max(0.0, squares / (across * across) - mean * mean);
  }
};

}  // namespace

OP("probeMean(x: f32[N C H W], centre: f32[N 2], reach: f32[N]) -> f32[N C]",
   "Mean of picture n over 5 x 5 pixels, spread evenly over the square of half side reach[n] around centre[n] = (column, row); "
   "what "
   "lies outside is held at the edge.",
   [](Dims& d, const Attrs&) { requirePixels(d); })

KERNEL(cpu, probeMean) {
  const Tensor &x = call.in[0], &y = call.out[0];
  const float *centre = checkedTable(call.in[1], "centre"), *reach = checkedTable(call.in[2], "reach"), *pixels = x.floats();
  float* out = y.floats();
  int64_t channels = x.shape[1], height = x.shape[2], width = x.shape[3];
  parallelFor(y.size(), grainOf(100), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t item = first; item < last; ++item) {
      int64_t n = item / channels;
      double mean, variance;
      Probe(centre + 2 * n, reach[n], height, width).look(pixels + item * height * width, width, mean, variance);
      out[item] = static_cast<float>(mean);
    }
  });
}

OP("busyPlaces(x: f32[N C H W], candidates: f32[N K 2], reach: f32[N], key: ints) -> f32[N 2]",
   "For each picture one of K places (column, row), chosen by chance with weights 0.0001 + the variance of the pixels that "
   "probeMean "
   "would look at there, averaged over channels. So defects find the part and leave the empty ground around it.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     requirePixels(d);
     d.require(d["K"] > 0, "candidates has no place to choose; expected at least one for each picture");
   })

KERNEL(cpu, busyPlaces) {
  const Tensor &x = call.in[0], &candidates = call.in[1], &y = call.out[0];
  const float *places = checkedTable(candidates, "candidates"), *reach = checkedTable(call.in[2], "reach"), *pixels = x.floats();
  float* out = y.floats();
  int64_t channels = x.shape[1], height = x.shape[2], width = x.shape[3], count = candidates.shape[1];
  RandomKey key = keyOf(call.attrs);
  parallelFor(y.shape[0], grainOf(100 * count * channels), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t n = first; n < last; ++n) {
      const float* own = places + n * count * 2;
      auto weightOf = [&](int64_t k) BLEMISH_INLINE {
        double sum = 0;
        for (int64_t c = 0; c < channels; ++c) {
          double mean, variance;
          Probe(own + 2 * k, reach[n], height, width).look(pixels + (n * channels + c) * height * width, width, mean, variance);
          sum += variance;
        }
        return 1e-4 + sum / static_cast<double>(std::max<int64_t>(channels, 1));
      };
      // One pass: each candidate takes over with its share of the weights so far.
      double total = 0;
      int64_t chosen = 0;
      for (int64_t k = 0; k < count; ++k) {
        double weight = weightOf(k);
        total += weight;
        uint64_t block = static_cast<uint64_t>(n) << 24 | static_cast<uint64_t>(k);
        if (uniformFrom(randomBlock(key, block).word[0]) * total < weight) chosen = k;
      }
      out[2 * n] = own[2 * chosen], out[2 * n + 1] = own[2 * chosen + 1];
    }
  });
}

}  // namespace blemish
