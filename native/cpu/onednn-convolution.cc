// Convolution and its two gradients through oneDNN.
#include <cstring>

#include "cpu/onednn-internal.h"
#include "cpu/onednn.h"

namespace blemish::onednn {
namespace {

using dnnl::algorithm;
using dnnl::prop_kind;

memory::dims strides(const Window& w) { return {w.stride[0], w.stride[1]}; }
memory::dims dilations(const Window& w) { return {w.dilation[0] - 1, w.dilation[1] - 1}; }
memory::dims paddingBefore(const Window& w) { return {w.padding[0], w.padding[2]}; }
memory::dims paddingAfter(const Window& w) { return {w.padding[1], w.padding[3]}; }

memory::dims weightDims(const Shape& shape, int64_t groups) {
  if (groups == 1) return dimsOf(shape);
  return {groups, shape[0] / groups, shape[1], shape[2], shape[3]};
}

// A blocked tensor is taken as it lies; for a plain one the primitive may choose, and it is reordered at the door. Where the
// library has no fast kernel for that (dilated gradients without AVX-512), everything is taken plain: then a matrix
// product serves, which the blocked layout would keep out.
memory::desc wish(const Tensor& tensor, bool plain) {
  if (plain) return plainDesc(dimsOf(tensor.shape));
  return tensor.layout == Layout::blocked ? descOf(tensor) : anyDesc(dimsOf(tensor.shape));
}
memory::desc wish(const memory::desc& weight, bool plain) { return plain ? weight : anyDesc(weight.dims()); }

template <class Make> auto fastest(const Make& make) {
  auto desc = make(false);
  if (std::strncmp(desc.impl_info_str(), "ref", 3) != 0) return desc;
  auto other = make(true);
  return std::strncmp(other.impl_info_str(), "ref", 3) != 0 ? other : desc;
}

void zero(const Tensor& tensor) { std::memset(tensor.data, 0, tensor.bytes()); }

// Where a primitive writes: straight into the tensor if it lies as the primitive wants, else into scratch memory.
memory targetFor(const Tensor& tensor, const memory::desc& wanted) {
  if (descOf(tensor) == wanted) return memoryOf(tensor);
  return memoryOf(wanted, scratch(wanted.get_size()));
}
void deliver(const memory& result, const memory& target) {
  if (result.get_data_handle() != target.get_data_handle()) reorder(result, target);
}

dnnl::convolution_forward::primitive_desc forwardDesc(const Window& w, const memory::desc& x, const memory::desc& weight,
                                                      const memory::desc& bias, const memory::desc& y,
                                                      const dnnl::primitive_attr& attr, prop_kind kind) {
  if (bias.data.ndims == 0) {
    return {{kind, algorithm::convolution_direct, x, weight, y, strides(w), dilations(w), paddingBefore(w), paddingAfter(w)},
            attr,
            engine()};
  }
  return {{kind, algorithm::convolution_direct, x, weight, bias, y, strides(w), dilations(w), paddingBefore(w), paddingAfter(w)},
          attr,
          engine()};
}

// What the gradients' descriptors are derived from.
dnnl::convolution_forward::primitive_desc hint(const Window& w, const memory::desc& x, const memory::desc& weight,
                                               const memory::desc& y) {
  return forwardDesc(w, x, weight, memory::desc(), y, userScratchpad(), prop_kind::forward_training);
}

void append(dnnl::post_ops& ops, const Activation& activation) {
  switch (activation.kind) {
    case Activation::identity: return;
    case Activation::relu: return ops.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
    case Activation::leakyRelu: return ops.append_eltwise(1, algorithm::eltwise_relu, activation.alpha, 0);
    case Activation::elu: return ops.append_eltwise(1, algorithm::eltwise_elu, activation.alpha, 0);
    case Activation::sigmoid: return ops.append_eltwise(1, algorithm::eltwise_logistic, 0, 0);
    case Activation::tanh: return ops.append_eltwise(1, algorithm::eltwise_tanh, 0, 0);
    case Activation::silu: return ops.append_eltwise(1, algorithm::eltwise_swish, 1, 0);
    case Activation::gelu: return ops.append_eltwise(1, algorithm::eltwise_gelu_erf, 0, 0);
    case Activation::relu6: return ops.append_eltwise(1, algorithm::eltwise_clip, 0, 6);
  }
}

}  // namespace

void convolve(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& addend, const Window& window,
              const Activation& activation, const Tensor& y) {
  if (y.size() == 0) return;
  memory::desc plainWeight = plainDesc(weightDims(weight.shape, window.groups));
  dnnl::primitive_attr attr = userScratchpad();
  dnnl::post_ops ops;
  if (addend) ops.append_sum(1);
  append(ops, activation);
  attr.set_post_ops(ops);
  memory::desc biasDesc = bias ? plainDesc(dimsOf(bias.shape)) : memory::desc();
  auto desc = fastest([&](bool plain) {
    return forwardDesc(window, wish(x, plain), wish(plainWeight, plain), biasDesc, wish(y, plain), attr,
                       addend || activation.kind ? prop_kind::forward_inference : prop_kind::forward_training);
  });
  memory target = targetFor(y, desc.dst_desc());
  if (addend) reorder(memoryOf(addend), target);
  std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, reordered(memoryOf(x), desc.src_desc())},
      {DNNL_ARG_WEIGHTS, reordered(memoryOf(plainWeight, weight.data), desc.weights_desc())},
      {DNNL_ARG_DST, target}};
  if (bias) arguments.insert({DNNL_ARG_BIAS, memoryOf(bias)});
  execute<dnnl::convolution_forward>(desc, arguments);
  deliver(target, memoryOf(y));
}

