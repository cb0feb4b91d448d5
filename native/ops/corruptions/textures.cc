// Fields of made texture: Perlin noise, Worley noise, gratings.
#include "ops/corruptions/textures.h"

#include "core/registry.h"
#include "ops/corruptions/fields.h"
#include "cpu/random-key.h"

namespace blemish {
namespace {

// f(u, v, count, seed, n, y): y[i] of the points (u[i], v[i]) of a stretch of a row of picture n.
template <class F> void eachStretch(Call& call, const RandomKey& key, const F& f) {
  const Tensor& y = call.out[0];
  const float* frames = checkedTable(call.in[0], "frame");
  int64_t height = y.shape[2], width = y.shape[3];
  float* out = y.floats();
  forRows(y.shape[0], height, grainOf(60 * width), [=](int64_t n, int64_t row) BLEMISH_INLINE {
    textures::Frame frame(frames + 6 * n);
    uint32_t seed = lattice::seedOf(key, n, 0);
    float *line = out + (n * height + row) * width, u[textures::span], v[textures::span];
    for (int64_t x = 0; x < width; x += textures::span) {
      int64_t count = std::min<int64_t>(textures::span, width - x);
      frame.row(static_cast<float>(x), static_cast<float>(row), count, u, v);
      f(u, v, count, seed, n, line + x);
    }
  });
}

}  // namespace

OP("perlinNoise(frame: f32[N 2 3], persistence: f32[N], key: ints, height: int, width: int, octaves = 4) -> f32[N 1 H W]",
   "Gradient noise of mean 0 and variance 1 at (u, v) = frame[n] (column, row, 1), whose unit is a cell of the coarsest octave; "
   "each "
   "further octave is twice as fine and persistence[n] times as strong. Perlin 1985, with the fade of Perlin 2002.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     requireExtents(d, attrs);
     requireOctaves(d, attrs);
   })

KERNEL(cpu, perlinNoise) {
  const float* persistence = checkedTable(call.in[1], "persistence");
  int octaves = static_cast<int>(call.attrs.integer("octaves"));
  eachStretch(call, keyOf(call.attrs),
              [=](const float* u, const float* v, int64_t count, uint32_t seed, int64_t n, float* y)
                  BLEMISH_INLINE { textures::perlinOctaves(u, v, count, seed, octaves, persistence[n], y); });
}

OP("worleyNoise(frame: f32[N 2 3], key: ints, height: int, width: int, feature = nearest|crease) -> f32[N 1 H W]",
   "Cellular noise at (u, v) = frame[n] (column, row, 1), one random point in each unit cell: the distance to the nearest point "
   "of "
   "the 3 x 3 cells around, or how much farther the second is, which is 0 on the creases between. Worley 1996.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     requireExtents(d, attrs);
   })

KERNEL(cpu, worleyNoise) {
  bool crease = call.attrs.choice("feature") == "crease";
  eachStretch(call, keyOf(call.attrs),
              [=](const float* u, const float* v, int64_t count, uint32_t seed, int64_t, float* y) BLEMISH_INLINE {
                float share = crease ? 1 : 0;  // a branch would keep the loop from being vectorised
                for (int64_t i = 0; i < count; ++i) {
                  textures::Nearest d = textures::worley(u[i], v[i], seed);
                  y[i] = d.first + share * (d.second - 2 * d.first);
                }
              });
}

OP("gratings(frame: f32[N 2 3], height: int, width: int, pattern = lines|mesh) -> f32[N 1 H W]",
   "sin(2 pi u) or, as a mesh, sin(2 pi u) sin(2 pi v), at (u, v) = frame[n] (column, row, 1): frequency, direction and phase "
   "are "
   "the frame's.",
   [](Dims& d, const Attrs& attrs) { requireExtents(d, attrs); })

KERNEL(cpu, gratings) {
  bool mesh = call.attrs.choice("pattern") == "mesh";
  eachStretch(call, RandomKey{}, [=](const float* u, const float* v, int64_t count, uint32_t, int64_t, float* y) BLEMISH_INLINE {
    for (int64_t i = 0; i < count; ++i) y[i] = textures::wave(u[i]);
    if (mesh)
      for (int64_t i = 0; i < count; ++i) y[i] *= textures::wave(v[i]);
  });
}

}  // namespace blemish
