// Entropy of discrete laws from counts.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "cpu/parallel.h"
#include "ops/entropy/numbers.h"
#include "ops/entropy/special.h"

namespace blemish {
namespace {

double plugin(const int32_t* counts, int64_t classes, double total) {
  CompensatedSum sum;
  for (int64_t c = 0; c < classes; ++c)
    if (counts[c] > 0) sum.add(-counts[c] / total * std::log(counts[c] / total));
  return sum.value();
}

double millerMadow(const int32_t* counts, int64_t classes, double total) {
  int64_t seen = std::count_if(counts, counts + classes, [](int32_t count) { return count > 0; });
  return plugin(counts, classes, total) + static_cast<double>(seen - 1) / (2 * total);
}

double grassberger(const int32_t* counts, int64_t classes, double total) {
  CompensatedSum sum;
  // G(2m) = G(2m + 1) = psi(m + 1/2) + ln 2
  for (int64_t c = 0; c < classes; ++c)
    if (counts[c] > 0) sum.add(counts[c] / total * (digammaOf(counts[c] / 2 + 0.5) + logTwo));
  return std::log(total) - sum.value();
}

double chaoShen(const int32_t* counts, int64_t classes, double total) {
  int64_t once = std::count(counts, counts + classes, 1);
  // Were all seen only once, nothing would be left of the law.
  if (static_cast<double>(once) == total) --once;
  double coverage = 1 - static_cast<double>(once) / total;
  CompensatedSum sum;
  for (int64_t c = 0; c < classes; ++c) {
    if (counts[c] == 0) continue;
    double p = coverage * counts[c] / total;
    sum.add(p * std::log(p) / std::expm1(total * std::log1p(-p)));
  }
  return sum.value();
}

}  // namespace

OP("discreteEntropy(counts: i32[...b K], estimator = plugin|millerMadow|grassberger|chaoShen) -> f64[...b]",
   "Entropy in nats from how often each of K things was seen, N times in all: -sum p ln p with p = n / N (plugin); that plus (m "
   "- 1) / "
   "(2 N) for m things seen (millerMadow, Miller 1955); ln N - sum n / N G(n) with G(2m) = G(2m + 1) = psi(m + 1/2) + ln 2 "
   "(grassberger, Grassberger 2003); -sum p ln p / (1 - (1 - p)^N) with p = (1 - f / N) n / N for f things seen once, or one "
   "less "
   "were those all (chaoShen, Chao and Shen 2003). Fails with NUMERICAL_FAILURE where a count is negative or all are 0.")

KERNEL(cpu, discreteEntropy) {
  const Shape& shape = call.in[0].shape;
  int64_t classes = shape[shape.rank - 1], rows = shape.product(0, shape.rank - 1);
  const int32_t* counts = call.in[0].as<int32_t>();
  double *out = call.out[0].as<double>(), *totals = scratchOf<double>(rows);
  for (int64_t row = 0; row < rows; ++row) {
    double total = 0;
    for (int64_t c = 0; c < classes; ++c) {
      int32_t count = counts[row * classes + c];
      if (count < 0)
        throw Error(Code::NUMERICAL_FAILURE, "row " + std::to_string(row) + " of counts holds " + std::to_string(count) +
                                                 "; expected counts of at least 0");
      total += count;
    }
    if (total == 0)
      throw Error(Code::NUMERICAL_FAILURE,
                  "row " + std::to_string(row) + " of counts adds up to 0; expected something to be seen");
    totals[row] = total;
  }
  auto word = call.attrs.choice("estimator");
  auto estimate = word == "plugin"        ? plugin
                  : word == "millerMadow" ? millerMadow
                  : word == "grassberger" ? grassberger
                                          : chaoShen;
  parallelFor(rows, grainOf(32 * classes), [=](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) out[row] = estimate(counts + row * classes, classes, totals[row]);
  });
}

OP("labelCounts(labels: i32[...b N], classes: int) -> i32[...b K]",
   "How often each of the labels 0 to classes - 1 occurs. Another label fails with NUMERICAL_FAILURE.",
   [](Dims& d, const Attrs& attrs) {
     int64_t classes = attrs.integer("classes");
     if (classes < 1 || classes >= int64_t(1) << 31)
       d.refuse(Code::ATTRIBUTE_INVALID, "classes is " + std::to_string(classes) + "; expected 1 to 2^31 - 1");
     d.require(d["N"] < int64_t(1) << 31,
               "labels has " + std::to_string(d["N"]) + " numbers in a row; expected fewer than 2^31, as an i32 counts them");
     d["K"] = classes;
   })

KERNEL(cpu, labelCounts) {
  const Shape& shape = call.in[0].shape;
  int64_t n = shape[shape.rank - 1], rows = shape.product(0, shape.rank - 1), classes = call.attrs.integer("classes");
  const int32_t* labels = call.in[0].as<int32_t>();
  int32_t* counts = call.out[0].as<int32_t>();
  for (int64_t row = 0; row < rows; ++row) {
    std::memset(counts + row * classes, 0, static_cast<size_t>(classes) * sizeof(int32_t));
    for (int64_t i = 0; i < n; ++i) {
      int32_t label = labels[row * n + i];
      if (label < 0 || label >= classes)
        throw Error(Code::NUMERICAL_FAILURE, "labels holds " + std::to_string(label) + " at place " +
                                                 std::to_string(row * n + i) + "; expected 0 to " + std::to_string(classes - 1));
      ++counts[row * classes + label];
    }
  }
}

}  // namespace blemish
