// Filling, repeating along axes, and the sum that undoes the repeating.
#include "core/registry.h"
#include "cpu/parallel.h"

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

// For one element of the small shape: where it stands in the large one, and the axes along which it repeats.
struct Spread {
  int rank, repeats = 0, keeps = 0;
  int64_t repeatExtent[Shape::maxRank], repeatStride[Shape::maxRank], keepExtent[Shape::maxRank], keepStride[Shape::maxRank];
  Spread(const Shape& small, const Shape& large) : rank(large.rank) {
    int64_t stride = 1;
    int64_t strides[Shape::maxRank];
    for (int axis = rank - 1; axis >= 0; --axis) {
      strides[axis] = stride;
      stride *= large[axis];
    }
    for (int axis = 0; axis < rank; ++axis) {
      int own = axis - (rank - small.rank);
      bool repeated = own < 0 || small[own] != large[axis];
      if (repeated) {
        repeatExtent[repeats] = large[axis];
        repeatStride[repeats++] = strides[axis];
      } else {
        keepExtent[keeps] = large[axis];
        keepStride[keeps++] = strides[axis];
      }
    }
  }
  BLEMISH_INLINE inline int64_t base(int64_t index) const {
    int64_t at = 0;
    for (int k = keeps - 1; k >= 0; --k) {
      at += index % keepExtent[k] * keepStride[k];
      index /= keepExtent[k];
    }
    return at;
  }
};

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

KERNEL(cpu, sumTo) {
  const Tensor &x = call.in[0], &y = call.out[0];
  const float* from = x.floats();
  float* to = y.floats();
  Spread spread(y.shape, x.shape);
  int64_t each = x.size() / std::max<int64_t>(y.size(), 1);
  parallelFor(y.size(), grainOf(each), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) {
      int64_t base = spread.base(i);
      double sum = 0;
      // The innermost repeated axis as a plain loop, the others by counting.
      int inner = spread.repeats - 1;
      int64_t count = inner >= 0 ? spread.repeatExtent[inner] : 1, step = inner >= 0 ? spread.repeatStride[inner] : 0;
      for (int64_t outer = 0; outer < each / std::max<int64_t>(count, 1); ++outer) {
        int64_t rest = outer, at = base;
        for (int k = inner - 1; k >= 0; --k) {
          at += rest % spread.repeatExtent[k] * spread.repeatStride[k];
          rest /= spread.repeatExtent[k];
        }
        for (int64_t j = 0; j < count; ++j) sum += from[at + j * step];
      }
      to[i] = static_cast<float>(sum);
    }
  });
}

}  // namespace blemish
