// Operations that take float32 and float64 alike.
#pragma once
#include "core/signature.h"
#include "cpu/multiversion.h"

namespace blemish {

// In a rule: refuses what is neither f32 nor f64.
inline void requireReal(Dims& d, const char* name) {
  Dtype dtype = d.input(0).dtype;
  if (dtype != Dtype::f32 && dtype != Dtype::f64)
    d.refuse(Code::DTYPE_MISMATCH, std::string(name) + " is " + nameOf(dtype) + "; expected f32 or f64");
}

// Calls body<T>() for the type of x.
template <class Body> void byReal(const Tensor& x, const Body& body) {
  if (x.dtype == Dtype::f64) body.template operator()<double>();
  else body.template operator()<float>();
}

// The sum of a short row, in float64.
template <class T> BLEMISH_INLINE inline double sumOf(const T* x, int64_t count) {
  constexpr int lanes = 16;
  double lane[lanes] = {}, sum = 0;
  int64_t j = 0;
  for (; j + lanes <= count; j += lanes)
    for (int l = 0; l < lanes; ++l) lane[l] += x[j + l];
  for (int l = 0; l < lanes; ++l) sum += lane[l];
  for (; j < count; ++j) sum += x[j];
  return sum;
}

}  // namespace blemish
