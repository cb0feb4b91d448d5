// Blotches: where noise, raised around a place, exceeds a threshold.
#include <algorithm>

#include "core/registry.h"
#include "ops/corruptions/fields.h"
#include "ops/corruptions/layer.h"
#include "ops/corruptions/textures.h"
#include "cpu/random-key.h"

namespace blemish {

OP("blotches(blotches: f32[N 6], frame: f32[N 2 3], centre: f32[N 2], key: ints, height: int, width: int, octaves = 4) -> "
   "f32[N 1 H W]",
   "Opacity of blotches around centre[n] = (column, row). A row of `blotches`: radius in pixels, rise, threshold, edge, "
   "persistence, "
   "opacity. With z the perlinNoise at (u, v) = frame[n] (column - centre[n, 0], row - centre[n, 1], 1) and g = smoothstep(1 - "
   "distance from the centre / radius): opacity smoothstep((z + rise g - threshold) / edge) where g > 0, and 0 where that is "
   "below 1/128. "
   "Masks of thresholded noise: Zavrtanik et al. 2021.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     requireExtents(d, attrs);
     requireOctaves(d, attrs);
   })

KERNEL(cpu, blotches) {
  const Tensor& y = call.out[0];
  const float *table = checkedTable(call.in[0], "blotches"), *frames = checkedTable(call.in[1], "frame");
  const float* centre = checkedTable(call.in[2], "centre");
  int octaves = static_cast<int>(call.attrs.integer("octaves"));
  int64_t height = y.shape[2], width = y.shape[3];
  RandomKey key = keyOf(call.attrs);
  float* out = y.floats();
  forRows(y.shape[0], height, grainOf(20 * width), [=](int64_t n, int64_t row) BLEMISH_INLINE {
    const float* own = table + 6 * n;
    float radius = own[0], rise = own[1], threshold = own[2], persistence = own[4], opacity = std::min(own[5], 1.f);
    float *line = out + (n * height + row) * width, x = centre[2 * n], q = static_cast<float>(row) - centre[2 * n + 1];
    std::fill_n(line, width, 0.f);
    if (!(radius > 0 && opacity > 0) || std::fabs(q) >= radius) return;
    float half = math::sqrt(radius * radius - q * q), perRadius = 1 / radius, perEdge = 1 / std::max(own[3], 1e-6f);
    Columns touched(x - half, x + half, width);
    textures::Frame frame(frames + 6 * n);
    uint32_t seed = lattice::seedOf(key, n, 0);
    float u[textures::span], v[textures::span], z[textures::span];
    for (int64_t from = touched.from; from < touched.to; from += textures::span) {
      int64_t count = std::min<int64_t>(textures::span, touched.to - from);
      float right = static_cast<float>(from) - x;
      frame.row(right, q, count, u, v);
      textures::perlinOctaves(u, v, count, seed, octaves, persistence, z);
      for (int64_t i = 0; i < count; ++i) {
        float p = right + static_cast<float>(i);
        float g = layer::smoothstep(1 - math::sqrt(p * p + q * q) * perRadius);
        float o = layer::visible(opacity * layer::smoothstep((z[i] + rise * g - threshold) * perEdge));
        line[from + i] = select(g > 0, o, 0.f);
      }
    }
  });
}

}  // namespace blemish
