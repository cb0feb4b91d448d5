// Activations, each with one fused gradient op; formulas in activation.h.
#include "ops/nn/activation.h"

#include "ops/nn/elementwise-loops.h"

namespace blemish {
namespace {

constexpr int cheap = 1, polynomial = 12;  // costs, in additions

template <class F> void value(Call& call, const F& f, int cost) {
  mapEach(call, cost, [f](float x) BLEMISH_INLINE { return f.value(x); });
}
// The operands are what the slope is taken at, and dy.
template <class F> void gradient(Call& call, const F& f, int cost) {
  mapPairs(call, cost, [f](float at, float dy) BLEMISH_INLINE { return f.slope(at) * dy; });
}
template <class F> void curvature(Call& call, const F& f, int cost) {
  mapTensors<float, float, float, float>(
      call.out[0], cost, [f](float x, float p, float q) BLEMISH_INLINE { return f.curvature(x) * p * q; }, call.in[0], call.in[1],
      call.in[2]);
}

float real(const Call& call, const char* name) { return static_cast<float>(call.attrs.real(name)); }

void requireNotNegative(Dims& d, const Attrs& attrs, const char* name) {
  if (attrs.real(name) < 0)
    d.refuse(Code::ATTRIBUTE_INVALID,
             std::string(name) + " is " + std::to_string(attrs.real(name)) + "; expected no negative number");
}
void leakyRule(Dims& d, const Attrs& attrs) { requireNotNegative(d, attrs, "slope"); }
void eluRule(Dims& d, const Attrs& attrs) { requireNotNegative(d, attrs, "alpha"); }
void softplusRule(Dims& d, const Attrs& attrs) {
  if (attrs.real("beta") <= 0)
    d.refuse(Code::ATTRIBUTE_INVALID, "beta is " + std::to_string(attrs.real("beta")) + "; expected a positive number");
}

}  // namespace

OP("relu(x: f32[...]) -> f32[...]", "max(x, 0)")
KERNEL(cpu, relu, LayoutRule::flat) { value(call, Relu{}, cheap); }
OP("reluGrad(y: f32[...], dy: f32[...]) -> f32[...]", "dy where y = relu(x) is positive, else 0.")
KERNEL(cpu, reluGrad, LayoutRule::flat) { gradient(call, Relu{}, cheap); }

OP("relu6(x: f32[...]) -> f32[...]", "min(max(x, 0), 6)")
KERNEL(cpu, relu6, LayoutRule::flat) { value(call, Relu6{}, cheap); }
OP("relu6Grad(y: f32[...], dy: f32[...]) -> f32[...]", "dy where y = relu6(x) lies strictly between 0 and 6, else 0.")
KERNEL(cpu, relu6Grad, LayoutRule::flat) { gradient(call, Relu6{}, cheap); }

OP("leakyRelu(x: f32[...], slope = 0.01) -> f32[...]", "x where positive, else slope x; slope >= 0.", leakyRule)
KERNEL(cpu, leakyRelu, LayoutRule::flat) { value(call, LeakyRelu{real(call, "slope")}, cheap); }
OP("leakyReluGrad(y: f32[...], dy: f32[...], slope = 0.01) -> f32[...]", "dy where y = leakyRelu(x) is positive, else slope dy.",
   leakyRule)
KERNEL(cpu, leakyReluGrad, LayoutRule::flat) { gradient(call, LeakyRelu{real(call, "slope")}, cheap); }

OP("elu(x: f32[...], alpha = 1.0) -> f32[...]", "x where positive, else alpha (e^x - 1); alpha >= 0.", eluRule)
KERNEL(cpu, elu, LayoutRule::flat) { value(call, Elu{real(call, "alpha")}, polynomial); }
OP("eluGrad(y: f32[...], dy: f32[...], alpha = 1.0) -> f32[...]", "dy where y = elu(x) is positive, else (y + alpha) dy.",
   eluRule)
KERNEL(cpu, eluGrad, LayoutRule::flat) { gradient(call, Elu{real(call, "alpha")}, cheap); }

OP("selu(x: f32[...]) -> f32[...]", "1.0507 elu(x, 1.6733); Klambauer et al. 2017.")
KERNEL(cpu, selu, LayoutRule::flat) { value(call, Selu{}, polynomial); }
OP("seluGrad(y: f32[...], dy: f32[...]) -> f32[...]", "1.0507 dy where y = selu(x) is positive, else (y + 1.7581) dy.")
KERNEL(cpu, seluGrad, LayoutRule::flat) { gradient(call, Selu{}, cheap); }

OP("sigmoid(x: f32[...]) -> f32[...]", "1 / (1 + e^-x)")
KERNEL(cpu, sigmoid, LayoutRule::flat) { value(call, Sigmoid{}, polynomial); }
OP("sigmoidGrad(y: f32[...], dy: f32[...]) -> f32[...]", "dy y (1 - y), y = sigmoid(x)")
KERNEL(cpu, sigmoidGrad, LayoutRule::flat) { gradient(call, Sigmoid{}, cheap); }

OP("tanh(x: f32[...]) -> f32[...]", "The hyperbolic tangent.")
KERNEL(cpu, tanh, LayoutRule::flat) { value(call, Tanh{}, polynomial); }
OP("tanhGrad(y: f32[...], dy: f32[...]) -> f32[...]", "dy (1 - y^2), y = tanh(x)")
KERNEL(cpu, tanhGrad, LayoutRule::flat) { gradient(call, Tanh{}, cheap); }

OP("softplus(x: f32[...], beta = 1.0) -> f32[...]", "log(1 + e^(beta x)) / beta; beta > 0.", softplusRule)
KERNEL(cpu, softplus, LayoutRule::flat) { value(call, Softplus{real(call, "beta")}, 2 * polynomial); }
OP("softplusGrad(x: f32[...], dy: f32[...], beta = 1.0) -> f32[...]", "dy sigmoid(beta x)", softplusRule)
KERNEL(cpu, softplusGrad, LayoutRule::flat) { gradient(call, Softplus{real(call, "beta")}, polynomial); }

OP("silu(x: f32[...]) -> f32[...]", "x sigmoid(x); Elfwing et al. 2018.")
KERNEL(cpu, silu, LayoutRule::flat) { value(call, Silu{}, polynomial); }
OP("siluGrad(x: f32[...], dy: f32[...]) -> f32[...]", "dy silu'(x)")
KERNEL(cpu, siluGrad, LayoutRule::flat) { gradient(call, Silu{}, polynomial); }
OP("siluCurvature(x: f32[...], p: f32[...], q: f32[...]) -> f32[...]", "p q silu''(x)")
KERNEL(cpu, siluCurvature, LayoutRule::flat) { curvature(call, Silu{}, polynomial); }

OP("gelu(x: f32[...], form = exact|tanh) -> f32[...]",
   "x times the normal distribution function, exact by erf or by Hendrycks & Gimpel's (2016) tanh.")
KERNEL(cpu, gelu, LayoutRule::flat) {
  if (call.attrs.choice("form") == "exact") value(call, Gelu{}, 2 * polynomial);
  else value(call, GeluTanh{}, polynomial);
}
OP("geluGrad(x: f32[...], dy: f32[...], form = exact|tanh) -> f32[...]", "dy gelu'(x)")
KERNEL(cpu, geluGrad, LayoutRule::flat) {
  if (call.attrs.choice("form") == "exact") gradient(call, Gelu{}, 3 * polynomial);
  else gradient(call, GeluTanh{}, 2 * polynomial);
}
OP("geluCurvature(x: f32[...], p: f32[...], q: f32[...], form = exact|tanh) -> f32[...]", "p q gelu''(x)")
KERNEL(cpu, geluCurvature, LayoutRule::flat) {
  if (call.attrs.choice("form") == "exact") curvature(call, Gelu{}, polynomial);
  else curvature(call, GeluTanh{}, 2 * polynomial);
}

OP("mish(x: f32[...]) -> f32[...]", "x tanh(softplus(x)); Misra 2019.")
KERNEL(cpu, mish, LayoutRule::flat) { value(call, Mish{}, polynomial); }
OP("mishGrad(x: f32[...], dy: f32[...]) -> f32[...]", "dy mish'(x)")
KERNEL(cpu, mishGrad, LayoutRule::flat) { gradient(call, Mish{}, 2 * polynomial); }
OP("mishCurvature(x: f32[...], p: f32[...], q: f32[...]) -> f32[...]", "p q mish''(x)")
KERNEL(cpu, mishCurvature, LayoutRule::flat) { curvature(call, Mish{}, 2 * polynomial); }

OP("hardSigmoid(x: f32[...]) -> f32[...]", "min(max(x / 6 + 1/2, 0), 1); Howard et al. 2019.")
KERNEL(cpu, hardSigmoid, LayoutRule::flat) { value(call, HardSigmoid{}, cheap); }
OP("hardSigmoidGrad(x: f32[...], dy: f32[...]) -> f32[...]", "dy / 6 where |x| < 3, else 0.")
KERNEL(cpu, hardSigmoidGrad, LayoutRule::flat) { gradient(call, HardSigmoid{}, cheap); }

OP("hardSwish(x: f32[...]) -> f32[...]", "x hardSigmoid(x); Howard et al. 2019.")
KERNEL(cpu, hardSwish, LayoutRule::flat) { value(call, HardSwish{}, cheap); }
OP("hardSwishGrad(x: f32[...], dy: f32[...]) -> f32[...]", "dy (x / 3 + 1/2) where |x| < 3; dy above, 0 below.")
KERNEL(cpu, hardSwishGrad, LayoutRule::flat) { gradient(call, HardSwish{}, cheap); }

}  // namespace blemish
