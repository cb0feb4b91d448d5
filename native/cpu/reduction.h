// Reductions over any set of axes: near memory bandwidth, accumulated in float64, the same bits for any number of threads.
#pragma once
#include "core/axes.h"
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"

namespace blemish {

// The axes of a reduction, sorted out: extents of 1 dropped, neighbours of one kind merged. What is left alternates
// between kept and reduced, and the last of them is contiguous.
struct ReducedAxes {
  int keeps = 0, runs = 0;
  int64_t keepExtent[Shape::maxRank + 1], keepStride[Shape::maxRank + 1];
  int64_t runExtent[Shape::maxRank + 1], runStride[Shape::maxRank + 1];
  int64_t outputs = 1;    // numbers that come out
  int64_t each = 1;       // numbers that make one of them
  bool lastKept = false;  // the contiguous axis is kept: neighbours in memory belong to different outputs

  ReducedAxes(const int64_t* extents, const bool* reduced, int rank) {
    bool kind = false;
    int64_t stride = 1;
    for (int axis = rank - 1; axis >= 0; --axis) {
      (reduced[axis] ? each : outputs) *= extents[axis];
      if (extents[axis] == 1) continue;
      bool first = keeps + runs == 0;
      if (first) lastKept = !reduced[axis];
      int& count = reduced[axis] ? runs : keeps;
      int64_t* extent = reduced[axis] ? runExtent : keepExtent;
      int64_t* step = reduced[axis] ? runStride : keepStride;
      if (!first && kind == reduced[axis]) {
        extent[count - 1] *= extents[axis];
      } else {
        extent[count] = extents[axis];
        step[count++] = stride;
      }
      kind = reduced[axis];
      stride *= extents[axis];
    }
  }

