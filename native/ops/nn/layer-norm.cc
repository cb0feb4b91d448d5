// Layer normalisation over trailing axes, with its gradient.
#include <cmath>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/nn/norm-loops.h"

namespace blemish {
namespace {

constexpr int lanes = 16;
constexpr int64_t columnBlock = 64;  // columns of a work item of the sums down the rows

// Checks the axes; leading extents go to `leading`, trailing ones to `trailing`.
void layerRule(Dims& d, const Attrs& attrs, Shape& leading, Shape& trailing) {
  const Shape& x = d.run("x");
  int64_t axes = attrs.integer("axes");
  if (axes < 1 || axes > x.rank)
    d.refuse(Code::ATTRIBUTE_INVALID, "attribute axes is " + std::to_string(axes) + " for x " + text(x) + "; expected 1 to " +
                                          std::to_string(x.rank) + " trailing axes");
  if (!(attrs.real("epsilon") >= 0))
    d.refuse(Code::ATTRIBUTE_INVALID, "attribute epsilon is " + std::to_string(attrs.real("epsilon")) + "; expected at least 0");
  Shape before, after;
  for (int axis = 0; axis < x.rank; ++axis) (axis < x.rank - axes ? before : after).push(x[axis]);
  d.require(after.size() > 0, "x " + text(x) + " has no numbers in its trailing axes; expected at least one");
  leading = before;
  trailing = after;
}

void requireScale(Dims& d, int index, const char* name, const Shape& trailing) {
  d.require(!d.has(index) || d.input(index).shape == trailing, std::string(name) + " is " +
                                                                   (d.has(index) ? text(d.input(index).shape) : "") +
                                                                   "; expected the trailing extents of x, " + text(trailing));
}

BLEMISH_INLINE inline void rowStatistics(const float* x, int64_t width, double* mean, double* variance) {
  double squares;
  wholeMoments<lanes>(x, width, mean, &squares);
  *variance = squares / static_cast<double>(width);
}

// Sums of g = dy * scale and of g * (x - center) over one row.
BLEMISH_INLINE inline void rowSums(const float* x, const float* dy, const float* scale, int64_t width, float center, double* sum,
                                   double* product) {
  double s = 0, t = 0;
  for (int64_t from = 0; from < width; from += chunkFloats) {
    int64_t to = std::min(from + chunkFloats, width), i = from;
    float a[lanes] = {}, b[lanes] = {};
    for (; i + lanes <= to; i += lanes)
      for (int l = 0; l < lanes; ++l) {
        float g = scale ? dy[i + l] * scale[i + l] : dy[i + l];
        a[l] += g;
        b[l] += g * (x[i + l] - center);
      }
    s += total<lanes>(a);
    t += total<lanes>(b);
    for (; i < to; ++i) {
      float g = scale ? dy[i] * scale[i] : dy[i];
      s += g;
      t += g * (x[i] - center);
    }
  }
  *sum = s;
  *product = t;
}

}  // namespace

OP("layerNorm(x: f32[...x], scale?: f32[...s], shift?: f32[...t], axes = 1, epsilon = 1e-5) "
   "-> (y: f32[...x], mean: f32[...m], variance: f32[...v])",
   "(x - mean) / sqrt(variance + epsilon) * scale + shift with the mean and population variance over the given number of "
   "trailing axes. Ba, Kiros and Hinton 2016.",
   [](Dims& d, const Attrs& attrs) {
     Shape trailing;
     layerRule(d, attrs, d.run("m"), trailing);
     d.run("v") = d.run("m");
     requireScale(d, 1, "scale", trailing);
     requireScale(d, 2, "shift", trailing);
   })

KERNEL(cpu, layerNorm) {
  const float *x = call.in[0].floats(), *scale = call.has(1) ? call.in[1].floats() : nullptr,
              *shift = call.has(2) ? call.in[2].floats() : nullptr;
  float *y = call.out[0].floats(), *mean = call.out[1].floats(), *variance = call.out[2].floats();
  int64_t rows = call.out[1].size(), width = rows ? call.in[0].size() / rows : 0;
  double epsilon = call.attrs.real("epsilon");
  parallelFor(rows, grainOf(2 * width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      const float* from = x + row * width;
      float* to = y + row * width;
      double m, v;
      rowStatistics(from, width, &m, &v);
      mean[row] = static_cast<float>(m);
      variance[row] = static_cast<float>(v);
      float center = mean[row], factor = static_cast<float>(1 / std::sqrt(variance[row] + epsilon));
      if (scale && shift)
        for (int64_t i = 0; i < width; ++i) to[i] = (from[i] - center) * factor * scale[i] + shift[i];
      else if (scale)
        for (int64_t i = 0; i < width; ++i) to[i] = (from[i] - center) * factor * scale[i];
      else if (shift)
        for (int64_t i = 0; i < width; ++i) to[i] = (from[i] - center) * factor + shift[i];
      else
        for (int64_t i = 0; i < width; ++i) to[i] = (from[i] - center) * factor;
    }
  });
}

