// The scatter of points about their mean in float64, ready to be factored.
#pragma once
#include <algorithm>
#include <string>

#include "cpu/dense.h"
#include "cpu/parallel.h"
#include "ops/entropy/points.h"
#include "ops/entropy/numbers.h"

namespace blemish {

struct Scatter {
  double *mean, *matrix;  // sum of (x - mean)(x - mean)^T, [size size], lower triangle
  int64_t size;           // padded
};

// Scratch: the matrix, and a strip of 256 points twice.
inline Scatter scatterOf(const Points& points) {
  constexpr int64_t strip = 256;
  int64_t width = points.width, size = dense::padded(width);
  Scatter out{scratchOf<double>(width), scratchOf<double>(size * size), size};
  for (int64_t c = 0; c < width; ++c) {
    CompensatedSum sum;
    for (int64_t i = 0; i < points.count; ++i) sum.add(points.row(i)[c]);
    out.mean[c] = sum.value() / static_cast<double>(points.count);
  }
  std::fill_n(out.matrix, size * size, 0.0);
  double *lying = scratchOf<double>(strip * size), *standing = scratchOf<double>(strip * size);
  for (int64_t from = 0; from < points.count; from += strip) {
    // Rows beyond the last are zeros, and so is the padding of each.
    std::fill_n(lying, strip * size, 0.0);
    for (int64_t i = 0; i < std::min(strip, points.count - from); ++i)
      for (int64_t c = 0; c < width; ++c) lying[i * size + c] = points.row(from + i)[c] - out.mean[c];
    for (int64_t c = 0; c < size; ++c)
      for (int64_t i = 0; i < strip; ++i) standing[c * strip + i] = -lying[i * size + c];
    dense::subtractProduct(standing, lying, size, strip, out.matrix, true);
  }
  return out;
}

// Factors `matrix`, a scaled scatter about `mean`, in place; fails where the points fill no volume. Every coordinate is judged by
// its own variance: they may be of very different units.
inline void factorCovariance(double* matrix, const double* mean, int64_t width, int64_t size) {
  for (int64_t c = width; c < size; ++c) matrix[c * size + c] = 1;
  double* variances = scratchOf<double>(width);
  for (int64_t c = 0; c < width; ++c) variances[c] = matrix[c * size + c];
  dense::Pivot pivot = dense::factor(matrix, width, scratchOf<double>(dense::factorScratch(size)), true);
  int64_t row = pivot.row;
  // What rounding leaves of a variance that is 0 is no variance: of the mean, and of what the coordinates before explain.
  for (int64_t c = 0; row < 0 && c < width; ++c) {
    double left = matrix[c * size + c] * matrix[c * size + c], step = 4e-16 * mean[c];
    if (!(variances[c] > step * step && left > 1e-14 * variances[c])) row = c;
  }
  if (row >= 0)
    throw Error(Code::NUMERICAL_FAILURE, "coordinate " + std::to_string(row) +
                                             " of x does not vary, or only with those before it; expected points that fill "
                                             "a volume, or an estimate with shrinkage");
}

inline double logDeterminant(const double* factor, int64_t width, int64_t size) {
  CompensatedSum sum;
  for (int64_t c = 0; c < width; ++c) sum.add(2 * std::log(factor[c * size + c]));
  return sum.value();
}

}  // namespace blemish
