// Elementwise arithmetic with broadcasting; absolute values, signs and rounding.
#include "ops/nn/elementwise.h"

#include "ops/nn/elementwise-loops.h"

namespace blemish {
namespace {

void binaryRule(Dims& d, const Attrs&) { d.run("out") = broadcastShapes(d, {"a", "b"}, {&d.run("a"), &d.run("b")}); }

template <class F> void binary(Call& call) {
  mapPairs(call, 1, [](float a, float b) BLEMISH_INLINE { return F::value(a, b); });
}

}  // namespace

OP("add(a: f32[...a], b: f32[...b]) -> f32[...out]", "a + b, broadcast.", binaryRule)
OP("sub(a: f32[...a], b: f32[...b]) -> f32[...out]", "a - b, broadcast.", binaryRule)
OP("mul(a: f32[...a], b: f32[...b]) -> f32[...out]", "a * b, broadcast.", binaryRule)
OP("div(a: f32[...a], b: f32[...b]) -> f32[...out]", "a / b, broadcast.", binaryRule)

KERNEL(cpu, add, LayoutRule::flat) { binary<Add>(call); }
KERNEL(cpu, sub, LayoutRule::flat) { binary<Sub>(call); }
KERNEL(cpu, mul, LayoutRule::flat) { binary<Mul>(call); }
KERNEL(cpu, div, LayoutRule::flat) { binary<Div>(call); }

OP("neg(x: f32[...]) -> f32[...]", "-x")
KERNEL(cpu, neg, LayoutRule::flat) {
  mapEach(call, 1, [](float x) BLEMISH_INLINE { return Neg::value(x); });
}

OP("affine(x: f32[...], scale = 1.0, shift = 0.0) -> f32[...]", "scale x + shift")
KERNEL(cpu, affine, LayoutRule::flat) {
  Affine f{static_cast<float>(call.attrs.real("scale")), static_cast<float>(call.attrs.real("shift"))};
  mapEach(call, 1, [f](float x) BLEMISH_INLINE { return f.value(x); });
}

OP("reciprocal(x: f32[...], numerator = 1.0) -> f32[...]", "numerator / x")
KERNEL(cpu, reciprocal, LayoutRule::flat) {
  float numerator = static_cast<float>(call.attrs.real("numerator"));
  mapEach(call, 4, [numerator](float x) BLEMISH_INLINE { return numerator / x; });
}

OP("reciprocalGrad(x: f32[...], dy: f32[...], numerator = 1.0) -> f32[...]", "-numerator dy / x^2")
KERNEL(cpu, reciprocalGrad, LayoutRule::flat) {
  float numerator = static_cast<float>(call.attrs.real("numerator"));
  // Two divisions: x^2 would overflow long before the quotient vanishes.
  mapPairs(call, 8, [numerator](float x, float dy) BLEMISH_INLINE { return -numerator / x * (dy / x); });
}

OP("abs(x: f32[...]) -> f32[...]", "|x|")
KERNEL(cpu, abs, LayoutRule::flat) {
  mapEach(call, 1, [](float x) BLEMISH_INLINE { return Abs::value(x); });
}

OP("absGrad(x: f32[...], dy: f32[...]) -> f32[...]", "dy sign(x)")
KERNEL(cpu, absGrad, LayoutRule::flat) {
  mapPairs(call, 1, [](float x, float dy) BLEMISH_INLINE { return dy * Sign::value(x); });
}

OP("sign(x: f32[...]) -> f32[...]", "-1, 0 or 1; NaN stays NaN.")
KERNEL(cpu, sign, LayoutRule::flat) {
  mapEach(call, 1, [](float x) BLEMISH_INLINE { return Sign::value(x); });
}

OP("floor(x: f32[...]) -> f32[...]", "The largest integer not above x.")
KERNEL(cpu, floor, LayoutRule::flat) {
  mapEach(call, 1, [](float x) BLEMISH_INLINE { return __builtin_floorf(x); });
}

OP("ceil(x: f32[...]) -> f32[...]", "The smallest integer not below x.")
KERNEL(cpu, ceil, LayoutRule::flat) {
  mapEach(call, 1, [](float x) BLEMISH_INLINE { return __builtin_ceilf(x); });
}

OP("round(x: f32[...]) -> f32[...]", "The nearest integer; halves go to the even one.")
KERNEL(cpu, round, LayoutRule::flat) {
  mapEach(call, 1, [](float x) BLEMISH_INLINE { return __builtin_rintf(x); });
}

}  // namespace blemish
