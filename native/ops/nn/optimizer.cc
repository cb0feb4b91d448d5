// Training's changes in place: one pass over memory for each optimiser's step, for moving averages and for copies.
#include "ops/nn/optimizer.h"

#include <cmath>
#include <cstring>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"

namespace blemish {
namespace {

void requireShare(Dims& d, const Attrs& a, const char* name) {
  double value = a.real(name);
  if (!(value >= 0 && value < 1))
    d.refuse(Code::ATTRIBUTE_INVALID,
             std::string("attribute ") + name + " is " + std::to_string(value) + "; expected 0 <= " + name + " < 1");
}

void requirePositive(Dims& d, const Attrs& a, const char* name) {
  double value = a.real(name);
  if (!(value >= 0))
    d.refuse(Code::ATTRIBUTE_INVALID,
             std::string("attribute ") + name + " is " + std::to_string(value) + "; expected at least 0");
}

float scaleOf(const Call& call, int index) { return call.has(index) ? *call.in[index].floats() : 1.0f; }

}  // namespace

OP("adamStep(parameter!: f32[...], firstMoment!: f32[...], secondMoment!: f32[...], gradient: f32[...], scale?: f32[], "
   "rate: real, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.0, decoupled = false, step = 1) -> ()",
   "One step of Adam (Kingma & Ba 2015) or, decoupled, AdamW (Loshchilov & Hutter 2019), as PyTorch counts it: "
   "g = scale gradient (+ weightDecay p), m += (1 - beta1)(g - m), v = beta2 v + (1 - beta2) g^2, "
   "p = (1 - rate weightDecay) p - rate m' / (sqrt(v') + epsilon), m' = m / (1 - beta1^step), v' = v / (1 - beta2^step).",
   [](Dims& d, const Attrs& a) {
     for (const char* name : {"rate", "epsilon", "weightDecay"}) requirePositive(d, a, name);
     for (const char* name : {"beta1", "beta2"}) requireShare(d, a, name);
     if (a.integer("step") < 1)
       d.refuse(Code::ATTRIBUTE_INVALID, "attribute step is " + std::to_string(a.integer("step")) + "; expected at least 1");
   })

KERNEL(cpu, adamStep) {
  double rate = call.attrs.real("rate"), beta1 = call.attrs.real("beta1"), beta2 = call.attrs.real("beta2");
  double decay = call.attrs.real("weightDecay"), step = static_cast<double>(call.attrs.integer("step"));
  bool decoupled = call.attrs.flag("decoupled");
  Adam adam;
  adam.beta1Rest = static_cast<float>(1 - beta1);
  adam.beta2 = static_cast<float>(beta2);
  adam.beta2Rest = static_cast<float>(1 - beta2);
  adam.size = static_cast<float>(rate / (1 - std::pow(beta1, step)));
  adam.rootCorrection = static_cast<float>(std::sqrt(1 - std::pow(beta2, step)));
  adam.epsilon = static_cast<float>(call.attrs.real("epsilon"));
  adam.shrink = static_cast<float>(decoupled ? 1 - rate * decay : 1);
  adam.decay = static_cast<float>(decoupled ? 0 : decay);
  float* parameter = call.in[0].floats();
  float* first = call.in[1].floats();
  float* second = call.in[2].floats();
  const float* gradient = call.in[3].floats();
  float scale = scaleOf(call, 4);
  parallelFor(call.in[0].size(), grainOf(8), [=](int64_t from, int64_t to) BLEMISH_INLINE {
    float* __restrict p = parameter, * __restrict m = first, * __restrict v = second;
    const float* __restrict g = gradient;
    for (int64_t i = from; i < to; ++i) adam.update(p[i], m[i], v[i], scale * g[i]);
  });
}

OP("sgdStep(parameter!: f32[...], velocity!?: f32[...], gradient: f32[...], scale?: f32[], rate: real, momentum = 0.0, "
   "dampening = 0.0, weightDecay = 0.0, nesterov = false, start = false) -> ()",
   "One step of gradient descent as PyTorch counts it: g = scale gradient + weightDecay p, "
   "v = momentum v + (1 - dampening) g (at the start v = g, whatever it held), p -= rate v, or rate (g + momentum v) with "
   "nesterov; without velocity p -= rate g.",
   [](Dims& d, const Attrs& a) {
     for (const char* name : {"rate", "momentum", "weightDecay"}) requirePositive(d, a, name);
     bool plain = a.real("momentum") == 0 && a.real("dampening") == 0 && !a.flag("nesterov");
     if (!d.has(1) && !plain)
       d.refuse(Code::INPUT_MISSING, "velocity is missing; expected it with momentum, dampening or nesterov");
   })

KERNEL(cpu, sgdStep) {
  float rate = static_cast<float>(call.attrs.real("rate"));
  float decay = static_cast<float>(call.attrs.real("weightDecay"));
  float* parameter = call.in[0].floats();
  const float* gradient = call.in[2].floats();
  float scale = scaleOf(call, 3);
  int64_t n = call.in[0].size();
  if (!call.has(1)) {
    parallelFor(n, grainOf(2), [=](int64_t from, int64_t to) BLEMISH_INLINE {
      float* __restrict p = parameter;
      const float* __restrict g = gradient;
      for (int64_t i = from; i < to; ++i) p[i] -= rate * (scale * g[i] + decay * p[i]);
    });
    return;
  }
  double momentum = call.attrs.real("momentum");
  bool start = call.attrs.flag("start");
  Momentum rule;
  rule.rate = rate;
  rule.momentum = static_cast<float>(start ? 0 : momentum);
  rule.gain = static_cast<float>(start ? 1 : 1 - call.attrs.real("dampening"));
  rule.decay = decay;
  rule.ahead = static_cast<float>(momentum);
  float* velocity = call.in[1].floats();
  // A first velocity may be unwritten memory, and 0 times that need not be 0.
  if (start) std::memset(velocity, 0, call.in[1].bytes());
  auto pass = [&]<bool nesterov>() {
    parallelFor(n, grainOf(4), [=](int64_t from, int64_t to) BLEMISH_INLINE {
      float* __restrict p = parameter, * __restrict v = velocity;
      const float* __restrict g = gradient;
      for (int64_t i = from; i < to; ++i) rule.template update<nesterov>(p[i], v[i], scale * g[i]);
    });
  };
  if (call.attrs.flag("nesterov")) pass.template operator()<true>();
  else pass.template operator()<false>();
}

OP("lerpStep(target!: f32[...], value: f32[...], amount: real, factor = 1.0) -> ()",
   "target += amount (factor value - target): moving averages of parameters and running statistics.")

KERNEL(cpu, lerpStep) {
  float* target = call.in[0].floats();
  const float* value = call.in[1].floats();
  float amount = static_cast<float>(call.attrs.real("amount")), factor = static_cast<float>(call.attrs.real("factor"));
  parallelFor(call.in[0].size(), grainOf(2), [=](int64_t from, int64_t to) BLEMISH_INLINE {
    float* __restrict t = target;
    for (int64_t i = from; i < to; ++i) t[i] = interpolate(t[i], factor * value[i], amount);
  });
}

OP("copyStep(target!: T[...], value: T[...]) -> ()", "target = value, into the memory that target already has.")

KERNEL(cpu, copyStep) {
  char* target = call.in[0].as<char>();
  const char* value = call.in[1].as<char>();
  parallelFor(static_cast<int64_t>(call.in[0].bytes()), grainOf(1) * 4, [=](int64_t from, int64_t to) BLEMISH_INLINE {
    std::memmove(target + from, value + from, static_cast<size_t>(to - from));
  });
}

OP("clipScale(gradients*: f32[...], maxNorm: real) -> (scale: f32[], norm: f32[])",
   "The factor min(1, maxNorm / (norm + 1e-6)) that brings the Euclidean norm of all gradients together under maxNorm "
   "(Pascanu et al. 2013), for the optimisers' `scale`; accumulates in float64.",
   [](Dims& d, const Attrs& a) { requirePositive(d, a, "maxNorm"); })

KERNEL(cpu, clipScale) {
  // Parts of fixed length whatever the number of threads, so that the sum does not depend on it.
  constexpr int64_t part = 16384;
  struct Part {
    const float* data;
    int64_t count;
    double sum;
  };
  int64_t parts = 0;
  for (const Tensor& gradient : call.in) parts += (gradient.size() + part - 1) / part;
  Part* list = scratchOf<Part>(parts);
  int64_t next = 0;
  for (const Tensor& gradient : call.in)
    for (int64_t at = 0; at < gradient.size(); at += part)
      list[next++] = {gradient.floats() + at, std::min(part, gradient.size() - at), 0};
  parallelFor(parts, 1, [=](int64_t from, int64_t to) BLEMISH_INLINE {
    constexpr int lanes = 32;
    for (int64_t n = from; n < to; ++n) {
      double sums[lanes] = {};
      const float* x = list[n].data;
      int64_t count = list[n].count, i = 0;
      for (; i + lanes <= count; i += lanes)
        for (int lane = 0; lane < lanes; ++lane) sums[lane] += static_cast<double>(x[i + lane]) * x[i + lane];
      for (; i < count; ++i) sums[i % lanes] += static_cast<double>(x[i]) * x[i];
      double sum = 0;
      for (double one : sums) sum += one;
      list[n].sum = sum;
    }
  });
  double total = 0;
  for (int64_t n = 0; n < parts; ++n) total += list[n].sum;
  double norm = std::sqrt(total), scale = call.attrs.real("maxNorm") / (norm + 1e-6);
  // Written so that a NaN stays one, as in PyTorch: a broken step must not look like a clipped one.
  *call.out[0].floats() = static_cast<float>(scale > 1 ? 1 : scale);
  *call.out[1].floats() = static_cast<float>(norm);
}

}  // namespace blemish
