// Distances to nearest neighbours, and how many lie within a distance, by whatever is fastest for the dimension.
#pragma once
#include <string>

#include "ops/entropy/numbers.h"
#include "ops/entropy/points.h"

namespace blemish {

enum class Norm { euclidean, chebyshev };

// Up to this many dimensions a k-d tree is asked, beyond it all points are looked at.
constexpr int64_t treeWidth = 8;

// distances[i]: from query i to the k-th nearest of the points. Where `queries` are the points themselves, `self` leaves out
// each point's own. 1 <= k <= what is left. Exact in float64. Scratch: a few numbers for every number of the operands.
void nearestDistances(const Points& points, const Points& queries, bool self, int64_t k, Norm norm, double* distances);

// The same among the points themselves, and besides the indices of the k nearest, [count k], nearest first. Of several at
// the k-th distance it is not said which.
void nearestNeighbors(const Points& points, int64_t k, Norm norm, double* distances, int32_t* neighbors);

// Of all other points that lie no farther from point i than its k-th nearest, by the largest difference of a coordinate, the
// largest differences among the first `split` coordinates, left[i], and among the rest, right[i].
void neighborExtents(const Points& points, int64_t k, int64_t split, double* left, double* right);

// counts[i]: how many other points lie nearer than radii[i] to point i (strict), or at most that far, by the largest
// difference of a coordinate.
void countNeighbors(const Points& points, const double* radii, bool strict, int32_t* counts);

// All points of a set, or those of a list.
struct Queries {
  Points points;
  int64_t count;
  const int32_t* only = nullptr;
  Queries(const Points& all) : points(all), count(all.count) {}
  Queries(const Points& all, const int32_t* numbers, int64_t some) : points(all), count(some), only(numbers) {}
  BLEMISH_INLINE inline int64_t number(int64_t i) const { return only ? only[i] : i; }
};

// What stands behind those for many dimensions: all points are looked at. `neighbors` [queries k] and `tied`, whether others are
// as far as the k-th, may be null. Results stand at the queries' numbers.
void searchAll(const Points& points, const Queries& queries, bool self, int64_t k, Norm norm, double* distances,
               int32_t* neighbors, uint8_t* tied);
void countAll(const Points& points, const double* radii, bool strict, int32_t* counts);
// By products of matrices in float32, after which those that rounding leaves in doubt are looked at in float64.
void searchByProduct(const Points& points, const Points& queries, bool self, int64_t k, double* distances, int32_t* neighbors);

// In a rule: 1 <= k < count, and few enough points for an i32.
inline void requireNeighbors(Dims& d, const Attrs& attrs, int64_t count, const char* of) {
  int64_t k = attrs.integer("k");
  if (k < 1) d.refuse(Code::ATTRIBUTE_INVALID, "k is " + std::to_string(k) + "; expected at least 1");
  d.require(count > k,
            "k is " + std::to_string(k) + " for " + std::to_string(count) + " points of " + of + "; expected more points than k");
  d.require(count < int64_t(1) << 31, "there are " + std::to_string(count) + " points; expected fewer than 2^31");
}

// psi(n) for n = 0 ... count; psi(0) is never asked for.
inline const double* digammaTable(int64_t count) {
  double* table = scratchOf<double>(count + 1);
  table[0] = -boundless;
  long double sum = -0.577215664901532860606512090082402431L;
  for (int64_t n = 1; n <= count; ++n) {
    table[n] = static_cast<double>(sum);
    sum += 1.0L / static_cast<long double>(n);
  }
  return table;
}

}  // namespace blemish
