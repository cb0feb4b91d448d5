// Operands of the estimators: finite float64, whatever came; and means of their terms.
#pragma once
#include <cmath>
#include <cstdio>
#include <string>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "ops/entropy/points.h"
#include "cpu/real.h"
#include "cpu/sums.h"

namespace blemish {

// Of what is larger, squares and their sums may leave float64.
constexpr double largestNumber = 1e150;

// The numbers as float64, which is what all estimates are computed in; f64 is not copied. A NaN or an infinity fails: no distance
// to it, no moment of it means anything; and so does what is larger than `largestNumber`.
inline const double* finiteNumbers(const Tensor& x, const char* name) {
  int64_t size = x.size(), columns = x.shape.rank > 1 ? x.shape[x.shape.rank - 1] : 1;
  const double* numbers = x.dtype == Dtype::f64 ? x.as<double>() : nullptr;
  if (!numbers) {
    double* copy = scratchOf<double>(size);
    const float* from = x.floats();
    for (int64_t i = 0; i < size; ++i) copy[i] = from[i];
    numbers = copy;
  }
  for (int64_t i = 0; i < size; ++i) {
    double number = numbers[i];
    if (std::fabs(number) <= largestNumber) continue;
    char large[32];
    std::snprintf(large, sizeof large, "%g", number);
    const char* what = std::isnan(number) ? "NaN" : std::isfinite(number) ? large : number > 0 ? "infinity" : "-infinity";
    throw Error(Code::NUMERICAL_FAILURE,
                std::string(name) + " holds " + what + " in row " + std::to_string(i / columns) +
                    (std::isfinite(number) ? "; expected at most 1e150 in size" : "; expected finite numbers"));
  }
  return numbers;
}

// The mean of terms of which some may be infinite, but not of both signs.
inline double meanOf(const double* terms, int64_t count) {
  CompensatedSum sum;
  double beyond = 0;
  for (int64_t i = 0; i < count; ++i) {
    if (std::isfinite(terms[i])) sum.add(terms[i]);
    else beyond = terms[i];
  }
  return (beyond != 0 ? beyond : sum.value()) / static_cast<double>(count);
}

// Fails for points that do not lie on the unit sphere; float32 rounds them less than that.
inline void requireUnit(const Points& points) {
  for (int64_t i = 0; i < points.count; ++i) {
    double square = 0;
    for (int64_t c = 0; c < points.width; ++c) square += points.row(i)[c] * points.row(i)[c];
    if (std::fabs(square - 1) > 1e-4)
      throw Error(Code::NUMERICAL_FAILURE, "row " + std::to_string(i) + " of x has the length " +
                                               std::to_string(std::sqrt(square)) + "; expected unit vectors on the sphere");
  }
}

}  // namespace blemish
