// Fields of made texture: Perlin noise, Worley noise, gratings.
#include "ops/corruptions/textures.h"

#include "core/registry.h"
#include "ops/corruptions/fields.h"
#include "ops/nn/random-key.h"

namespace blemish {
namespace {

// y[n, 0, row, column] = f(u, v, seed, n)
template <class F> void eachPoint(Call& call, const F& f) {
  const Tensor& y = call.out[0];
  const float* frames = checkedTable(call.in[0], "frame");
  int64_t height = y.shape[2], width = y.shape[3];
  RandomKey key = keyOf(call.attrs);
  float* out = y.floats();
  forRows(y.shape[0], height, grainOf(60 * width), [=](int64_t n, int64_t row) BLEMISH_INLINE {
    textures::Frame frame(frames + 6 * n);
    uint32_t seed = lattice::seedOf(key, n, 0);
    float *line = out + (n * height + row) * width, down = static_cast<float>(row);
    for (int64_t x = 0; x < width; ++x) {
      float column = static_cast<float>(x);
      line[x] = f(frame.u(column, down), frame.v(column, down), seed, n);
    }
  });
}

}  // namespace

OP("perlinNoise(frame: f32[N 2 3], persistence: f32[N], key: ints, height: int, width: int, octaves = 4) -> f32[N 1 H W]",
   "Gradient noise of mean 0 and variance 1 at (u, v) = frame[n] (column, row, 1), whose unit is a cell of the coarsest octave; each "
   "further octave is twice as fine and persistence[n] times as strong. Perlin 1985, with the fade of Perlin 2002.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     requireExtents(d, attrs);
     requireOctaves(d, attrs);
   })

KERNEL(cpu, perlinNoise) {
  const float* persistence = checkedTable(call.in[1], "persistence");
  int octaves = static_cast<int>(call.attrs.integer("octaves"));
  eachPoint(call, [=](float u, float v, uint32_t seed, int64_t n) BLEMISH_INLINE {
    return textures::perlinOctaves(u, v, seed, octaves, persistence[n]);
  });
}

OP("worleyNoise(frame: f32[N 2 3], key: ints, height: int, width: int, feature = nearest|crease) -> f32[N 1 H W]",
   "Cellular noise at (u, v) = frame[n] (column, row, 1), one random point in each unit cell: the distance to the nearest point of "
   "the 3 x 3 cells around, or how much farther the second is, which is 0 on the creases between. Worley 1996.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     requireExtents(d, attrs);
   })

KERNEL(cpu, worleyNoise) {
  bool crease = call.attrs.choice("feature") == "crease";
  eachPoint(call, [=](float u, float v, uint32_t seed, int64_t) BLEMISH_INLINE {
    textures::Nearest d = textures::worley(u, v, seed);
    return crease ? d.second - d.first : d.first;
  });
}

OP("gratings(frame: f32[N 2 3], height: int, width: int, pattern = lines|mesh) -> f32[N 1 H W]",
   "sin(2 pi u) or, as a mesh, sin(2 pi u) sin(2 pi v), at (u, v) = frame[n] (column, row, 1): frequency, direction and phase are "
   "the frame's.",
   [](Dims& d, const Attrs& attrs) { requireExtents(d, attrs); })

KERNEL(cpu, gratings) {
  const Tensor& y = call.out[0];
  const float* frames = checkedTable(call.in[0], "frame");
  bool mesh = call.attrs.choice("pattern") == "mesh";
  int64_t height = y.shape[2], width = y.shape[3];
  float* out = y.floats();
  forRows(y.shape[0], height, grainOf(40 * width), [=](int64_t n, int64_t row) BLEMISH_INLINE {
    textures::Frame frame(frames + 6 * n);
    float *line = out + (n * height + row) * width, down = static_cast<float>(row);
    for (int64_t x = 0; x < width; ++x) line[x] = textures::wave(frame.u(static_cast<float>(x), down));
    if (mesh)
      for (int64_t x = 0; x < width; ++x) line[x] *= textures::wave(frame.v(static_cast<float>(x), down));
  });
}

}  // namespace blemish
