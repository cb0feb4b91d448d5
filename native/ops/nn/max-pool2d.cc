// Maximum over sliding windows, its gradient, and the gradient of that: in x's own layout, one loop for both layouts.
//
// The place of each maximum is kept in one byte, its number within the window: a quarter of the memory of a position, and
// the gradient reads nothing else. Where several are largest the first counts, and NaN counts as largest.
#include <bit>
#include <limits>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "cpu/pool-window.h"
#include "ops/nn/reorder-layout.h"

namespace blemish {
namespace {

// Places are reckoned in 32 bits beside the 32 bits of the numbers, a tile at a time, and narrowed at its end: mixed widths
// would keep the compiler from using vectors.
constexpr int64_t tileNumbers = 1024;
struct Tile {
  float best[tileNumbers];
  int32_t place[tileNumbers];
};

BLEMISH_INLINE inline bool beats(float value, float best) { return (value > best) | (value != value); }

template <int B, int stride>
BLEMISH_INLINE inline void tapInto(const float* x, Tile& tile, int64_t first, int64_t last, int64_t step, int32_t tap) {
  if (stride > 0) step = stride * B;
  float* best = tile.best + first * B;
  int32_t* place = tile.place + first * B;
  for (int64_t q = 0; q < last - first; ++q)
    for (int l = 0; l < B; ++l) {
      float value = x[q * step + l];
      bool better = beats(value, best[q * B + l]);
      best[q * B + l] = better ? value : best[q * B + l];
      place[q * B + l] = better ? tap : place[q * B + l];
    }
}

template <int B>
BLEMISH_INLINE inline void writeTile(const Tile& tile, float* __restrict y, uint8_t* __restrict index, int64_t pixels) {
  for (int64_t i = 0; i < pixels * B; ++i) y[i] = tile.best[i];
  for (int64_t i = 0; i < pixels * B; ++i) index[i] = static_cast<uint8_t>(tile.place[i]);
}

// One row of results, B channels side by side.
template <int B> BLEMISH_INLINE inline void maxRow(const float* x, float* y, uint8_t* index, const Window2d& w, int64_t p) {
  const WindowAxis &rows = w.rows, &columns = w.columns;
  Tile tile;
  for (int64_t from = 0; from < columns.out; from += tileNumbers / B) {
    int64_t pixels = std::min(tileNumbers / B, columns.out - from);
    for (int64_t i = 0; i < pixels * B; ++i) {
      tile.best[i] = -std::numeric_limits<float>::infinity();
      tile.place[i] = 0;
    }
    for (int64_t r = 0; r < rows.kernel; ++r) {
      int64_t h = rows.at(p, r);
      if (h < 0 || h >= rows.in) continue;
      for (int64_t s = 0; s < columns.kernel; ++s) {
        int64_t first = std::max(columns.firstWindow(s) - from, int64_t(0)),
                last = std::min(columns.lastWindow(s) - from, pixels);
        if (first >= last) continue;
        const float* at = x + (h * columns.in + columns.at(from + first, s)) * B;
        int32_t tap = static_cast<int32_t>(r * columns.kernel + s);
        if (columns.stride == 1) tapInto<B, 1>(at, tile, first, last, 0, tap);
        else if (columns.stride == 2) tapInto<B, 2>(at, tile, first, last, 0, tap);
        else tapInto<B, 0>(at, tile, first, last, columns.stride * B, tap);
      }
    }
    writeTile<B>(tile, y + from * B, index + from * B, pixels);
  }
}

// The same for 2x2 windows that tile the picture: all four numbers at once.
template <int B> BLEMISH_INLINE inline void maxRowTwo(const float* x, float* y, uint8_t* index, int64_t in, int64_t out) {
  Tile tile;
  for (int64_t from = 0; from < out; from += tileNumbers / B) {
    int64_t pixels = std::min(tileNumbers / B, out - from);
    const float *above = x + 2 * from * B, *below = above + in * B;
    for (int64_t q = 0; q < pixels; ++q) {
      const float *p = above + 2 * q * B, *r = below + 2 * q * B;
      float* best = tile.best + q * B;
      int32_t* place = tile.place + q * B;
      for (int l = 0; l < B; ++l) {
        float a = p[l], b = p[B + l], c = r[l], d = r[B + l];
        float top = a > b ? a : b, bottom = c > d ? c : d, larger = top > bottom ? top : bottom;
        best[l] = (a != a) | (b != b) | (c != c) | (d != d) ? std::numeric_limits<float>::quiet_NaN() : larger;
      }
      // The first that equals the maximum, counted instead of chosen: choices would become branches.
      for (int l = 0; l < B; ++l) {
        int32_t notA = p[l] != best[l], notB = p[B + l] != best[l], notC = r[l] != best[l];
        place[l] = notA + (notA & notB) + (notA & notB & notC);
      }
    }
    writeTile<B>(tile, y + from * B, index + from * B, pixels);
  }
}

// g where the place is the tap, else 0; by bits, as a choice would become a branch.
BLEMISH_INLINE inline float atTap(float g, int32_t place, int32_t tap) {
  return std::bit_cast<float>(std::bit_cast<int32_t>(g) & -static_cast<int32_t>(place == tap));
}

template <int B, int stride> BLEMISH_INLINE inline void giveTap(const Tile& tile, float* __restrict dx, int64_t first,
                                                                int64_t last, int64_t step, int32_t tap) {
  if (stride > 0) step = stride * B;
  const float* dy = tile.best + first * B;
  const int32_t* place = tile.place + first * B;
  for (int64_t q = 0; q < last - first; ++q)
    for (int l = 0; l < B; ++l) dx[q * step + l] += atTap(dy[q * B + l], place[q * B + l], tap);
}

template <int B> BLEMISH_INLINE inline void readTile(Tile& tile, const float* dy, const uint8_t* index, int64_t pixels) {
  for (int64_t i = 0; i < pixels * B; ++i) tile.best[i] = dy[i];
  for (int64_t i = 0; i < pixels * B; ++i) tile.place[i] = index[i];
}

// One row of the gradient: every window that has a tap in it gives what it holds there.
template <int B>
BLEMISH_INLINE inline void gradRow(const float* dy, const uint8_t* index, float* dx, const Window2d& w, int64_t h) {
  const WindowAxis &rows = w.rows, &columns = w.columns;
  for (int64_t i = 0; i < columns.in * B; ++i) dx[i] = 0;
  Tile tile;
  for (int64_t r = 0; r < rows.kernel; ++r) {
    int64_t p = rows.windowAt(h, r);
    if (p < 0) continue;
    for (int64_t from = 0; from < columns.out; from += tileNumbers / B) {
      int64_t pixels = std::min(tileNumbers / B, columns.out - from);
      readTile<B>(tile, dy + (p * columns.out + from) * B, index + (p * columns.out + from) * B, pixels);
      for (int64_t s = 0; s < columns.kernel; ++s) {
        int64_t first = std::max(columns.firstWindow(s) - from, int64_t(0)),
                last = std::min(columns.lastWindow(s) - from, pixels);
        if (first >= last) continue;
        float* to = dx + columns.at(from + first, s) * B;
        int32_t tap = static_cast<int32_t>(r * columns.kernel + s);
        if (columns.stride == 1) giveTap<B, 1>(tile, to, first, last, 0, tap);
        else giveTap<B, 0>(tile, to, first, last, columns.stride * B, tap);
      }
    }
  }
}

template <int B> BLEMISH_INLINE inline void gradRowTwo(const float* dy, const uint8_t* index, float* __restrict dx, int64_t in,
                                                       int64_t out, int32_t row) {
  Tile tile;
  for (int64_t from = 0; from < out; from += tileNumbers / B) {
    int64_t pixels = std::min(tileNumbers / B, out - from);
    readTile<B>(tile, dy + from * B, index + from * B, pixels);
    float* to = dx + 2 * from * B;
    for (int64_t q = 0; q < pixels; ++q) {
      for (int l = 0; l < B; ++l) {
        float g = tile.best[q * B + l];
        int32_t place = tile.place[q * B + l];
        to[2 * q * B + l] = atTap(g, place, 2 * row);
        to[(2 * q + 1) * B + l] = atTap(g, place, 2 * row + 1);
      }
    }
  }
  for (int64_t i = 2 * out * B; i < in * B; ++i) dx[i] = 0;
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
        if (two)
          maxRowTwo<B>(source + 2 * p * w.columns.in * B, y + row * width, index + row * width, w.columns.in, w.columns.out);
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
          gradRowTwo<B>(dy + at, index + at, dx + row * width, w.columns.in, w.columns.out, static_cast<int32_t>(h % 2));
        } else {
          gradRow<B>(dy + at, index + at, dx + row * width, w, h);
        }
      }
    });
  });
}

OP("maxPool2dPick(x: f32[N C H W], index: u8[N C P Q], kernel = [2 2], stride = [0 0], padding = [0 0 0 0], dilation = [1 1], "
   "ceilMode = false) -> f32[N C P Q]",
   "The numbers of x at places found by maxPool2d: the gradient of its gradient.", [](Dims& d, const Attrs& attrs) {
     Window2d w = checkedWindow(d, attrs, d["H"], d["W"], true);
     requireBytes(d, w);
     d.require(w.rows.out == d["P"] && w.columns.out == d["Q"],
               "index is " + text(d.input(1).shape) + " but x gives P = " + std::to_string(w.rows.out) +
                   ", Q = " + std::to_string(w.columns.out) + "; expected them to agree");
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
        pickRow<B>(from + row / w.rows.out * w.rows.in * w.columns.in * B, index + row * width, to + row * width, w,
                   row % w.rows.out);
    });
  });
}

}  // namespace blemish
