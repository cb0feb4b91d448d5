// Lays made texture on a picture wherever a layer of opacity says so.
#include <algorithm>

#include "core/registry.h"
#include "ops/corruptions/fields.h"
#include "ops/corruptions/layer.h"
#include "ops/corruptions/textures.h"
#include "ops/nn/random-key.h"

namespace blemish {
namespace {

constexpr int span = 64, octaves = 4;

// The numbers by which `kind` chooses.
enum Kind : int32_t { perlin, cells, cracks, lines, mesh, grain, kinds };

BLEMISH_BOTH float steeper(float t, float detail) { return math::clamp(0.5f + (t - 0.5f) * detail, 0.f, 1.f); }

// The texture within 0 … 1 at `count` pixels of a row; `channel` matters to grain only.
BLEMISH_INLINE inline void paint(int32_t kind, const textures::Frame& frame, float detail, uint32_t seed, int64_t x, int64_t row,
                                 int64_t channel, int64_t count, float* t) {
  float u[span], v[span], down = static_cast<float>(row);
  for (int64_t i = 0; i < count; ++i) {
    float column = static_cast<float>(x + i);
    u[i] = frame.u(column, down), v[i] = frame.v(column, down);
  }
  switch (kind) {
    case perlin:
      for (int64_t i = 0; i < count; ++i)
        t[i] = math::clamp(0.5f + 0.2f * textures::perlinOctaves(u[i], v[i], seed, octaves, detail), 0.f, 1.f);
      break;
    case cells:
      for (int64_t i = 0; i < count; ++i) t[i] = math::clamp(textures::worley(u[i], v[i], seed).first * detail, 0.f, 1.f);
      break;
    case cracks:
      for (int64_t i = 0; i < count; ++i) {
        textures::Nearest d = textures::worley(u[i], v[i], seed);
        t[i] = math::clamp(1 - (d.second - d.first) * detail, 0.f, 1.f);
      }
      break;
    case lines:
      for (int64_t i = 0; i < count; ++i) t[i] = steeper(0.5f + 0.5f * textures::wave(u[i]), detail);
      break;
    case mesh:
      for (int64_t i = 0; i < count; ++i) t[i] = steeper(0.5f + 0.5f * textures::wave(u[i]) * textures::wave(v[i]), detail);
      break;
    default:
      for (int64_t i = 0; i < count; ++i) {
        uint32_t own = seed + static_cast<uint32_t>(channel) * 0x9E3779B9u;
        float bell = lattice::bellOf(lattice::wordAt(own, lattice::floorOf(u[i]), lattice::floorOf(v[i])));
        t[i] = math::clamp(0.5f + 0.125f * bell, 0.f, 1.f);
      }
  }
}

}  // namespace

OP("pasteTextureStep(image!: f32[N C H W], opacity!: f32[N 1 H W], layer: f32[N 1 H W], kind: i32[N], frame: f32[N 2 3], "
   "detail: f32[N], colours: f32[N 2 C], kept: f32[N], key: ints) -> ()",
   "Where the layer is not 0: image = (1 - layer) image + layer clamp(kept image + (1 - t) colours[n, 0] + t colours[n, 1], 0, 1), t the "
   "texture at (u, v) = frame[n] (column, row, 1), cut to 0 … 1. kind 0: 1/2 + perlinNoise / 5, four octaves of persistence detail; "
   "1: detail F1; 2: 1 - detail (F2 - F1), of worleyNoise; 3 and 4: 1/2 + detail / 2 of gratings, lines and mesh; 5: 1/2 + z / 8 in each unit "
   "cell, nearly normal and another in each channel; -1 leaves a picture as it is. opacity = 1 - (1 - opacity)(1 - layer).",
   [](Dims& d, const Attrs& attrs) { requireKey(d, attrs); })

KERNEL(cpu, pasteTextureStep) {
  layer::Canvas canvas(call.in[0], call.in[1], call.in[2]);
  const int32_t* kind = checkedChoices(call.in[3], "kind", kinds);
  const float *frames = checkedTable(call.in[4], "frame"), *detail = checkedTable(call.in[5], "detail");
  const float *colours = call.in[6].floats(), *kept = call.in[7].floats();
  RandomKey key = keyOf(call.attrs);
  int64_t channels = canvas.channels;
  forRows(call.in[0].shape[0], canvas.height, grainOf(canvas.width), [=](int64_t n, int64_t row) BLEMISH_INLINE {
    if (kind[n] < 0) return;
    const float* line = canvas.layer + canvas.at(n, row);
    layer::Columns touched(line, canvas.width);
    if (touched.from == touched.to) return;
    textures::Frame frame(frames + 6 * n);
    uint32_t seed = lattice::seedOf(key, n, 0);
    float t[span], shown[span];
    for (int64_t x = touched.from; x < touched.to; x += span) {
      int64_t count = std::min<int64_t>(span, touched.to - x);
      for (int64_t c = 0; c < channels; ++c) {
        if (c == 0 || kind[n] == grain) paint(kind[n], frame, detail[n], seed, x, row, c, count, t);
        float *y = canvas.image + canvas.at(n, c, row) + x, base = colours[(2 * n + 0) * channels + c];
        float rise = colours[(2 * n + 1) * channels + c] - base;
        for (int64_t i = 0; i < count; ++i) shown[i] = math::clamp(kept[n] * y[i] + (base + rise * t[i]), 0.f, 1.f);
        canvas.lay(y, line + x, shown, count);
      }
      canvas.join(n, row, x, count);
    }
  });
}

}  // namespace blemish
