// The mean of the k largest numbers over axes, with its gradient: the usual way from an anomaly map to one number.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>

#include "cpu/reduction.h"

namespace blemish {
namespace {

int64_t countOf(const Attrs& attrs, int64_t each) {
  if (attrs.integer("k")) return attrs.integer("k");
  return std::max<int64_t>(1, std::llround(attrs.real("fraction") * static_cast<double>(each)));
}

void requireCount(Dims& d, const Attrs& attrs) {
  int64_t k = attrs.integer("k");
  double fraction = attrs.real("fraction");
  if (k < 0 || !(fraction >= 0 && fraction <= 1) || (k > 0) == (fraction > 0))
    d.refuse(Code::ATTRIBUTE_INVALID, "k is " + std::to_string(k) + " and fraction " + std::to_string(fraction) +
                                          "; expected either k of at least 1 or a fraction above 0 and at most 1");
  bool reduced[Shape::maxRank];
  requireAxes(d, attrs, d.run("x"), reduced);
  int64_t each = eachOf(d.run("x"), reduced);
  if (k > each)
    d.refuse(Code::ATTRIBUTE_INVALID, "k is " + std::to_string(k) + " but x " + text(d.run("x")) + " gives " +
                                          std::to_string(each) + " numbers to each result; expected at most those");
}

// Unsigned integers in the order of the floats they come from.
BLEMISH_INLINE inline uint32_t keyOf(float x) {
  uint32_t bits = std::bit_cast<uint32_t>(x);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}
inline float floatOf(uint32_t key) { return std::bit_cast<float>(key & 0x80000000u ? key & 0x7fffffffu : ~key); }

// Sum and number of what is larger than the shift.
struct Above : PairOfSums {
  BLEMISH_INLINE static inline void step(double& a, double& b, float x, double shift) {
    a += x > shift ? double(x) : 0.0;
    b += x > shift ? 1.0 : 0.0;
  }
};

// The k-th largest of `count` floats, none NaN, by their keys; `spare` holds `count` of them. Few are sorted as far as needed;
// many are selected by 11, 11 and 10 bits, where only the numbers of one bucket are left after the first pass.
float kthLargest(const float* x, int64_t count, int64_t k, uint32_t* spare) {
  if (count <= 2048) {
    for (int64_t i = 0; i < count; ++i) spare[i] = keyOf(x[i]);
    std::nth_element(spare, spare + (k - 1), spare + count, std::greater<>());
    return floatOf(spare[k - 1]);
  }
  uint32_t bins[2048] = {}, others[2048] = {};
  auto pick = [&](uint32_t buckets) {
    uint32_t bucket = buckets - 1;
    for (; bins[bucket] < k; --bucket) k -= bins[bucket];
    return bucket;
  };
  // Neighbours are often alike; counted in the same place they would wait for one another.
  for (int64_t i = 0; i + 1 < count; i += 2) ++bins[keyOf(x[i]) >> 21], ++others[keyOf(x[i + 1]) >> 21];
  if (count % 2) ++bins[keyOf(x[count - 1]) >> 21];
  for (int bin = 0; bin < 2048; ++bin) bins[bin] += others[bin];
  uint32_t high = pick(2048);
  int64_t left = 0;
  for (int64_t i = 0; i < count; ++i) {
    uint32_t key = keyOf(x[i]);
    spare[left] = key;
    left += key >> 21 == high;
  }
  std::memset(bins, 0, sizeof bins);
  for (int64_t i = 0; i < left; ++i) ++bins[spare[i] >> 10 & 2047];
  uint32_t middle = pick(2048);
  std::memset(bins, 0, 1024 * sizeof *bins);
  for (int64_t i = 0; i < left; ++i)
    if ((spare[i] >> 10 & 2047) == middle) ++bins[spare[i] & 1023];
  return floatOf(high << 21 | middle << 10 | pick(1024));
}

}  // namespace

OP("topKMean(x: f32[...x], axes = [], keepDims = false, k = 0, fraction = 0.0) -> (y: f32[...out], threshold: f32[...out])",
   "Mean of the k largest numbers over the axes, and the k-th of them. Give k, or the fraction of the numbers that k is "
   "(rounded, at least 1). "
   "NaN where any number is NaN. Among numbers equal to the k-th the gradient is split evenly.",
   [](Dims& d, const Attrs& attrs) {
     requireCount(d, attrs);
     reduceRule(d, attrs, 1);
   })

KERNEL(cpu, topKMean, arrangeReduction) {
  const float* x = call.in[0].floats();
  float *y = call.out[0].floats(), *threshold = call.out[1].floats();
  ReducedAxes axes = reducedAxes(call.in[0], call.attrs);
  if (axes.outputs == 0) return;
  int64_t each = axes.each, k = countOf(call.attrs, each);
  bool gather = axes.lastKept || axes.runs > 1;
  int64_t threads = std::min<int64_t>(omp_get_max_threads(), axes.outputs);
  uint32_t* spare = scratchOf<uint32_t>(threads * each);
  float* gathered = gather ? scratchOf<float>(threads * each) : nullptr;
  // Each thread has a scratch of its own, found by its number; what comes out does not depend on it.
  parallelFor(axes.outputs, grainOf(4 * each), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    int64_t me = omp_get_thread_num();
    for (int64_t output = first; output < last; ++output) {
      const float* own = x + axes.base(output);
      if (gather) {
        float* to = gathered + me * each;
        int64_t length = axes.runs ? axes.runExtent[0] : 1, step = axes.runs ? axes.runStride[0] : 1;
        for (int64_t run = 0; run < each / length; ++run) {
          const float* from = own + axes.run(run, 1);
          for (int64_t i = 0; i < length; ++i) to[run * length + i] = from[i * step];
        }
        own = to;
      }
      int32_t nans = 0;
      for (int64_t i = 0; i < each; ++i) nans |= own[i] != own[i];
      float limit = nans ? __builtin_nanf("") : kthLargest(own, each, k, spare + me * each);
      double sum = 0, above = 0, rest = static_cast<double>(k);
      reduction::alongRun<Above>(own, each, limit, sum, above);
      y[output] = static_cast<float>((sum + (rest - above) * limit) / rest);  // the k-th is never above itself
      threshold[output] = limit;
    }
  });
}

