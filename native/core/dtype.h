// Element types and their sizes.
#pragma once
#include <cstddef>
#include <cstdint>

namespace blemish {

enum class Dtype : uint8_t { f32 = 0, f64 = 1, u8 = 2, i32 = 3 };

constexpr size_t sizeOf(Dtype dtype) {
  switch (dtype) {
    case Dtype::f32: return 4;
    case Dtype::f64: return 8;
    case Dtype::u8: return 1;
    case Dtype::i32: return 4;
  }
  return 0;
}

constexpr const char* nameOf(Dtype dtype) {
  switch (dtype) {
    case Dtype::f32: return "f32";
    case Dtype::f64: return "f64";
    case Dtype::u8: return "u8";
    case Dtype::i32: return "i32";
  }
  return "?";
}

template <class T> struct DtypeOf;
template <> struct DtypeOf<float> { static constexpr Dtype value = Dtype::f32; };
template <> struct DtypeOf<double> { static constexpr Dtype value = Dtype::f64; };
template <> struct DtypeOf<uint8_t> { static constexpr Dtype value = Dtype::u8; };
template <> struct DtypeOf<int32_t> { static constexpr Dtype value = Dtype::i32; };

}  // namespace blemish
