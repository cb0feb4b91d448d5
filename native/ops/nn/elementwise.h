// Formulas of arithmetic, written once and compiled for host and device.
#pragma once
#include "ops/nn/math.h"

namespace blemish {

struct Neg {
  static BLEMISH_BOTH float value(float x) { return -x; }
};
struct Abs {
  static BLEMISH_BOTH float value(float x) { return math::abs(x); }
};
struct Sign {
  static BLEMISH_BOTH float value(float x) { return x > 0 ? 1.f : x < 0 ? -1.f : x; }
};  // keeps 0 and NaN
struct Affine {
  float scale, shift;
  BLEMISH_BOTH float value(float x) const { return scale * x + shift; }
};

struct Add {
  static BLEMISH_BOTH float value(float a, float b) { return a + b; }
};
struct Sub {
  static BLEMISH_BOTH float value(float a, float b) { return a - b; }
};
struct Mul {
  static BLEMISH_BOTH float value(float a, float b) { return a * b; }
};
struct Div {
  static BLEMISH_BOTH float value(float a, float b) { return a / b; }
};
// A NaN on either side is the result.
struct Maximum {
  static BLEMISH_BOTH float value(float a, float b) { return a > b || a != a ? a : b; }
};
struct Minimum {
  static BLEMISH_BOTH float value(float a, float b) { return a < b || a != a ? a : b; }
};
// Share of a in the gradient of max(a, b): ties are halved.
struct MaximumShare {
  static BLEMISH_BOTH float value(float a, float b) { return a > b ? 1.f : a == b ? 0.5f : 0.f; }
};

}  // namespace blemish