OP("topKMeanGrad(x: f32[...x], threshold: f32[...y], dy?: f32[...y], axes = [], k = 0, fraction = 0.0) -> f32[...x]",
   "Gradient of topKMean: dy / k (dy 1 if absent) above the threshold; what is left of dy is split evenly among the numbers "
   "equal to it; "
   "NaN where the threshold is NaN.",
   [](Dims& d, const Attrs& attrs) {
     requireCount(d, attrs);
     requireOutputs(d, attrs, d.run("x"), d.run("y"), "threshold");
   })

KERNEL(cpu, topKMeanGrad) {
  const float *x = call.in[0].floats(), *threshold = call.in[1].floats(), *dy = call.has(2) ? call.in[2].floats() : nullptr;
  float* dx = call.out[0].floats();
  ReducedAxes axes = reducedAxes(call.in[0], call.attrs);
  double k = static_cast<double>(countOf(call.attrs, axes.each));
  float *above = scratchOf<float>(axes.outputs), *tied = scratchOf<float>(axes.outputs), *below = scratchOf<float>(axes.outputs);
  reduce<Ranking>(
      x, axes, [=](int64_t i, int64_t) BLEMISH_INLINE { return double(threshold[i]); },
      [=](int64_t i, double larger, double equals) BLEMISH_INLINE {
        double share = (dy ? dy[i] : 1.0f) / k;
        above[i] = static_cast<float>(share);
        tied[i] = static_cast<float>(share * (k - larger) / equals);
        below[i] = threshold[i] == threshold[i] ? 0.0f : __builtin_nanf("");
      });
  spread(axes, [=](int64_t at, int64_t count, int64_t output, int64_t step) BLEMISH_INLINE {
    for (int64_t i = 0; i < count; ++i) {
      int64_t own = output + i * step;
      float v = x[at + i];
      dx[at + i] = v > threshold[own] ? above[own] : v == threshold[own] ? tied[own] : below[own];
    }
  });
}

}  // namespace blemish
