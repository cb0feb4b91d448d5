// Entropy and divergence of densities from nearest neighbours; noise that tells equal points apart.
#include <string>

#include "core/random.h"
#include "cpu/parallel.h"
#include "ops/entropy/neighbors.h"
#include "ops/entropy/special.h"
#include "cpu/random-key.h"

namespace blemish {
namespace {

Norm normOf(const Attrs& attrs) { return attrs.choice("metric") == "chebyshev" ? Norm::chebyshev : Norm::euclidean; }

}  // namespace

OP("kozachenkoLeonenko(x: T[N D], k = 3, metric = euclidean|chebyshev|sphere, duplicates = infinite|zero) -> "
   "(entropy: f64[], local: f64[N])",
   "Differential entropy in nats from the distance e_i of each point to its k-th nearest other: the mean of local_i = psi(N) - "
   "psi(k) + ln c_D + D ln e_i, with the volume c_D of the unit ball (2^D for chebyshev); on the unit sphere the logarithm of "
   "the area "
   "of the cap of chord e_i stands for the last two terms. Where e_i = 0, because more than k points coincide, local_i is "
   "-infinity, or 0. f32 or f64, computed in float64. (Kozachenko and Leonenko 1987; Kraskov et al. 2004, eq. 20.)",
   [](Dims& d, const Attrs& attrs) {
     requireReal(d, "x");
     requireNeighbors(d, attrs, d["N"], "x");
     int64_t least = attrs.choice("metric") == "sphere" ? 2 : 1;
     d.require(d["D"] >= least, "x " + text(d.input(0).shape) + " has " + std::to_string(d["D"]) +
                                    " coordinates; expected at least " + std::to_string(least));
   })

KERNEL(cpu, kozachenkoLeonenko) {
  int64_t n = call.in[0].shape[0], width = call.in[0].shape[1], k = call.attrs.integer("k");
  Points points{finiteNumbers(call.in[0], "x"), n, width};
  bool sphere = call.attrs.choice("metric") == "sphere", zero = call.attrs.choice("duplicates") == "zero";
  if (sphere) requireUnit(points);
  Norm norm = normOf(call.attrs);
  double* local = call.out[1].as<double>();
  nearestDistances(points, points, true, k, norm, local);
  const double* digamma = digammaTable(n);
  double shift = digamma[n] - digamma[k], slope = static_cast<double>(width);
  shift += sphere ? logSphere(width) : norm == Norm::chebyshev ? slope * logTwo : logBall(width);
  CapShare cap(std::max<int64_t>(width, 2));
  parallelFor(n, grainOf(32), [=](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      double e = local[i];
      local[i] = e == 0 && zero ? 0 : shift + (sphere ? cap.log(e) : slope * std::log(e));
    }
  });
  *call.out[0].as<double>() = meanOf(local, n);
}

OP("knnDivergence(x: T[N D], y: T[M D], k = 3, metric = euclidean|chebyshev) -> f64[]",
   "Kullback-Leibler divergence in nats of the law of x from that of y: D / N sum_i ln(v_i / r_i) + ln(M / (N - 1)), where r_i "
   "is "
   "the distance from x_i to its k-th nearest other in x and v_i that to its k-th nearest in y. A point for which both are 0 "
   "adds "
   "nothing, one for which v_i alone is 0 makes it -infinity, r_i alone infinity; both kinds together fail with "
   "NUMERICAL_FAILURE. f32 or f64, computed in float64. (Wang, Kulkarni and Verdu 2009, eq. 5.)",
   [](Dims& d, const Attrs& attrs) {
     requireReal(d, "x");
     requireNeighbors(d, attrs, d["N"], "x");
     d.require(d["M"] >= attrs.integer("k") && d["M"] < int64_t(1) << 31,
               "k is " + std::to_string(attrs.integer("k")) + " for " + std::to_string(d["M"]) +
                   " points of y; expected at least k, and fewer than 2^31");
     d.require(d["D"] >= 1, "x " + text(d.input(0).shape) + " has no coordinate; expected at least 1");
   })

KERNEL(cpu, knnDivergence) {
  int64_t n = call.in[0].shape[0], m = call.in[1].shape[0], width = call.in[0].shape[1], k = call.attrs.integer("k");
  Points x{finiteNumbers(call.in[0], "x"), n, width}, y{finiteNumbers(call.in[1], "y"), m, width};
  double *own = scratchOf<double>(n), *other = scratchOf<double>(n);
  nearestDistances(x, x, true, k, normOf(call.attrs), own);
  nearestDistances(y, x, false, k, normOf(call.attrs), other);
  int64_t above = -1, below = -1;
  for (int64_t i = 0; i < n; ++i) {
    if (own[i] == 0 && other[i] > 0) above = i;
    if (own[i] > 0 && other[i] == 0) below = i;
    own[i] = own[i] == 0 && other[i] == 0 ? 0 : static_cast<double>(width) * (std::log(other[i]) - std::log(own[i]));
  }
  if (above >= 0 && below >= 0)
    throw Error(Code::NUMERICAL_FAILURE, "row " + std::to_string(above) + " of x coincides with others of x, row " +
                                             std::to_string(below) +
                                             " with points of y, so that both infinities come together; expected points that "
                                             "differ, or noise added to them");
  *call.out[0].as<double>() = meanOf(own, n) + std::log(static_cast<double>(m) / static_cast<double>(n - 1));
}

OP("jitter(x: T[N D], key: ints, amplitude = 1e-10) -> f64[N D]",
   "x plus normal noise of the deviation amplitude max(1, mean |x| of its column), so that no two points coincide.",
   [](Dims& d, const Attrs& attrs) {
     requireReal(d, "x");
     requireKey(d, attrs);
     double amplitude = attrs.real("amplitude");
     if (!(amplitude >= 0))
       d.refuse(Code::ATTRIBUTE_INVALID, "amplitude is " + std::to_string(amplitude) + "; expected at least 0");
   })

KERNEL(cpu, jitter) {
  int64_t n = call.in[0].shape[0], width = call.in[0].shape[1];
  RandomKey key = keyOf(call.attrs);
  double *deviation = scratchOf<double>(width), *y = call.out[0].as<double>(), amplitude = call.attrs.real("amplitude");
  byReal(call.in[0], [&]<class T>() {
    const T* x = call.in[0].as<T>();
    std::fill_n(deviation, width, 0.0);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t c = 0; c < width; ++c)
        deviation[c] += std::fabs(static_cast<double>(x[i * width + c])) / static_cast<double>(n);
    for (int64_t c = 0; c < width; ++c) deviation[c] = amplitude * std::max(1.0, deviation[c]);
    parallelFor(n, grainOf(64 * width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t at = first * width; at < last * width; ++at) {
        RandomWords words = randomBlock(key, static_cast<uint64_t>(at));
        // A second word behind the digits of the first: equal numbers would else meet again once in 2^32 pairs.
        double noise = static_cast<double>(normalFrom(words.word[0])) + 0x1p-31 * static_cast<double>(uniformFrom(words.word[1]));
        y[at] = static_cast<double>(x[at]) + deviation[at % width] * noise;
      }
    });
  });
}

}  // namespace blemish
