// Per-image overlap: how much of each picture's own mask is found, against the false positive rate of normal pictures.
//
// Bertoldo et al., "AUPIMO: Redefining Visual Anomaly Detection Benchmarks with High Speed and Low Tolerance" (2024). The false
// positive rate at a threshold is the mean over normal pictures of the share of their pixels with scores >= it. Thresholds are
// the normal scores themselves, so nothing depends on a grid.
#include <cmath>

#include "ops/metrics/curve.h"
#include "ops/metrics/lengths.h"
#include "cpu/radix-sort.h"
#include "ops/metrics/score-keys.h"

namespace blemish {
namespace {

int64_t pictureAt(const int64_t* starts, int64_t pictures, int64_t place) {
  return std::upper_bound(starts, starts + pictures + 1, place) - starts - 1;
}

// Normal scores, sorted, and the false positive rate at each distinct one.
template <class T> class Normals {
 public:
  using Key = typename KeyOf<T>::type;

  Normals(const Tensor& scores, const Tensor& lengths) : pictures_(lengths.size()) {
    starts_ = startsOf(lengths, scores.size(), "negativeLengths", 1);
    const int32_t* length = lengths.as<int32_t>();
    for (int64_t i = 1; i < pictures_; ++i) alike_ &= length[i] == length[0];
    Key* keys = scratchOf<Key>(std::max<int64_t>(scores.size(), 1));
    makeKeys(scores.as<T>(), scores.size(), keys, "negatives");
    sorted_ = alike_ ? sortKeys(keys, scores.size()) : sortWithPlaces(keys, scores.size());
  }

  // Calls visit(key, rate) for each distinct score from the largest on, until it says that it has seen enough.
  template <class Visit> void eachRate(const Visit& visit) const {
    int64_t n = sorted_.count;
    const Key* keys = sorted_.keys;
    CompensatedSum sum;
    for (int64_t i = 0; i < n;) {
      int64_t end = i;
      while (end < n && keys[end] == keys[i]) ++end;
      double rate = static_cast<double>(end) / static_cast<double>(n);
      if (!alike_) {
        for (int64_t k = i; k < end; ++k) {
          int64_t picture = pictureAt(starts_, pictures_, sorted_.from[k]);
          sum.add(1 / (static_cast<double>(starts_[picture + 1] - starts_[picture]) * static_cast<double>(pictures_)));
        }
        rate = end == n ? 1 : sum.value();
      }
      if (!visit(keys[i], rate)) return;
      i = end;
    }
  }
  bool any() const { return sorted_.count > 0; }

 private:
  int64_t pictures_;
  const int64_t* starts_;
  bool alike_ = true;
  Sorted<Key> sorted_;
};

void rule(Dims& d) {
  requireScores(d, 0, "positives");
  requireCount(d, d["P"] + d["N"]);
}

}  // namespace

OP("pimo(positives: T[P], lengths: i32[M], negatives: T[N], negativeLengths: i32[Q], lower = 1e-5, upper = 1e-4) -> f64[M]",
   "For each of M pictures the share of its own marked pixels with scores >= the threshold, averaged over the logarithm of the "
   "false positive rate from lower to upper: trapezoids between the distinct scores of Q normal pictures; below the smallest "
   "rate there is, the share above all normal scores. NaN for a picture without marked pixels, or without normal pictures.",
   [](Dims& d, const Attrs& attrs) {
     rule(d);
     double lower = attrs.real("lower"), upper = attrs.real("upper");
     if (!(lower > 0 && lower < upper && upper <= 1))
       d.refuse(Code::ATTRIBUTE_INVALID, "lower is " + std::to_string(lower) + " and upper " + std::to_string(upper) +
                                             "; expected 0 < lower < upper <= 1");
   })

KERNEL(cpu, pimo) {
  byType(call.in[0], [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    using Key = typename KeyOf<T>::type;
    int64_t positives = call.in[0].size(), pictures = call.in[1].size();
    const int64_t* starts = startsOf(call.in[1], positives, "lengths", 0);
    Key* keys = scratchOf<Key>(std::max<int64_t>(positives, 1));
    makeKeys(call.in[0].as<T>(), positives, keys, "positives");
    Normals<T> normals(call.in[2], call.in[3]);
    double* out = call.out[0].as<double>();
    double lower = call.attrs.real("lower"), upper = call.attrs.real("upper");
    // Thresholds up to the first beyond the upper bound, and of those below the lower one the last.
    int64_t count = 0, most = 0;
    normals.eachRate([&](Key, double rate) { return ++most, rate < upper; });
    Key* thresholds = scratchOf<Key>(std::max<int64_t>(most, 1));
    double* logRates = scratchOf<double>(std::max<int64_t>(most, 1));
    normals.eachRate([&](Key key, double rate) {
      thresholds[count] = key, logRates[count++] = std::log(rate);
      return rate < upper;
    });
    int64_t threads = std::min<int64_t>(omp_get_max_threads(), std::max<int64_t>(pictures, 1)), each = count + 1;
    int32_t* found = scratchOf<int32_t>(threads * each);
    parallelFor(pictures, 1, [=](int64_t first, int64_t last) BLEMISH_INLINE {
      int32_t* own = found + omp_get_thread_num() * each;
      for (int64_t picture = first; picture < last; ++picture) {
        int64_t from = starts[picture], to = starts[picture + 1];
        if (from == to || count == 0) {
          out[picture] = __builtin_nan("");
          continue;
        }
        // How many marked pixels each threshold is the first to find; in front those above all normal scores.
        std::memset(own, 0, static_cast<size_t>(each) * sizeof(int32_t));
        for (int64_t i = from; i < to; ++i)
          if (keys[i] < thresholds[0]) ++own[0];
          else if (keys[i] <= thresholds[count - 1])
            ++own[1 + (std::lower_bound(thresholds, thresholds + count, keys[i]) - thresholds)];
        for (int64_t j = 1; j < each; ++j) own[j] += own[j - 1];
        double size = static_cast<double>(to - from);
        out[picture] = meanBetween(logRates, count, std::log(lower), std::log(upper), own[0] / size,
                                   [=](int64_t j) BLEMISH_INLINE { return own[j + 1] / size; });
      }
    });
  });
}

OP("pimoCurve(positives: T[P], lengths: i32[M], negatives: T[N], negativeLengths: i32[Q], points = 1000) -> (threshold: f64[K], "
   "falsePositiveRate: f64[K], truePositiveRate: f64[K], length: i32[])",
   "The curve under pimo, its true positive rate the mean over the pictures that have marked pixels; from rate 0, above all "
   "normal scores, to rate 1. Of more thresholds than points, those are kept that lie apart in the logarithm of the rate. "
   "After `length` points NaN follows.",
   [](Dims& d, const Attrs& attrs) {
     rule(d);
     d["K"] = requirePoints(d, attrs);
   })

KERNEL(cpu, pimoCurve) {
  byType(call.in[0], [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    using Key = typename KeyOf<T>::type;
    int64_t positives = call.in[0].size(), pictures = call.in[1].size();
    const int64_t* starts = startsOf(call.in[1], positives, "lengths", 0);
    Key* keys = scratchOf<Key>(std::max<int64_t>(positives, 1));
    makeKeys(call.in[0].as<T>(), positives, keys, "positives");
    Sorted<Key> marked = sortWithPlaces(keys, positives);
    Normals<T> normals(call.in[2], call.in[3]);
    double masks = 0, span = 0;
    for (int64_t i = 0; i < pictures; ++i) masks += starts[i + 1] > starts[i];
    normals.eachRate([&](Key, double rate) { return span = -std::log(rate), false; });
    auto corners = [&](auto&& visit) {
      CompensatedSum sum;
      int64_t at = 0;
      auto findAbove = [&](Key key, bool equals) {
        for (; at < positives && (marked.keys[at] < key || (equals && marked.keys[at] == key)); ++at) {
          int64_t picture = pictureAt(starts, pictures, marked.from[at]);
          sum.add(1 / (static_cast<double>(starts[picture + 1] - starts[picture]) * masks));
        }
        return masks > 0 ? std::min(sum.value(), 1.0) : __builtin_nan("");
      };
      bool first = true;
      normals.eachRate([&](Key key, double rate) {
        double score = scoreOf(key), share = findAbove(key, false);
        if (first) visit(CurvePoint{std::nextafter(score, __builtin_inf()), 0, share});
        first = false;
        visit(CurvePoint{score, rate, findAbove(key, true)});
        return true;
      });
    };
    thin(call, corners, [&](const CurvePoint& at) { return span > 0 && at.x > 0 ? 2 + 2 * std::log(at.x) / span : 0; });
  });
}

}  // namespace blemish
