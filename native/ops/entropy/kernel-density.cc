// Entropy by a density made of Gaussian kernels.
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/bits.h"
#include "ops/entropy/covariance.h"
#include "ops/entropy/special.h"

namespace blemish {
namespace {

// e^x for x <= 0 as straight-line arithmetic, relative error below 1e-15; 0 below -708.
BLEMISH_INLINE inline double expOf(double x) {
  constexpr double magic = 6755399441055744.0;  // 1.5 2^52: adding it leaves an integer in the low bits
  double kept = x < -708 ? -708 : x;
  double shifted = kept * 1.4426950408889634 + magic, n = shifted - magic;
  double r = kept - n * 0.693147180369123816490;
  r = r - n * 1.90821492927058770002e-10;
  double q = 1.0 / 6227020800;
  q = q * r + 1.0 / 479001600;
  q = q * r + 1.0 / 39916800;
  q = q * r + 1.0 / 3628800;
  q = q * r + 1.0 / 362880;
  q = q * r + 1.0 / 40320;
  q = q * r + 1.0 / 5040;
  q = q * r + 1.0 / 720;
  q = q * r + 1.0 / 120;
  q = q * r + 1.0 / 24;
  q = q * r + 1.0 / 6;
  q = q * r + 0.5;
  q = q * r + 1;
  q = q * r + 1;
  double y = q * doubleOf((bitsOf(shifted) - bitsOf(magic) + 1023) << 52);
  return select(x < -708, 0.0, y);
}

// Points column by column, in units in which the kernel has deviation 1; `logUnit` is ln of the kernel's volume.
struct Standard {
  double* columns;
  double logUnit;
};

Standard isotropic(const Points& points, double bandwidth) {
  double* columns = scratchOf<double>(points.count * points.width);
  for (int64_t i = 0; i < points.count; ++i)
    for (int64_t c = 0; c < points.width; ++c) columns[c * points.count + i] = points.row(i)[c] / bandwidth;
  return {columns, static_cast<double>(points.width) * std::log(bandwidth)};
}

// The kernel has the sample covariance times the square of a factor: l z = (x - mean) / factor.
Standard whitened(const Points& points, double factor) {
  Scatter scatter = scatterOf(points);
  int64_t n = points.count, width = points.width, size = scatter.size, strips = (n + dense::tile - 1) / dense::tile;
  for (int64_t at = 0; at < size * size; ++at) scatter.matrix[at] /= static_cast<double>(n - 1);
  factorCovariance(scatter.matrix, scatter.mean, width, size);
  double *inverses = scratchOf<double>(dense::block * size), *columns = scratchOf<double>(n * width);
  double* work = scratchOf<double>(size * dense::tile * omp_get_max_threads());
  dense::invertBlocks(scatter.matrix, width, inverses, true);
  dense::Triangle triangle{scatter.matrix, inverses, size};
  const double* mean = scatter.mean;
  parallelFor(strips, grainOf(size * size * dense::tile), [=](int64_t first, int64_t last) {
    double* strip = work + size * dense::tile * omp_get_thread_num();
    for (int64_t item = first; item < last; ++item) {
      int64_t from = item * dense::tile, count = std::min(dense::tile, n - from);
      std::fill_n(strip, size * dense::tile, 0.0);
      for (int64_t j = 0; j < count; ++j)
        for (int64_t c = 0; c < width; ++c) strip[c * dense::tile + j] = (points.row(from + j)[c] - mean[c]) / factor;
      dense::solve(triangle, false, strip);
      for (int64_t c = 0; c < width; ++c)
        for (int64_t j = 0; j < count; ++j) columns[c * n + from + j] = strip[c * dense::tile + j];
    }
  });
  return {columns, 0.5 * logDeterminant(scatter.matrix, width, size) + static_cast<double>(width) * std::log(factor)};
}

}  // namespace

OP("kernelDensityEntropy(x: T[N D], bandwidth = 0.0, rule = scott|silverman, estimator = leaveOneOut|resubstitution) -> f64[]",
   "Differential entropy in nats, the mean of -ln p(x_i), with a density p of Gaussian kernels around all other points "
   "(leaveOneOut) or "
   "all points (resubstitution). A kernel has the deviation bandwidth in every direction; or, where that is 0, the sample "
   "covariance times the square of N^(-1 / (D + 4)) (scott) or of (N (D + 2) / 4)^(-1 / (D + 4)) (silverman). f32 or f64, "
   "computed in "
   "float64. Fails with NUMERICAL_FAILURE where that covariance is singular, or points lie more than 1e150 deviations apart. "
   "(Hall and Morton 1993; Scott 1992.)",
   [](Dims& d, const Attrs& attrs) {
     requireReal(d, "x");
     double bandwidth = attrs.real("bandwidth");
     if (!(bandwidth >= 0))
       d.refuse(Code::ATTRIBUTE_INVALID,
                "bandwidth is " + std::to_string(bandwidth) + "; expected a positive number, or 0 for the rule's");
     d.require(d["D"] >= 1, "x " + text(d.input(0).shape) + " has no coordinate; expected at least 1");
     int64_t least = bandwidth == 0 ? d["D"] + 1 : attrs.choice("estimator") == "leaveOneOut" ? 2 : 1;
     d.require(d["N"] >= least, "x " + text(d.input(0).shape) + " has " + std::to_string(d["N"]) + " points; expected at least " +
                                    std::to_string(least));
   })

KERNEL(cpu, kernelDensityEntropy) {
  Points points{finiteNumbers(call.in[0], "x"), call.in[0].shape[0], call.in[0].shape[1]};
  int64_t n = points.count, width = points.width;
  double bandwidth = call.attrs.real("bandwidth"), count = static_cast<double>(n), d = static_cast<double>(width);
  double base = call.attrs.choice("rule") == "scott" ? count : count * (d + 2) / 4;
  Standard standard = bandwidth > 0 ? isotropic(points, bandwidth) : whitened(points, std::pow(base, -1 / (d + 4)));
  bool others = call.attrs.choice("estimator") == "leaveOneOut";
  double *terms = scratchOf<double>(n), *buffers = scratchOf<double>((n + 64) * omp_get_max_threads());
  const double* columns = standard.columns;
  parallelFor(n, grainOf(n * (2 * width + 16)), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    double* squares = buffers + (n + 64) * omp_get_thread_num();
    for (int64_t i = first; i < last; ++i) {
      for (int64_t j = 0; j < n; ++j) squares[j] = 0;
      for (int64_t c = 0; c < width; ++c) {
        const double* column = columns + c * n;
        double own = column[i];
        for (int64_t j = 0; j < n; ++j) squares[j] += (column[j] - own) * (column[j] - own);
      }
      if (others) squares[i] = boundless;
      // Relative to the nearest, so that a point far from all has a density too.
      double least = boundless;
      for (int64_t j = 0; j < n; ++j) least = squares[j] < least ? squares[j] : least;
      for (int64_t j = 0; j < n; ++j) squares[j] = expOf(0.5 * (least - squares[j]));
      terms[i] = 0.5 * least - std::log(sumOf(squares, n));
    }
  });
  if (!std::all_of(terms, terms + n, [](double term) { return std::isfinite(term); })) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", bandwidth);
    throw Error(Code::NUMERICAL_FAILURE,
                std::string("bandwidth is ") + text + ", of which points of x lie more than 1e150 apart; expected a larger one");
  }
  double constant = standard.logUnit + 0.5 * d * (logTwo + logPi) + std::log(others ? count - 1 : count);
  *call.out[0].as<double>() = meanOf(terms, n) + constant;
}

}  // namespace blemish
