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

}  // namespace blemish
