// Mutual information from nearest neighbours.
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>

#include "cpu/parallel.h"
#include "cpu/symmetric-eigen.h"
#include "ops/entropy/neighbors.h"

namespace blemish {
namespace {

// Columns of several operands side by side.
Points joined(std::initializer_list<Points> parts) {
  int64_t width = 0, count = parts.begin()->count, at = 0;
  for (const Points& part : parts) width += part.width;
  double* out = scratchOf<double>(count * width);
  for (const Points& part : parts) {
    for (int64_t i = 0; i < count; ++i)
      for (int64_t c = 0; c < part.width; ++c) out[i * width + at + c] = part.row(i)[c];
    at += part.width;
  }
  return {out, count, width};
}

Points pointsOf(const Tensor& x, const char* name) { return {finiteNumbers(x, name), x.shape[0], x.shape[1]}; }

const int32_t* countsWithin(const Points& points, const double* radii, bool strict) {
  auto* counts = scratchOf<int32_t>(points.count);
  if (points.width == 0) std::fill_n(counts, points.count, static_cast<int32_t>(points.count - 1));
  else countNeighbors(points, radii, strict, counts);
  return counts;
}

void informationRule(Dims& d, const Attrs& attrs) {
  requireReal(d, "x");
  requireNeighbors(d, attrs, d["N"], "x");
  for (const char* width : {"D", "E"}) d.require(d[width] >= 1, "x or y has no coordinate; expected at least 1 each");
}

// psi(k) + psi(N) - psi(n_x + more) - psi(n_y + more), in pairs that may cancel.
void informationByCounts(const int32_t* inX, const int32_t* inY, int64_t n, int64_t k, int64_t more, double* local) {
  const double* digamma = digammaTable(n);
  for (int64_t i = 0; i < n; ++i) {
    double fewer = digamma[std::min(inX[i], inY[i]) + more], larger = digamma[std::max(inX[i], inY[i]) + more];
    local[i] = (digamma[n] - larger) - (fewer - digamma[k]);
  }
}

// The second estimator's terms.
void informationByExtents(const Points& x, const Points& y, const double* left, const double* right, int64_t k, double* local) {
  informationByCounts(countsWithin(x, left, false), countsWithin(y, right, false), x.count, k, 0, local);
  for (int64_t i = 0; i < x.count; ++i) local[i] -= 1 / static_cast<double>(k);
}

}  // namespace

OP("mutualInformation(x: T[N D], y: T[N E], k = 3, estimator = ksg1|ksg2) -> (information: f64[], local: f64[N])",
   "Mutual information in nats from nearest neighbours by the largest difference of a coordinate of (x, y) (Kraskov, Stoegbauer "
   "and "
   "Grassberger 2004): the mean of psi(k) + psi(N) - psi(n_x + 1) - psi(n_y + 1), with the counts n of other points strictly "
   "nearer in x or y alone than the k-th in both (ksg1, eq. 8); or of psi(k) - 1 / k + psi(N) - psi(n_x) - psi(n_y), with counts "
   "of "
   "points not beyond the rectangle of those that are no farther than the k-th (ksg2, eq. 9). Never clipped: it may be negative. "
   "f32 "
   "or f64, computed in float64.",
   informationRule)

KERNEL(cpu, mutualInformation) {
  Points x = pointsOf(call.in[0], "x"), y = pointsOf(call.in[1], "y"), both = joined({x, y});
  int64_t n = x.count, k = call.attrs.integer("k");
  bool second = call.attrs.choice("estimator") == "ksg2";
  double *left = scratchOf<double>(n), *right = second ? scratchOf<double>(n) : left, *local = call.out[1].as<double>();
  if (second) {
    neighborExtents(both, k, x.width, left, right);
    informationByExtents(x, y, left, right, k, local);
  } else {
    nearestDistances(both, both, true, k, Norm::chebyshev, left);
    const int32_t *inX = countsWithin(x, left, true), *inY = countsWithin(y, left, true);
    informationByCounts(inX, inY, n, k, 1, local);
  }
  *call.out[0].as<double>() = meanOf(local, n);
}

namespace {

// ln of how much smaller than the box of its extents the neighbourhood of a point is, a box turned so that its sides lie along
// the principal axes of the point and its k neighbours; 0 where it is not clearly smaller.
double correction(const Points& points, int64_t i, const int32_t* neighbors, int64_t k, double logBox, double logAlpha,
                  double* scratch) {
  int64_t width = points.width;
  double *work = scratch, *mean = work + symmetricEigenScratch(width, true, false), *axes = mean + width,
         *values = axes + width * width;
  auto member = [&](int64_t j) { return points.row(j < k ? neighbors[i * k + j] : i); };
  std::fill_n(mean, width, 0.0);
  std::fill_n(axes, width * width, 0.0);
  for (int64_t j = 0; j <= k; ++j)
    for (int64_t c = 0; c < width; ++c) mean[c] += member(j)[c] / static_cast<double>(k + 1);
  for (int64_t j = 0; j <= k; ++j)
    for (int64_t a = 0; a < width; ++a)
      for (int64_t b = 0; b <= a; ++b) axes[a * width + b] += (member(j)[a] - mean[a]) * (member(j)[b] - mean[b]);
  if (!symmetricEigen(axes, width, values, true, work, false)) return 0;
  double logTurned = 0;
  for (int64_t axis = 0; axis < width; ++axis) {
    double reach = 0;
    for (int64_t j = 0; j <= k; ++j) {
      double along = 0;
      for (int64_t c = 0; c < width; ++c) along += axes[axis * width + c] * (member(j)[c] - mean[c]);
      reach = std::max(reach, std::fabs(along));
    }
    logTurned += std::log(reach);
  }
  return std::isfinite(logTurned) && logTurned < logBox + logAlpha ? logBox - logTurned : 0;
}

}  // namespace

OP("lncMutualInformation(x: T[N D], y: T[N E], k = 5, alpha = 0.25) -> (information: f64[], local: f64[N])",
   "Mutual information in nats by ksg2, corrected where a neighbourhood is not uniform (Gao, Ver Steeg and Galstyan 2015): with "
   "the largest "
   "extents e_x and e_y of the points no farther than the k-th, local_i grows by ln(e_x^D e_y^E) - ln V where V < alpha e_x^D "
   "e_y^E, for "
   "the volume V of the box along the principal axes of the point and its k nearest, 2^(D + E) left out of both. No correction "
   "where "
   "they fill no volume, or at alpha = 0. f32 or f64, computed in float64.",
   [](Dims& d, const Attrs& attrs) {
     informationRule(d, attrs);
     double alpha = attrs.real("alpha");
     if (!(alpha >= 0 && alpha <= 1))
       d.refuse(Code::ATTRIBUTE_INVALID, "alpha is " + std::to_string(alpha) + "; expected 0 to 1");
     int64_t width = d["D"] + d["E"];
     if (attrs.integer("k") < width)
       d.refuse(Code::ATTRIBUTE_INVALID, "k is " + std::to_string(attrs.integer("k")) + " for " + std::to_string(width) +
                                             " coordinates; expected at least as many neighbours");
   })

KERNEL(cpu, lncMutualInformation) {
  Points x = pointsOf(call.in[0], "x"), y = pointsOf(call.in[1], "y"), both = joined({x, y});
  int64_t n = x.count, k = call.attrs.integer("k"), width = both.width;
  double logAlpha = std::log(call.attrs.real("alpha")), *local = call.out[1].as<double>();
  double *left = scratchOf<double>(n), *right = scratchOf<double>(n);
  neighborExtents(both, k, x.width, left, right);
  informationByExtents(x, y, left, right, k, local);
  auto* neighbors = scratchOf<int32_t>(n * k);
  nearestNeighbors(both, k, Norm::chebyshev, scratchOf<double>(n), neighbors);
  int64_t own = (width * (width + 2) + symmetricEigenScratch(width, true, false) + 15) / 8 * 8;
  double* scratch = scratchOf<double>(own * omp_get_max_threads());
  parallelFor(n, grainOf(8 * width * width * (width + k)), [=](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      double logBox = static_cast<double>(x.width) * std::log(left[i]) + static_cast<double>(y.width) * std::log(right[i]);
      if (!std::isfinite(logBox)) continue;
      local[i] += correction(both, i, neighbors, k, logBox, logAlpha, scratch + own * omp_get_thread_num());
    }
  });
  *call.out[0].as<double>() = meanOf(local, n);
}

