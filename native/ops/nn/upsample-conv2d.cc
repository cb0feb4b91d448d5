// Nearest upsampling by two followed by a convolution, as one transposed convolution of stride 2.
//
// out[o] = Σ_r w[r] x[⌊(o + r − p)/2⌋] = Σ_i x[i] k[o − 2i + R−1−p] with k[m] = w[R−1−m] + w[R−m]: four ninths of the
// arithmetic for a 3x3 kernel, and the upsampled picture never exists. This file makes k from w, and runs the fused form.
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/onednn.h"
#include "cpu/parallel.h"

namespace blemish {

OP("upsampleWeight(weight: f32[K C R S]) -> f32[C K U V]",
   "The weight of the transposed convolution of stride 2 that equals upsampling by two (nearest), then convolving; U = R + 1, V "
   "= S + 1.",
   [](Dims& d, const Attrs&) {
     d["U"] = d["R"] + 1;
     d["V"] = d["S"] + 1;
   })

KERNEL(cpu, upsampleWeight) {
  const Tensor &w = call.in[0], &k = call.out[0];
  int64_t outs = w.shape[0], ins = w.shape[1], rows = w.shape[2], columns = w.shape[3];
  const float* from = w.floats();
  float* to = k.floats();
  parallelFor(ins * outs, grainOf(4 * rows * columns), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) {
      const float* source = from + (i % outs * ins + i / outs) * rows * columns;
      float* target = to + i * (rows + 1) * (columns + 1);
      for (int64_t u = 0; u <= rows; ++u)
        for (int64_t v = 0; v <= columns; ++v) {
          float sum = 0;
          for (int64_t r = rows - 1 - u; r <= rows - u; ++r)
            for (int64_t s = columns - 1 - v; s <= columns - v; ++s)
              if (r >= 0 && r < rows && s >= 0 && s < columns) sum += source[r * columns + s];
          target[u * (columns + 1) + v] = sum;
        }
    }
  });
}

OP("upsampleWeightGrad(dy: f32[C K U V]) -> f32[K C R S]", "Gradient of upsampleWeight.", [](Dims& d, const Attrs&) {
  d.require(d["U"] >= 2 && d["V"] >= 2, "dy is " + text(d.input(0).shape) + "; expected U and V of at least 2");
  d["R"] = d["U"] - 1;
  d["S"] = d["V"] - 1;
})

KERNEL(cpu, upsampleWeightGrad) {
  const Tensor &dk = call.in[0], &dw = call.out[0];
  int64_t outs = dw.shape[0], ins = dw.shape[1], rows = dw.shape[2], columns = dw.shape[3];
  const float* from = dk.floats();
  float* to = dw.floats();
  parallelFor(ins * outs, grainOf(4 * rows * columns), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) {
      const float* source = from + (i % ins * outs + i / ins) * (rows + 1) * (columns + 1);
      float* target = to + i * rows * columns;
      for (int64_t r = 0; r < rows; ++r)
        for (int64_t s = 0; s < columns; ++s) {
          const float* corner = source + (rows - 1 - r) * (columns + 1) + columns - 1 - s;
          target[r * columns + s] = corner[0] + corner[1] + corner[columns + 1] + corner[columns + 2];
        }
    }
  });
}

OP("convTranspose2dFused(x: f32[N C H W], weight: f32[C K U V], bias?: f32[K], height: int, width: int, stride = [1 1], "
   "padding = [0 0 0 0], activation = identity|relu) -> f32[N K P Q]",
   "activation(transposed convolution of x + bias), for inference; the result has the given height and width.",
   [](Dims& d, const Attrs& attrs) {
     d["P"] = attrs.integer("height");
     d["Q"] = attrs.integer("width");
     static const char* kernels[] = {"U", "V"};
     static const char* from[] = {"H", "W"};
     static const char* to[] = {"P", "Q"};
     for (int axis = 0; axis < 2; ++axis) {
       int64_t stride = attrs.integer("stride", axis), before = attrs.integer("padding", 2 * axis),
               after = attrs.integer("padding", 2 * axis + 1);
       if (stride < 1 || before < 0 || after < 0)
         d.refuse(Code::ATTRIBUTE_INVALID, "stride or padding is out of range; expected stride >= 1, padding >= 0");
       int64_t extent = d[to[axis]], kernel = d[kernels[axis]], back = extent + before + after - kernel;
       d.require(back >= 0 && back / stride + 1 == d[from[axis]], "x is " + text(d.input(0).shape) + " and does not give " +
                                                                      to[axis] + " = " + std::to_string(extent) +
                                                                      "; expected an extent that the kernel leads back to x's");
     }
   })

namespace {
void arrange(Arrangement& a) {
  a.makePlain[1] = true;
  if (a.out[0].shape[1] % channelBlock() == 0) a.out[0].layout = Layout::blocked;
}
}  // namespace

KERNEL(cpu, convTranspose2dFused, arrange) {
  auto [x, weight, bias] = call.inputs<3>();
  const Tensor& y = call.out[0];
  onednn::Window window{};
  for (int i = 0; i < 2; ++i) window.stride[i] = call.attrs.integer("stride", i), window.dilation[i] = 1;
  for (int i = 0; i < 4; ++i) window.padding[i] = call.attrs.integer("padding", i);
  window.groups = 1;
  bool relu = call.attrs.choice("activation") == "relu";
  int64_t channels = y.shape[1], area = y.shape[2] * y.shape[3];
  int block = y.layout == Layout::blocked ? channelBlock() : 1;
  const float* addend = bias ? bias.floats() : nullptr;
  // One picture at a time, so that bias and activation find the result still in the cache.
  for (int64_t n = 0; n < y.shape[0]; ++n) {
    Tensor one = x, result = y;
    one.shape[0] = result.shape[0] = 1;
    one.data = x.floats() + n * x.shape.product(1, 4);
    result.data = y.floats() + n * channels * area;
    onednn::convolveGradInput(one, weight, window, result);
    float* out = result.floats();
    parallelFor(channels / block, grainOf(area * block), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t c = first; c < last; ++c) {
        float* row = out + c * area * block;
        if (block == 1) {
          float b = addend ? addend[c] : 0.0f;
          for (int64_t p = 0; p < area; ++p) {
            float v = row[p] + b;
            row[p] = relu && !(v > 0) ? (v != v ? v : 0.0f) : v;
          }
          continue;
        }
        float b[16] = {};
        for (int i = 0; addend && i < block; ++i) b[i] = addend[c * block + i];
        for (int64_t p = 0; p < area * block; p += 8)
          for (int i = 0; i < 8; ++i) {
            float v = row[p + i] + b[(p + i) & (block - 1)];
            row[p + i] = relu && !(v > 0) ? (v != v ? v : 0.0f) : v;
          }
      }
    });
  }
}

}  // namespace blemish
