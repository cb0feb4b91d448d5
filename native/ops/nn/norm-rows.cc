// The memory passes of the normalisations: statistics, map, gradient sums, gradient.
//
// Work items are fixed by the extents alone, each with sums of its own: results do not depend on the number of threads.
#include "ops/nn/norm-rows.h"

#include <algorithm>

#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/nn/norm-loops.h"

namespace blemish {
namespace {

constexpr int64_t segmentFloats = 32768;   // one work item
constexpr int64_t cachedBytes = 16 << 20;  // what may be expected to survive in the outer cache between two passes

// The numbers of a row are visited W at a time. Plain: all of one channel; blocked: each of its own.
struct Segments {
  int64_t perRow, length;  // in pixels for blocked rows, in numbers for plain ones
  Segments(const ImageRows& rows) {
    length = segmentFloats / rows.lanes;
    perRow = std::max<int64_t>(1, (rows.area + length - 1) / length);
  }
};

// One work item: a segment of a row (of `lanes` rows, where they lie side by side).
struct Item {
  int64_t row;      // image * channels + first channel
  int64_t channel;  // the first
  int64_t start;    // offset into the tensor
  int64_t pixels;
};

BLEMISH_INLINE inline Item itemAt(int64_t index, const ImageRows& rows, const GroupRange& range, const Segments& segments) {
  Item item;
  int64_t rest = index / segments.perRow, groups = range.last - range.first;
  item.channel = (range.first + rest % groups) * rows.lanes;
  item.row = rest / groups * rows.channels + item.channel;
  int64_t from = index % segments.perRow * segments.length;
  item.pixels = std::min(segments.length, rows.area - from);
  item.start = item.row * rows.area + from * rows.lanes;
  return item;
}

// The coefficients of one item in W lanes: those of W channels side by side, or one channel's repeated.
template <int W> struct Spread {
  float lanes[W];
  BLEMISH_INLINE inline Spread(const float* from, int64_t at, bool side) {
    for (int l = 0; l < W; ++l) lanes[l] = from[side ? at + l : at];
  }
};

template <int W, bool side, bool relu>
void applyAs(const float* x, float* y, const ImageRows& rows, GroupRange range, const RowMap& map) {
  Segments segments(rows);
  int64_t count = rows.images * (range.last - range.first) * segments.perRow;
  int64_t each = std::min(segments.length, rows.area) * rows.lanes;
  parallelFor(count, grainOf(each), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    // Backwards: what the pass before read last is still in the cache.
    for (int64_t index = last - 1; index >= first; --index) {
      Item item = itemAt(index, rows, range, segments);
      int64_t at = map.perRow ? item.row : item.channel;
      Spread<W> m(map.center, at, side), f(map.factor, at, side), h(map.shift, at, side);
      int64_t length = side ? item.pixels : item.pixels / W;
      const float* from = x + item.start;
      float* to = y + item.start;
      applyLanes<W, relu>(from, to, length, m.lanes, f.lanes, h.lanes);
      if (!side)
        for (int64_t i = length * W; i < item.pixels; ++i) {
          float value = (from[i] - m.lanes[0]) * f.lanes[0] + h.lanes[0];
          to[i] = relu ? (value > 0 ? value : 0) : value;
        }
    }
  });
}

template <int W, bool side, bool relu> void gradApplyAs(const float* x, const float* dy, float* dx, const ImageRows& rows,
                                                        GroupRange range, const RowMap& map, const RowGrad& grad) {
  Segments segments(rows);
  int64_t count = rows.images * (range.last - range.first) * segments.perRow;
  int64_t each = std::min(segments.length, rows.area) * rows.lanes;
  parallelFor(count, grainOf(each), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t index = last - 1; index >= first; --index) {
      Item item = itemAt(index, rows, range, segments);
      int64_t at = map.perRow ? item.row : item.channel;
      Spread<W> m(map.center, at, side), f(map.factor, at, side), h(map.shift, at, side);
      Spread<W> p(grad.p, at, side), q(grad.q, at, side), r(grad.r, at, side);
      int64_t length = side ? item.pixels : item.pixels / W;
      gradApplyLanes<W, relu>(x + item.start, dy + item.start, dx + item.start, length, m.lanes, f.lanes, h.lanes, p.lanes,
                              q.lanes, r.lanes);
      if (!side)
        for (int64_t i = item.start + length * W; i < item.start + item.pixels; ++i) {
          float u = x[i] - m.lanes[0], g = dy[i];
          if (relu) g = u * f.lanes[0] + h.lanes[0] > 0 ? g : 0;
          dx[i] = p.lanes[0] * g + (q.lanes[0] * u + r.lanes[0]);
        }
    }
  });
}

