// What two samples of scores say of each other: areas under curves, and the best threshold, exact and with midranks for ties.
#include <cmath>

#include "ops/metrics/ties.h"

namespace blemish {
namespace {

constexpr double undefined = __builtin_nan("");

struct Ranking {
  double *auroc, *averagePrecision, *f1Max, *threshold;
};

// Walks the ties from the largest score on. `positive(tie)`, `above(tie)` and `upTo(tie)` give the weight of a tie's positives
// and of the negatives above it and not below it: whole numbers, so that sums are exact.
template <class Key, class Positive, class Above, class UpTo>
void sweep(const Ranked<Key>& ranked, double positives, double negatives, const Ranking& out, int64_t row,
           const Positive& positive, const Above& above, const UpTo& upTo) {
  double found = 0, twice = 0, precisions = 0, best = 0, threshold = undefined;
  for (int64_t i = 0; i < ranked.count; ++i) {
    const Tie& tie = ranked.ties[i];
    double own = positive(tie);
    if (own == 0) continue;  // drawn not once
    double false1 = above(tie), false2 = upTo(tie);
    found += own;
    twice += own * (2 * negatives - false1 - false2);
    precisions += own * (found / (found + false2));
    double f1 = 2 * found / (found + false2 + positives);
    if (f1 > best) best = f1, threshold = scoreOf(ranked.positives.keys[tie.first]);
  }
  bool both = positives > 0 && negatives > 0;
  out.auroc[row] = both ? twice / (2 * positives * negatives) : undefined;
  out.averagePrecision[row] = both ? precisions / positives : undefined;
  out.f1Max[row] = both ? best : undefined;
  out.threshold[row] = both ? threshold : undefined;
}

// The same for every row of weights: how often each score was drawn.
template <class Key> void resampled(const Call& call, const Ranked<Key>& ranked, const Ranking& out) {
  const int32_t *positive = call.in[2].as<int32_t>(), *negative = call.in[3].as<int32_t>();
  int64_t p = ranked.positives.count, n = ranked.negatives.count, rows = call.out[0].size(), each = p + n + 2;
  double* sums = scratchOf<double>(std::min<int64_t>(omp_get_max_threads(), std::max<int64_t>(rows, 1)) * each);
  parallelFor(rows, grainOf(4 * each), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    // Sums over sorted scores of what lies before each of them.
    double *before = sums + omp_get_thread_num() * each, *beforeNegative = before + p + 1;
    for (int64_t row = first; row < last; ++row) {
      double sum = 0;
      for (int64_t i = 0; i < p; ++i) before[i] = sum, sum += positive[row * p + ranked.positives.from[i]];
      before[p] = sum;
      sum = 0;
      for (int64_t i = 0; i < n; ++i) beforeNegative[i] = sum, sum += negative[row * n + ranked.negatives.from[i]];
      beforeNegative[n] = sum;
      sweep(
          ranked, before[p], sum, out, row, [=](const Tie& tie) { return before[tie.last] - before[tie.first]; },
          [=](const Tie& tie) { return beforeNegative[tie.above]; }, [=](const Tie& tie) { return beforeNegative[tie.upTo]; });
    }
  });
}

}  // namespace

OP("ranking(positives: T[P], negatives: T[N], positiveWeights?: i32[B P], negativeWeights?: i32[B N]) -> (auroc: f64[B], "
   "averagePrecision: f64[B], f1Max: f64[B], threshold: f64[B])",
   "Area under the ROC curve, a tie counting half (Mann and Whitney); precision averaged over the positives, each at its own "
   "score; the largest F1 and the largest score t for which calling scores >= t positive reaches it. NaN where a class is "
   "missing. Weights say how often each score counts, a row for each result.",
   [](Dims& d, const Attrs&) {
     rankRule(d);
     if (d.has(2) != d.has(3))
       d.refuse(Code::INPUT_MISSING, std::string(d.has(2) ? "negativeWeights" : "positiveWeights") +
                                         " is missing; expected the weights of both classes or of neither");
     if (!d.has(2)) d["B"] = 1;
   })

KERNEL(cpu, ranking) {
  Ranking out{call.out[0].as<double>(), call.out[1].as<double>(), call.out[2].as<double>(), call.out[3].as<double>()};
  byType(call.in[0], [&](auto* type) {
    auto ranked = rankOperands<std::remove_pointer_t<decltype(type)>>(call, call.has(2), call.has(2));
    if (call.has(2)) return resampled(call, ranked, out);
    sweep(
        ranked, static_cast<double>(ranked.positives.count), static_cast<double>(ranked.negatives.count), out, 0,
        [](const Tie& tie) { return static_cast<double>(tie.last - tie.first); },
        [](const Tie& tie) { return static_cast<double>(tie.above); },
        [](const Tie& tie) { return static_cast<double>(tie.upTo); });
  });
}

}  // namespace blemish
