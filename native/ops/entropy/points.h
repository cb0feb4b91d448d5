// Points in float64, what is near to one, and the two distances.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

#include "cpu/multiversion.h"

namespace blemish {

// Row-major [count width].
struct Points {
  const double* at;
  int64_t count, width;
  BLEMISH_INLINE inline const double* row(int64_t i) const { return at + i * width; }
};

// A distance grows coordinate by coordinate, always in their order: so the bound for a box, made of the same steps, is never
// above what is computed for a point inside it, whatever rounding does.
struct Euclidean {
  BLEMISH_INLINE static inline double step(double sum, double apart) { return sum + apart * apart; }
  BLEMISH_INLINE static inline double length(double sum) { return std::sqrt(sum); }
};
struct Chebyshev {
  BLEMISH_INLINE static inline double step(double most, double apart) {
    apart = apart < 0 ? -apart : apart;
    return apart > most ? apart : most;
  }
  BLEMISH_INLINE static inline double length(double most) { return most; }
};

template <class Metric> BLEMISH_INLINE inline double apart(const double* a, const double* b, int64_t width) {
  double sum = 0;
  for (int64_t c = 0; c < width; ++c) sum = Metric::step(sum, a[c] - b[c]);
  return sum;
}

constexpr double boundless = std::numeric_limits<double>::infinity();

// The k nearest so far, nearest first; `tie` is the largest distance of one that had to stay outside with the k-th's distance.
struct Nearest {
  int64_t k;
  double* distance;
  int32_t* index;
  double tie;
  BLEMISH_INLINE inline void clear() {
    for (int64_t i = 0; i < k; ++i) distance[i] = boundless, index[i] = -1;
    tie = -1;
  }
  BLEMISH_INLINE inline double worst() const { return distance[k - 1]; }
  BLEMISH_INLINE inline bool tied() const { return tie == worst(); }
  BLEMISH_INLINE inline void offer(double d, int32_t i) {
    if (!(d < distance[k - 1])) {
      if (d == distance[k - 1]) tie = d;
      return;
    }
    tie = distance[k - 1];
    int64_t place = k - 1;
    for (; place > 0 && distance[place - 1] > d; --place) {
      distance[place] = distance[place - 1];
      index[place] = index[place - 1];
    }
    distance[place] = d;
    index[place] = i;
  }
};

}  // namespace blemish
