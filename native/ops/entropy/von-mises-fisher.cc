// The law of von Mises and Fisher on the sphere: its entropy, and its parameters from the mean of points.
//
// Everything is in long double: entropies of narrow laws are small differences of large logarithms.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "cpu/parallel.h"
#include "ops/entropy/numbers.h"
#include "ops/entropy/special.h"

namespace blemish {
namespace {

using Wide = long double;
constexpr Wide wideLogPi = 1.14472988584940017414342735135305871L, wideLogTwo = 0.693147180559945309417232121458176568L;

// Beyond this the asymptotic series for large arguments has all digits.
bool isLarge(Wide order, Wide x) { return x > std::max(Wide(100), 4 * order * order); }

// sum_k (-1)^k a_k(order) / x^k (Abramowitz and Stegun 9.7.1): I = e^x / sqrt(2 pi x) times it.
Wide hankel(Wide order, Wide x) {
  Wide term = 1, sum = 1;
  for (int k = 1; k < 200; ++k) {
    Wide odd = 2 * k - 1, next = term * -(4 * order * order - odd * odd) / (8 * k * x);
    if (std::fabs(next) > std::fabs(term)) break;
    term = next;
    sum += term;
    if (std::fabs(term) < 1e-21L * std::fabs(sum)) break;
  }
  return sum;
}

// ln I_order(x), x > 0: the power series, summed up from its largest term in both directions.
Wide logBessel(Wide order, Wide x) {
  if (isLarge(order, x)) return x - 0.5L * (wideLogTwo + wideLogPi + std::log(x)) + std::log(hankel(order, x));
  Wide quarter = x * x / 4, peak = std::floor(std::max(Wide(0), (std::sqrt(order * order + x * x) - order) / 2));
  Wide largest = (2 * peak + order) * std::log(x / 2) - std::lgamma(peak + 1) - std::lgamma(peak + order + 1), sum = 1, term = 1;
  for (Wide m = peak + 1; term > 1e-22L * sum; m += 1) sum += term *= quarter / (m * (m + order));
  term = 1;
  for (Wide m = peak; m > 0 && term > 1e-22L * sum; m -= 1) sum += term *= m * (m + order) / quarter;
  return largest + std::log(sum);
}

// I_{order + 1}(x) / I_order(x), the length of the mean: Gauss's continued fraction, evaluated from the front.
Wide besselRatio(Wide order, Wide x) {
  if (x == 0) return 0;
  if (isLarge(order + 1, x)) return hankel(order + 1, x) / hankel(order, x);
  Wide c = 2 * (order + 1) / x, d = 0, value = c;
  for (Wide k = 2;; k += 1) {
    Wide b = 2 * (order + k) / x;
    d = 1 / (b + d);
    c = b + 1 / c;
    value *= c * d;
    if (std::fabs(c * d - 1) < 1e-19L) break;
  }
  return 1 / value;
}

// -ln C - k A with C = k^(p/2 - 1) / ((2 pi)^(p/2) I_{p/2 - 1}(k)).
double entropyOf(Wide concentration, int64_t dimension) {
  if (concentration == 0) return logSphere(dimension);
  if (std::isinf(concentration)) return -__builtin_inf();
  Wide half = static_cast<Wide>(dimension) / 2, order = half - 1;
  Wide spread = half * (wideLogTwo + wideLogPi) + logBessel(order, concentration) - order * std::log(concentration);
  return static_cast<double>(spread - concentration * besselRatio(order, concentration));
}

// The concentration whose mean has the given length: Newton's steps (Sra 2012) from the approximation of Banerjee et al. (2005).
Wide concentrationOf(Wide length, int64_t dimension) {
  if (length <= 0) return 0;
  if (length >= 1) return __builtin_inf();
  Wide p = static_cast<Wide>(dimension), k = length * (p - length * length) / (1 - length * length);
  for (int turn = 0; turn < 50; ++turn) {
    Wide ratio = besselRatio(p / 2 - 1, k), slope = 1 - ratio * ratio - (p - 1) / k * ratio, next = k - (ratio - length) / slope;
    if (!(next > 0) || std::isinf(next)) break;
    bool settled = std::fabs(next - k) < 1e-16L * k;
    k = next;
    if (settled) break;
  }
  return k;
}

}  // namespace

OP("vonMisesFisherEntropy(concentration: T[...], dimension: int) -> f64[...]",
   "Differential entropy in nats, with respect to area, of the law of von Mises and Fisher on the unit sphere of so many "
   "coordinates: "
   "-ln C_p(k) - k I_{p/2}(k) / I_{p/2 - 1}(k), C_p(k) = k^(p/2 - 1) / ((2 pi)^(p/2) I_{p/2 - 1}(k)). f32 or f64. A negative "
   "concentration or one "
   "beyond 1e9 fails with NUMERICAL_FAILURE.",
   [](Dims& d, const Attrs& attrs) {
     requireReal(d, "concentration");
     int64_t dimension = attrs.integer("dimension");
     if (dimension < 2 || dimension > 4096)
       d.refuse(Code::ATTRIBUTE_INVALID, "dimension is " + std::to_string(dimension) + "; expected 2 to 4096");
   })

KERNEL(cpu, vonMisesFisherEntropy) {
  const double* concentration = finiteNumbers(call.in[0], "concentration");
  double* out = call.out[0].as<double>();
  int64_t count = call.out[0].size(), dimension = call.attrs.integer("dimension");
  for (int64_t i = 0; i < count; ++i)
    if (!(concentration[i] >= 0 && concentration[i] <= 1e9))
      throw Error(Code::NUMERICAL_FAILURE,
                  "concentration[" + std::to_string(i) + "] is " + std::to_string(concentration[i]) + "; expected 0 to 1e9");
  parallelFor(count, 1, [=](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) out[i] = entropyOf(concentration[i], dimension);
  });
}

