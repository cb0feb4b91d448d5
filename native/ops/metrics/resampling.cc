// Bootstrap: how often each thing is drawn, scores counted picture by picture at given thresholds, and curves made of such
// counts.
#include <cmath>

#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/metrics/curve.h"
#include "ops/metrics/lengths.h"
#include "ops/metrics/score-keys.h"
#include "cpu/random-key.h"

namespace blemish {
namespace {

// The place of the first of falling thresholds that is not above x, or `count`. A search without branches: what comes is random.
BLEMISH_INLINE inline int64_t firstNotAbove(const double* thresholds, int64_t count, double x, bool strict) {
  int64_t at = 0;
  for (int64_t left = count; left > 0;) {
    int64_t half = (left + 1) / 2;
    double limit = thresholds[at + half - 1];
    bool above = strict ? limit >= x : limit > x;
    at += above ? half : 0;
    left = above ? left - half : half - 1;
  }
  return at;
}

}  // namespace

OP("resampleCounts(items: int, key: ints, resamples = 1000) -> i32[B N]",
   "How often each of N items comes up in N draws with replacement, a row for each resample; key as Random's nextKey gives it.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     for (const char* name : {"items", "resamples"}) {
       int64_t value = attrs.integer(name);
       if (value < 0 || value >= int64_t(1) << 31)
         d.refuse(Code::ATTRIBUTE_INVALID, std::string(name) + " is " + std::to_string(value) + "; expected 0 to 2147483647");
     }
     d["N"] = attrs.integer("items");
     d["B"] = attrs.integer("resamples");
   })

KERNEL(cpu, resampleCounts) {
  int32_t* counts = call.out[0].as<int32_t>();
  int64_t rows = call.out[0].shape[0], n = call.out[0].shape[1], blocks = (n + 3) / 4;
  RandomKey key = keyOf(call.attrs);
  parallelFor(rows, grainOf(32 * n), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      int32_t* own = counts + row * n;
      for (int64_t i = 0; i < n; ++i) own[i] = 0;
      for (int64_t block = 0; block < blocks; ++block) {
        RandomWords four = randomBlock(key, static_cast<uint64_t>(row * blocks + block));
        for (int64_t k = 0; k < 4 && 4 * block + k < n; ++k)
          ++own[static_cast<int64_t>(uint64_t{four.word[k]} * static_cast<uint64_t>(n) >> 32)];
      }
    }
  });
}

OP("tally(x: T[N], lengths: i32[M], thresholds: f64[K], sizes?: i32[N], strict = false) -> f64[M K]",
   "For each of M pictures, whose numbers follow one another, how many are >= each of the falling thresholds (> if strict); with "
   "sizes, a number counts 1 / size.",
   [](Dims& d, const Attrs&) { requireScores(d, 0, "x"); })

KERNEL(cpu, tally) {
  const int64_t* starts = startsOf(call.in[1], call.in[0].size(), "lengths", 0);
  const double* thresholds = call.in[2].as<double>();
  const int32_t* sizes = call.has(3) ? call.in[3].as<int32_t>() : nullptr;
  int64_t pictures = call.in[1].size(), count = call.in[2].size();
  for (int64_t k = 0; k < count; ++k)
    if (!(thresholds[k] <= (k ? thresholds[k - 1] : __builtin_inf())))
      throw Error(Code::NUMERICAL_FAILURE, "thresholds[" + std::to_string(k) + "] is " + std::to_string(thresholds[k]) +
                                               "; expected numbers, none above the one before it");
  bool strict = call.attrs.flag("strict");
  double* out = call.out[0].as<double>();
  byType(call.in[0], [&](auto* type) {
    const auto* x = call.in[0].as<std::remove_pointer_t<decltype(type)>>();
    parallelFor(pictures, 1, [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t picture = first; picture < last; ++picture) {
        double* own = out + picture * count;
        for (int64_t k = 0; k < count; ++k) own[k] = 0;
        for (int64_t i = starts[picture]; i < starts[picture + 1]; ++i) {
          int64_t at = firstNotAbove(thresholds, count, static_cast<double>(x[i]), strict);
          if (at < count) own[at] += sizes ? 1.0 / sizes[i] : 1.0;
        }
        for (int64_t k = 1; k < count; ++k) own[k] += own[k - 1];
      }
    });
  });
}