void convolveGradInput(const Tensor& dy, const Tensor& weight, const Window& window, const Tensor& dx) {
  if (dx.size() == 0) return;
  if (dy.size() == 0) return zero(dx);
  memory::desc plainWeight = plainDesc(weightDims(weight.shape, window.groups));
  auto desc = fastest([&](bool plain) {
    memory::desc source = wish(dx, plain), weights = wish(plainWeight, plain), target = wish(dy, plain);
    return dnnl::convolution_backward_data::primitive_desc(
        {algorithm::convolution_direct, source, weights, target, strides(window), dilations(window), paddingBefore(window),
         paddingAfter(window)},
        userScratchpad(), engine(), hint(window, source, weights, target));
  });
  memory target = targetFor(dx, desc.diff_src_desc());
  execute<dnnl::convolution_backward_data>(
      desc, {{DNNL_ARG_DIFF_DST, reordered(memoryOf(dy), desc.diff_dst_desc())},
             {DNNL_ARG_WEIGHTS, reordered(memoryOf(plainWeight, weight.data), desc.weights_desc())},
             {DNNL_ARG_DIFF_SRC, target}});
  deliver(target, memoryOf(dx));
}

void convolveGradWeight(const Tensor& dy, const Tensor& x, const Window& window, const Tensor& dw) {
  if (dw.size() == 0) return;
  if (dy.size() == 0 || x.size() == 0) return zero(dw);
  memory::desc plainWeight = plainDesc(weightDims(dw.shape, window.groups));
  auto desc = fastest([&](bool plain) {
    memory::desc source = wish(x, plain), weights = wish(plainWeight, plain), target = wish(dy, plain);
    return dnnl::convolution_backward_weights::primitive_desc(
        {algorithm::convolution_direct, source, weights, target, strides(window), dilations(window), paddingBefore(window),
         paddingAfter(window)},
        userScratchpad(), engine(), hint(window, source, weights, target));
  });
  memory::desc wanted = desc.diff_weights_desc();
  memory plain = memoryOf(plainWeight, dw.data);
  memory target = wanted == plainWeight ? plain : memoryOf(wanted, scratch(wanted.get_size()));
  execute<dnnl::convolution_backward_weights>(desc, {{DNNL_ARG_DIFF_DST, reordered(memoryOf(dy), desc.diff_dst_desc())},
                                                     {DNNL_ARG_SRC, reordered(memoryOf(x), desc.src_desc())},
                                                     {DNNL_ARG_DIFF_WEIGHTS, target}});
  deliver(target, plain);
}

}  // namespace blemish::onednn
