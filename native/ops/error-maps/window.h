// Separable windows over pictures: their weights, what lies beyond the border, and the weighted sum of rows that every
// filter here is made of.
#pragma once
#include <algorithm>
#include <cmath>
#include <string_view>

#include "cpu/cpu-device.h"
#include "cpu/multiversion.h"

namespace blemish {

// What a window meets beyond the picture: nothing at all (only whole windows), zeros, the picture mirrored about its outermost
// pixels or about its edge (both again and again where the window is larger still), the outermost pixel, or nothing, with
// the weights that are left brought to a sum of 1.
enum class Border { valid, zero, reflect, symmetric, replicate, inside };

inline Border borderOf(std::string_view word) {
  return word == "valid"       ? Border::valid
         : word == "zero"      ? Border::zero
         : word == "reflect"   ? Border::reflect
         : word == "symmetric" ? Border::symmetric
         : word == "replicate" ? Border::replicate
                               : Border::inside;
}

// Whether pixels of the picture stand in for those beyond it.
constexpr bool folds(Border border) {
  return border == Border::reflect || border == Border::symmetric || border == Border::replicate;
}

// The pixel of n that stands at position i, or -1. No two positions are farther apart before than after.
BLEMISH_INLINE inline int64_t folded(Border border, int64_t i, int64_t n) {
  if (i >= 0 && i < n) return i;
  if (border == Border::replicate) return i < 0 ? 0 : n - 1;
  if (!folds(border)) return -1;
  if (border == Border::reflect && n == 1) return 0;
  int64_t period = border == Border::symmetric ? 2 * n : 2 * n - 2;
  i = (i % period + period) % period;
  return i < n ? i : (border == Border::symmetric ? period - 1 : period) - i;
}

// A window of 2 radius + 1 symmetric weights of sum 1.
template <class T> struct Window {
  int64_t radius = 0;
  T* weights = nullptr;
  int64_t size() const { return 2 * radius + 1; }
};

template <class T> Window<T> uniformWindow(int64_t size) {
  Window<T> window{size / 2, scratchOf<T>(size)};
  for (int64_t k = 0; k < size; ++k) window.weights[k] = T(1) / static_cast<T>(size);
  return window;
}

template <class T> Window<T> gaussianWindow(int64_t size, double sigma) {
  Window<T> window{size / 2, scratchOf<T>(size)};
  double sum = 0;
  auto at = [&](int64_t k) {
    double d = static_cast<double>(k - window.radius) / sigma;
    return std::exp(-0.5 * d * d);
  };
  for (int64_t k = 0; k < size; ++k) sum += at(k);
  for (int64_t k = 0; k < size; ++k) window.weights[k] = static_cast<T>(at(k) / sum);
  return window;
}

// The same along an axis of n positions with its border: weights of positions i - radius ... i + radius of the picture,
// 0 for those beyond it. Or the transposed map, for gradients.
template <class T> class Band {
 public:
  Band(const Window<T>& window, Border border, int64_t n, bool transposed)
      : n_(n), radius_(window.radius), edge_(window.radius + 1) {
    int64_t size = window.size(), rows = std::min(n, 2 * edge_ + 1);
    table_ = scratchOf<T>(rows * size);
    std::fill(table_, table_ + rows * size, T(0));
    auto add = [&](int64_t row, int64_t column, T weight) {
      int64_t own = transposed ? column : row, other = transposed ? row : column, slot = slotOf(own);
      if (own == positionOf(slot)) table_[slot * size + other - own + radius_] += weight;
    };
    // Only the rows that can meet a position of the table: those near the ends, and the middle.
    auto visit = [&](int64_t i) {
      T sum = 0;
      for (int64_t k = 0; k < size; ++k)
        if (folded(border, i + k - radius_, n) >= 0) sum += window.weights[k];
      for (int64_t k = 0; k < size; ++k) {
        int64_t to = folded(border, i + k - radius_, n);
        if (to >= 0) add(i, to, border == Border::inside ? window.weights[k] / sum : window.weights[k]);
      }
    };
    int64_t reach = std::min(n, 2 * size);
    for (int64_t i = 0; i < reach; ++i) visit(i);
    for (int64_t i = std::max(reach, n - 2 * size); i < n; ++i) visit(i);
  }

  // The 2 radius + 1 weights of position i.
  const T* at(int64_t i) const { return table_ + slotOf(i) * (2 * radius_ + 1); }

 private:
  // Positions near the ends have weights of their own, all others share those of the middle.
  BLEMISH_INLINE inline int64_t slotOf(int64_t i) const {
    return n_ <= 2 * edge_ + 1 || i < edge_ ? i : i >= n_ - edge_ ? i - n_ + 2 * edge_ + 1 : edge_;
  }
  int64_t positionOf(int64_t slot) const { return n_ <= 2 * edge_ + 1 || slot <= edge_ ? slot : slot + n_ - 2 * edge_ - 1; }
  int64_t n_, radius_, edge_;
  T* table_;
};

namespace window {

template <int taps, bool first, class T>
BLEMISH_INLINE inline void addTaps(const T* const* rows, int64_t from, const T* weights, T* __restrict out, int64_t count) {
  const T* row[taps];
  T weight[taps];
  for (int t = 0; t < taps; ++t) row[t] = rows[t] + from, weight[t] = weights[t];
  for (int64_t j = 0; j < count; ++j) {
    T sum = first ? row[0][j] * weight[0] : out[j] + row[0][j] * weight[0];
    for (int t = 1; t < taps; ++t) sum += row[t][j] * weight[t];
    out[j] = sum;
  }
}

template <bool first, class T> BLEMISH_INLINE inline void addSome(int64_t taps, const T* const* rows, int64_t from,
                                                                  const T* weights, T* __restrict out, int64_t count) {
  switch (taps) {
    case 1: return addTaps<1, first>(rows, from, weights, out, count);
    case 2: return addTaps<2, first>(rows, from, weights, out, count);
    case 3: return addTaps<3, first>(rows, from, weights, out, count);
    case 4: return addTaps<4, first>(rows, from, weights, out, count);
    case 5: return addTaps<5, first>(rows, from, weights, out, count);
    case 6: return addTaps<6, first>(rows, from, weights, out, count);
    case 7: return addTaps<7, first>(rows, from, weights, out, count);
    default: return addTaps<8, first>(rows, from, weights, out, count);
  }
}

}  // namespace window

// out[j] = sum over k of weights[k] rows[k][from + j]. Up to 8 rows in one sweep, in sweeps of like length.
template <class T> BLEMISH_INLINE inline void combineRows(const T* const* rows, int64_t from, const T* weights, int64_t taps,
                                                          T* __restrict out, int64_t count) {
  int64_t sweeps = (taps + 7) / 8, done = taps / sweeps;
  window::addSome<true>(done, rows, from, weights, out, count);
  for (int64_t sweep = 1; sweep < sweeps; ++sweep) {
    int64_t end = taps * (sweep + 1) / sweeps;
    window::addSome<false>(end - done, rows + done, from, weights + done, out, count);
    done = end;
  }
}

// The rows around row `center` of n, by pointers into a ring of `size` rows that lie `stride` apart; `none` beyond the border.
template <class T> BLEMISH_INLINE inline void rowsAround(int64_t center, int64_t size, int64_t low, int64_t high, const T* ring,
                                                         int64_t stride, const T* none, const T** rows) {
  int64_t first = center - size / 2, slot = (first + size) % size;
  for (int64_t k = 0; k < size; ++k, slot = slot + 1 == size ? 0 : slot + 1)
    rows[k] = first + k < low || first + k >= high ? none : ring + slot * stride;
}

// Of a row of n, of which `row` holds the stretch from `first` on, sets what stands in [low, 0) and [n, high).
template <class T> BLEMISH_INLINE inline void padRow(T* row, int64_t first, int64_t low, int64_t high, int64_t n, Border border) {
  auto fill = [&](int64_t i) BLEMISH_INLINE {
    int64_t from = folded(border, i, n);
    row[i - first] = from < 0 ? T(0) : row[from - first];
  };
  for (int64_t i = low; i < 0; ++i) fill(i);
  for (int64_t i = n; i < high; ++i) fill(i);
}

// The transposed map of padRow: what stands beyond the picture is added to the pixels that stood in for it. The stretch holds
// them.
template <class T>
BLEMISH_INLINE inline void foldRow(T* row, int64_t first, int64_t low, int64_t high, int64_t n, Border border) {
  for (int64_t i = low; i < 0; ++i) row[folded(border, i, n) - first] += row[i - first];
  for (int64_t i = n; i < high; ++i) row[folded(border, i, n) - first] += row[i - first];
}

// n columns in strips of much the same width, up to some 128; if they are several, then each wider than the window's radius.
struct ColumnStrips {
  int64_t n, count;
  ColumnStrips(int64_t columns, int64_t radius)
      : n(columns), count(std::max(std::min((columns + 127) / 128, columns / (radius + 1)), int64_t(1))) {}
  BLEMISH_INLINE inline int64_t left(int64_t strip) const { return n * strip / count; }
  BLEMISH_INLINE inline int64_t right(int64_t strip) const { return n * (strip + 1) / count; }
  int64_t widest() const { return (n + count - 1) / count; }
};

}  // namespace blemish
