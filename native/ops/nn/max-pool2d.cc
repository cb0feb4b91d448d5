// Maximum over sliding windows, its gradient, and the gradient of that: in x's own layout, one loop for both layouts.
//
// The place of each maximum is kept in one byte, its number within the window: a quarter of the memory of a position, and
// the gradient reads nothing else. Where several are largest the first counts, and NaN counts as largest.
#include <cmath>
#include <limits>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/nn/pool-window.h"
#include "ops/nn/reorder-layout.h"

namespace blemish {
namespace {

BLEMISH_INLINE inline bool beats(float value, float best) { return value > best || value != value; }

// One row of results, B channels side by side.
template <int B>
BLEMISH_INLINE inline void maxRow(const float* x, float* y, uint8_t* index, const Window2d& w, int64_t p) {
  const WindowAxis &rows = w.rows, &columns = w.columns;
  int64_t count = columns.out * B;
  for (int64_t i = 0; i < count; ++i) {
    y[i] = -std::numeric_limits<float>::infinity();
    index[i] = 0;
  }
  for (int64_t r = 0; r < rows.kernel; ++r) {
    int64_t h = rows.at(p, r);
    if (h < 0 || h >= rows.in) continue;
    for (int64_t s = 0; s < columns.kernel; ++s) {
      int64_t first = columns.firstWindow(s), last = columns.lastWindow(s), step = columns.stride * B;
      uint8_t tap = static_cast<uint8_t>(r * columns.kernel + s);
      const float* from = x + (h * columns.in + columns.at(first, s)) * B;
      float* best = y + first * B;
      uint8_t* place = index + first * B;
      if (B == 1 && columns.stride == 1) {
        for (int64_t q = 0; q < last - first; ++q) {
          bool better = beats(from[q], best[q]);
          best[q] = better ? from[q] : best[q];
          place[q] = better ? tap : place[q];
        }
        continue;
      }
      for (int64_t q = first; q < last; ++q, from += step, best += B, place += B)
        for (int l = 0; l < B; ++l) {
          bool better = beats(from[l], best[l]);
          best[l] = better ? from[l] : best[l];
          place[l] = better ? tap : place[l];
        }
    }
  }
}

BLEMISH_INLINE inline float larger(float a, float b) { return beats(b, a) ? b : a; }

// The same for 2x2 windows that tile the picture: all four numbers at once.
template <int B>
BLEMISH_INLINE inline void maxRowTwo(const float* x, float* y, uint8_t* index, int64_t in, int64_t out) {
  const float *above = x, *below = x + in * B;
  for (int64_t q = 0; q < out; ++q, above += 2 * B, below += 2 * B, y += B, index += B)
    for (int l = 0; l < B; ++l) {
      float a = above[l], b = above[B + l], c = below[l], d = below[B + l];
      float top = larger(a, b), bottom = larger(c, d);
      int upper = beats(b, a) ? 1 : 0, lower = beats(d, c) ? 3 : 2;
      bool down = beats(bottom, top);
      y[l] = down ? bottom : top;
      index[l] = static_cast<uint8_t>(down ? lower : upper);
    }
}

// One row of the gradient: every window that has a tap in it gives what it holds there.
template <int B>
BLEMISH_INLINE inline void gradRow(const float* dy, const uint8_t* index, float* dx, const Window2d& w, int64_t h) {
  const WindowAxis &rows = w.rows, &columns = w.columns;
  for (int64_t i = 0; i < columns.in * B; ++i) dx[i] = 0;
  for (int64_t r = 0; r < rows.kernel; ++r) {
    int64_t p = rows.windowAt(h, r);
    if (p < 0) continue;
    for (int64_t s = 0; s < columns.kernel; ++s) {
      int64_t first = columns.firstWindow(s), last = columns.lastWindow(s), step = columns.stride * B;
      uint8_t tap = static_cast<uint8_t>(r * columns.kernel + s);
      const float* above = dy + (p * columns.out + first) * B;
      const uint8_t* place = index + (p * columns.out + first) * B;
      float* to = dx + columns.at(first, s) * B;
      for (int64_t q = first; q < last; ++q, above += B, place += B, to += step)
        for (int l = 0; l < B; ++l) to[l] += place[l] == tap ? above[l] : 0.0f;
    }
  }
}

template <int B>
BLEMISH_INLINE inline void gradRowTwo(const float* dy, const uint8_t* index, float* dx, int64_t in, int64_t out, int row) {
  for (int64_t q = 0; q < out; ++q, dy += B, index += B, dx += 2 * B)
    for (int l = 0; l < B; ++l) {
      float g = dy[l];
      dx[l] = index[l] == 2 * row ? g : 0.0f;
      dx[B + l] = index[l] == 2 * row + 1 ? g : 0.0f;
    }
  for (int64_t i = 0; i < (in - 2 * out) * B; ++i) dx[i] = 0;
}

// What lies at the places of the maxima.
template <int B>
BLEMISH_INLINE inline void pickRow(const float* u, const uint8_t* index, float* y, const Window2d& w, int64_t p) {
  for (int64_t q = 0; q < w.columns.out; ++q)
    for (int l = 0; l < B; ++l) {
      int64_t tap = index[q * B + l], h = w.rows.at(p, tap / w.columns.kernel), v = w.columns.at(q, tap % w.columns.kernel);
      // A window of padding alone holds nothing.
      bool inside = h >= 0 && h < w.rows.in && v >= 0 && v < w.columns.in;
      y[q * B + l] = inside ? u[(h * w.columns.in + v) * B + l] : 0.0f;
    }
}

void requireBytes(Dims& d, const Window2d& w) {
  int64_t taps = w.rows.kernel * w.columns.kernel;
  if (taps > 256)
    d.refuse(Code::ATTRIBUTE_INVALID, "attribute kernel spans " + std::to_string(taps) + " numbers; expected at most 256");
}

void bothLikeX(Arrangement& a) { a.out[0].layout = a.out[1].layout = a.in[0].layout; }
// The places lie as the results did: dy follows them.
void likeIndex(Arrangement& a) { a.out[0].layout = a.in[1].layout; }

}  // namespace

OP("maxPool2d(x: f32[N C H W], kernel = [2 2], stride = [0 0], padding = [0 0 0 0], dilation = [1 1], ceilMode = false) "
   "-> (y: f32[N C P Q], index: u8[N C P Q])",
   "Maximum of each window, and its number within the window. Padding [top bottom left right] never wins; stride 0 is the "
   "kernel's extent; ceilMode keeps a last window that reaches over the edge.",
   [](Dims& d, const Attrs& attrs) {
     Window2d w = checkedWindow(d, attrs, d["H"], d["W"], true);
     requireBytes(d, w);
     d["P"] = w.rows.out;
     d["Q"] = w.columns.out;
   })

KERNEL(cpu, maxPool2d, bothLikeX) {
  const Tensor& x = call.in[0];
  Window2d w = windowOf(call.attrs, x.shape[2], x.shape[3], true);
  const float* from = x.floats();
  float* y = call.out[0].floats();
  uint8_t* index = call.out[1].as<uint8_t>();
  bool two = w.tiles();
  byLanes(x, [&]<int B>() {
    int64_t planes = x.shape[0] * x.shape[1] / B, width = w.columns.out * B, taps = w.rows.kernel * w.columns.kernel;
    parallelFor(planes * w.rows.out, grainOf(width * taps), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t row = first; row < last; ++row) {
        int64_t plane = row / w.rows.out, p = row % w.rows.out;
        const float* source = from + plane * w.rows.in * w.columns.in * B;
        if (two) maxRowTwo<B>(source + 2 * p * w.columns.in * B, y + row * width, index + row * width, w.columns.in, w.columns.out);
        else maxRow<B>(source, y + row * width, index + row * width, w, p);
      }
    });
  });
}

