// Vectors along an axis: brought to unit length, and the cosine of the angle between two of them, with gradients.
#include <cmath>

#include "core/registry.h"
#include "cpu/lines.h"

namespace blemish {
namespace {

void requireEpsilon(Dims& d, const Attrs& attrs) {
  double epsilon = attrs.real("epsilon");
  if (!(epsilon > 0)) d.refuse(Code::ATTRIBUTE_INVALID, "epsilon is " + std::to_string(epsilon) + "; expected a positive number");
}

void alike(Dims& d, const Attrs& attrs) {
  requireEpsilon(d, attrs);
  requireAxis(d, attrs, d.run("..."), "x");
}

Shape lineShape(Dims& d, const Attrs& attrs) {
  requireEpsilon(d, attrs);
  return withoutAxis(d.run("x"), requireAxis(d, attrs, d.run("x"), "a"));
}

}  // namespace

OP("l2Normalize(x: f32[...], axis = 1, epsilon = 1e-12) -> f32[...]",
   "x / max(|x|, epsilon), with the Euclidean length along the axis.", alike)

KERNEL(cpu, l2Normalize) {
  const float* x = call.in[0].floats();
  float* y = call.out[0].floats();
  double epsilon = call.attrs.real("epsilon");
  alongLines<1>(
      Lines(call.in[0].shape, call.attrs), {x},
      [=](int64_t at, double& a, double&, double&) BLEMISH_INLINE { a += double(x[at]) * x[at]; },
      [=](int64_t, double& a, double&, double&) BLEMISH_INLINE {
        double length = std::sqrt(a);
        a = 1 / (length < epsilon ? epsilon : length);
      },
      [=](int64_t at, int64_t, double a, double, double) BLEMISH_INLINE { y[at] = static_cast<float>(x[at] * a); });
}

OP("l2NormalizeGrad(x: f32[...], dy: f32[...], axis = 1, epsilon = 1e-12) -> f32[...]",
   "Gradient of l2Normalize: dy / |x| - x (x·dy) / |x|^3, or dy / epsilon where |x| is below epsilon.", alike)

KERNEL(cpu, l2NormalizeGrad) {
  const float *x = call.in[0].floats(), *dy = call.in[1].floats();
  float* dx = call.out[0].floats();
  double epsilon = call.attrs.real("epsilon");
  alongLines<2>(
      Lines(call.in[0].shape, call.attrs), {x, dy},
      [=](int64_t at, double& a, double& b, double&) BLEMISH_INLINE {
        a += double(x[at]) * x[at];
        b += double(x[at]) * dy[at];
      },
      [=](int64_t, double& a, double& b, double&) BLEMISH_INLINE {
        double length = std::sqrt(a);
        bool short_ = length < epsilon;
        b = short_ ? 0 : b / (a * length);
        a = 1 / (short_ ? epsilon : length);
      },
      [=](int64_t at, int64_t, double a, double b, double)
          BLEMISH_INLINE { dx[at] = static_cast<float>(dy[at] * a - x[at] * b); });
}

OP("l2NormalizeGradGrad(x: f32[...], dy: f32[...], v: f32[...], axis = 1, epsilon = 1e-12) -> f32[...]",
   "Gradient by x of the product of v with l2NormalizeGrad: 3 x (x·v)(x·dy) / |x|^5 - (x (v·dy) + v (x·dy) + dy (x·v)) / |x|^3; "
   "0 where |x| is "
   "below epsilon.",
   alike)

KERNEL(cpu, l2NormalizeGradGrad) {
  const float *x = call.in[0].floats(), *dy = call.in[1].floats(), *v = call.in[2].floats();
  float* out = call.out[0].floats();
  double epsilon = call.attrs.real("epsilon");
  Lines lines(call.in[0].shape, call.attrs);
  double* squares = scratchOf<double>(lines.outer * lines.inner);
  alongLines<1>(
      lines, {x}, [=](int64_t at, double& a, double&, double&) BLEMISH_INLINE { a += double(x[at]) * x[at]; },
      [=](int64_t line, double& a, double&, double&) BLEMISH_INLINE { squares[line] = a; }, NoWrite());
  alongLines<3>(
      lines, {x, dy, v},
      [=](int64_t at, double& a, double& b, double& c) BLEMISH_INLINE {
        a += double(x[at]) * v[at];
        b += double(x[at]) * dy[at];
        c += double(v[at]) * dy[at];
      },
      [=](int64_t line, double& a, double& b, double& c) BLEMISH_INLINE {
        double square = squares[line], length = std::sqrt(square), cubed = length < epsilon ? 0 : 1 / (square * length);
        c = length < epsilon ? 0 : (3 * a * b / square - c) * cubed;  // of x
        a *= -cubed;                                                  // of dy
        b *= -cubed;                                                  // of v
      },
      [=](int64_t at, int64_t, double a, double b, double c)
          BLEMISH_INLINE { out[at] = static_cast<float>(x[at] * c + dy[at] * a + v[at] * b); });
}

OP("cosineSimilarity(a: f32[...x], b: f32[...x], axis = 1, epsilon = 1e-8) -> f32[...out]",
   "a·b / (max(|a|, epsilon) max(|b|, epsilon)) along the axis, which is dropped.",
   [](Dims& d, const Attrs& attrs) { d.run("out") = lineShape(d, attrs); })

KERNEL(cpu, cosineSimilarity) {
  const float *a = call.in[0].floats(), *b = call.in[1].floats();
  float* y = call.out[0].floats();
  double epsilon = call.attrs.real("epsilon");
  alongLines<3>(
      Lines(call.in[0].shape, call.attrs), {a, b},
      [=](int64_t at, double& ab, double& aa, double& bb) BLEMISH_INLINE {
        double p = a[at], q = b[at];
        ab += p * q;
        aa += p * p;
        bb += q * q;
      },
      [=](int64_t line, double& ab, double& aa, double& bb) BLEMISH_INLINE {
        double p = std::sqrt(aa), q = std::sqrt(bb);
        y[line] = static_cast<float>(ab / ((p < epsilon ? epsilon : p) * (q < epsilon ? epsilon : q)));
      },
      NoWrite());
}

OP("cosineSimilarityGrad(a: f32[...x], b: f32[...x], dy: f32[...y], axis = 1, epsilon = 1e-8) -> f32[...x]",
   "Gradient of cosineSimilarity by a (by b with the two exchanged): dy (b / (|a||b|) - a (a·b) / (|a|^3 |b|)), lengths at least "
   "epsilon; "
   "without the second term where |a| is below epsilon.",
   [](Dims& d, const Attrs& attrs) {
     Shape lines = lineShape(d, attrs);
     d.require(d.run("y").size() == lines.size(), "dy " + text(d.run("y")) + " holds " + std::to_string(d.run("y").size()) +
                                                      " numbers; expected " + text(lines) + ", one per line of a " +
                                                      text(d.run("x")));
   })

KERNEL(cpu, cosineSimilarityGrad) {
  const float *a = call.in[0].floats(), *b = call.in[1].floats(), *dy = call.in[2].floats();
  float* da = call.out[0].floats();
  double epsilon = call.attrs.real("epsilon");
  alongLines<3>(
      Lines(call.in[0].shape, call.attrs), {a, b},
      [=](int64_t at, double& ab, double& aa, double& bb) BLEMISH_INLINE {
        double p = a[at], q = b[at];
        ab += p * q;
        aa += p * p;
        bb += q * q;
      },
      [=](int64_t line, double& ab, double& aa, double& bb) BLEMISH_INLINE {
        double p = std::sqrt(aa), q = std::sqrt(bb), other = dy[line] / (q < epsilon ? epsilon : q);
        ab = p < epsilon ? 0 : -ab * other / (aa * p);  // of a
        aa = other / (p < epsilon ? epsilon : p);       // of b
      },
      [=](int64_t at, int64_t, double ab, double aa, double)
          BLEMISH_INLINE { da[at] = static_cast<float>(a[at] * ab + b[at] * aa); });
}

}  // namespace blemish
