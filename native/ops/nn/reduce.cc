// Sum, mean, largest, smallest and variance over axes, with their gradients.
#include "cpu/reduction.h"

namespace blemish {
namespace {

template <int64_t least> void rule(Dims& d, const Attrs& attrs) { reduceRule(d, attrs, least); }

template <class F> void extremum(Call& call) {
  float* y = call.out[0].floats();
  reduce<F>(call.in[0].floats(), reducedAxes(call.in[0], call.attrs),
            [=](int64_t i, float a, float) BLEMISH_INLINE { y[i] = a; });
}

// Moments need a number of each output as their shift: its first.
template <class Emit> void moments(const float* x, const ReducedAxes& axes, const Emit& emit) {
  reduce<Moments>(
      x, axes, [=](int64_t, int64_t base) BLEMISH_INLINE { return double(x[base]); }, emit);
}

}  // namespace

OP("sum(x: f32[...x], axes = [], keepDims = false) -> f32[...out]",
   "Sum over the axes (negative ones count from the end; none named: all), accumulated in float64. The sum of nothing is 0.",
   rule<0>)

KERNEL(cpu, sum, arrangeReduction) {
  float* y = call.out[0].floats();
  reduce<SumOf>(call.in[0].floats(), reducedAxes(call.in[0], call.attrs),
                [=](int64_t i, double a, double) BLEMISH_INLINE { y[i] = static_cast<float>(a); });
}

OP("mean(x: f32[...x], axes = [], keepDims = false) -> f32[...out]", "Mean over the axes, accumulated in float64.", rule<1>)

KERNEL(cpu, mean, arrangeReduction) {
  float* y = call.out[0].floats();
  ReducedAxes axes = reducedAxes(call.in[0], call.attrs);
  double count = static_cast<double>(axes.each);
  reduce<SumOf>(call.in[0].floats(), axes,
                [=](int64_t i, double a, double) BLEMISH_INLINE { y[i] = static_cast<float>(a / count); });
}

OP("meanGrad(dy: f32[...dy], shape: ints, axes = []) -> f32[...out]",
   "Gradient of mean: dy divided by the numbers per result, repeated to `shape` along the axes.", [](Dims& d, const Attrs& a) {
     auto list = a.list("shape");
     d.require(list.size() <= Shape::maxRank, "shape has " + std::to_string(list.size()) + " extents; expected at most 8");
     Shape shape;
     for (double extent : list) {
       d.require(extent >= 0, "shape holds " + std::to_string(static_cast<int64_t>(extent)) + "; expected no negative extent");
       shape.push(static_cast<int64_t>(extent));
     }
     requireOutputs(d, a, shape, d.run("dy"), "dy");
     d.run("out") = shape;
   })

KERNEL(cpu, meanGrad) {
  const float* dy = call.in[0].floats();
  float* dx = call.out[0].floats();
  ReducedAxes axes = reducedAxes(call.out[0], call.attrs);
  float share = static_cast<float>(1.0 / static_cast<double>(axes.each));
  spread(axes, [=](int64_t at, int64_t count, int64_t output, int64_t step) BLEMISH_INLINE {
    if (step)
      for (int64_t i = 0; i < count; ++i) dx[at + i] = share * dy[output + i];
    else
      for (int64_t i = 0; i < count; ++i) dx[at + i] = share * dy[output];
  });
}

OP("max(x: f32[...x], axes = [], keepDims = false) -> f32[...out]",
   "Largest number over the axes; NaN where any of them is NaN. Among equals the gradient is split evenly.", rule<1>)
OP("min(x: f32[...x], axes = [], keepDims = false) -> f32[...out]",
   "Smallest number over the axes; NaN where any of them is NaN. Among equals the gradient is split evenly.", rule<1>)

KERNEL(cpu, max, arrangeReduction) { extremum<Largest>(call); }
KERNEL(cpu, min, arrangeReduction) { extremum<Smallest>(call); }

OP("extremumGrad(x: f32[...x], y: f32[...y], dy?: f32[...y], axes = []) -> f32[...x]",
   "Gradient of max and of min: dy (1 if absent) shared evenly among the numbers that equal the result y, 0 elsewhere.",
   [](Dims& d, const Attrs& a) { requireOutputs(d, a, d.run("x"), d.run("y"), "y"); })

KERNEL(cpu, extremumGrad) {
  const float *x = call.in[0].floats(), *y = call.in[1].floats(), *dy = call.has(2) ? call.in[2].floats() : nullptr;
  float* dx = call.out[0].floats();
  ReducedAxes axes = reducedAxes(call.in[0], call.attrs);
  float* share = scratchOf<float>(axes.outputs);
  reduce<Ranking>(
      x, axes, [=](int64_t i, int64_t) BLEMISH_INLINE { return double(y[i]); },
      [=](int64_t i, double, double equals) BLEMISH_INLINE { share[i] = static_cast<float>((dy ? dy[i] : 1.0f) / equals); });
  spread(axes, [=](int64_t at, int64_t count, int64_t output, int64_t step) BLEMISH_INLINE {
    if (step) {
      for (int64_t i = 0; i < count; ++i) {
        float v = x[at + i], best = y[output + i];
        dx[at + i] = (v == best) | ((v != v) & (best != best)) ? share[output + i] : 0.0f;
      }
    } else {
      float best = y[output], own = share[output];
      for (int64_t i = 0; i < count; ++i)
        dx[at + i] = (x[at + i] == best) | ((x[at + i] != x[at + i]) & (best != best)) ? own : 0.0f;
    }
  });
}

OP("variance(x: f32[...x], axes = [], keepDims = false, sample = false) -> f32[...out]",
   "Mean squared distance from the mean over the axes; `sample` divides by one less than the count (Bessel's correction). One "
   "pass, "
   "shifted by one of the numbers, in float64.",
   [](Dims& d, const Attrs& a) { reduceRule(d, a, a.flag("sample") ? 2 : 1); })

KERNEL(cpu, variance, arrangeReduction) {
  float* y = call.out[0].floats();
  ReducedAxes axes = reducedAxes(call.in[0], call.attrs);
  double count = static_cast<double>(axes.each), divisor = call.attrs.flag("sample") ? count - 1 : count;
  moments(call.in[0].floats(), axes, [=](int64_t i, double a, double b) BLEMISH_INLINE {
    double squares = b - a * a / count;
    y[i] = static_cast<float>((squares < 0 ? 0 : squares) / divisor);
  });
}

OP("varianceGrad(x: f32[...x], dy?: f32[...dy], axes = [], sample = false) -> f32[...x]",
   "Gradient of variance: 2 dy (x - mean) / divisor, with dy 1 if absent.", [](Dims& d, const Attrs& a) {
     if (d.has(1)) requireOutputs(d, a, d.run("x"), d.run("dy"), "dy");
     bool reduced[Shape::maxRank];
     requireAxes(d, a, d.run("x"), reduced);
   })

KERNEL(cpu, varianceGrad) {
  const float *x = call.in[0].floats(), *dy = call.has(1) ? call.in[1].floats() : nullptr;
  float* dx = call.out[0].floats();
  ReducedAxes axes = reducedAxes(call.in[0], call.attrs);
  double count = static_cast<double>(axes.each), divisor = call.attrs.flag("sample") ? count - 1 : count;
  // dx = slope * (x - middle), with middle in two parts so that no digit of the mean is lost.
  float *high = scratchOf<float>(axes.outputs), *low = scratchOf<float>(axes.outputs), *slope = scratchOf<float>(axes.outputs);
  reduce<SumOf>(x, axes, [=](int64_t i, double a, double) BLEMISH_INLINE {
    double middle = a / count;
    high[i] = static_cast<float>(middle);
    low[i] = static_cast<float>(middle - high[i]);
    slope[i] = static_cast<float>(2.0 * (dy ? dy[i] : 1.0f) / divisor);
  });
  spread(axes, [=](int64_t at, int64_t count, int64_t output, int64_t step) BLEMISH_INLINE {
    if (step) {
      for (int64_t i = 0; i < count; ++i) dx[at + i] = slope[output + i] * ((x[at + i] - high[output + i]) - low[output + i]);
    } else {
      float own = slope[output], h = high[output], l = low[output];
      for (int64_t i = 0; i < count; ++i) dx[at + i] = own * ((x[at + i] - h) - l);
    }
  });
}

}  // namespace blemish
