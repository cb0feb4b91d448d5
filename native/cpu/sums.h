// Sums that vectorise in a fixed order, and sums that keep their last digits.
#pragma once
#include <cmath>
#include <cstdint>

#include "cpu/multiversion.h"

namespace blemish {

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

// The sum of a short row, in float64.
template <class T> BLEMISH_INLINE inline double sumOf(const T* x, int64_t count) {
  return sumOver<double, 16>(count, [=](int64_t i) BLEMISH_INLINE { return static_cast<double>(x[i]); });
}

BLEMISH_INLINE inline double dot(const double* a, const double* b, int64_t count) {
  return sumOver<double, 16>(count, [=](int64_t i) BLEMISH_INLINE { return a[i] * b[i]; });
}

// Neumaier's sum: what is lost in rounding is carried along, so the order of the terms hardly matters.
class CompensatedSum {
 public:
  void add(double term) {
    double next = sum_ + term;
    lost_ += std::abs(sum_) >= std::abs(term) ? (sum_ - next) + term : (term - next) + sum_;
    sum_ = next;
  }
  double value() const { return sum_ + lost_; }

 private:
  double sum_ = 0, lost_ = 0;
};

}  // namespace blemish
