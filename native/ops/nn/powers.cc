// Squares, roots and general powers.
#include "ops/nn/elementwise-loops.h"
#include "ops/nn/math.h"

namespace blemish {
namespace {

float real(const Call& call, const char* name) { return static_cast<float>(call.attrs.real(name)); }

}  // namespace

OP("square(x: f32[...]) -> f32[...]", "x^2")
KERNEL(cpu, square, LayoutRule::flat) {
  mapEach(call, 1, [](float x) BLEMISH_INLINE { return x * x; });
}

OP("squareGrad(x: f32[...], dy: f32[...]) -> f32[...]", "2 x dy")
KERNEL(cpu, squareGrad, LayoutRule::flat) {
  mapPairs(call, 1, [](float x, float dy) BLEMISH_INLINE { return 2.f * x * dy; });
}

OP("sqrt(x: f32[...]) -> f32[...]", "The square root; NaN below 0.")
KERNEL(cpu, sqrt, LayoutRule::flat) {
  mapEach(call, 4, [](float x) BLEMISH_INLINE { return math::sqrt(x); });
}

OP("sqrtGrad(y: f32[...], dy: f32[...]) -> f32[...]", "dy / (2 y), y = sqrt(x)")
KERNEL(cpu, sqrtGrad, LayoutRule::flat) {
  mapPairs(call, 4, [](float y, float dy) BLEMISH_INLINE { return 0.5f * dy / y; });
}

OP("rsqrt(x: f32[...]) -> f32[...]", "1 / sqrt(x)")
KERNEL(cpu, rsqrt, LayoutRule::flat) {
  mapEach(call, 8, [](float x) BLEMISH_INLINE { return 1.f / math::sqrt(x); });
}

OP("rsqrtGrad(y: f32[...], dy: f32[...]) -> f32[...]", "-dy y^3 / 2, y = 1 / sqrt(x)")
KERNEL(cpu, rsqrtGrad, LayoutRule::flat) {
  mapPairs(call, 2, [](float y, float dy) BLEMISH_INLINE { return -0.5f * dy * y * y * y; });
}

OP("pow(a: f32[...a], b: f32[...b]) -> f32[...out]", "a^b, broadcast; special cases as C's pow.", [](Dims& d, const Attrs&) {
  d.run("out") = broadcastShapes(d, {"a", "b"}, {&d.run("a"), &d.run("b")});
})
KERNEL(cpu, pow, LayoutRule::flat) {
  mapPairs(call, 32, [](float a, float b) BLEMISH_INLINE { return math::pow(a, b); });
}

OP("powScalar(x: f32[...], exponent: real) -> f32[...]", "x^exponent; special cases as C's pow.")
KERNEL(cpu, powScalar, LayoutRule::flat) {
  float exponent = real(call, "exponent");
  if (exponent == 2.f) return mapEach(call, 1, [](float x) BLEMISH_INLINE { return x * x; });
  if (exponent == 3.f) return mapEach(call, 1, [](float x) BLEMISH_INLINE { return x * x * x; });
  mapEach(call, 32, [exponent](float x) BLEMISH_INLINE { return math::pow(x, exponent); });
}

OP("powScalarGrad(x: f32[...], dy: f32[...], exponent: real) -> f32[...]", "exponent x^(exponent - 1) dy; 0 if exponent is.")
KERNEL(cpu, powScalarGrad, LayoutRule::flat) {
  float exponent = real(call, "exponent"), less = static_cast<float>(call.attrs.real("exponent") - 1);
  if (exponent == 0.f) return mapPairs(call, 1, [](float, float) BLEMISH_INLINE { return 0.f; });
  if (exponent == 2.f) return mapPairs(call, 1, [](float x, float dy) BLEMISH_INLINE { return 2.f * x * dy; });
  if (exponent == 3.f) return mapPairs(call, 1, [](float x, float dy) BLEMISH_INLINE { return 3.f * x * x * dy; });
  mapPairs(call, 32, [exponent, less](float x, float dy) BLEMISH_INLINE { return exponent * math::pow(x, less) * dy; });
}

}  // namespace blemish
