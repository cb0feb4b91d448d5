// Conversions between element types.
#include <cmath>
#include <limits>

#include "ops/nn/elementwise-loops.h"

namespace blemish {
namespace {

// Calls `use` with a zero of x's element type.
template <class Use> void withType(const Tensor& x, const Use& use) {
  switch (x.dtype) {
    case Dtype::f32: return use(float());
    case Dtype::f64: return use(double());
    case Dtype::u8: return use(uint8_t());
    case Dtype::i32: return use(int32_t());
  }
}

template <class Y> void cast(Call& call) {
  withType(call.in[0], [&]<class X>(X) { mapEach<Y, X>(call, 1, [](X x) BLEMISH_INLINE { return static_cast<Y>(x); }); });
}

}  // namespace

OP("toFloat(x: T[...]) -> f32[...]", "x as float32, rounded to nearest.")
KERNEL(cpu, toFloat) { cast<float>(call); }

OP("toDouble(x: T[...]) -> f64[...]", "x as float64.")
KERNEL(cpu, toDouble) { cast<double>(call); }

OP("toInteger(x: T[...]) -> i32[...]", "x as int32, cut towards zero; what is out of range becomes the nearest end, NaN 0.")
KERNEL(cpu, toInteger) {
  withType(call.in[0], [&]<class X>(X) {
    mapEach<int32_t, X>(call, 2, [](X x) BLEMISH_INLINE -> int32_t {
      if constexpr (std::numeric_limits<X>::is_integer) {
        return static_cast<int32_t>(x);
      } else {
        constexpr double low = -2147483648.0, high = 2147483647.0;
        double wide = x == x ? static_cast<double>(x) : 0.0;
        return static_cast<int32_t>(wide > high ? high : wide < low ? low : wide);
      }
    });
  });
}

OP("toUnitRange(x: u8[...]) -> f32[...]", "x / 255")
KERNEL(cpu, toUnitRange) {
  mapEach<float, uint8_t>(call, 1, [](uint8_t x) BLEMISH_INLINE { return static_cast<float>(x) / 255.f; });
}

OP("toBytes(x: f32[...], scale = 255.0) -> u8[...]",
   "scale x, rounded to nearest (halves to even) and held within 0 … 255; NaN is 0.")
KERNEL(cpu, toBytes) {
  float scale = static_cast<float>(call.attrs.real("scale"));
  mapEach<uint8_t, float>(call, 2, [scale](float x) BLEMISH_INLINE {
    constexpr float magic = 12582912.f;  // 1.5 2^23: adding it rounds
    float scaled = scale * x;
    float held = scaled > 0.f ? scaled < 255.f ? scaled : 255.f : 0.f;  // a NaN is not above 0
    return static_cast<uint8_t>(static_cast<int32_t>((held + magic) - magic));
  });
}

}  // namespace blemish
