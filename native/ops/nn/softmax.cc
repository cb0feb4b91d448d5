// Softmax, its logarithm and its normaliser along an axis, with gradients.
#include "core/registry.h"
#include "cpu/lines.h"
#include "ops/nn/math.h"

namespace blemish {
namespace {

void alike(Dims& d, const Attrs& attrs) { requireAxis(d, attrs, d.run("..."), d.inputs() > 1 ? "y" : "x"); }

void requireLines(Dims& d, const Attrs& attrs) {
  const Shape& x = d.run("x");
  int axis = requireAxis(d, attrs, x, "x");
  int64_t lines = withoutAxis(x, axis).size();
  d.require(d.run("y").size() == lines, "y " + text(d.run("y")) + " holds " + std::to_string(d.run("y").size()) +
                                            " numbers; expected " + std::to_string(lines) + ", one per line of x " + text(x));
}

constexpr auto keep = [](int64_t, double&, double&, double&) BLEMISH_INLINE {};

// Of a sum of which one term is 1, or of NaN.
BLEMISH_INLINE inline double logarithm(double sum) { return select(sum >= 1, math::logWide(sum), sum); }

}  // namespace

OP("softmax(x: f32[...], axis = -1) -> f32[...]",
   "exp(x - largest) over its sum along the axis; -inf gives 0, a line of nothing but -inf gives NaN, as does one with inf or "
   "NaN.",
   alike)

KERNEL(cpu, softmax) {
  const float* x = call.in[0].floats();
  float* y = call.out[0].floats();
  sumAlongLines(
      Lines(call.in[0].shape, call.attrs), x,
      [=](int64_t at, float largest) BLEMISH_INLINE { return y[at] = math::exp(x[at] - largest); },
      [](int64_t, float, double& a) BLEMISH_INLINE { a = 1 / a; },
      [=](int64_t at, float, double a) BLEMISH_INLINE { y[at] *= static_cast<float>(a); });
}

OP("softmaxGrad(y: f32[...], dy: f32[...], axis = -1) -> f32[...]",
   "Gradient of softmax with result y: y (dy - sum of y dy along the axis).", alike)

KERNEL(cpu, softmaxGrad) {
  const float *y = call.in[0].floats(), *dy = call.in[1].floats();
  float* dx = call.out[0].floats();
  alongLines<1>(
      Lines(call.in[0].shape, call.attrs), {y, dy},
      [=](int64_t at, double& a, double&, double&) BLEMISH_INLINE { a += double(y[at]) * dy[at]; }, keep,
      [=](int64_t at, int64_t, double a, double, double) BLEMISH_INLINE { dx[at] = y[at] * static_cast<float>(dy[at] - a); });
}

OP("logSoftmax(x: f32[...], axis = -1) -> f32[...]",
   "x minus logSumExp of x along the axis; -inf stays -inf, a line of nothing but -inf gives NaN, as does one with inf or NaN.",
   alike)

KERNEL(cpu, logSoftmax) {
  const float* x = call.in[0].floats();
  float* y = call.out[0].floats();
  sumAlongLines(
      Lines(call.in[0].shape, call.attrs), x,
      [=](int64_t at, float largest) BLEMISH_INLINE { return math::exp(x[at] - largest); },
      [](int64_t, float, double& a) BLEMISH_INLINE { a = logarithm(a); },
      // The difference first: it is exact for the numbers that matter.
      [=](int64_t at, float largest, double a) BLEMISH_INLINE { y[at] = static_cast<float>((x[at] - largest) - a); });
}

OP("logSoftmaxGrad(y: f32[...], dy: f32[...], axis = -1) -> f32[...]",
   "Gradient of logSoftmax with result y: dy - exp(y) times the sum of dy along the axis.", alike)

KERNEL(cpu, logSoftmaxGrad) {
  const float *y = call.in[0].floats(), *dy = call.in[1].floats();
  float* dx = call.out[0].floats();
  alongLines<1>(
      Lines(call.in[0].shape, call.attrs), {dy}, [=](int64_t at, double& a, double&, double&) BLEMISH_INLINE { a += dy[at]; },
      keep,
      [=](int64_t at, int64_t, double a, double, double)
          BLEMISH_INLINE { dx[at] = static_cast<float>(dy[at] - double(math::exp(y[at])) * a); });
}

OP("logSoftmaxGradGrad(y: f32[...], dy: f32[...], v: f32[...], axis = -1) -> (byY: f32[...], byDy: f32[...])",
   "Gradient of the product of v with logSoftmaxGrad: -v exp(y) times the sum of dy, and v minus the sum of v exp(y), along the "
   "axis.",
   alike)

KERNEL(cpu, logSoftmaxGradGrad) {
  const float *y = call.in[0].floats(), *dy = call.in[1].floats(), *v = call.in[2].floats();
  float *byY = call.out[0].floats(), *byDy = call.out[1].floats();
  alongLines<2>(
      Lines(call.in[0].shape, call.attrs), {y, dy, v},
      [=](int64_t at, double& a, double& b, double&) BLEMISH_INLINE {
        float weighted = v[at] * math::exp(y[at]);
        byY[at] = weighted;
        a += dy[at];
        b += weighted;
      },
      keep,
      [=](int64_t at, int64_t, double a, double b, double) BLEMISH_INLINE {
        byY[at] = static_cast<float>(-a * byY[at]);
        byDy[at] = static_cast<float>(v[at] - b);
      });
}

OP("logSumExp(x: f32[...x], axis = -1, keepDims = false) -> f32[...out]",
   "Logarithm of the sum of exp(x) along the axis, without overflow; of nothing but -inf it is -inf.",
   [](Dims& d, const Attrs& attrs) {
     const Shape& x = d.run("x");
     int axis = requireAxis(d, attrs, x, "x");
     Shape out = withoutAxis(x, axis);
     d.require(x[axis] > 0 || out.size() == 0,
               "axis " + std::to_string(axis) + " of x " + text(x) + " is empty; expected at least one number");
     if (attrs.flag("keepDims")) {
       out = x;
       out[axis] = 1;
     }
     d.run("out") = out;
   })

KERNEL(cpu, logSumExp) {
  const float* x = call.in[0].floats();
  float* y = call.out[0].floats();
  sumAlongLines(
      Lines(call.in[0].shape, call.attrs), x,
      [=](int64_t at, float largest) BLEMISH_INLINE { return math::exp(x[at] - largest); },
      // An infinite largest number is the answer itself; a NaN among infinities has become the largest.
      [=](int64_t line, float largest, double& a) BLEMISH_INLINE {
        bool infinite = __builtin_fabsf(largest) == __builtin_inff();
        y[line] = infinite ? largest : static_cast<float>(largest + logarithm(a));
      },
      NoWrite());
}

OP("logSumExpGrad(x: f32[...x], y: f32[...y], dy?: f32[...y], axis = -1) -> f32[...x]",
   "Gradient of logSumExp with result y: dy (1 if absent) exp(x - y); 0 where x is -inf.", requireLines)

KERNEL(cpu, logSumExpGrad) {
  const float *x = call.in[0].floats(), *y = call.in[1].floats(), *dy = call.has(2) ? call.in[2].floats() : nullptr;
  float* dx = call.out[0].floats();
  alongLines<1>(
      Lines(call.in[0].shape, call.attrs), {x}, [](int64_t, double&, double&, double&) BLEMISH_INLINE {}, keep,
      [=](int64_t at, int64_t line, double, double, double) BLEMISH_INLINE {
        float weight = math::exp(x[at] - y[line]);
        dx[at] = x[at] == -__builtin_inff() ? 0.0f : dy ? dy[line] * weight : weight;
      });
}

}  // namespace blemish