template <int W, bool side>
void momentsAs(const float* x, const ImageRows& rows, GroupRange range, double* mean, double* squares) {
  Segments segments(rows);
  int64_t count = rows.images * (range.last - range.first) * segments.perRow;
  int64_t each = std::min(segments.length, rows.area) * rows.lanes;
  constexpr int lanes = side ? W : 1;
  double* parts = segments.perRow > 1 ? scratchOf<double>(2 * count * lanes) : nullptr;
  parallelFor(count, grainOf(each), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t index = first; index < last; ++index) {
      Item item = itemAt(index, rows, range, segments);
      double *m = parts ? parts + 2 * index * lanes : mean + item.row, *s = parts ? m + lanes : squares + item.row;
      if (side) laneMoments<W>(x + item.start, item.pixels, m, s);
      else wholeMoments<W>(x + item.start, item.pixels, m, s);
    }
  });
  if (!parts) return;
  for (int64_t index = 0; index < count; index += segments.perRow)
    for (int lane = 0; lane < lanes; ++lane) {
      Moments all;
      int64_t row = 0;
      for (int64_t i = index; i < index + segments.perRow; ++i) {
        Item item = itemAt(i, rows, range, segments);
        all.join(static_cast<double>(item.pixels), parts[2 * i * lanes + lane], parts[(2 * i + 1) * lanes + lane]);
        row = item.row;
      }
      mean[row + lane] = all.mean;
      squares[row + lane] = all.squares;
    }
}

template <int W, bool side, bool relu> void gradSumsAs(const float* x, const float* dy, const ImageRows& rows, GroupRange range,
                                                       const RowMap& map, double* sum, double* product) {
  Segments segments(rows);
  int64_t count = rows.images * (range.last - range.first) * segments.perRow;
  int64_t each = std::min(segments.length, rows.area) * rows.lanes;
  constexpr int lanes = side ? W : 1;
  double* parts = segments.perRow > 1 ? scratchOf<double>(2 * count * lanes) : nullptr;
  parallelFor(count, grainOf(each), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t index = first; index < last; ++index) {
      Item item = itemAt(index, rows, range, segments);
      double *s = parts ? parts + 2 * index * lanes : sum + item.row, *t = parts ? s + lanes : product + item.row;
      int64_t at = map.perRow ? item.row : item.channel;
      const float *m = map.center + at, *f = map.factor + at, *h = map.shift + at;
      if (side) laneGradSums<W, relu>(x + item.start, dy + item.start, item.pixels, m, f, h, s, t);
      else wholeGradSums<W, relu>(x + item.start, dy + item.start, item.pixels, *m, *f, *h, s, t);
    }
  });
  if (!parts) return;
  for (int64_t index = 0; index < count; index += segments.perRow) {
    int64_t row = itemAt(index, rows, range, segments).row;
    for (int lane = 0; lane < lanes; ++lane) {
      double s = 0, t = 0;
      for (int64_t i = index; i < index + segments.perRow; ++i) {
        s += parts[2 * i * lanes + lane];
        t += parts[(2 * i + 1) * lanes + lane];
      }
      sum[row + lane] = s;
      product[row + lane] = t;
    }
  }
}

// The instance of a pass for a layout: blocks of 8 or 16 channels side by side, or one channel in 16 lanes.
template <class F> void byLayout(const ImageRows& rows, const F& f) {
  if (rows.lanes == 16) f.template operator()<16, true>();
  else if (rows.lanes == 8) f.template operator()<8, true>();
  else f.template operator()<16, false>();
}

}  // namespace

ImageRows imageRows(const Tensor& x) {
  int64_t channels = x.shape[1], area = x.shape[2] * x.shape[3];
  // Pictures of one pixel lie alike in both layouts: their channels are side by side.
  bool side = x.layout == Layout::blocked || (area == 1 && channels % channelBlock() == 0);
  return {x.shape[0], channels, area, side ? channelBlock() : 1};
}

int64_t groupsPerRange(const ImageRows& rows, int tensors) {
  int64_t each = rows.images * rows.area * rows.lanes * 4 * tensors;
  return std::clamp<int64_t>(cachedBytes / std::max<int64_t>(each, 1), 1, std::max<int64_t>(rows.groups(), 1));
}

void rowMoments(const float* x, const ImageRows& rows, GroupRange range, double* mean, double* squares) {
  byLayout(rows, [&]<int W, bool side>() { momentsAs<W, side>(x, rows, range, mean, squares); });
}

void rowApply(const float* x, float* y, const ImageRows& rows, GroupRange range, const RowMap& map) {
  byLayout(rows, [&]<int W, bool side>() {
    map.relu ? applyAs<W, side, true>(x, y, rows, range, map) : applyAs<W, side, false>(x, y, rows, range, map);
  });
}

void rowGradSums(const float* x, const float* dy, const ImageRows& rows, GroupRange range, const RowMap& map, double* sum,
                 double* product) {
  byLayout(rows, [&]<int W, bool side>() {
    map.relu ? gradSumsAs<W, side, true>(x, dy, rows, range, map, sum, product)
             : gradSumsAs<W, side, false>(x, dy, rows, range, map, sum, product);
  });
}

void rowGradApply(const float* x, const float* dy, float* dx, const ImageRows& rows, GroupRange range, const RowMap& map,
                  const RowGrad& grad) {
  byLayout(rows, [&]<int W, bool side>() {
    map.relu ? gradApplyAs<W, side, true>(x, dy, dx, rows, range, map, grad)
             : gradApplyAs<W, side, false>(x, dy, dx, rows, range, map, grad);
  });
}

}  // namespace blemish
