// The innermost loops of the normalisations, W numbers side by side.
//
// Sums run in float32 over chunks that stay in the innermost cache, in W independent lanes, and in float64 across chunks.
// A chunk's squared deviations are taken from its own mean in a second look at it, so nothing cancels however far the mean
// lies from zero. "Lane" loops have a channel per lane (blocked layout), "whole" loops one channel in all lanes.
#pragma once
#include <algorithm>
#include <cstdint>

#include "cpu/multiversion.h"

namespace blemish {

constexpr int64_t chunkFloats = 4096;  // 16 KiB: two of them fit the innermost cache
constexpr int64_t ahead = 1024;        // numbers: two loads at a time outrun the hardware's own prefetching

template <int W> BLEMISH_INLINE inline void sumLanes(const float* x, int64_t pixels, float* sum) {
  float a[W] = {}, b[W] = {}, c[W] = {}, d[W] = {};
  int64_t p = 0;
  for (; p + 4 <= pixels; p += 4, x += 4 * W)
    for (int l = 0; l < W; ++l) {
      a[l] += x[l];
      b[l] += x[W + l];
      c[l] += x[2 * W + l];
      d[l] += x[3 * W + l];
    }
  for (; p < pixels; ++p, x += W)
    for (int l = 0; l < W; ++l) a[l] += x[l];
  for (int l = 0; l < W; ++l) sum[l] = (a[l] + b[l]) + (c[l] + d[l]);
}

template <int W> BLEMISH_INLINE inline void squareLanes(const float* x, int64_t pixels, const float* center, float* sum) {
  float a[W] = {}, b[W] = {}, c[W] = {}, d[W] = {}, m[W];
  for (int l = 0; l < W; ++l) m[l] = center[l];
  int64_t p = 0;
  for (; p + 4 <= pixels; p += 4, x += 4 * W) {
    // This chunk is in the cache already: fetch the next meanwhile.
    for (int k = 0; k < 4; ++k) __builtin_prefetch(x + chunkFloats + k * W);
    for (int l = 0; l < W; ++l) {
      float u = x[l] - m[l], v = x[W + l] - m[l], s = x[2 * W + l] - m[l], t = x[3 * W + l] - m[l];
      a[l] += u * u;
      b[l] += v * v;
      c[l] += s * s;
      d[l] += t * t;
    }
  }
  for (; p < pixels; ++p, x += W)
    for (int l = 0; l < W; ++l) a[l] += (x[l] - m[l]) * (x[l] - m[l]);
  for (int l = 0; l < W; ++l) sum[l] = (a[l] + b[l]) + (c[l] + d[l]);
}

template <int W> BLEMISH_INLINE inline double total(const float* lanes) {
  double sum = 0;
  for (int l = 0; l < W; ++l) sum += lanes[l];
  return sum;
}

// Moments of a segment whose lanes are channels of their own.
template <int W> BLEMISH_INLINE inline void laneMoments(const float* x, int64_t pixels, double* mean, double* squares) {
  double m[W] = {}, s[W] = {}, count = 0;
  for (int64_t from = 0; from < pixels; from += chunkFloats / W) {
    int64_t n = std::min<int64_t>(chunkFloats / W, pixels - from);
    float sum[W], square[W], center[W];
    sumLanes<W>(x + from * W, n, sum);
    for (int l = 0; l < W; ++l) center[l] = sum[l] / static_cast<float>(n);
    squareLanes<W>(x + from * W, n, center, square);
    double other = static_cast<double>(n), ratio = other / (count + other), weight = count * ratio;
    for (int l = 0; l < W; ++l) {
      // The float32 mean is off by a rounding; the squares are taken about it, and corrected for that.
      double exact = static_cast<double>(sum[l]) / other, off = exact - center[l], difference = exact - m[l];
      m[l] += difference * ratio;
      s[l] += square[l] - other * off * off + difference * difference * weight;
    }
    count += other;
  }
  for (int l = 0; l < W; ++l) {
    mean[l] = m[l];
    squares[l] = s[l];
  }
}

// Moments of a segment that belongs to one channel.
template <int W> BLEMISH_INLINE inline void wholeMoments(const float* x, int64_t length, double* mean, double* squares) {
  double m = 0, s = 0, count = 0;
  for (int64_t from = 0; from < length; from += chunkFloats) {
    int64_t n = std::min<int64_t>(chunkFloats, length - from), even = n / W;
    const float* at = x + from;
    float lanes[W], center[W];
    sumLanes<W>(at, even, lanes);
    double other = static_cast<double>(n), sum = total<W>(lanes);
    for (int64_t i = even * W; i < n; ++i) sum += at[i];
    double exact = sum / other;
    float rounded = static_cast<float>(exact);
    for (int l = 0; l < W; ++l) center[l] = rounded;
    squareLanes<W>(at, even, center, lanes);
    double square = total<W>(lanes);
    for (int64_t i = even * W; i < n; ++i) square += (at[i] - rounded) * (at[i] - rounded);
    double off = exact - rounded, difference = exact - m, ratio = other / (count + other);
    m += difference * ratio;
    s += square - other * off * off + difference * difference * count * ratio;
    count += other;
  }
  *mean = m;
  *squares = s;
}

// Sums of g and g * (x - center) over one chunk, per lane.
template <int W, bool relu> BLEMISH_INLINE inline void gradLanes(const float* x, const float* dy, int64_t pixels,
                                                                 const float* center, const float* factor, const float* shift,
                                                                 float* sum, float* product) {
  float a[W] = {}, b[W] = {}, c[W] = {}, d[W] = {}, m[W], f[W], h[W];
  for (int l = 0; l < W; ++l) {
    m[l] = center[l];
    f[l] = factor[l];
    h[l] = shift[l];
  }
  int64_t p = 0;
  for (; p + 2 <= pixels; p += 2, x += 2 * W, dy += 2 * W) {
    __builtin_prefetch(x + ahead);
    __builtin_prefetch(dy + ahead);
    __builtin_prefetch(x + ahead + W);
    __builtin_prefetch(dy + ahead + W);
    for (int l = 0; l < W; ++l) {
      float u = x[l] - m[l], v = x[W + l] - m[l], g = dy[l], k = dy[W + l];
      if (relu) {
        g = u * f[l] + h[l] > 0 ? g : 0;
        k = v * f[l] + h[l] > 0 ? k : 0;
      }
      a[l] += g;
      b[l] += k;
      c[l] += g * u;
      d[l] += k * v;
    }
  }
  for (; p < pixels; ++p, x += W, dy += W)
    for (int l = 0; l < W; ++l) {
      float u = x[l] - m[l], g = dy[l];
      if (relu) g = u * f[l] + h[l] > 0 ? g : 0;
      a[l] += g;
      c[l] += g * u;
    }
  for (int l = 0; l < W; ++l) {
    sum[l] = a[l] + b[l];
    product[l] = c[l] + d[l];
  }
}

template <int W, bool relu> BLEMISH_INLINE inline void laneGradSums(const float* x, const float* dy, int64_t pixels,
                                                                    const float* center, const float* factor, const float* shift,
                                                                    double* sum, double* product) {
  double s[W] = {}, t[W] = {};
  for (int64_t from = 0; from < pixels; from += chunkFloats / W) {
    int64_t n = std::min<int64_t>(chunkFloats / W, pixels - from);
    float a[W], b[W];
    gradLanes<W, relu>(x + from * W, dy + from * W, n, center, factor, shift, a, b);
    for (int l = 0; l < W; ++l) {
      s[l] += a[l];
      t[l] += b[l];
    }
  }
  for (int l = 0; l < W; ++l) {
    sum[l] = s[l];
    product[l] = t[l];
  }
}

template <int W, bool relu> BLEMISH_INLINE inline void wholeGradSums(const float* x, const float* dy, int64_t length,
                                                                     float center, float factor, float shift, double* sum,
                                                                     double* product) {
  float m[W], f[W], h[W];
  for (int l = 0; l < W; ++l) {
    m[l] = center;
    f[l] = factor;
    h[l] = shift;
  }
  double s = 0, t = 0;
  for (int64_t from = 0; from < length; from += chunkFloats) {
    int64_t n = std::min<int64_t>(chunkFloats, length - from), even = n / W;
    float a[W], b[W];
    gradLanes<W, relu>(x + from, dy + from, even, m, f, h, a, b);
    s += total<W>(a);
    t += total<W>(b);
    for (int64_t i = from + even * W; i < from + n; ++i) {
      float u = x[i] - center, g = dy[i];
      if (relu) g = u * factor + shift > 0 ? g : 0;
      s += g;
      t += g * u;
    }
  }
  *sum = s;
  *product = t;
}

template <int W, bool relu> BLEMISH_INLINE inline void applyLanes(const float* x, float* y, int64_t pixels, const float* center,
                                                                  const float* factor, const float* shift) {
  float m[W], f[W], h[W];
  for (int l = 0; l < W; ++l) {
    m[l] = center[l];
    f[l] = factor[l];
    h[l] = shift[l];
  }
  for (int64_t p = 0; p < pixels; ++p, x += W, y += W) {
    for (int l = 0; l < W; ++l) {
      float value = (x[l] - m[l]) * f[l] + h[l];
      y[l] = relu ? (value > 0 ? value : 0) : value;
    }
  }
}

template <int W, bool relu> BLEMISH_INLINE inline void gradApplyLanes(const float* x, const float* dy, float* dx, int64_t pixels,
                                                                      const float* center, const float* factor,
                                                                      const float* shift, const float* p, const float* q,
                                                                      const float* r) {
  float m[W], f[W], h[W], a[W], b[W], c[W];
  for (int l = 0; l < W; ++l) {
    m[l] = center[l];
    f[l] = factor[l];
    h[l] = shift[l];
    a[l] = p[l];
    b[l] = q[l];
    c[l] = r[l];
  }
  for (int64_t i = 0; i < pixels; ++i, x += W, dy += W, dx += W) {
    __builtin_prefetch(x + ahead);
    __builtin_prefetch(dy + ahead);
    for (int l = 0; l < W; ++l) {
      float u = x[l] - m[l], g = dy[l];
      if (relu) g = u * f[l] + h[l] > 0 ? g : 0;
      dx[l] = a[l] * g + (b[l] * u + c[l]);
    }
  }
}

}  // namespace blemish
