// A shape, a dtype, a block: a value without behaviour.
#pragma once
#include "core/dtype.h"
#include "core/shape.h"

namespace blemish {

class Device;

// How the numbers of an image tensor lie in memory. `blocked` is the channel-blocked form that the CPU's convolutions
// prefer ([N C/B H W B], only where B divides C, so the size is the same); it never leaves native code.
enum class Layout : uint8_t { plain, blocked };

struct Tensor {
  Shape shape;
  Dtype dtype = Dtype::f32;
  Layout layout = Layout::plain;
  void* data = nullptr;
  Device* device = nullptr;

  int64_t size() const { return shape.size(); }
  size_t bytes() const { return static_cast<size_t>(size()) * sizeOf(dtype); }
  explicit operator bool() const { return device != nullptr; }
  template <class T> T* as() const { return static_cast<T*>(data); }
  float* floats() const { return static_cast<float*>(data); }
};

}  // namespace blemish
