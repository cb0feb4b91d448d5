// What the operations on sets of vectors share: norms, and the refusal of numbers that are not finite.
#pragma once
#include <string>

#include "core/error.h"
#include "cpu/sums.h"

namespace blemish::patches {

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
