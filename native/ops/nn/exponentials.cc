// Exponentials, logarithms, sine and cosine.
#include <cmath>

#include "ops/nn/elementwise-loops.h"
#include "ops/nn/math.h"

namespace blemish {
namespace {

constexpr int cost = 8;  // of a polynomial, in additions

// The vectorised formula where it holds; the few numbers beyond it by the C library.
template <class F, class Beyond> void trigonometric(Call& call, const F& f, const Beyond& beyond) {
  const float* x = call.in[0].floats();
  float* y = call.out[0].floats();
  parallelFor(call.out[0].size(), grainOf(2 * cost), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    constexpr int64_t step = 1024;
    for (int64_t at = first; at < last; at += step) {
      int64_t end = std::min(at + step, last);
      int32_t largest = 0;
      for (int64_t i = at; i < end; ++i) {
        y[i] = f(x[i]);
        largest = std::max(largest, bitsOf(math::abs(x[i])));
      }
      if (largest <= bitsOf(math::trigonometricLimit)) continue;
      for (int64_t i = at; i < end; ++i)
        if (math::abs(x[i]) > math::trigonometricLimit) y[i] = static_cast<float>(beyond(static_cast<double>(x[i])));
    }
  });
}

}  // namespace

OP("exp(x: f32[...]) -> f32[...]", "e^x")
KERNEL(cpu, exp, LayoutRule::flat) {
  mapEach(call, cost, [](float x) BLEMISH_INLINE { return math::exp(x); });
}

OP("expm1(x: f32[...]) -> f32[...]", "e^x - 1, exact near 0 too.")
KERNEL(cpu, expm1, LayoutRule::flat) {
  mapEach(call, cost, [](float x) BLEMISH_INLINE { return math::expm1(x); });
}

OP("expm1Grad(y: f32[...], dy: f32[...]) -> f32[...]", "dy (y + 1), y = e^x - 1")
KERNEL(cpu, expm1Grad, LayoutRule::flat) {
  mapPairs(call, 1, [](float y, float dy) BLEMISH_INLINE { return dy * (y + 1.f); });
}

OP("log(x: f32[...]) -> f32[...]", "The natural logarithm; -inf at 0, NaN below.")
KERNEL(cpu, log, LayoutRule::flat) {
  mapEach(call, cost, [](float x) BLEMISH_INLINE { return math::log(x); });
}

OP("log1p(x: f32[...]) -> f32[...]", "log(1 + x), exact near 0 too.")
KERNEL(cpu, log1p, LayoutRule::flat) {
  mapEach(call, cost, [](float x) BLEMISH_INLINE { return math::log1p(x); });
}

OP("log1pGrad(x: f32[...], dy: f32[...]) -> f32[...]", "dy / (1 + x)")
KERNEL(cpu, log1pGrad, LayoutRule::flat) {
  mapPairs(call, 4, [](float x, float dy) BLEMISH_INLINE { return dy / (1.f + x); });
}

OP("sin(x: f32[...]) -> f32[...]", "The sine of x in radians.")
KERNEL(cpu, sin, LayoutRule::flat) {
  trigonometric(
      call, [](float x) BLEMISH_INLINE { return math::sin(x); }, [](double x) { return std::sin(x); });
}

OP("cos(x: f32[...]) -> f32[...]", "The cosine of x in radians.")
KERNEL(cpu, cos, LayoutRule::flat) {
  trigonometric(
      call, [](float x) BLEMISH_INLINE { return math::cos(x); }, [](double x) { return std::cos(x); });
}

}  // namespace blemish