OP("maxPool2dGrad(dy: f32[N C P Q], index: u8[N C P Q], height: int, width: int, kernel = [2 2], stride = [0 0], "
   "padding = [0 0 0 0], dilation = [1 1], ceilMode = false) -> f32[N C H W]",
   "Gradient of maxPool2d: each number of dy goes to where the maximum was.",
   [](Dims& d, const Attrs& attrs) { requireBytes(d, checkedGradWindow(d, attrs, true)); })

KERNEL(cpu, maxPool2dGrad, likeIndex) {
  const Tensor& x = call.out[0];
  Window2d w = windowOf(call.attrs, x.shape[2], x.shape[3], true);
  const float* dy = floatsIn(x.layout, call.in[0]);
  const uint8_t* index = call.in[1].as<uint8_t>();
  float* dx = x.floats();
  bool two = w.tiles();
  byLanes(x, [&]<int B>() {
    int64_t planes = x.shape[0] * x.shape[1] / B, width = w.columns.in * B;
    parallelFor(planes * w.rows.in, grainOf(width * w.columns.kernel), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t row = first; row < last; ++row) {
        int64_t plane = row / w.rows.in, h = row % w.rows.in, at = plane * w.rows.out * w.columns.out * B;
        if (two && h < 2 * w.rows.out) {
          at += h / 2 * w.columns.out * B;
          gradRowTwo<B>(dy + at, index + at, dx + row * width, w.columns.in, w.columns.out, static_cast<int>(h % 2));
        } else {
          gradRow<B>(dy + at, index + at, dx + row * width, w, h);
        }
      }
    });
  });
}

OP("maxPool2dPick(x: f32[N C H W], index: u8[N C P Q], kernel = [2 2], stride = [0 0], padding = [0 0 0 0], dilation = [1 1], "
   "ceilMode = false) -> f32[N C P Q]",
   "The numbers of x at places found by maxPool2d: the gradient of its gradient.",
   [](Dims& d, const Attrs& attrs) {
     Window2d w = checkedWindow(d, attrs, d["H"], d["W"], true);
     requireBytes(d, w);
     d.require(w.rows.out == d["P"] && w.columns.out == d["Q"],
               "index is " + text(d.input(1).shape) + " but x gives P = " + std::to_string(w.rows.out) + ", Q = " +
                   std::to_string(w.columns.out) + "; expected them to agree");
   })

KERNEL(cpu, maxPool2dPick, likeIndex) {
  const Tensor& y = call.out[0];
  Window2d w = windowOf(call.attrs, call.in[0].shape[2], call.in[0].shape[3], true);
  const float* from = floatsIn(y.layout, call.in[0]);
  const uint8_t* index = call.in[1].as<uint8_t>();
  float* to = y.floats();
  byLanes(y, [&]<int B>() {
    int64_t planes = y.shape[0] * y.shape[1] / B, width = w.columns.out * B;
    parallelFor(planes * w.rows.out, grainOf(4 * width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t row = first; row < last; ++row)
        pickRow<B>(from + row / w.rows.out * w.rows.in * w.columns.in * B, index + row * width, to + row * width, w, row % w.rows.out);
    });
  });
}

}  // namespace blemish
