// Copies an image tensor into or out of the private channel-blocked layout [N C/B H W B].
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"

namespace blemish {

OP("reorderLayout(x: f32[N C H W]) -> f32[N C H W]",
   "The same numbers in the layout of the output. The dispatcher queues it; calling it by hand copies.")

namespace {
template <int B> BLEMISH_INLINE inline void toPlain(const float* from, float* to, int64_t area) {
  for (int64_t at = 0; at < area; at += 16) {
    int64_t end = at + 16 < area ? at + 16 : area;
    for (int c = 0; c < B; ++c)
      for (int64_t p = at; p < end; ++p) to[c * area + p] = from[p * B + c];
  }
}
template <int B> BLEMISH_INLINE inline void toBlocked(const float* from, float* to, int64_t area) {
  for (int64_t at = 0; at < area; at += 16) {
    int64_t end = at + 16 < area ? at + 16 : area;
    for (int64_t p = at; p < end; ++p)
      for (int c = 0; c < B; ++c) to[p * B + c] = from[c * area + p];
  }
}
}  // namespace

void reorderFloats(const float* from, Layout fromLayout, float* to, Layout toLayout, int64_t images, int64_t channels,
                   int64_t area) {
  int64_t total = images * channels * area;
  if (fromLayout == toLayout) {
    parallelFor(total, grainOf(1), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t i = first; i < last; ++i) to[i] = from[i];
    });
    return;
  }
  int block = channelBlock();
  int64_t groups = images * channels / block;
  parallelFor(groups, grainOf(area * block), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t g = first; g < last; ++g) {
      const float* source = from + g * block * area;
      float* target = to + g * block * area;
      if (toLayout == Layout::plain)
        block == 16 ? toPlain<16>(source, target, area) : toPlain<8>(source, target, area);
      else
        block == 16 ? toBlocked<16>(source, target, area) : toBlocked<8>(source, target, area);
    }
  });
}

KERNEL(cpu, reorderLayout, LayoutRule::flat) {
  const Tensor &x = call.in[0], &y = call.out[0];
  reorderFloats(x.floats(), x.layout, y.floats(), y.layout, x.shape[0], x.shape[1], x.shape[2] * x.shape[3]);
}

}  // namespace blemish
