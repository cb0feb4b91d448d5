// What the operations on sets of vectors share: sums along a row, and the refusal of numbers that are not finite.
#pragma once
#include <string>

#include "core/error.h"
#include "cpu/multiversion.h"

namespace blemish::patches {

// The sum of term(i) over [0, count), in `lanes` partial sums of type T that are added pairwise at the end.
template <class T, int lanes, class Term> BLEMISH_INLINE inline T sumOver(int64_t count, const Term& term) {
  T lane[lanes];
  for (int l = 0; l < lanes; ++l) lane[l] = 0;
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes)
    for (int l = 0; l < lanes; ++l) lane[l] += term(i + l);
  for (int half = lanes / 2; half; half /= 2)
    for (int l = 0; l < half; ++l) lane[l] += lane[l + half];
  T sum = lane[0];
  for (; i < count; ++i) sum += term(i);
  return sum;
}

BLEMISH_INLINE inline double squareNorm(const float* x, int64_t count) {
  return sumOver<double, 16>(count, [=](int64_t i) BLEMISH_INLINE { return double(x[i]) * x[i]; });
}

// Throws for the first row whose squared norm, in float64, says that one of its numbers is NaN or infinite.
inline void requireFinite(const double* squares, int64_t rows, const char* name, int64_t from = 0) {
  for (int64_t i = 0; i < rows; ++i)
    if (!(squares[i] < __builtin_inf()))
      throw Error(Code::NUMERICAL_FAILURE,
                  std::string(name) + " row " + std::to_string(from + i) + " holds NaN or infinity; expected finite numbers");
}

}  // namespace blemish::patches