  // Where output `index` begins; index 0 of the lists is the innermost axis.
  BLEMISH_INLINE inline int64_t base(int64_t index) const {
    int64_t at = 0;
    for (int k = 0; k < keeps; ++k) {
      at += index % keepExtent[k] * keepStride[k];
      index /= keepExtent[k];
    }
    return at;
  }
  // The offset of the run at `index` of the reduced axes from `from` outwards.
  BLEMISH_INLINE inline int64_t run(int64_t index, int from) const {
    int64_t at = 0;
    for (int k = from; k < runs; ++k) {
      at += index % runExtent[k] * runStride[k];
      index /= runExtent[k];
    }
    return at;
  }
};

// What is accumulated. `step` takes a number in, `join` another partial result; `shift` is a number per output that the
// caller gives where `shifted` says so. The second accumulator counts only where `paired` says so.
struct SumOf {
  using Acc = double;
  static constexpr bool paired = false;
  static constexpr bool shifted = false;
  static constexpr double start = 0;
  BLEMISH_INLINE static inline void step(double& a, double&, float x, double) { a += x; }
  BLEMISH_INLINE static inline void join(double& a, double&, double c, double) { a += c; }
};
struct PairOfSums : SumOf {
  static constexpr bool paired = true, shifted = true;
  BLEMISH_INLINE static inline void join(double& a, double& b, double c, double d) { a += c, b += d; }
};
struct SumOfMagnitudes : SumOf {
  BLEMISH_INLINE static inline void step(double& a, double&, float x, double) { a += __builtin_fabsf(x); }
};
struct SumOfSquares : SumOf {
  BLEMISH_INLINE static inline void step(double& a, double&, float x, double) { a += double(x) * x; }
};
// Sums of x - shift and of its square: a variance in one pass, safe because the shift is one of the numbers.
struct Moments : PairOfSums {
  BLEMISH_INLINE static inline void step(double& a, double& b, float x, double shift) {
    double d = x - shift;
    a += d, b += d * d;
  }
};
// How many are larger than shift, and how many equal to it; NaN equals NaN.
struct Ranking : PairOfSums {
  BLEMISH_INLINE static inline void step(double& a, double& b, float x, double shift) {
    a += x > shift ? 1.0 : 0.0;
    b += (x == shift) | ((x != x) & (shift != shift)) ? 1.0 : 0.0;
  }
};
// A NaN is larger than any number here, so that it comes through.
struct Largest {
  using Acc = float;
  static constexpr bool paired = false, shifted = false;
  static constexpr float start = -__builtin_inff();
  BLEMISH_INLINE static inline void step(float& a, float&, float x, float) { a = (x > a) | (x != x) ? x : a; }
  BLEMISH_INLINE static inline void join(float& a, float&, float c, float) { a = (c > a) | (c != c) ? c : a; }
};
struct Smallest : Largest {
  static constexpr float start = __builtin_inff();
  BLEMISH_INLINE static inline void step(float& a, float&, float x, float) { a = (x < a) | (x != x) ? x : a; }
  BLEMISH_INLINE static inline void join(float& a, float&, float c, float) { a = (c < a) | (c != c) ? c : a; }
};
struct LargestMagnitude : Largest {
  static constexpr float start = 0;
  BLEMISH_INLINE static inline void step(float& a, float& b, float x, float) { Largest::step(a, b, __builtin_fabsf(x), 0); }
};

namespace reduction {

// An output of more numbers than this is cut into pieces of this many, whatever the number of threads.
constexpr int64_t pieceSize = 32768;
constexpr int lanes = 32;   // independent accumulators along a contiguous run: enough to hide an addition's latency
constexpr int strip = 256;  // outputs that one pass over rows keeps in the nearest cache

// Asks for memory well ahead: the hardware stops at each page, and work between short runs would leave it idle.
BLEMISH_INLINE inline void fetch(const float* x, int count, int64_t ahead = 2048) {
  for (int i = 0; i < count; i += 16) __builtin_prefetch(x + ahead + i);
}

template <class F> BLEMISH_INLINE inline void alongRun(const float* x, int64_t count, typename F::Acc shift, typename F::Acc& a,
                                                       typename F::Acc& b) {
  using Acc = typename F::Acc;
  int64_t i = 0;
  if (count >= lanes) {
    constexpr bool pair = F::paired;
    Acc la[lanes], lb[pair ? lanes : 1];
    for (int l = 0; l < lanes; ++l) la[l] = lb[pair ? l : 0] = F::start;
    for (; i + lanes <= count; i += lanes) {
      fetch(x + i, lanes);
      for (int l = 0; l < lanes; ++l) F::step(la[l], lb[pair ? l : 0], x[i + l], shift);
    }
    for (int half = lanes / 2; half; half /= 2)
      for (int l = 0; l < half; ++l) F::join(la[l], lb[pair ? l : 0], la[l + half], lb[pair ? l + half : 0]);
    F::join(a, b, la[0], lb[0]);
  }
  for (; i < count; ++i) F::step(a, b, x[i], shift);
}

// `rows` rows of `width` ≤ strip neighbours, `stride` apart, into an accumulator per column.
template <class F> BLEMISH_INLINE inline void downRows(const float* x, int64_t rows, int64_t stride, int width,
                                                       const typename F::Acc* shift, typename F::Acc* a, typename F::Acc* b) {
  using Acc = typename F::Acc;
  int64_t row = 0;
  for (; row + 4 <= rows; row += 4) {
    const float *p = x + row * stride, *q = p + stride, *r = q + stride, *s = r + stride;
    for (int ahead = 8; ahead < 12; ++ahead) fetch(p, width, ahead * stride);
    for (int j = 0; j < width; ++j) {
      Acc u = a[j], v = F::paired ? b[j] : 0, t = F::shifted ? shift[j] : 0;
      F::step(u, v, p[j], t);
      F::step(u, v, q[j], t);
      F::step(u, v, r[j], t);
      F::step(u, v, s[j], t);
      a[j] = u;
      if constexpr (F::paired) b[j] = v;
    }
  }
  for (; row < rows; ++row)
    for (int j = 0; j < width; ++j) F::step(a[j], b[F::paired ? j : 0], x[row * stride + j], F::shifted ? shift[j] : Acc(0));
}

// The contiguous axis is reduced: an output is a number of runs of `length` neighbours.
template <class F, class Shift, class Emit>
void contiguous(const float* x, const ReducedAxes& axes, const Shift& shiftOf, const Emit& emit) {
  using Acc = typename F::Acc;
  int64_t length = axes.runs ? axes.runExtent[0] : 1, runs = axes.each / length;
  int64_t cuts = (length + 2 * pieceSize - 1) / (2 * pieceSize);    // pieces of one run
  int64_t together = std::max<int64_t>(1, 2 * pieceSize / length);  // or runs of one piece
  int64_t pieces = cuts > 1 ? runs * cuts : (runs + together - 1) / together;
  int64_t count = axes.outputs * pieces;
  Acc* parts = pieces > 1 ? scratchOf<Acc>(2 * count) : nullptr;
  parallelFor(count, grainOf(axes.each / pieces), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t item = first; item < last; ++item) {
      int64_t output = item / pieces, piece = item % pieces, base = axes.base(output);
      Acc a = F::start, b = F::start, shift = shiftOf(output, base);
      if (cuts > 1) {
        int64_t from = length * (piece % cuts) / cuts, to = length * (piece % cuts + 1) / cuts;
        alongRun<F>(x + base + axes.run(piece / cuts, 1) + from, to - from, shift, a, b);
      } else {
        int64_t to = std::min(runs, (piece + 1) * together);
        for (int64_t run = piece * together; run < to; ++run) alongRun<F>(x + base + axes.run(run, 1), length, shift, a, b);
      }
      if (pieces > 1) parts[2 * item] = a, parts[2 * item + 1] = b;
      else emit(output, a, b);
    }
  });
  if (pieces > 1)
    parallelFor(axes.outputs, grainOf(pieces), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t output = first; output < last; ++output) {
        const Acc* own = parts + 2 * output * pieces;
        Acc a = own[0], b = own[1];
        for (int64_t piece = 1; piece < pieces; ++piece) F::join(a, b, own[2 * piece], own[2 * piece + 1]);
        emit(output, a, b);
      }
    });
}

