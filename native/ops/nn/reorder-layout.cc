// Copies an image tensor into or out of the private channel-blocked layout [N C/B H W B].
#include "ops/nn/reorder-layout.h"

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"

namespace blemish {

OP("reorderLayout(x: f32[N C H W]) -> f32[N C H W]",
   "The same numbers in the layout of the output. The dispatcher queues it; calling it by hand copies.")

namespace {
template <int B, class T> BLEMISH_INLINE inline void toPlain(const T* from, T* to, int64_t area) {
  for (int64_t at = 0; at < area; at += 16) {
    int64_t end = at + 16 < area ? at + 16 : area;
    for (int c = 0; c < B; ++c)
      for (int64_t p = at; p < end; ++p) to[c * area + p] = from[p * B + c];
  }
}
template <int B, class T> BLEMISH_INLINE inline void toBlocked(const T* from, T* to, int64_t area) {
  for (int64_t at = 0; at < area; at += 16) {
    int64_t end = at + 16 < area ? at + 16 : area;
    for (int64_t p = at; p < end; ++p)
      for (int c = 0; c < B; ++c) to[p * B + c] = from[c * area + p];
  }
}

template <class T>
void reorderAs(const T* from, Layout fromLayout, T* to, Layout toLayout, int64_t images, int64_t channels, int64_t area) {
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
      const T* source = from + g * block * area;
      T* target = to + g * block * area;
      if (toLayout == Layout::plain) block == 16 ? toPlain<16>(source, target, area) : toPlain<8>(source, target, area);
      else block == 16 ? toBlocked<16>(source, target, area) : toBlocked<8>(source, target, area);
    }
  });
}

void reorderCall(Call& call) {
  const Tensor &x = call.in[0], &y = call.out[0];
  reorderElements(x.data, x.layout, y.data, y.layout, x.shape[0], x.shape[1], x.shape[2] * x.shape[3], sizeOf(x.dtype));
}
}  // namespace

void reorderElements(const void* from, Layout fromLayout, void* to, Layout toLayout, int64_t images, int64_t channels,
                     int64_t area, size_t elementBytes) {
  if (elementBytes == 1)
    reorderAs(static_cast<const uint8_t*>(from), fromLayout, static_cast<uint8_t*>(to), toLayout, images, channels, area);
  else reorderAs(static_cast<const float*>(from), fromLayout, static_cast<float*>(to), toLayout, images, channels, area);
}

const float* floatsIn(Layout layout, const Tensor& x) {
  if (x.layout == layout) return x.floats();
  float* copy = scratchOf<float>(x.size());
  reorderElements(x.data, x.layout, copy, layout, x.shape[0], x.shape[1], x.shape[2] * x.shape[3], sizeof(float));
  return copy;
}

KERNEL(cpu, reorderLayout, LayoutRule::flat) { reorderCall(call); }

OP("blockLayout(x: f32[N C H W]) -> f32[N C H W]",
   "The same numbers in the channel-blocked layout where the channels allow it, as a convolution would give them: lets a test "
   "feed that layout to any operation.")

KERNEL(cpu, blockLayout, [](Arrangement& a) {
  if (a.out[0].shape[1] % channelBlock() == 0) a.out[0].layout = Layout::blocked;
}) {
  reorderCall(call);
}

}  // namespace blemish