OP("conditionalMutualInformation(x: T[N D], y: T[N E], z: T[N F], k = 3) -> (information: f64[], local: f64[N])",
   "Mutual information of x and y given z in nats: the mean of psi(k) - psi(n_xz + 1) - psi(n_yz + 1) + psi(n_z + 1), with the "
   "counts "
   "of other points strictly nearer in those coordinates than the k-th in all, by the largest difference (Frenzel and Pompe "
   "2007). "
   "Never clipped. f32 or f64, computed in float64.",
   informationRule)

KERNEL(cpu, conditionalMutualInformation) {
  Points x = pointsOf(call.in[0], "x"), y = pointsOf(call.in[1], "y"), z = pointsOf(call.in[2], "z");
  Points all = joined({x, y, z});
  int64_t n = x.count, k = call.attrs.integer("k");
  double* radii = scratchOf<double>(n);
  nearestDistances(all, all, true, k, Norm::chebyshev, radii);
  const int32_t *inXz = countsWithin(joined({x, z}), radii, true), *inYz = countsWithin(joined({y, z}), radii, true),
                *inZ = countsWithin(z, radii, true);
  const double* digamma = digammaTable(n);
  double* local = call.out[1].as<double>();
  for (int64_t i = 0; i < n; ++i)
    local[i] =
        (digamma[k] - digamma[std::min(inXz[i], inYz[i]) + 1]) + (digamma[inZ[i] + 1] - digamma[std::max(inXz[i], inYz[i]) + 1]);
  *call.out[0].as<double>() = meanOf(local, n);
}

}  // namespace blemish
