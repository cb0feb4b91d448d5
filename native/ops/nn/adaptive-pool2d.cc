// Pooling to a given number of rows and columns, with gradients: in x's own layout, one loop for both layouts.
//
// Bin i of n over an extent e covers [floor(i e / n), ceil((i + 1) e / n)): neighbours may overlap by one.
#include <limits>

#include "core/registry.h"
#include "cpu/parallel.h"
#include "cpu/pool-window.h"
#include "ops/nn/reorder-layout.h"

namespace blemish {
namespace {

struct Bins {
  int64_t in, out;
  BLEMISH_INLINE inline int64_t first(int64_t bin) const { return bin * in / out; }
  BLEMISH_INLINE inline int64_t last(int64_t bin) const { return ((bin + 1) * in + out - 1) / out; }
  // The bins that cover a position: [firstBin, lastBin).
  BLEMISH_INLINE inline int64_t firstBin(int64_t position) const { return position * out / in; }
  BLEMISH_INLINE inline int64_t lastBin(int64_t position) const { return ((position + 1) * out + in - 1) / in; }
};

struct Bins2d {
  Bins rows, columns;
  Bins2d(const Shape& picture, const Shape& pooled) : rows{picture[2], pooled[2]}, columns{picture[3], pooled[3]} {}
};

void forwardRule(Dims& d, const Attrs& attrs) {
  for (const char* name : {"rows", "columns"})
    if (attrs.integer(name) < 1)
      d.refuse(Code::ATTRIBUTE_INVALID,
               std::string("attribute ") + name + " is " + std::to_string(attrs.integer(name)) + "; expected at least 1");
  d.require(d["H"] > 0 && d["W"] > 0, "x " + text(d.input(0).shape) + " has no numbers in a picture; expected at least one");
  d["P"] = attrs.integer("rows");
  d["Q"] = attrs.integer("columns");
}

void gradRule(Dims& d, const Attrs& attrs) {
  for (const char* name : {"height", "width"})
    if (attrs.integer(name) < 1)
      d.refuse(Code::ATTRIBUTE_INVALID,
               std::string("attribute ") + name + " is " + std::to_string(attrs.integer(name)) + "; expected at least 1");
  d.require(d["P"] > 0 && d["Q"] > 0, "dy " + text(d.input(0).shape) + " has no numbers in a picture; expected at least one");
  d["H"] = attrs.integer("height");
  d["W"] = attrs.integer("width");
}

// Calls body<B>(row) for every row of `over` of every plane of B channels.
template <int B, class Body> BLEMISH_INLINE inline void eachRow(const Tensor& x, int64_t rows, int64_t cost, const Body& body) {
  parallelFor(x.shape[0] * x.shape[1] / B * rows, grainOf(cost * B), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) body(row / rows, row % rows, row);
  });
}

template <int B> BLEMISH_INLINE inline void averageBin(const float* x, float* y, const Bins2d& b, int64_t p, int64_t q) {
  double sum[B] = {};
  int64_t top = b.rows.first(p), bottom = b.rows.last(p), left = b.columns.first(q), right = b.columns.last(q);
  for (int64_t h = top; h < bottom; ++h) {
    const float* from = x + (h * b.columns.in + left) * B;
    float line[B] = {};
    for (int64_t w = left; w < right; ++w, from += B)
      for (int l = 0; l < B; ++l) line[l] += from[l];
    for (int l = 0; l < B; ++l) sum[l] += line[l];
  }
  double count = static_cast<double>((bottom - top) * (right - left));
  for (int l = 0; l < B; ++l) y[l] = static_cast<float>(sum[l] / count);
}

template <int B>
BLEMISH_INLINE inline void maxBin(const float* x, float* y, int32_t* index, const Bins2d& b, int64_t p, int64_t q) {
  float best[B];
  int32_t place[B];
  int64_t top = b.rows.first(p), left = b.columns.first(q), right = b.columns.last(q);
  for (int l = 0; l < B; ++l) {
    best[l] = -std::numeric_limits<float>::infinity();
    place[l] = static_cast<int32_t>(top * b.columns.in + left);
  }
  for (int64_t h = top; h < b.rows.last(p); ++h) {
    const float* from = x + (h * b.columns.in + left) * B;
    for (int64_t w = left; w < right; ++w, from += B)
      for (int l = 0; l < B; ++l) {
        bool better = from[l] > best[l] || from[l] != from[l];
        best[l] = better ? from[l] : best[l];
        place[l] = better ? static_cast<int32_t>(h * b.columns.in + w) : place[l];
      }
  }
  for (int l = 0; l < B; ++l) {
    y[l] = best[l];
    index[l] = place[l];
  }
}

void likeFirst(Arrangement& a) { a.out[0].layout = a.in[0].layout; }
void bothLikeX(Arrangement& a) { a.out[0].layout = a.out[1].layout = a.in[0].layout; }
void likeIndex(Arrangement& a) { a.out[0].layout = a.in[1].layout; }

}  // namespace

OP("adaptiveAveragePool2d(x: f32[N C H W], rows: int, columns: int) -> f32[N C P Q]",
   "Mean over rows x columns bins that cover the picture; bin i of n over an extent e is [floor(i e / n), ceil((i + 1) e / n)).",
   forwardRule)

KERNEL(cpu, adaptiveAveragePool2d, likeFirst) {
  const Tensor &x = call.in[0], &y = call.out[0];
  Bins2d bins(x.shape, y.shape);
  const float* from = x.floats();
  float* to = y.floats();
  byLanes(x, [&]<int B>() {
    int64_t area = bins.rows.in * bins.columns.in * B, width = bins.columns.out * B;
    eachRow<B>(y, bins.rows.out, bins.rows.in * bins.columns.in / std::max<int64_t>(bins.rows.out, 1),
               [=](int64_t plane, int64_t p, int64_t row) BLEMISH_INLINE {
                 for (int64_t q = 0; q < bins.columns.out; ++q)
                   averageBin<B>(from + plane * area, to + row * width + q * B, bins, p, q);
               });
  });
}

