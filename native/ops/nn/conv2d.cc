// 2-D convolution, its two gradients (which are also the transposed convolution), and the fused form for inference.
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/onednn.h"
#include "cpu/parallel.h"

namespace blemish {
namespace {

onednn::Window windowOf(const Attrs& attrs) {
  onednn::Window w;
  for (int i = 0; i < 2; ++i) w.stride[i] = attrs.integer("stride", i), w.dilation[i] = attrs.integer("dilation", i);
  for (int i = 0; i < 4; ++i) w.padding[i] = attrs.integer("padding", i);
  w.groups = attrs.integer("groups");
  return w;
}

onednn::Window checkedWindow(Dims& d, const Attrs& attrs) {
  onednn::Window w = windowOf(attrs);
  auto refuse = [&](const char* name, int64_t value, const char* expected) {
    d.refuse(Code::ATTRIBUTE_INVALID,
             std::string("attribute ") + name + " holds " + std::to_string(value) + "; expected " + expected);
  };
  for (int i = 0; i < 2; ++i) {
    if (w.stride[i] < 1) refuse("stride", w.stride[i], "at least 1");
    if (w.dilation[i] < 1) refuse("dilation", w.dilation[i], "at least 1");
  }
  for (int64_t padding : w.padding)
    if (padding < 0) refuse("padding", padding, "at least 0");
  if (w.groups < 1) refuse("groups", w.groups, "at least 1");
  return w;
}

// Extent of the result along one axis.
int64_t slid(Dims& d, const onednn::Window& w, int axis, int64_t extent, int64_t kernel) {
  int64_t reach = w.dilation[axis] * (kernel - 1) + 1, padded = extent + w.padding[2 * axis] + w.padding[2 * axis + 1];
  d.require(kernel >= 1 && padded >= reach, "the kernel reaches over " + std::to_string(reach) + " but the padded picture has " +
                                                std::to_string(padded) + "; expected the kernel to fit");
  return (padded - reach) / w.stride[axis] + 1;
}

void requireGroups(Dims& d, int64_t groups, int64_t c, int64_t perGroup, int64_t k) {
  d.require(c == perGroup * groups, "x has " + std::to_string(c) + " channels and weight " + std::to_string(perGroup) +
                                        " for each of " + std::to_string(groups) + " groups; expected them to agree");
  d.require(k % groups == 0,
            "weight gives " + std::to_string(k) + " channels; expected a multiple of the " + std::to_string(groups) + " groups");
}

void forwardRule(Dims& d, const Attrs& attrs) {
  onednn::Window w = checkedWindow(d, attrs);
  requireGroups(d, w.groups, d["C"], d["D"], d["K"]);
  d["P"] = slid(d, w, 0, d["H"], d["R"]);
  d["Q"] = slid(d, w, 1, d["W"], d["S"]);
}

// The result is blocked where its channels allow: what follows a convolution is mostly another one. Weights stay plain.
void arrangeForward(Arrangement& a) {
  a.makePlain[1] = true;
  if (a.out[0].shape[1] % channelBlock() == 0) a.out[0].layout = Layout::blocked;
}

}  // namespace

OP("conv2d(x: f32[N C H W], weight: f32[K D R S], bias?: f32[K], stride = [1 1], padding = [0 0 0 0], dilation = [1 1], groups = "
   "1) "
   "-> f32[N K P Q]",
   "Cross-correlation with zero padding [top bottom left right]; D = C / groups.", forwardRule)

KERNEL(cpu, conv2d, arrangeForward) {
  auto [x, weight, bias] = call.inputs<3>();
  onednn::convolve(x, weight, bias, Tensor(), windowOf(call.attrs), {}, call.out[0]);
}

OP("conv2dFused(x: f32[N C H W], weight: f32[K D R S], bias?: f32[K], addend?: f32[N K P Q], stride = [1 1], "
   "padding = [0 0 0 0], dilation = [1 1], groups = 1, activation = identity|relu|leakyRelu|elu|sigmoid|tanh|silu|gelu|relu6, "
   "alpha = 0.01) -> f32[N K P Q]",
   "activation(conv2d(x) + bias + addend) in one pass, for inference; alpha is leakyRelu's slope or elu's scale.",
   [](Dims& d, const Attrs& attrs) {
     int64_t p = d["P"], q = d["Q"];
     forwardRule(d, attrs);
     d.require(!d.has(3) || (p == d["P"] && q == d["Q"]), "addend is " + (d.has(3) ? text(d.input(3).shape) : std::string()) +
                                                              "; expected P = " + std::to_string(d["P"]) +
                                                              ", Q = " + std::to_string(d["Q"]));
   })

KERNEL(cpu, conv2dFused, arrangeForward) {
  auto [x, weight, bias, addend] = call.inputs<4>();
  static constexpr std::string_view names[] = {"identity", "relu", "leakyRelu", "elu",  "sigmoid",
                                               "tanh",     "silu", "gelu",      "relu6"};
  onednn::Activation activation;
  for (int i = 0; i < 9; ++i)
    if (call.attrs.choice("activation") == names[i]) activation.kind = static_cast<onednn::Activation::Kind>(i);
  activation.alpha = static_cast<float>(call.attrs.real("alpha"));
  onednn::convolve(x, weight, bias, addend, windowOf(call.attrs), activation, call.out[0]);
}

OP("conv2dGradInput(dy: f32[N K P Q], weight: f32[K D R S], height: int, width: int, stride = [1 1], padding = [0 0 0 0], "
   "dilation = [1 1], groups = 1) -> f32[N C H W]",
   "Gradient of conv2d with respect to x of the given height and width; also the transposed convolution of dy.",
   [](Dims& d, const Attrs& attrs) {
     onednn::Window w = checkedWindow(d, attrs);
     d["C"] = d["D"] * w.groups;
     requireGroups(d, w.groups, d["C"], d["D"], d["K"]);
     d["H"] = attrs.integer("height");
     d["W"] = attrs.integer("width");
     int64_t p = slid(d, w, 0, d["H"], d["R"]), q = slid(d, w, 1, d["W"], d["S"]);
     d.require(p == d["P"] && q == d["Q"], "dy is " + text(d.input(0).shape) +
                                               " but a picture of that height and width gives P = " + std::to_string(p) +
                                               ", Q = " + std::to_string(q) + "; expected them to agree");
   })

KERNEL(cpu, conv2dGradInput, arrangeForward) {
  onednn::convolveGradInput(call.in[0], call.in[1], windowOf(call.attrs), call.out[0]);
}

OP("conv2dGradWeight(dy: f32[N K P Q], x: f32[N C H W], rows: int, columns: int, stride = [1 1], padding = [0 0 0 0], "
   "dilation = [1 1], groups = 1) -> f32[K D R S]",
   "Gradient of conv2d with respect to a weight of the given rows and columns.", [](Dims& d, const Attrs& attrs) {
     onednn::Window w = checkedWindow(d, attrs);
     d.require(d["C"] % w.groups == 0, "x has " + std::to_string(d["C"]) + " channels; expected a multiple of the " +
                                           std::to_string(w.groups) + " groups");
     d["D"] = d["C"] / w.groups;
     requireGroups(d, w.groups, d["C"], d["D"], d["K"]);
     d["R"] = attrs.integer("rows");
     d["S"] = attrs.integer("columns");
     int64_t p = slid(d, w, 0, d["H"], d["R"]), q = slid(d, w, 1, d["W"], d["S"]);
     d.require(p == d["P"] && q == d["Q"], "dy is " + text(d.input(0).shape) + " but x and that kernel give P = " +
                                               std::to_string(p) + ", Q = " + std::to_string(q) + "; expected them to agree");
   })

KERNEL(cpu, conv2dGradWeight, [](Arrangement&) {}) {
  onednn::convolveGradWeight(call.in[0], call.in[1], windowOf(call.attrs), call.out[0]);
}

// The gradient of a bias, read from whatever layout dy has: sums over images and pixels, one float64 sum per channel.
OP("conv2dGradBias(dy: f32[N K P Q]) -> f32[K]", "Sum of dy over images and pixels.")

namespace {
template <int B>
BLEMISH_INLINE inline void sumBlocked(const float* dy, float* out, int64_t images, int64_t groups, int64_t group, int64_t area) {
  double total[B] = {};
  for (int64_t n = 0; n < images; ++n) {
    const float* row = dy + (n * groups + group) * area * B;
    for (int64_t from = 0; from < area; from += 64) {
      float part[B] = {};
      int64_t to = from + 64 < area ? from + 64 : area;
      for (int64_t p = from; p < to; ++p)
        for (int c = 0; c < B; ++c) part[c] += row[p * B + c];
      for (int c = 0; c < B; ++c) total[c] += part[c];
    }
  }
  for (int c = 0; c < B; ++c) out[group * B + c] = static_cast<float>(total[c]);
}
}  // namespace

KERNEL(cpu, conv2dGradBias, [](Arrangement&) {}) {
  const Tensor& x = call.in[0];
  int64_t images = x.shape[0], channels = x.shape[1], area = x.shape[2] * x.shape[3];
  const float* dy = x.floats();
  float* out = call.out[0].floats();
  int block = x.layout == Layout::blocked ? channelBlock() : 1;
  parallelFor(channels / block, grainOf(images * area * block), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t g = first; g < last; ++g) {
      if (block == 16) sumBlocked<16>(dy, out, images, channels / 16, g, area);
      else if (block == 8) sumBlocked<8>(dy, out, images, channels / 8, g, area);
      else sumBlocked<1>(dy, out, images, channels, g, area);
    }
  });
}

}  // namespace blemish
