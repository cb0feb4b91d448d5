// Mean over sliding windows and its gradient: in x's own layout, one loop for both layouts.
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "cpu/pool-window.h"

namespace blemish {
namespace {

constexpr int64_t tileNumbers = 1024;

// The divisor of a window is the product of its taps along both axes: a share per row times a share per column.
const float* sharesOf(const WindowAxis& axis, bool padded) {
  float* share = scratchOf<float>(axis.out);
  for (int64_t i = 0; i < axis.out; ++i) share[i] = 1.0f / static_cast<float>(axis.taps(i, padded));
  return share;
}

template <int B, int stride> BLEMISH_INLINE inline void addTap(const float* x, float* __restrict y, int64_t count, int64_t step) {
  if (stride > 0) step = stride * B;
  for (int64_t q = 0; q < count; ++q)
    for (int l = 0; l < B; ++l) y[q * B + l] += x[q * step + l];
}

template <int B, int stride>
BLEMISH_INLINE inline void giveTap(const float* part, float* __restrict dx, int64_t count, int64_t step) {
  if (stride > 0) step = stride * B;
  for (int64_t q = 0; q < count; ++q)
    for (int l = 0; l < B; ++l) dx[q * step + l] += part[q * B + l];
}

template <int B> BLEMISH_INLINE inline void averageRow(const float* x, float* __restrict y, const Window2d& w, int64_t p,
                                                       float rowShare, const float* share) {
  const WindowAxis &rows = w.rows, &columns = w.columns;
  for (int64_t i = 0; i < columns.out * B; ++i) y[i] = 0;
  for (int64_t r = 0; r < rows.kernel; ++r) {
    int64_t h = rows.at(p, r);
    if (h < 0 || h >= rows.in) continue;
    for (int64_t s = 0; s < columns.kernel; ++s) {
      int64_t first = columns.firstWindow(s), count = columns.lastWindow(s) - first;
      const float* from = x + (h * columns.in + columns.at(first, s)) * B;
      if (columns.stride == 1) addTap<B, 1>(from, y + first * B, count, 0);
      else if (columns.stride == 2) addTap<B, 2>(from, y + first * B, count, 0);
      else addTap<B, 0>(from, y + first * B, count, columns.stride * B);
    }
  }
  for (int64_t q = 0; q < columns.out; ++q) {
    float each = rowShare * share[q];
    for (int l = 0; l < B; ++l) y[q * B + l] *= each;
  }
}

// The same for 2x2 windows that tile the picture.
template <int B> BLEMISH_INLINE inline void averageRowTwo(const float* x, float* __restrict y, int64_t in, int64_t out) {
  const float *above = x, *below = x + in * B;
  for (int64_t q = 0; q < out; ++q, above += 2 * B, below += 2 * B, y += B)
    for (int l = 0; l < B; ++l) y[l] = 0.25f * ((above[l] + above[B + l]) + (below[l] + below[B + l]));
}

template <int B> BLEMISH_INLINE inline void gradRow(const float* dy, float* dx, const Window2d& w, int64_t h,
                                                    const float* rowShare, const float* share) {
  const WindowAxis &rows = w.rows, &columns = w.columns;
  for (int64_t i = 0; i < columns.in * B; ++i) dx[i] = 0;
  float part[tileNumbers];  // what each number of a stretch of dy gives to a tap
  for (int64_t r = 0; r < rows.kernel; ++r) {
    int64_t p = rows.windowAt(h, r);
    if (p < 0) continue;
    for (int64_t from = 0; from < columns.out; from += tileNumbers / B) {
      int64_t pixels = std::min(tileNumbers / B, columns.out - from);
      const float* above = dy + (p * columns.out + from) * B;
      for (int64_t q = 0; q < pixels; ++q) {
        float each = rowShare[p] * share[from + q];
        for (int l = 0; l < B; ++l) part[q * B + l] = above[q * B + l] * each;
      }
      for (int64_t s = 0; s < columns.kernel; ++s) {
        int64_t first = std::max(columns.firstWindow(s) - from, int64_t(0)),
                last = std::min(columns.lastWindow(s) - from, pixels);
        if (first >= last) continue;
        float* to = dx + columns.at(from + first, s) * B;
        if (columns.stride == 1) giveTap<B, 1>(part + first * B, to, last - first, 0);
        else giveTap<B, 0>(part + first * B, to, last - first, columns.stride * B);
      }
    }
  }
}

template <int B> BLEMISH_INLINE inline void gradRowTwo(const float* dy, float* __restrict dx, int64_t in, int64_t out) {
  for (int64_t q = 0; q < out; ++q, dy += B, dx += 2 * B)
    for (int l = 0; l < B; ++l) {
      float g = 0.25f * dy[l];
      dx[l] = g;
      dx[B + l] = g;
    }
  for (int64_t i = 0; i < (in - 2 * out) * B; ++i) dx[i] = 0;
}

void likeFirst(Arrangement& a) { a.out[0].layout = a.in[0].layout; }

}  // namespace

OP("averagePool2d(x: f32[N C H W], kernel = [2 2], stride = [0 0], padding = [0 0 0 0], ceilMode = false, "
   "countIncludePad = true) -> f32[N C P Q]",
   "Mean of each window. With countIncludePad the zeros of the padding [top bottom left right] count, what ceilMode adds "
   "beyond it never does; stride 0 is the kernel's extent.",
   [](Dims& d, const Attrs& attrs) {
     Window2d w = checkedWindow(d, attrs, d["H"], d["W"], false);
     d["P"] = w.rows.out;
     d["Q"] = w.columns.out;
   })

KERNEL(cpu, averagePool2d, likeFirst) {
  const Tensor& x = call.in[0];
  Window2d w = windowOf(call.attrs, x.shape[2], x.shape[3], false);
  bool padded = call.attrs.flag("countIncludePad"), two = w.tiles();
  const float *from = x.floats(), *rowShare = sharesOf(w.rows, padded), *share = sharesOf(w.columns, padded);
  float* y = call.out[0].floats();
  byLanes(x, [&]<int B>() {
    int64_t planes = x.shape[0] * x.shape[1] / B, width = w.columns.out * B, taps = w.rows.kernel * w.columns.kernel;
    parallelFor(planes * w.rows.out, grainOf(width * taps), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t row = first; row < last; ++row) {
        int64_t plane = row / w.rows.out, p = row % w.rows.out;
        const float* source = from + plane * w.rows.in * w.columns.in * B;
        if (two) averageRowTwo<B>(source + 2 * p * w.columns.in * B, y + row * width, w.columns.in, w.columns.out);
        else averageRow<B>(source, y + row * width, w, p, rowShare[p], share);
      }
    });
  });
}