OP("layerNormGrad(x: f32[...x], dy: f32[...x], scale?: f32[...s], mean?: f32[...m], variance?: f32[...m], axes = 1, "
   "epsilon = 1e-5) -> (dx: f32[...x], dscale: f32[...p], dshift: f32[...q])",
   "Gradients of layerNorm: with g = scale dy, u = x - mean, r = 1 / sqrt(variance + epsilon), "
   "dx = r (g - mean g - u r^2 mean(g u)), dscale = sum dy u r, dshift = sum dy. Statistics that are left out are computed.",
   [](Dims& d, const Attrs& attrs) {
     Shape leading;
     layerRule(d, attrs, leading, d.run("p"));
     d.run("q") = d.run("p");
     requireScale(d, 2, "scale", d.run("p"));
     d.require(d.has(3) == d.has(4),
               std::string(d.has(3) ? "variance" : "mean") + " is missing; expected both statistics or neither");
     d.require(!d.has(3) || d.run("m") == leading,
               "mean is " + text(d.run("m")) + "; expected the leading extents of x, " + text(leading));
   })

KERNEL(cpu, layerNormGrad) {
  const float *x = call.in[0].floats(), *dy = call.in[1].floats(), *scale = call.has(2) ? call.in[2].floats() : nullptr;
  const float *meanGiven = call.has(3) ? call.in[3].floats() : nullptr,
              *varianceGiven = call.has(3) ? call.in[4].floats() : nullptr;
  float *dx = call.out[0].floats(), *dscale = call.out[1].floats(), *dshift = call.out[2].floats();
  int64_t width = call.out[1].size(), rows = call.in[0].size() / width;
  double epsilon = call.attrs.real("epsilon");
  float *center = scratchOf<float>(rows), *inverse = scratchOf<float>(rows);
  parallelFor(rows, grainOf(3 * width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      const float *from = x + row * width, *above = dy + row * width;
      float* to = dx + row * width;
      double m = meanGiven ? meanGiven[row] : 0, v = varianceGiven ? varianceGiven[row] : 0, sum, product;
      if (!meanGiven) rowStatistics(from, width, &m, &v);
      double r = 1 / std::sqrt(static_cast<float>(v) + epsilon);
      float c = static_cast<float>(m), a = static_cast<float>(r);
      center[row] = c;
      inverse[row] = a;
      rowSums(from, above, scale, width, c, &sum, &product);
      float b = static_cast<float>(-r * r * r * product / static_cast<double>(width));
      float k = static_cast<float>(-r * sum / static_cast<double>(width));
      if (scale)
        for (int64_t i = 0; i < width; ++i) to[i] = a * (above[i] * scale[i]) + (b * (from[i] - c) + k);
      else
        for (int64_t i = 0; i < width; ++i) to[i] = a * above[i] + (b * (from[i] - c) + k);
    }
  });
  // Down the rows, a block of columns at a time: float32 over 64 rows, float64 across.
  parallelFor((width + columnBlock - 1) / columnBlock, grainOf(2 * rows * columnBlock),
              [=](int64_t first, int64_t last) BLEMISH_INLINE {
                for (int64_t block = first; block < last; ++block) {
                  int64_t at = block * columnBlock, count = std::min(columnBlock, width - at);
                  double s[columnBlock] = {}, t[columnBlock] = {};
                  for (int64_t from = 0; from < rows; from += 64) {
                    float a[columnBlock] = {}, b[columnBlock] = {};
                    for (int64_t row = from; row < std::min(from + 64, rows); ++row) {
                      const float *p = x + row * width + at, *g = dy + row * width + at;
                      for (int64_t i = 0; i < count; ++i) {
                        a[i] += g[i];
                        b[i] += g[i] * ((p[i] - center[row]) * inverse[row]);
                      }
                    }
                    for (int64_t i = 0; i < columnBlock; ++i) {
                      s[i] += a[i];
                      t[i] += b[i];
                    }
                  }
                  for (int64_t i = 0; i < count; ++i) {
                    dshift[at + i] = static_cast<float>(s[i]);
                    dscale[at + i] = static_cast<float>(t[i]);
                  }
                }
              });
}

}  // namespace blemish
