// Lays made texture on a picture wherever a layer of opacity says so.
#include <algorithm>

#include "core/registry.h"
#include "ops/corruptions/fields.h"
#include "ops/corruptions/layer.h"
#include "ops/corruptions/textures.h"
#include "cpu/random-key.h"

namespace blemish {
namespace {

using textures::span;
constexpr int octaves = 4;

// The numbers by which `kind` chooses.
enum Kind : int32_t { perlin, cells, cracks, lines, mesh, grain, relief, kinds };

// A stretch of a row of one picture, and what its texture is made from.
struct Stretch {
  const float *above, *line, *below;  // rows of the layer; at its edges the same row again
  float detail;
  uint32_t seed;
  int64_t from, count, width;
  float u[span], v[span], lightX, lightY;

  BLEMISH_BOTH float cut(float t) const { return math::clamp(t, 0.f, 1.f); }
  // The slope of the layer towards the light.
  BLEMISH_BOTH float slope(int64_t x) const {
    float across = line[x + 1 < width ? x + 1 : x] - line[x > 0 ? x - 1 : x];
    return lightX * across + lightY * (below[x] - above[x]);
  }

  // The texture within 0 … 1; `channel` matters to grain only.
  BLEMISH_INLINE inline void paint(int32_t kind, int64_t channel, float* t) const {
    uint32_t own = seed + static_cast<uint32_t>(channel) * 0x9E3779B9u;
    switch (kind) {
      case perlin:
        textures::perlinOctaves(u, v, count, seed, octaves, detail, t);
        for (int64_t i = 0; i < count; ++i) t[i] = cut(0.5f + 0.2f * t[i]);
        break;
      case cells:
        for (int64_t i = 0; i < count; ++i) t[i] = cut(textures::worley(u[i], v[i], seed).first * detail);
        break;
      case cracks:
        for (int64_t i = 0; i < count; ++i) {
          textures::Nearest d = textures::worley(u[i], v[i], seed);
          t[i] = cut(1 - (d.second - d.first) * detail);
        }
        break;
      case lines:
        for (int64_t i = 0; i < count; ++i) t[i] = cut(0.5f + 0.5f * detail * textures::wave(u[i]));
        break;
      case mesh:
        for (int64_t i = 0; i < count; ++i) t[i] = cut(0.5f + 0.5f * detail * textures::wave(u[i]) * textures::wave(v[i]));
        break;
      case grain:
        for (int64_t i = 0; i < count; ++i)
          t[i] = cut(0.5f + 0.125f * lattice::bellOf(lattice::wordAt(own, lattice::floorOf(u[i]), lattice::floorOf(v[i]))));
        break;
      default:
        for (int64_t i = 0; i < count; ++i) t[i] = cut(0.5f + detail * slope(from + i));
    }
  }
};

}  // namespace

OP("pasteTextureStep(image!: f32[N C H W], opacity!: f32[N 1 H W], layer: f32[N 1 H W], kind: i32[N], centre: f32[N 2], "
   "frame: f32[N 2 3], detail: f32[N], base: f32[N C], shift: f32[N 2 C], kept: f32[N], key: ints) -> ()",
   "Where the layer is above 0: image = (1 - layer) image + layer clamp(base + kept (image - base) + (1 - t) shift[n, 0] + t "
   "shift[n, 1], 0, 1), "
   "and opacity = 1 - (1 - opacity)(1 - layer). t is the texture, cut to 0 … 1, at (u, v) = frame[n] (column - centre[n, 0], row "
   "- centre[n, 1], 1). kind "
   "0: 1/2 + perlinNoise / 5, four octaves of persistence detail; 1: detail F1 and 2: 1 - detail (F2 - F1) of worleyNoise; 3 and "
   "4: "
   "1/2 + detail / 2 of gratings, lines and mesh; 5: 1/2 + z / 8 with z nearly normal, one for each unit cell and channel; 6: "
   "1/2 + "
   "detail times the difference of the layer's neighbours, by columns and by rows, along the frame's first row: relief under "
   "light. "
   "-1 leaves a picture as it is.",
   [](Dims& d, const Attrs& attrs) { requireKey(d, attrs); })

KERNEL(cpu, pasteTextureStep) {
  layer::Canvas canvas(call.in[0], call.in[1], call.in[2]);
  const int32_t* kind = checkedChoices(call.in[3], "kind", kinds);
  const float *centres = checkedTable(call.in[4], "centre"), *frames = checkedTable(call.in[5], "frame");
  const float *detail = checkedTable(call.in[6], "detail"), *bases = call.in[7].floats(), *shifts = call.in[8].floats();
  const float* kept = call.in[9].floats();
  RandomKey key = keyOf(call.attrs);
  int64_t channels = canvas.channels, height = canvas.height, width = canvas.width;
  forRows(call.in[0].shape[0], height, grainOf(width), [=](int64_t n, int64_t row) BLEMISH_INLINE {
    if (kind[n] < 0) return;
    const float* line = canvas.layer + canvas.at(n, row);
    Columns touched = columnsAbove0(line, width);
    if (touched.from == touched.to) return;
    textures::Frame frame(frames + 6 * n);
    Stretch stretch;
    stretch.above = row > 0 ? line - width : line, stretch.line = line, stretch.below = row + 1 < height ? line + width : line;
    stretch.detail = detail[n], stretch.seed = lattice::seedOf(key, n, 0), stretch.width = width;
    stretch.lightX = frame.m[0], stretch.lightY = frame.m[1];
    float t[span], shown[span], q = static_cast<float>(row) - centres[2 * n + 1];
    for (int64_t x = touched.from; x < touched.to; x += span) {
      int64_t count = std::min<int64_t>(span, touched.to - x);
      stretch.from = x, stretch.count = count;
      frame.row(static_cast<float>(x) - centres[2 * n], q, count, stretch.u, stretch.v);
      for (int64_t c = 0; c < channels; ++c) {
        if (c == 0 || kind[n] == grain) stretch.paint(kind[n], c, t);
        float *y = canvas.image + canvas.at(n, c, row) + x, base = bases[n * channels + c];
        float low = shifts[(2 * n + 0) * channels + c], rise = shifts[(2 * n + 1) * channels + c] - low;
        for (int64_t i = 0; i < count; ++i) shown[i] = base + kept[n] * (y[i] - base) + (low + rise * t[i]);
        canvas.lay(y, line + x, shown, count);
      }
      canvas.join(n, row, x, count);
    }
  });
}

}  // namespace blemish
