// JavaScript values ↔ native values; nothing else unpacks them.
#pragma once
#include <napi.h>

#include "core/context.h"

namespace blemish::bindings {

inline Handle handleFrom(const Napi::Value& value) { return static_cast<Handle>(value.As<Napi::Number>().DoubleValue()); }

inline Shape shapeFrom(const Napi::Value& value) {
  Napi::Array list = value.As<Napi::Array>();
  if (list.Length() > static_cast<uint32_t>(Shape::maxRank))
    throw Error(Code::SHAPE_MISMATCH,
                "shape: its rank is " + std::to_string(list.Length()) + "; expected at most " + std::to_string(Shape::maxRank));
  Shape shape;
  for (uint32_t i = 0; i < list.Length(); ++i) shape.push(list.Get(i).As<Napi::Number>().Int64Value());
  return shape;
}

// A typed array of `size` elements over `buffer`.
inline Napi::Value typedArray(Napi::Env env, Dtype dtype, Napi::ArrayBuffer buffer, size_t size) {
  switch (dtype) {
    case Dtype::f32: return Napi::Float32Array::New(env, size, buffer, 0);
    case Dtype::f64: return Napi::Float64Array::New(env, size, buffer, 0);
    case Dtype::u8: return Napi::Uint8Array::New(env, size, buffer, 0);
    case Dtype::i32: return Napi::Int32Array::New(env, size, buffer, 0);
  }
  return env.Undefined();
}

inline Napi::Value numbers(Napi::Env env, const std::vector<double>& values) {
  Napi::Array list = Napi::Array::New(env, values.size());
  for (size_t i = 0; i < values.size(); ++i) list.Set(static_cast<uint32_t>(i), values[i]);
  return list;
}

inline Napi::Value words(Napi::Env env, const std::vector<std::string>& values) {
  Napi::Array list = Napi::Array::New(env, values.size());
  for (size_t i = 0; i < values.size(); ++i) list.Set(static_cast<uint32_t>(i), values[i]);
  return list;
}

}  // namespace blemish::bindings
