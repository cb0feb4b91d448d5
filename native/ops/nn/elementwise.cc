// Elementwise arithmetic with broadcasting.
#include "ops/nn/elementwise.h"

#include "core/registry.h"
#include "cpu/parallel.h"

namespace blemish {
namespace {

Shape broadcast(Dims& d, const Shape& a, const Shape& b) {
  Shape out;
  out.rank = std::max(a.rank, b.rank);
  for (int axis = 0; axis < out.rank; ++axis) {
    int64_t p = axis < out.rank - a.rank ? 1 : a[axis - (out.rank - a.rank)];
    int64_t q = axis < out.rank - b.rank ? 1 : b[axis - (out.rank - b.rank)];
    d.require(p == q || p == 1 || q == 1,
              "a " + text(a) + " and b " + text(b) + " do not broadcast; expected extents equal or 1, from the right");
    out[axis] = p == 1 ? q : p;
  }
  return out;
}

void binaryRule(Dims& d, const Attrs&) { d.run("out") = broadcast(d, d.run("a"), d.run("b")); }

// Strides of an operand in the frame of the result; 0 where it is broadcast.
void stridesIn(const Shape& shape, const Shape& out, int64_t* strides) {
  int64_t step = 1;
  for (int axis = out.rank - 1; axis >= 0; --axis) {
    int own = axis - (out.rank - shape.rank);
    int64_t extent = own >= 0 ? shape[own] : 1;
    strides[axis] = extent == 1 ? 0 : step;
    step *= extent;
  }
}

template <class F> void binary(Call& call) {
  const Tensor &a = call.in[0], &b = call.in[1], &y = call.out[0];
  const float *p = a.floats(), *q = b.floats();
  float* r = y.floats();
  int64_t n = y.size();
  if (a.size() == n && b.size() == n) {
    parallelFor(n, grainOf(1), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t i = first; i < last; ++i) r[i] = F::value(p[i], q[i]);
    });
    return;
  }
  int rank = y.shape.rank;
  int64_t width = rank ? y.shape[rank - 1] : 1;
  int64_t as[Shape::maxRank], bs[Shape::maxRank];
  stridesIn(a.shape, y.shape, as);
  stridesIn(b.shape, y.shape, bs);
  Shape shape = y.shape;
  parallelFor(n / std::max<int64_t>(width, 1), grainOf(width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      int64_t rest = row, ia = 0, ib = 0;
      for (int axis = rank - 2; axis >= 0; --axis) {
        int64_t at = rest % shape[axis];
        rest /= shape[axis];
        ia += at * as[axis];
        ib += at * bs[axis];
      }
      const float *pa = p + ia, *pb = q + ib;
      float* out = r + row * width;
      int64_t sa = rank ? as[rank - 1] : 0, sb = rank ? bs[rank - 1] : 0;
      if (sa == 1 && sb == 1)
        for (int64_t i = 0; i < width; ++i) out[i] = F::value(pa[i], pb[i]);
      else if (sa == 1)
        for (int64_t i = 0; i < width; ++i) out[i] = F::value(pa[i], *pb);
      else if (sb == 1)
        for (int64_t i = 0; i < width; ++i) out[i] = F::value(*pa, pb[i]);
      else
        for (int64_t i = 0; i < width; ++i) out[i] = F::value(*pa, *pb);
    }
  });
}

template <class F> void unary(Call& call) {
  const float* x = call.in[0].floats();
  float* y = call.out[0].floats();
  parallelFor(call.out[0].size(), grainOf(1), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) y[i] = F::value(x[i]);
  });
}

}  // namespace

OP("neg(x: f32[...]) -> f32[...]", "-x")
KERNEL(cpu, neg, LayoutRule::flat) { unary<Neg>(call); }

OP("add(a: f32[...a], b: f32[...b]) -> f32[...out]", "a + b, broadcast.", binaryRule)
OP("sub(a: f32[...a], b: f32[...b]) -> f32[...out]", "a - b, broadcast.", binaryRule)
OP("mul(a: f32[...a], b: f32[...b]) -> f32[...out]", "a * b, broadcast.", binaryRule)
OP("div(a: f32[...a], b: f32[...b]) -> f32[...out]", "a / b, broadcast.", binaryRule)

KERNEL(cpu, add, LayoutRule::flat) { binary<Add>(call); }
KERNEL(cpu, sub, LayoutRule::flat) { binary<Sub>(call); }
KERNEL(cpu, mul, LayoutRule::flat) { binary<Mul>(call); }
KERNEL(cpu, div, LayoutRule::flat) { binary<Div>(call); }

}  // namespace blemish
