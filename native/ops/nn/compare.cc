// Larger and smaller, comparisons, choice by a condition, and clamping.
#include "ops/nn/elementwise-loops.h"
#include "ops/nn/elementwise.h"

namespace blemish {
namespace {

void binaryRule(Dims& d, const Attrs&) { d.run("out") = broadcastShapes(d, {"a", "b"}, {&d.run("a"), &d.run("b")}); }

// Calls `use` with the relation as a function of two numbers.
template <class Use> void withRelation(std::string_view relation, const Use& use) {
  if (relation == "less") use([](float a, float b) BLEMISH_INLINE { return a < b ? 1.f : 0.f; });
  else if (relation == "lessEqual") use([](float a, float b) BLEMISH_INLINE { return a <= b ? 1.f : 0.f; });
  else if (relation == "greater") use([](float a, float b) BLEMISH_INLINE { return a > b ? 1.f : 0.f; });
  else if (relation == "greaterEqual") use([](float a, float b) BLEMISH_INLINE { return a >= b ? 1.f : 0.f; });
  else if (relation == "equal") use([](float a, float b) BLEMISH_INLINE { return a == b ? 1.f : 0.f; });
  else use([](float a, float b) BLEMISH_INLINE { return a != b ? 1.f : 0.f; });
}

struct Clamp {
  float min, max;
  explicit Clamp(const Attrs& attrs) : min(static_cast<float>(attrs.real("min"))), max(static_cast<float>(attrs.real("max"))) {}
  BLEMISH_BOTH float value(float x) const { return math::clamp(x, min, max); }
  BLEMISH_BOTH float slope(float x) const { return x >= min && x <= max ? 1.f : 0.f; }
};

void clampRule(Dims& d, const Attrs& attrs) {
  double min = attrs.real("min"), max = attrs.real("max");
  if (min > max)
    d.refuse(Code::ATTRIBUTE_INVALID,
             "min is " + std::to_string(min) + " and max " + std::to_string(max) + "; expected min not above max");
}

}  // namespace

OP("maximum(a: f32[...a], b: f32[...b]) -> f32[...out]", "The larger of a and b, broadcast; NaN if either is.", binaryRule)
OP("minimum(a: f32[...a], b: f32[...b]) -> f32[...out]", "The smaller of a and b, broadcast; NaN if either is.", binaryRule)
KERNEL(cpu, maximum, LayoutRule::flat) {
  mapPairs(call, 1, [](float a, float b) BLEMISH_INLINE { return Maximum::value(a, b); });
}
KERNEL(cpu, minimum, LayoutRule::flat) {
  mapPairs(call, 1, [](float a, float b) BLEMISH_INLINE { return Minimum::value(a, b); });
}

OP("maximumGrad(a: f32[...a], b: f32[...b], dy: f32[...out]) -> f32[...out]",
   "dy where a > b, dy / 2 where a = b, else 0: a's gradient under maximum, and b's under minimum.", [](Dims& d, const Attrs&) {
     Shape out = broadcastShapes(d, {"a", "b"}, {&d.run("a"), &d.run("b")});
     d.require(out == d.run("out"),
               "dy is " + text(d.run("out")) + " but a and b broadcast to " + text(out) + "; expected them equal");
   })
KERNEL(cpu, maximumGrad, LayoutRule::flat) {
  mapTensors<float, float, float, float>(
      call.out[0], 2, [](float a, float b, float dy) BLEMISH_INLINE { return MaximumShare::value(a, b) * dy; }, call.in[0],
      call.in[1], call.in[2]);
}

OP("compare(a: f32[...a], b: f32[...b], relation = less|lessEqual|greater|greaterEqual|equal|notEqual) -> f32[...out]",
   "1 where a stands in the relation to b, else 0; broadcast. Anything but notEqual is 0 for NaN.", binaryRule)
KERNEL(cpu, compare, LayoutRule::flat) {
  withRelation(call.attrs.choice("relation"), [&](auto relation) { mapPairs(call, 1, relation); });
}

OP("compareScalar(x: f32[...], value = 0.0, relation = less|lessEqual|greater|greaterEqual|equal|notEqual) -> f32[...]",
   "1 where x stands in the relation to value (as a float32), else 0.")
KERNEL(cpu, compareScalar, LayoutRule::flat) {
  float value = static_cast<float>(call.attrs.real("value"));
  withRelation(call.attrs.choice("relation"), [&](auto relation) {
    mapEach(call, 1, [relation, value](float x) BLEMISH_INLINE { return relation(x, value); });
  });
}

OP("where(condition: T[...c], a: f32[...a], b: f32[...b]) -> f32[...out]", "a where the condition is not 0, else b; broadcast.",
   [](Dims& d, const Attrs&) {
     d.run("out") = broadcastShapes(d, {"condition", "a", "b"}, {&d.run("c"), &d.run("a"), &d.run("b")});
   })
KERNEL(cpu, where, LayoutRule::flat) {
  auto choose = [&]<class C>(C) {
    mapTensors<float, C, float, float>(
        call.out[0], 1, [](C condition, float a, float b) BLEMISH_INLINE { return condition != C(0) ? a : b; }, call.in[0],
        call.in[1], call.in[2]);
  };
  switch (call.in[0].dtype) {
    case Dtype::f32: return choose(float());
    case Dtype::f64: return choose(double());
    case Dtype::u8: return choose(uint8_t());
    case Dtype::i32: return choose(int32_t());
  }
}

OP("clamp(x: f32[...], min = -inf, max = inf) -> f32[...]", "x moved into [min, max]; NaN stays NaN.", clampRule)
KERNEL(cpu, clamp, LayoutRule::flat) {
  mapEach(call, 1, [f = Clamp(call.attrs)](float x) BLEMISH_INLINE { return f.value(x); });
}

OP("clampGrad(x: f32[...], dy: f32[...], min = -inf, max = inf) -> f32[...]", "dy where x lies in [min, max], else 0.", clampRule)
KERNEL(cpu, clampGrad, LayoutRule::flat) {
  mapPairs(call, 1, [f = Clamp(call.attrs)](float x, float dy) BLEMISH_INLINE { return f.slope(x) * dy; });
}

}  // namespace blemish
