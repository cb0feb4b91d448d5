// Structural similarity from four moments, with its slopes.
//
// Wang et al. 2004, with s = x + y and d = x - y: of their means A, B and variances u, v,
//   luminance 1 - 2 B^2 / (A^2 + B^2 + 2 C1), contrast and structure 1 - 2 v / (u + v + 2 C2).
// That is the usual formula with four windows in place of five, and where two pictures are alike nothing cancels.
#pragma once
#include "core/signature.h"
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

  struct Terms {
    T a, b, u, v, one, two, luminance, contrast, kept;
  };

  BLEMISH_INLINE inline Terms terms(const Moments4<T>& m) const {
    Terms t;
    t.a = m.s + shift;
    t.b = m.d;
    T u = m.ss - m.s * m.s, v = m.dd - m.d * m.d;
    // Rounding may leave a variance below 0; a NaN comes through.
    t.u = scale * (u < 0 ? T(0) : u);
    t.v = scale * (v < 0 ? T(0) : v);
    t.one = contrastOnly ? T(1) : 1 / (t.a * t.a + t.b * t.b + c1);
    t.two = 1 / (t.u + t.v + c2);
    t.luminance = contrastOnly ? T(1) : 1 - 2 * t.b * t.b * t.one;
    t.contrast = 1 - 2 * t.v * t.two;
    // 1 / (1 + epsilon / denominator)
    t.kept = 1 / (1 + epsilon * (contrastOnly ? 2 : 4) * t.one * t.two);
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
    T lost = epsilon > 0 ? (1 - t.kept) * t.luminance * t.contrast * g : T(0);  // of each factor of the denominator
    T byContrast = 2 * scale * g * t.luminance * t.two * t.two;
    T ss = byContrast * t.v + lost * t.two * scale;
    T dd = -byContrast * (t.u + c2) + lost * t.two * scale;
    T mean = -2 * (m.s * ss + m.d * dd);
    if (!contrastOnly) {
      T byLuminance = 4 * g * t.contrast * t.b * t.one * t.one;
      mean += byLuminance * (t.a * t.b - t.a * t.a - c1);
      mean += lost * t.one * 2 * (t.a + t.b);
    }
    return {mean, ss, dd};
  }
};

}  // namespace blemish
