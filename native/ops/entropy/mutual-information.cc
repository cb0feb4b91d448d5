// Mutual information from nearest neighbours.
#include <algorithm>
#include <initializer_list>
#include <string>

#include "cpu/parallel.h"
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
  double *left = scratchOf<double>(n), *right = second ? scratchOf<double>(n) : left;
  if (second) neighborExtents(both, k, x.width, left, right);
  else nearestDistances(both, both, true, k, Norm::chebyshev, left);
  const int32_t *inX = countsWithin(x, left, !second), *inY = countsWithin(y, right, !second);
  const double* digamma = digammaTable(n);
  double less = second ? 1 / static_cast<double>(k) : 0, *local = call.out[1].as<double>();
  int64_t more = second ? 0 : 1;
  for (int64_t i = 0; i < n; ++i) {
    // In pairs that may cancel.
    double fewer = digamma[std::min(inX[i], inY[i]) + more], larger = digamma[std::max(inX[i], inY[i]) + more];
    local[i] = (digamma[n] - larger) - (fewer - digamma[k]) - less;
  }
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