OP("tallyCurves(positives: f64[M K], negatives: f64[M K], weights?: i32[B M], lower = 0.0, upper = 1.0, scale = linear|log) -> "
   "(area: f64[B], averagePrecision: f64[B], f1Max: f64[B])",
   "Curves through the tallies of M pictures at K thresholds, each picture counted by its weight, a row for each result: the "
   "mean "
   "of the true over the false positive rate or its logarithm from lower to upper, as rocArea and pimo have it, and precision "
   "averaged and the largest F1 as ranking has them. On the logarithmic scale points that do not raise the rate are left out. "
   "The last tallies are the totals. NaN where a class is missing.",
   [](Dims& d, const Attrs& attrs) {
     double lower = attrs.real("lower"), upper = attrs.real("upper");
     if (!(lower >= (attrs.choice("scale") == "log" ? 1e-300 : 0) && lower < upper && upper <= 1))
       d.refuse(Code::ATTRIBUTE_INVALID, "lower is " + std::to_string(lower) + " and upper " + std::to_string(upper) +
                                             "; expected 0 <= lower < upper <= 1, on a logarithmic scale 0 < lower");
     if (!d.has(2)) d["B"] = 1;
   })

KERNEL(cpu, tallyCurves) {
  const double *positives = call.in[0].as<double>(), *negatives = call.in[1].as<double>();
  const int32_t* weights = call.has(2) ? call.in[2].as<int32_t>() : nullptr;
  int64_t pictures = call.in[0].shape[0], count = call.in[0].shape[1], rows = call.out[0].size(), each = 2 * (count + 1);
  double *area = call.out[0].as<double>(), *precision = call.out[1].as<double>(), *f1Max = call.out[2].as<double>();
  bool logarithmic = call.attrs.choice("scale") == "log";
  double lower = call.attrs.real("lower"), upper = call.attrs.real("upper");
  if (logarithmic) lower = std::log(lower), upper = std::log(upper);
  double* sums = scratchOf<double>(std::min<int64_t>(omp_get_max_threads(), std::max<int64_t>(rows, 1)) * each);
  parallelFor(rows, grainOf(count * pictures), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    // In front of the tallies the point where nothing has been found yet.
    double *x = sums + omp_get_thread_num() * each, *y = x + count + 1;
    for (int64_t row = first; row < last; ++row) {
      for (int64_t k = 0; k <= count; ++k) x[k] = y[k] = 0;
      for (int64_t picture = 0; picture < pictures; ++picture) {
        double weight = weights ? weights[row * pictures + picture] : 1;
        if (weight == 0) continue;
        for (int64_t k = 0; k < count; ++k) x[k + 1] += weight * negatives[picture * count + k];
        for (int64_t k = 0; k < count; ++k) y[k + 1] += weight * positives[picture * count + k];
      }
      double allNegative = x[count], allPositive = y[count];
      if (!(allNegative > 0 && allPositive > 0)) {
        area[row] = precision[row] = f1Max[row] = __builtin_nan("");
        continue;
      }
      double sum = 0, best = 0;
      for (int64_t k = 1; k <= count; ++k) {
        if (y[k] > 0) sum += (y[k] - y[k - 1]) * (y[k] / (y[k] + x[k]));
        double f1 = 2 * y[k] / (y[k] + x[k] + allPositive);
        best = f1 > best ? f1 : best;
      }
      precision[row] = sum / allPositive;
      f1Max[row] = best;
      double before = 0;
      int64_t points = 0;
      for (int64_t k = 0; k <= count; ++k) {
        // On the logarithmic scale thresholds are negative scores: where the rate stays as it was, nobody drawn has that score.
        if (logarithmic && x[k] == 0) before = y[k] / allPositive;
        else if (!logarithmic || points == 0 || std::log(x[k] / allNegative) > x[points - 1])
          x[points] = logarithmic ? std::log(x[k] / allNegative) : x[k] / allNegative, y[points++] = y[k] / allPositive;
      }
      area[row] = meanBetween(x, points, lower, upper, before, [=](int64_t k) BLEMISH_INLINE { return y[k]; });
    }
  });
}

}  // namespace blemish
