// The only door to oneDNN (its version-2 interface). Everything here runs on the stream's thread, on plain or
// channel-blocked tensors, and reorders at its own door where a primitive wants another layout.
#pragma once
#include <cstdint>
#include <string>

#include "core/tensor.h"

namespace blemish::onednn {

std::string version();
std::string isaName();

// Applied to a result while it is still in the cache.
struct Activation {
  enum Kind { identity, relu, leakyRelu, elu, sigmoid, tanh, silu, gelu, relu6 } kind = identity;
  float alpha = 0;  // slope of leakyRelu, scale of elu
};

struct Window {
  int64_t stride[2], padding[4], dilation[2];  // padding: top bottom left right
  int64_t groups = 1;
};

// y[N K P Q] = x[N C H W] * weight[K C/groups R S] (+ bias[K]) (+ addend like y), then the activation.
// Absent operands are empty tensors.
void convolve(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& addend, const Window& window,
              const Activation& activation, const Tensor& y);
// dx[N C H W] from dy[N K P Q]: the transposed convolution.
void convolveGradInput(const Tensor& dy, const Tensor& weight, const Window& window, const Tensor& dx);
// dw[K C/groups R S] from dy[N K P Q] and x[N C H W].
void convolveGradWeight(const Tensor& dy, const Tensor& x, const Window& window, const Tensor& dw);

// c[B M N] = op(a)[B M K] op(b)[B K N]; a or b may have one batch for all. Row-major; a transposed operand lies as [K M].
struct Product {
  int64_t batch, m, n, k;
  bool transposeA, transposeB, sharedA, sharedB;
};
void multiply(const float* a, const float* b, float* c, const Product& product);

}  // namespace blemish::onednn
