// Elementwise formulas, written once and compiled for host and device. `value` is f(x); `slope` is f'(x), given x.
#pragma once
#include <cmath>

#include "core/host-device.h"

namespace blemish {

struct Neg { static BLEMISH_BOTH float value(float x) { return -x; } };

struct Add { static BLEMISH_BOTH float value(float a, float b) { return a + b; } };
struct Sub { static BLEMISH_BOTH float value(float a, float b) { return a - b; } };
struct Mul { static BLEMISH_BOTH float value(float a, float b) { return a * b; } };
struct Div { static BLEMISH_BOTH float value(float a, float b) { return a / b; } };

}  // namespace blemish