OP("adaptiveAveragePool2dGrad(dy: f32[N C P Q], height: int, width: int) -> f32[N C H W]",
   "Gradient of adaptiveAveragePool2d: each number of dy is shared out over its bin.", gradRule)

KERNEL(cpu, adaptiveAveragePool2dGrad, likeFirst) {
  const Tensor &dy = call.in[0], &x = call.out[0];
  Bins2d bins(x.shape, dy.shape);
  const float* from = dy.floats();
  float* dx = x.floats();
  byLanes(dy, [&]<int B>() {
    int64_t area = bins.rows.out * bins.columns.out * B, width = bins.columns.in * B;
    eachRow<B>(x, bins.rows.in, bins.columns.in, [=](int64_t plane, int64_t h, int64_t row) BLEMISH_INLINE {
      float* to = dx + row * width;
      for (int64_t i = 0; i < width; ++i) to[i] = 0;
      for (int64_t p = bins.rows.firstBin(h); p < bins.rows.lastBin(h); ++p)
        for (int64_t q = 0; q < bins.columns.out; ++q) {
          int64_t left = bins.columns.first(q), right = bins.columns.last(q);
          float share = 1.0f / static_cast<float>((bins.rows.last(p) - bins.rows.first(p)) * (right - left));
          const float* above = from + plane * area + (p * bins.columns.out + q) * B;
          for (int64_t w = left; w < right; ++w)
            for (int l = 0; l < B; ++l) to[w * B + l] += above[l] * share;
        }
    });
  });
}

OP("adaptiveMaxPool2d(x: f32[N C H W], rows: int, columns: int) -> (y: f32[N C P Q], index: i32[N C P Q])",
   "Maximum over bins as adaptiveAveragePool2d has them, and its place h W + w in the picture; of equals the first.",
   [](Dims& d, const Attrs& attrs) {
     forwardRule(d, attrs);
     d.require(d["H"] * d["W"] <= std::numeric_limits<int32_t>::max(),
               "x " + text(d.input(0).shape) + " has more places than i32 can number; expected at most 2147483647");
   })

KERNEL(cpu, adaptiveMaxPool2d, bothLikeX) {
  const Tensor &x = call.in[0], &y = call.out[0];
  Bins2d bins(x.shape, y.shape);
  const float* from = x.floats();
  float* to = y.floats();
  int32_t* index = call.out[1].as<int32_t>();
  byLanes(x, [&]<int B>() {
    int64_t area = bins.rows.in * bins.columns.in * B, width = bins.columns.out * B;
    eachRow<B>(y, bins.rows.out, bins.rows.in * bins.columns.in / std::max<int64_t>(bins.rows.out, 1),
               [=](int64_t plane, int64_t p, int64_t row) BLEMISH_INLINE {
                 for (int64_t q = 0; q < bins.columns.out; ++q) {
                   int64_t at = row * width + q * B;
                   maxBin<B>(from + plane * area, to + at, index + at, bins, p, q);
                 }
               });
  });
}

OP("adaptiveMaxPool2dGrad(dy: f32[N C P Q], index: i32[N C P Q], height: int, width: int) -> f32[N C H W]",
   "Gradient of adaptiveMaxPool2d: each number of dy goes to where the maximum was.", gradRule)

KERNEL(cpu, adaptiveMaxPool2dGrad, likeIndex) {
  const Tensor& x = call.out[0];
  Bins2d bins(x.shape, call.in[0].shape);
  const float* dy = floatsIn(x.layout, call.in[0]);
  const int32_t* index = call.in[1].as<int32_t>();
  float* dx = x.floats();
  byLanes(x, [&]<int B>() {
    int64_t area = bins.rows.out * bins.columns.out * B, width = bins.columns.in * B;
    eachRow<B>(x, bins.rows.in, bins.columns.in, [=](int64_t plane, int64_t h, int64_t row) BLEMISH_INLINE {
      float* to = dx + row * width;
      for (int64_t i = 0; i < width; ++i) to[i] = 0;
      int64_t from = h * bins.columns.in, end = from + bins.columns.in;
      for (int64_t p = bins.rows.firstBin(h); p < bins.rows.lastBin(h); ++p)
        for (int64_t i = 0; i < bins.columns.out * B; ++i) {
          int64_t at = plane * area + p * bins.columns.out * B + i, place = index[at];
          if (place >= from && place < end) to[(place - from) * B + i % B] += dy[at];
        }
    });
  });
}

OP("adaptiveMaxPool2dPick(x: f32[N C H W], index: i32[N C P Q]) -> f32[N C P Q]",
   "The numbers of x at places found by adaptiveMaxPool2d: the gradient of its gradient.")

KERNEL(cpu, adaptiveMaxPool2dPick, likeIndex) {
  const Tensor& y = call.out[0];
  int64_t area = call.in[0].shape[2] * call.in[0].shape[3], places = y.shape[2] * y.shape[3];
  const float* from = floatsIn(y.layout, call.in[0]);
  const int32_t* index = call.in[1].as<int32_t>();
  float* to = y.floats();
  byLanes(y, [&]<int B>() {
    eachRow<B>(y, places, 4, [=](int64_t plane, int64_t, int64_t row) BLEMISH_INLINE {
      for (int l = 0; l < B; ++l) {
        int64_t place = index[row * B + l];
        to[row * B + l] = place >= 0 && place < area ? from[(plane * area + place) * B + l] : 0.0f;
      }
    });
  });
}

}  // namespace blemish
