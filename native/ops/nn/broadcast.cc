// Filling, repeating along axes, and the sum that undoes the repeating.
#include "cpu/reduction.h"

namespace blemish {
namespace {

Shape shapeOf(const Attrs& attrs, Dims& d) {
  auto list = attrs.list("shape");
  d.require(list.size() <= Shape::maxRank, "shape has " + std::to_string(list.size()) + " extents; expected at most 8");
  Shape shape;
  for (double extent : list) {
    d.require(extent >= 0, "shape holds " + std::to_string(static_cast<int64_t>(extent)) + "; expected no negative extent");
    shape.push(static_cast<int64_t>(extent));
  }
  return shape;
}

void requireBroadcast(Dims& d, const Shape& from, const Shape& to, const char* what) {
  bool fits = from.rank <= to.rank;
  for (int axis = 0; fits && axis < from.rank; ++axis) {
    int64_t extent = from[axis];
    fits = extent == 1 || extent == to[axis + to.rank - from.rank];
  }
  d.require(fits, std::string(what) + " " + text(from) + " does not broadcast to " + text(to) +
                      "; expected extents equal or 1, from the right");
}

// Which axes of the large shape repeat the small one.
void markRepeats(const Shape& small, const Shape& large, bool* repeated) {
  for (int axis = 0; axis < large.rank; ++axis) {
    int own = axis - (large.rank - small.rank);
    repeated[axis] = own < 0 || small[own] != large[axis];
  }
}

}  // namespace

OP("fill(shape: ints, value: real) -> f32[...out]", "A tensor of one value.",
   [](Dims& d, const Attrs& a) { d.run("out") = shapeOf(a, d); })

KERNEL(cpu, fill) {
  float* y = call.out[0].floats();
  float value = static_cast<float>(call.attrs.real("value"));
  parallelFor(call.out[0].size(), grainOf(1), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) y[i] = value;
  });
}

OP("broadcastTo(x: f32[...x], shape: ints) -> f32[...out]", "Repeats x along axes of extent 1 and new leading axes.",
   [](Dims& d, const Attrs& a) {
     d.run("out") = shapeOf(a, d);
     requireBroadcast(d, d.run("x"), d.run("out"), "x");
   })

KERNEL(cpu, broadcastTo) {
  const Tensor &x = call.in[0], &y = call.out[0];
  const float* from = x.floats();
  float* to = y.floats();
  Shape large = y.shape, small = x.shape;
  int64_t width = large.rank ? large[large.rank - 1] : 1;
  bool repeatedRow = width != 1 && (small.rank == 0 || small[small.rank - 1] == 1);
  parallelFor(y.size() / std::max<int64_t>(width, 1), grainOf(width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      int64_t rest = row, at = 0, stride = small.rank ? small[small.rank - 1] : 1;
      for (int axis = large.rank - 2; axis >= 0; --axis) {
        int own = axis - (large.rank - small.rank);
        int64_t index = rest % large[axis];
        rest /= large[axis];
        if (own >= 0) {
          if (small[own] != 1) at += index * stride;
          stride *= small[own];
        }
      }
      if (repeatedRow)
        for (int64_t i = 0; i < width; ++i) to[row * width + i] = from[at];
      else
        for (int64_t i = 0; i < width; ++i) to[row * width + i] = from[at + i];
    }
  });
}

OP("sumTo(x: f32[...x], shape: ints) -> f32[...out]",
   "Sums x over the axes along which `shape` would be repeated to reach x's extents; accumulates in float64.",
   [](Dims& d, const Attrs& a) {
     d.run("out") = shapeOf(a, d);
     requireBroadcast(d, d.run("out"), d.run("x"), "shape");
   })

KERNEL(cpu, sumTo, [](Arrangement& call) {
  if (call.in[0].layout == Layout::plain) return;
  bool repeated[Shape::maxRank];
  markRepeats(call.out[0].shape, call.in[0].shape, repeated);
  call.makePlain[0] = !plainOrder(call.in[0].shape, repeated);
}) {
  bool repeated[Shape::maxRank];
  markRepeats(call.out[0].shape, call.in[0].shape, repeated);
  float* y = call.out[0].floats();
  reduce<SumOf>(call.in[0].floats(), reducedAxes(call.in[0], repeated),
                [=](int64_t i, double a, double) BLEMISH_INLINE { y[i] = static_cast<float>(a); });
}

}  // namespace blemish