OP("averagePool2dGrad(dy: f32[N C P Q], height: int, width: int, kernel = [2 2], stride = [0 0], padding = [0 0 0 0], "
   "ceilMode = false, countIncludePad = true) -> f32[N C H W]",
   "Gradient of averagePool2d: each number of dy is shared out over its window.",
   [](Dims& d, const Attrs& attrs) { checkedGradWindow(d, attrs, false); })

KERNEL(cpu, averagePool2dGrad, likeFirst) {
  const Tensor& x = call.out[0];
  Window2d w = windowOf(call.attrs, x.shape[2], x.shape[3], false);
  bool padded = call.attrs.flag("countIncludePad"), two = w.tiles();
  const float *dy = call.in[0].floats(), *rowShare = sharesOf(w.rows, padded), *share = sharesOf(w.columns, padded);
  float* dx = x.floats();
  byLanes(x, [&]<int B>() {
    int64_t planes = x.shape[0] * x.shape[1] / B, width = w.columns.in * B;
    parallelFor(planes * w.rows.in, grainOf(width * w.columns.kernel), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t row = first; row < last; ++row) {
        int64_t plane = row / w.rows.in, h = row % w.rows.in;
        const float* above = dy + plane * w.rows.out * w.columns.out * B;
        if (two && h < 2 * w.rows.out)
          gradRowTwo<B>(above + h / 2 * w.columns.out * B, dx + row * width, w.columns.in, w.columns.out);
        else gradRow<B>(above, dx + row * width, w, h, rowShare, share);
      }
    });
  });
}

}  // namespace blemish
