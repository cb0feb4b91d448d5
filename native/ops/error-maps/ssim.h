// Structural similarity from four moments, with its slopes.
//
// Wang et al. 2004, with s = x + y and d = x - y: of their means A, B and variances u, v,
//   luminance 1 - 2 B^2 / (A^2 + B^2 + 2 C1), contrast and structure 1 - 2 v / (u + v + 2 C2).
// That is the usual formula with four windows in place of five, and where two pictures are alike nothing cancels.
#pragma once
#include <cstdint>

#include "cpu/multiversion.h"

namespace blemish {

// The windows' results: means of s - shift, d, (s - shift)^2 and d^2. The shift keeps the squares small, so that a variance
// loses few digits when the square of the mean is taken off it.
template <class T> struct Moments4 { T s, d, ss, dd; };

template <class T> struct Ssim {
  T c1, c2;   // 2 C1, 2 C2
  T scale;    // of variances: 1, or N / (N - 1)
  T epsilon;  // added to the denominator (A^2 + B^2 + 2 C1)(u + v + 2 C2) / 4
  T shift;
  bool contrastOnly;  // without the luminance
};

// The formula with its choices made, so that a loop over it has no branch.
template <class T, bool contrastOnly, bool softened> struct ChosenSsim : Ssim<T> {
  struct Terms {
    T a, b, u, v, one, two, luminance, contrast, kept;
  };

  BLEMISH_INLINE inline Terms terms(const Moments4<T>& m) const {
    Terms t;
    t.a = m.s + this->shift;
    t.b = m.d;
    // Rounding may leave a variance below 0; a NaN comes through.
    T u = m.ss - m.s * m.s, v = m.dd - m.d * m.d;
    t.u = this->scale * (u < 0 ? T(0) : u);
    t.v = this->scale * (v < 0 ? T(0) : v);
    t.one = contrastOnly ? T(1) : 1 / (t.a * t.a + t.b * t.b + this->c1);
    t.two = 1 / (t.u + t.v + this->c2);
    t.luminance = contrastOnly ? T(1) : 1 - 2 * t.b * t.b * t.one;
    t.contrast = 1 - 2 * t.v * t.two;
    t.kept = softened ? 1 / (1 + this->epsilon * (contrastOnly ? 2 : 4) * t.one * t.two) : T(1);
    return t;
  }

  BLEMISH_INLINE inline T value(const Moments4<T>& m) const {
    Terms t = terms(m);
    return t.luminance * t.contrast * t.kept;
  }

  // What a window hands back to x, which stands in both s and d. With the transposed window w', the gradient of g times the
  // value is w' mean + 2 (s - shift) w' ss + 2 d w' dd.
  struct Slopes {
    T mean, ss, dd;
  };
  BLEMISH_INLINE inline Slopes slopes(const Moments4<T>& m, T g) const {
    Terms t = terms(m);
    g *= t.kept;
    T byContrast = 2 * this->scale * g * t.luminance * t.two * t.two;
    T ss = byContrast * t.v, dd = -byContrast * (t.u + this->c2), mean = 0;
    if constexpr (!contrastOnly) mean += 4 * g * t.contrast * t.b * t.one * t.one * (t.a * t.b - t.a * t.a - this->c1);
    if constexpr (softened) {
      T lost = (1 - t.kept) * t.luminance * t.contrast * g;  // of each factor of the denominator
      ss += lost * t.two * this->scale;
      dd += lost * t.two * this->scale;
      if constexpr (!contrastOnly) mean += lost * t.one * 2 * (t.a + t.b);
    }
    return {mean - 2 * (m.s * ss + m.d * dd), ss, dd};
  }
};

template <class T, class Body> BLEMISH_INLINE inline void choose(const Ssim<T>& formula, const Body& body) {
  if (formula.contrastOnly && formula.epsilon > 0) body(ChosenSsim<T, true, true>{formula});
  else if (formula.contrastOnly) body(ChosenSsim<T, true, false>{formula});
  else if (formula.epsilon > 0) body(ChosenSsim<T, false, true>{formula});
  else body(ChosenSsim<T, false, false>{formula});
}

// Four rows of moments, each as long as the next begins after it.
template <class T> struct MomentRow {
  T *s, *d, *ss, *dd;
  BLEMISH_INLINE inline MomentRow(T* rows, int64_t room) : s(rows), d(rows + room), ss(rows + 2 * room), dd(rows + 3 * room) {}
  BLEMISH_INLINE inline Moments4<T> at(int64_t j) const { return {s[j], d[j], ss[j], dd[j]}; }
};

// The loops over a row stand apart, with results that the compiler knows to overlap nothing.
template <class T> BLEMISH_INLINE inline void momentsOfRow(const T* x, const T* y, int64_t width, T shift, T* __restrict rows,
                                                           int64_t room, int64_t count) {
  MomentRow<T> to(rows, room);
  T* __restrict s = to.s, * __restrict d = to.d, * __restrict ss = to.ss, * __restrict dd = to.dd;
  // The rows after the next: what lies a row farther is nothing that the hardware foresees.
  for (int64_t j = 0; j < count; j += 64 / static_cast<int64_t>(sizeof(T))) {
    __builtin_prefetch(x + 2 * width + j);
    __builtin_prefetch(y + 2 * width + j);
  }
  for (int64_t j = 0; j < count; ++j) {
    T sum = x[j] + y[j] - shift, difference = x[j] - y[j];
    s[j] = sum;
    d[j] = difference;
    ss[j] = sum * sum;
    dd[j] = difference * difference;
  }
}

template <class T, class Formula>
BLEMISH_INLINE inline void valuesOfRow(Formula formula, MomentRow<T> rows, T* __restrict out, int64_t count) {
  for (int64_t j = 0; j < count; ++j) out[j] = formula.value(rows.at(j));
}

// `step` is 1, or 0 where one g holds for the whole row.
template <int step, class T, class Formula> BLEMISH_INLINE inline void slopesOfRow(Formula formula, MomentRow<T> rows, const T* g,
                                                                                   T* __restrict slopes, int64_t room,
                                                                                   int64_t count) {
  T* __restrict mean = slopes, * __restrict ss = slopes + room, * __restrict dd = slopes + 2 * room;
  for (int64_t j = 0; j < count; ++j) {
    auto slope = formula.slopes(rows.at(j), g[step * j]);
    mean[j] = slope.mean;
    ss[j] = slope.ss;
    dd[j] = slope.dd;
  }
}

}  // namespace blemish
