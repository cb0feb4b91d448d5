// Formulas of activations, written once and compiled for host and device.
//
// `value` is f(x). `slope` is f'; its argument is named x where it is taken at the operand, y where at the result, which
// then is all that a gradient needs. `curvature` is f''. Infinite operands give the limits.
#pragma once
#include "ops/nn/math.h"

namespace blemish {

struct Relu {
  BLEMISH_BOTH float value(float x) const { return x < 0 ? 0.f : x; }
  BLEMISH_BOTH float slope(float y) const { return y > 0 ? 1.f : 0.f; }
};

struct Relu6 {
  BLEMISH_BOTH float value(float x) const { return math::clamp(x, 0.f, 6.f); }
  BLEMISH_BOTH float slope(float y) const { return y > 0 && y < 6.f ? 1.f : 0.f; }
};

// slope >= 0, so that the result has the operand's sign.
struct LeakyRelu {
  float negative;
  BLEMISH_BOTH float value(float x) const { return x < 0 ? negative * x : x; }
  BLEMISH_BOTH float slope(float y) const { return y > 0 ? 1.f : negative; }
};

struct Elu {
  float alpha;  // >= 0
  BLEMISH_BOTH float value(float x) const { return select(x > 0, x, alpha * math::expm1(x)); }
  BLEMISH_BOTH float slope(float y) const { return y > 0 ? 1.f : y + alpha; }
};

// Klambauer et al. 2017, eq. 2 and 14.
struct Selu {
  static constexpr float scale = 1.05070099f, alpha = 1.67326324f;
  BLEMISH_BOTH float value(float x) const { return scale * select(x > 0, x, alpha * math::expm1(x)); }
  BLEMISH_BOTH float slope(float y) const { return y > 0 ? scale : y + scale * alpha; }
};

struct Sigmoid {
  BLEMISH_BOTH float value(float x) const { return math::sigmoid(x); }
  BLEMISH_BOTH float slope(float y) const { return y * (1.f - y); }
};

struct Tanh {
  BLEMISH_BOTH float value(float x) const { return math::tanh(x); }
  BLEMISH_BOTH float slope(float y) const { return (1.f - y) * (1.f + y); }
};

struct Softplus {
  float beta;  // > 0
  BLEMISH_BOTH float value(float x) const { return math::softplus(beta * x) / beta; }
  BLEMISH_BOTH float slope(float x) const { return math::sigmoid(beta * x); }
};

// x w(x), where w rises from 0 to 1: value, slope and curvature by w and its derivatives. At the far left w is 0 and the
// limit of the product too; z is x, held where the derivatives have long vanished.
struct Gate {
  float w, w1, w2, z;
  BLEMISH_BOTH float value(float x) const { return select(w == 0, 0.f, x * w); }
  BLEMISH_BOTH float slope() const { return w + z * w1; }
  BLEMISH_BOTH float curvature() const { return 2.f * w1 + z * w2; }
};

// sigmoid(v) and its first two derivatives, without the cancellation of 1 - sigmoid.
struct SigmoidJet {
  float s, s1, s2;
  explicit BLEMISH_BOTH SigmoidJet(float v) {
    float e = math::exp(-math::abs(v)), r = 1.f / (1.f + e);
    s = select(v < 0, e, 1.f) * r;
    s1 = e * r * r;
    s2 = s1 * math::withSign((1.f - e) * r, -v);
  }
};

// w = sigmoid(x); Elfwing et al. 2018.
struct Silu {
  BLEMISH_BOTH Gate gate(float x) const {
    float z = math::clamp(x, -110.f, 110.f);
    SigmoidJet w(z);
    return {w.s, w.s1, w.s2, z};
  }
  BLEMISH_BOTH float value(float x) const { return gate(x).value(x); }
  BLEMISH_BOTH float slope(float x) const { return gate(x).slope(); }
  BLEMISH_BOTH float curvature(float x) const { return gate(x).curvature(); }
};

// w = the normal distribution function; Hendrycks & Gimpel 2016.
struct Gelu {
  BLEMISH_BOTH Gate gate(float x) const {
    float z = math::clamp(x, -20.f, 20.f), density = math::normalDensity(z);
    return {math::normalCdf(z), density, -z * density, z};
  }
  BLEMISH_BOTH float value(float x) const { return gate(x).value(x); }
  BLEMISH_BOTH float slope(float x) const { return gate(x).slope(); }
  BLEMISH_BOTH float curvature(float x) const { return gate(x).curvature(); }
};

// w = (1 + tanh(u)) / 2 = sigmoid(2 u), u = sqrt(2 / pi) (x + 0.044715 x^3).
struct GeluTanh {
  BLEMISH_BOTH Gate gate(float x) const {
    constexpr float c = 1.59576912f, k = 0.044715f;  // c = 2 sqrt(2 / pi)
    float z = math::clamp(x, -20.f, 20.f), square = z * z;
    SigmoidJet w(c * z * (1.f + k * square));
    float v1 = c * (1.f + 3.f * k * square), v2 = 6.f * c * k * z;
    return {w.s, w.s1 * v1, w.s2 * v1 * v1 + w.s1 * v2, z};
  }
  BLEMISH_BOTH float value(float x) const { return gate(x).value(x); }
  BLEMISH_BOTH float slope(float x) const { return gate(x).slope(); }
  BLEMISH_BOTH float curvature(float x) const { return gate(x).curvature(); }
};

// w = tanh(softplus(x)) = n / (n + 2), n = e^x (e^x + 2); Misra 2019.
struct Mish {
  BLEMISH_BOTH Gate gate(float x) const {
    float z = math::clamp(x, -110.f, 30.f), e = math::exp(z), n = e * (e + 2.f), s = e / (1.f + e);
    float w = n / (n + 2.f), rest = 4.f * (n + 1.f) / (n + 2.f) / (n + 2.f);  // rest = 1 - w^2
    return {w, rest * s, rest * s * (1.f - s - 2.f * w * s), z};
  }
  BLEMISH_BOTH float value(float x) const { return gate(x).value(x); }
  BLEMISH_BOTH float slope(float x) const { return gate(x).slope(); }
  BLEMISH_BOTH float curvature(float x) const { return gate(x).curvature(); }
};

// Howard et al. 2019: the sigmoid and silu by straight lines.
struct HardSigmoid {
  BLEMISH_BOTH float value(float x) const { return math::clamp(x * (1.f / 6) + 0.5f, 0.f, 1.f); }
  BLEMISH_BOTH float slope(float x) const { return x > -3.f && x < 3.f ? 1.f / 6 : 0.f; }
};

struct HardSwish {
  BLEMISH_BOTH float value(float x) const { return x <= -3.f ? 0.f : x >= 3.f ? x : x * (x * (1.f / 6) + 0.5f); }
  BLEMISH_BOTH float slope(float x) const { return x <= -3.f ? 0.f : x >= 3.f ? 1.f : x * (1.f / 3) + 0.5f; }
};

}  // namespace blemish
