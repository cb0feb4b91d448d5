// Mean over sliding windows and its gradient: in x's own layout, one loop for both layouts.
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/nn/pool-window.h"

namespace blemish {
namespace {

// The divisor of a window is the product of its taps along both axes: a share per row times a share per column.
const float* sharesOf(const WindowAxis& axis, bool padded) {
  float* share = scratchOf<float>(axis.out);
  for (int64_t i = 0; i < axis.out; ++i) share[i] = 1.0f / static_cast<float>(axis.taps(i, padded));
  return share;
}

template <int B>
BLEMISH_INLINE inline void averageRow(const float* x, float* y, const Window2d& w, int64_t p, float rowShare, const float* share) {
  const WindowAxis &rows = w.rows, &columns = w.columns;
  for (int64_t i = 0; i < columns.out * B; ++i) y[i] = 0;
  for (int64_t r = 0; r < rows.kernel; ++r) {
    int64_t h = rows.at(p, r);
    if (h < 0 || h >= rows.in) continue;
    for (int64_t s = 0; s < columns.kernel; ++s) {
      int64_t first = columns.firstWindow(s), last = columns.lastWindow(s), step = columns.stride * B;
      const float* from = x + (h * columns.in + columns.at(first, s)) * B;
      float* to = y + first * B;
      if (B == 1 && columns.stride == 1) {
        for (int64_t q = 0; q < last - first; ++q) to[q] += from[q];
        continue;
      }
      for (int64_t q = first; q < last; ++q, from += step, to += B)
        for (int l = 0; l < B; ++l) to[l] += from[l];
    }
  }
  for (int64_t q = 0; q < columns.out; ++q)
    for (int l = 0; l < B; ++l) y[q * B + l] *= rowShare * share[q];
}

// The same for 2x2 windows that tile the picture.
template <int B> BLEMISH_INLINE inline void averageRowTwo(const float* x, float* y, int64_t in, int64_t out) {
  const float *above = x, *below = x + in * B;
  for (int64_t q = 0; q < out; ++q, above += 2 * B, below += 2 * B, y += B)
    for (int l = 0; l < B; ++l) y[l] = 0.25f * ((above[l] + above[B + l]) + (below[l] + below[B + l]));
}

template <int B>
BLEMISH_INLINE inline void gradRow(const float* dy, float* dx, const Window2d& w, int64_t h, const float* rowShare, const float* share) {
  const WindowAxis &rows = w.rows, &columns = w.columns;
  for (int64_t i = 0; i < columns.in * B; ++i) dx[i] = 0;
  for (int64_t r = 0; r < rows.kernel; ++r) {
    int64_t p = rows.windowAt(h, r);
    if (p < 0) continue;
    float part = rowShare[p];
    for (int64_t s = 0; s < columns.kernel; ++s) {
      int64_t first = columns.firstWindow(s), last = columns.lastWindow(s), step = columns.stride * B;
      const float* above = dy + (p * columns.out + first) * B;
      float* to = dx + columns.at(first, s) * B;
      if (B == 1 && columns.stride == 1) {
        for (int64_t q = 0; q < last - first; ++q) to[q] += above[q] * (part * share[first + q]);
        continue;
      }
      for (int64_t q = first; q < last; ++q, above += B, to += step)
        for (int l = 0; l < B; ++l) to[l] += above[l] * (part * share[q]);
    }
  }
}

template <int B> BLEMISH_INLINE inline void gradRowTwo(const float* dy, float* dx, int64_t in, int64_t out) {
  for (int64_t q = 0; q < out; ++q, dy += B, dx += 2 * B)
    for (int l = 0; l < B; ++l) dx[l] = dx[B + l] = 0.25f * dy[l];
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
        if (two && h < 2 * w.rows.out) gradRowTwo<B>(above + h / 2 * w.columns.out * B, dx + row * width, w.columns.in, w.columns.out);
        else gradRow<B>(above, dx + row * width, w, h, rowShare, share);
      }
    });
  });
}

}  // namespace blemish