OP("vonMisesFisherFit(x: T[N D]) -> (direction: f64[D], concentration: f64[], entropy: f64[])",
   "The law of von Mises and Fisher of greatest likelihood for unit vectors: direction and, from the length of their mean, "
   "concentration; and that law's entropy in nats. Where the mean is 0 so is the direction, and the law is uniform; where all "
   "points "
   "are one the concentration is infinite and the entropy -infinity. f32 or f64, computed in float64. (Banerjee et al. 2005; Sra "
   "2012.)",
   [](Dims& d, const Attrs&) {
     requireReal(d, "x");
     d.require(d["D"] >= 2 && d["D"] <= 4096 && d["N"] >= 1,
               "x is " + text(d.input(0).shape) + "; expected at least one point of 2 to 4096 coordinates");
   })

KERNEL(cpu, vonMisesFisherFit) {
  Points points{finiteNumbers(call.in[0], "x"), call.in[0].shape[0], call.in[0].shape[1]};
  requireUnit(points);
  double* direction = call.out[0].as<double>();
  Wide square = 0;
  // Lengths are brought to 1 exactly: rounding to float32 must not pass for spread.
  std::vector<Wide> mean(points.width, 0);
  for (int64_t i = 0; i < points.count; ++i) {
    Wide own = 0;
    for (int64_t c = 0; c < points.width; ++c) own += static_cast<Wide>(points.row(i)[c]) * points.row(i)[c];
    own = std::sqrt(own) * static_cast<Wide>(points.count);
    for (int64_t c = 0; c < points.width; ++c) mean[c] += points.row(i)[c] / own;
  }
  for (Wide m : mean) square += m * m;
  Wide length = std::sqrt(square);
  if (length < 1e-17L) length = 0;
  if (1 - length < 1e-17L) length = 1;
  for (int64_t c = 0; c < points.width; ++c) direction[c] = length > 0 ? static_cast<double>(mean[c] / length) : 0;
  Wide concentration = concentrationOf(length, points.width);
  *call.out[1].as<double>() = static_cast<double>(concentration);
  *call.out[2].as<double>() = entropyOf(concentration, points.width);
}

}  // namespace blemish