// The contiguous axis is kept: rows of `width` neighbours are added onto one another, a strip of columns at a time. Rows
// narrower than a strip are taken several at once, as if they were one longer row, and folded at the end.
template <class F, class Shift, class Emit>
void across(const float* x, const ReducedAxes& axes, const Shift& shiftOf, const Emit& emit) {
  using Acc = typename F::Acc;
  int64_t width = axes.keepExtent[0], rows = axes.runs ? axes.runExtent[0] : 1, outer = axes.each / rows;
  int64_t folds = width <= strip / 2 ? std::min<int64_t>(std::max<int64_t>(1, 64 / width), rows) : 1;
  int64_t strips = (width + strip - 1) / strip, groups = axes.outputs / width;
  // Pieces are whole outer runs, or cuts of one.
  int64_t most = std::max<int64_t>(folds, 2 * pieceSize / std::min<int64_t>(width, strip));
  int64_t cuts = (rows + most - 1) / most, together = std::max<int64_t>(1, most / rows);
  int64_t pieces = cuts > 1 ? outer * cuts : (outer + together - 1) / together;
  int64_t count = groups * pieces * strips;
  Acc* parts = pieces > 1 ? scratchOf<Acc>(2 * axes.outputs * pieces) : nullptr;
  parallelFor(count, grainOf(axes.each / pieces * std::min<int64_t>(width, strip)),
              [=](int64_t first, int64_t last) BLEMISH_INLINE {
                for (int64_t item = first; item < last; ++item) {
                  int64_t part = item % strips, piece = item / strips % pieces, group = item / strips / pieces;
                  int64_t from = width * part / strips, to = width * (part + 1) / strips, output = group * width + from;
                  int own = static_cast<int>(to - from), wide = static_cast<int>(own * folds);
                  int64_t base = axes.base(output);
                  Acc a[strip], b[strip], shift[strip];
                  for (int j = 0; j < wide; ++j) a[j] = F::start, b[j] = F::start;
                  if constexpr (F::shifted)
                    for (int j = 0; j < wide; ++j) shift[j] = shiftOf(output + j % own, base + j % own);
                  auto take = [&](const float* start, int64_t height) BLEMISH_INLINE {
                    if (folds > 1) {
                      downRows<F>(start, height / folds, wide, wide, shift, a, b);
                      start += height / folds * wide;
                      height %= folds;
                    }
                    downRows<F>(start, height, width, own, shift, a, b);
                  };
                  if (cuts > 1) {
                    int64_t up = rows * (piece % cuts) / cuts, down = rows * (piece % cuts + 1) / cuts;
                    take(x + base + axes.run(piece / cuts, 1) + up * width, down - up);
                  } else {
                    int64_t end = std::min(outer, (piece + 1) * together);
                    for (int64_t run = piece * together; run < end; ++run) take(x + base + axes.run(run, 1), rows);
                  }
                  for (int j = own; j < wide; ++j) F::join(a[j % own], b[j % own], a[j], b[j]);
                  if (pieces == 1) {
                    for (int j = 0; j < own; ++j) emit(output + j, a[j], b[j]);
                  } else {
                    Acc* target = parts + 2 * (group * pieces + piece) * width;
                    for (int j = 0; j < own; ++j) target[from + j] = a[j], target[width + from + j] = b[j];
                  }
                }
              });
  if (pieces > 1)
    parallelFor(axes.outputs, grainOf(pieces), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t output = first; output < last; ++output) {
        const Acc* own = parts + 2 * (output / width) * pieces * width + output % width;
        Acc a = own[0], b = own[width];
        for (int64_t piece = 1; piece < pieces; ++piece) F::join(a, b, own[2 * piece * width], own[(2 * piece + 1) * width]);
        emit(output, a, b);
      }
    });
}

}  // namespace reduction

