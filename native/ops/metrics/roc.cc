// The ROC curve of two samples of scores, the area under a part of it, and, with regions, the PRO curve.
#include <cmath>

#include "ops/metrics/curve.h"
#include "ops/metrics/ties.h"

namespace blemish {
namespace {

// The weights of sorted positives, tie by tie: 1 each, or 1 / the size of their region, so that every region weighs 1.
template <class Key> class Shares {
 public:
  Shares(const Sorted<Key>& positives, const int32_t* sizes) : from_(positives.from), sizes_(sizes) {
    if (!sizes) return;
    for (int64_t i = 0; i < positives.count; ++i)
      if (sizes[i] < 1)
        throw Error(Code::NUMERICAL_FAILURE, "sizes[" + std::to_string(i) + "] is " + std::to_string(sizes[i]) +
                                                 "; expected at least 1, the pixels of a region");
  }
  void add(const Tie& tie, CompensatedSum& sum) const {
    if (!sizes_) return sum.add(tie.last - tie.first);
    for (int64_t i = tie.first; i < tie.last; ++i) sum.add(1.0 / sizes_[from_[i]]);
  }

 private:
  const int32_t *from_, *sizes_;
};

void rule(Dims& d, const Attrs& attrs) {
  rankRule(d);
  double limit = attrs.real("limit");
  if (!(limit > 0 && limit <= 1))
    d.refuse(Code::ATTRIBUTE_INVALID,
             "limit is " + std::to_string(limit) + "; expected a false positive rate above 0 and at most 1");
}

// Calls f with the ranked operands and the weights of the positives.
template <class F> void ranked(const Call& call, const F& f) {
  byType(call.in[0], [&](auto* type) {
    auto samples = rankOperands<std::remove_pointer_t<decltype(type)>>(call, call.has(2), false);
    f(samples, Shares(samples.positives, call.has(2) ? call.in[2].as<int32_t>() : nullptr));
  });
}

}  // namespace

OP("rocArea(positives: T[P], negatives: T[N], sizes?: i32[P], limit = 1.0) -> f64[]",
   "Area under the curve of the true over the false positive rate from 0 to the limit, over the limit: trapezoids between "
   "distinct scores, linear interpolation at the limit. With the sizes of the regions that the positives lie in, a positive "
   "counts 1 / size: the per-region overlap (Bergmann et al. 2021). NaN where a class is missing.",
   rule)

KERNEL(cpu, rocArea) {
  double& area = *call.out[0].as<double>();
  double limit = call.attrs.real("limit") * static_cast<double>(call.in[1].size());
  ranked(call, [&](const auto& samples, const auto& shares) {
    CompensatedSum sum, found;
    double x = 0;
    // From one corner to the next, and no further than the limit.
    auto walk = [&](double to, double y, double toY) {
      if (to > limit) toY = y + (toY - y) * (limit - x) / (to - x), to = limit;
      sum.add((to - x) * 0.5 * (y + toY));
      x = to;
    };
    for (int64_t i = 0; i < samples.count; ++i) {
      const Tie& tie = samples.ties[i];
      double y = found.value();
      shares.add(tie, found);
      if (x < limit && tie.above > x) walk(tie.above, y, y);
      if (x < limit) walk(tie.upTo, y, found.value());
    }
    if (x < limit) walk(static_cast<double>(call.in[1].size()), found.value(), found.value());
    bool both = call.in[0].size() > 0 && call.in[1].size() > 0;
    area = both ? sum.value() / (found.value() * limit) : __builtin_nan("");
  });
}

OP("rocCurve(positives: T[P], negatives: T[N], sizes?: i32[P], limit = 1.0, points = 1000, spacing = roc|precisionRecall) -> "
   "(threshold: f64[K], falsePositives: f64[K], truePositives: f64[K], total: f64[], length: i32[])",
   "Corners of the curve from (0, 0) at threshold inf on, up to the first at or beyond the limit of the false positive rate: how "
   "many of each class have scores >= threshold (positives count 1 / size as in rocArea). Of more corners than points, those "
   "are kept that lie apart in the plane that spacing names; what is kept is exact. After `length` points NaN follows. `total` "
   "is "
   "what all positives count.",
   [](Dims& d, const Attrs& attrs) {
     rule(d, attrs);
     d["K"] = requirePoints(d, attrs);
   })

KERNEL(cpu, rocCurve) {
  double positives = static_cast<double>(call.in[0].size()), negatives = static_cast<double>(call.in[1].size());
  double limit = call.attrs.real("limit") * negatives;
  bool precision = call.attrs.choice("spacing") == "precisionRecall";
  ranked(call, [&](const auto& samples, const auto& shares) {
    CompensatedSum total;
    for (int64_t i = 0; i < samples.count; ++i) shares.add(samples.ties[i], total);
    *call.out[3].as<double>() = total.value();
    double regions = std::max(total.value(), 1.0), ranks = std::log1p(positives + negatives);
    // How far along the curve a corner lies, 0 … 2: rates, or the recall and the logarithm of the rank, on which precision
    // depends.
    auto along = [&](const CurvePoint& at) {
      return at.y / regions +
             (precision ? std::log1p(at.x + at.y * positives / regions) / ranks : std::min(at.x / std::max(limit, 1.0), 1.0));
    };
    auto corners = [&](auto&& visit) {
      CompensatedSum found;
      double x = 0;
      visit(CurvePoint{__builtin_inf(), 0, 0});
      for (int64_t i = 0; i < samples.count && (x < limit || negatives == 0); ++i) {
        const Tie& tie = samples.ties[i];
        if (tie.above > x) visit(CurvePoint{scoreOf(samples.negatives.keys[tie.above - 1]), x = tie.above, found.value()});
        if (x >= limit && negatives > 0) return;
        shares.add(tie, found);
        visit(CurvePoint{scoreOf(samples.positives.keys[tie.first]), x = tie.upTo, found.value()});
      }
      if (x < negatives && x < limit)
        visit(CurvePoint{scoreOf(samples.negatives.keys[samples.negatives.count - 1]), negatives, found.value()});
    };
    thin(call, corners, along);
  });
}

}  // namespace blemish
