// Norms over axes, with first and second gradients.
#include <cmath>

#include "cpu/reduction.h"

namespace blemish {
namespace {

enum class Kind { euclidean, magnitude, largest, power };

Kind kindOf(const Attrs& attrs) {
  auto word = attrs.choice("kind");
  return word == "euclidean"   ? Kind::euclidean
         : word == "magnitude" ? Kind::magnitude
         : word == "largest"   ? Kind::largest
                               : Kind::power;
}

void requireExponent(Dims& d, const Attrs& attrs) {
  double exponent = attrs.real("exponent");
  if (!(exponent > 0))
    d.refuse(Code::ATTRIBUTE_INVALID, "exponent is " + std::to_string(exponent) + "; expected a positive number");
}

void gradientRule(Dims& d, const Attrs& attrs) {
  requireExponent(d, attrs);
  requireOutputs(d, attrs, d.run("x"), d.run("y"), "y");
}

// The shift carries the exponent.
struct SumOfPowers : SumOf {
  static constexpr bool shifted = true;
  BLEMISH_INLINE static inline void step(double& a, double&, float x, double exponent) {
    a += std::pow(std::fabs(double(x)), exponent);
  }
};
struct RankingOfMagnitudes : PairOfSums {
  BLEMISH_INLINE static inline void step(double& a, double& b, float x, double shift) {
    Ranking::step(a, b, __builtin_fabsf(x), shift);
  }
};

BLEMISH_INLINE inline float signOf(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }

// What an absent dy stands for.
const float* ones(int64_t count) {
  float* list = scratchOf<float>(count);
  std::fill_n(list, count, 1.0f);
  return list;
}

// body(at, output) for every element of x.
template <class Body> void eachElement(const ReducedAxes& axes, const Body& body) {
  spread(axes, [=](int64_t at, int64_t count, int64_t output, int64_t step) BLEMISH_INLINE {
    if (step)
      for (int64_t i = 0; i < count; ++i) body(at + i, output + i);
    else
      for (int64_t i = 0; i < count; ++i) body(at + i, output);
  });
}

}  // namespace

OP("norm(x: f32[...x], axes = [], keepDims = false, kind = euclidean|magnitude|largest|power, exponent = 2.0) -> f32[...out]",
   "Norm over the axes, accumulated in float64: sqrt(sum x^2), sum |x|, max |x|, or (sum |x|^exponent)^(1/exponent). The norm of "
   "nothing is 0.",
   [](Dims& d, const Attrs& attrs) {
     requireExponent(d, attrs);
     reduceRule(d, attrs, 0);
   })

KERNEL(cpu, norm, arrangeReduction) {
  const float* x = call.in[0].floats();
  float* y = call.out[0].floats();
  ReducedAxes axes = reducedAxes(call.in[0], call.attrs);
  double exponent = call.attrs.real("exponent");
  switch (kindOf(call.attrs)) {
    case Kind::euclidean:
      return reduce<SumOfSquares>(x, axes,
                                  [=](int64_t i, double a, double) BLEMISH_INLINE { y[i] = static_cast<float>(std::sqrt(a)); });
    case Kind::magnitude:
      return reduce<SumOfMagnitudes>(x, axes, [=](int64_t i, double a, double) BLEMISH_INLINE { y[i] = static_cast<float>(a); });
    case Kind::largest: return reduce<LargestMagnitude>(x, axes, [=](int64_t i, float a, float) BLEMISH_INLINE { y[i] = a; });
    case Kind::power:
      return reduce<SumOfPowers>(
          x, axes, [=](int64_t, int64_t) BLEMISH_INLINE { return exponent; },
          [=](int64_t i, double a, double) BLEMISH_INLINE { y[i] = static_cast<float>(std::pow(a, 1 / exponent)); });
  }
}

OP("normGrad(x: f32[...x], y: f32[...y], dy?: f32[...y], axes = [], kind = euclidean|magnitude|largest|power, exponent = 2.0) -> "
   "f32[...x]",
   "Gradient of norm with result y: dy (1 if absent) sign(x) (|x| / y)^(exponent - 1); 0 where y is 0; for `largest`, shared "
   "evenly among the largest.",
   gradientRule)

KERNEL(cpu, normGrad) {
  const float *x = call.in[0].floats(), *y = call.in[1].floats(), *given = call.has(2) ? call.in[2].floats() : nullptr;
  float* dx = call.out[0].floats();
  ReducedAxes axes = reducedAxes(call.in[0], call.attrs);
  double less = call.attrs.real("exponent") - 1;
  const float* dy = given ? given : ones(axes.outputs);
  float* share = scratchOf<float>(axes.outputs);
  switch (kindOf(call.attrs)) {
    case Kind::euclidean:
      for (int64_t i = 0; i < axes.outputs; ++i) share[i] = y[i] == 0 ? 0 : dy[i] / y[i];
      return eachElement(axes, [=](int64_t at, int64_t i) BLEMISH_INLINE { dx[at] = share[i] * x[at]; });
    case Kind::magnitude: return eachElement(axes, [=](int64_t at, int64_t i) BLEMISH_INLINE { dx[at] = dy[i] * signOf(x[at]); });
    case Kind::largest:
      reduce<RankingOfMagnitudes>(
          x, axes, [=](int64_t i, int64_t) BLEMISH_INLINE { return double(y[i]); },
          [=](int64_t i, double, double equals) BLEMISH_INLINE { share[i] = static_cast<float>(dy[i] / equals); });
      return eachElement(axes, [=](int64_t at, int64_t i) BLEMISH_INLINE {
        float size = __builtin_fabsf(x[at]);
        dx[at] = (size == y[i]) | ((size != size) & (y[i] != y[i])) ? share[i] * signOf(x[at]) : 0.0f;
      });
    case Kind::power:
      return eachElement(axes, [=](int64_t at, int64_t i) BLEMISH_INLINE {
        double ratio = std::fabs(double(x[at])) / y[i];
        dx[at] = y[i] == 0                 ? 0.0f
                 : x[at] == 0 && less == 0 ? 0.0f
                                           : static_cast<float>(dy[i] * signOf(x[at]) * std::pow(ratio, less));
      });
  }
}

OP("normGradSlopes(x: f32[...x], y: f32[...y], dy?: f32[...y], axes = [], kind = euclidean|magnitude|largest|power, exponent = "
   "2.0)"
   " -> (byX: f32[...x], byY: f32[...x])",
   "Partial derivatives of each number of normGrad by its own x and by its result y (dy is 1 if absent): dy (exponent - 1) / y "
   "(|x| / y)^(exponent - 2) and "
   "-dy (exponent - 1) / y sign(x) (|x| / y)^(exponent - 1); 0 where y is 0, and for `magnitude` and `largest`.",
   gradientRule)

KERNEL(cpu, normGradSlopes) {
  const float *x = call.in[0].floats(), *y = call.in[1].floats(), *given = call.has(2) ? call.in[2].floats() : nullptr;
  float *byX = call.out[0].floats(), *byY = call.out[1].floats();
  ReducedAxes axes = reducedAxes(call.in[0], call.attrs);
  const float* dy = given ? given : ones(axes.outputs);
  double less = call.attrs.real("exponent") - 1;
  switch (kindOf(call.attrs)) {
    case Kind::euclidean:
      return eachElement(axes, [=](int64_t at, int64_t i) BLEMISH_INLINE {
        float slope = y[i] == 0 ? 0.0f : dy[i] / y[i];
        byX[at] = slope;
        byY[at] = y[i] == 0 ? 0.0f : -slope * (x[at] / y[i]);
      });
    case Kind::magnitude:
    case Kind::largest: return eachElement(axes, [=](int64_t at, int64_t) BLEMISH_INLINE { byX[at] = byY[at] = 0; });
    case Kind::power:
      return eachElement(axes, [=](int64_t at, int64_t i) BLEMISH_INLINE {
        double ratio = std::fabs(double(x[at])) / y[i], slope = less * dy[i] / y[i];
        byX[at] = y[i] == 0 || less == 0 ? 0.0f : static_cast<float>(slope * std::pow(ratio, less - 1));
        byY[at] = y[i] == 0 || less == 0 ? 0.0f : static_cast<float>(-slope * signOf(x[at]) * std::pow(ratio, less));
      });
  }
}

}  // namespace blemish