// emit(output, a, b) for every output. shiftOf(output, base) gives the shift, where base is the output's first position.
template <class F, class Shift, class Emit>
void reduce(const float* x, const ReducedAxes& axes, const Shift& shiftOf, const Emit& emit) {
  if (axes.outputs == 0) return;
  if (axes.each == 0)
    for (int64_t output = 0; output < axes.outputs; ++output) emit(output, F::start, F::start);
  else if (axes.lastKept) reduction::across<F>(x, axes, shiftOf, emit);
  else reduction::contiguous<F>(x, axes, shiftOf, emit);
}
template <class F, class Emit> void reduce(const float* x, const ReducedAxes& axes, const Emit& emit) {
  reduce<F>(
      x, axes, [](int64_t, int64_t) BLEMISH_INLINE { return typename F::Acc(0); }, emit);
}

// The way back: body(at, count, output, step) for runs of neighbours that together cover the input; the k-th of a run
// belongs to output + k * step.
template <class Body> void spread(const ReducedAxes& axes, const Body& body) {
  constexpr int64_t longest = 8192;
  int64_t total = axes.outputs * axes.each;
  if (total == 0) return;
  int64_t length = axes.lastKept ? axes.keepExtent[0] : axes.runs ? axes.runExtent[0] : 1;
  int64_t cuts = (length + longest - 1) / longest, inner = axes.lastKept ? axes.outputs / length : axes.outputs;
  parallelFor(total / length * cuts, grainOf(length / cuts), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t item = first; item < last; ++item) {
      int64_t row = item / cuts, from = length * (item % cuts) / cuts, to = length * (item % cuts + 1) / cuts;
      int64_t group = row % inner, run = row / inner;
      if (axes.lastKept) {
        body(axes.base(group * length) + axes.run(run, 0) + from, to - from, group * length + from, int64_t(1));
      } else {
        body(axes.base(group) + axes.run(run, 1) + from, to - from, group, int64_t(0));
      }
    }
  });
}

inline ReducedAxes reducedAxes(const Shape& shape, const Attrs& attrs) {
  bool reduced[Shape::maxRank];
  markAxes(attrs, shape.rank, reduced);
  return ReducedAxes(shape.extents, reduced, shape.rank);
}

// As it lies in memory: a channel-blocked tensor is [N C/B H W B], with channels in two places.
inline ReducedAxes reducedAxes(const Tensor& x, const bool* reduced) {
  if (x.layout == Layout::plain) return ReducedAxes(x.shape.extents, reduced, x.shape.rank);
  int64_t block = channelBlock();
  const int64_t extents[5] = {x.shape[0], x.shape[1] / block, x.shape[2], x.shape[3], block};
  const bool marks[5] = {reduced[0], reduced[1], reduced[2], reduced[3], reduced[1]};
  return ReducedAxes(extents, marks, 5);
}
inline ReducedAxes reducedAxes(const Tensor& x, const Attrs& attrs) {
  bool reduced[Shape::maxRank];
  markAxes(attrs, x.shape.rank, reduced);
  return reducedAxes(x, reduced);
}

// Whether the results of reducing a channel-blocked tensor come out in plain order: not where channels and places are kept.
inline bool plainOrder(const Shape& shape, const bool* reduced) {
  bool placesKept = (!reduced[2] && shape[2] > 1) || (!reduced[3] && shape[3] > 1);
  return reduced[1] || !placesKept;
}

// Takes the first operand as it lies, if the results come out in plain order.
inline void arrangeReduction(Arrangement& call) {
  if (call.in[0].layout == Layout::plain) return;
  bool reduced[Shape::maxRank];
  markAxes(call.attrs, call.in[0].shape.rank, reduced);
  call.makePlain[0] = !plainOrder(call.in[0].shape, reduced);
}

}  // namespace blemish
