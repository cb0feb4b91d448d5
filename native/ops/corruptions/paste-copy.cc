// Lays a displaced copy of a picture, its own or another, on a picture wherever a layer of opacity says so.
#include <algorithm>

#include "core/registry.h"
#include "ops/corruptions/displacement.h"
#include "ops/corruptions/fields.h"
#include "ops/corruptions/layer.h"
#include "cpu/random-key.h"

namespace blemish {
namespace {

constexpr int span = Displacement::span;

// A position among pixels 0 … last, mirrored at the outer ones and, further out, held there.
BLEMISH_BOTH float inside(float at, float last) {
  at = math::abs(at);
  at = select(at > last, 2 * last - at, at);
  return math::clamp(at, 0.f, last);
}

void requireApart(Dims& d, int index, const char* name) {
  if (d.input(index).data && d.input(index).data == d.input(0).data)
    d.refuse(Code::ATTRIBUTE_INVALID, std::string(name) + " is the image that is changed; expected another tensor to read from");
}

}  // namespace

OP("pasteCopyStep(image!: f32[N C H W], opacity!: f32[N 1 H W], layer: f32[N 1 H W], own: f32[N C H W], donors: f32[N C H W], "
   "source: i32[N], centre: f32[N 2], origin: f32[N 2], turn: f32[N 2 2], warp: f32[N 2], tone: f32[N 2 C], key: ints) -> ()",
   "Where the layer is above 0: image = (1 - layer) image + layer clamp(gain s + offset, 0, 1). s is read from picture n of "
   "`own` "
   "(source 0) or `donors` (1) at origin[n] + turn[n] ((column, row) - centre[n]) + a displacement of warp[n] = (sigma, "
   "amplitude), "
   "bilinearly, mirrored at the edges; tone[n] holds the gains, then the offsets. And opacity = 1 - (1 - opacity)(1 - layer). "
   "Source -1 leaves a picture as it is.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     requireApart(d, 3, "own");
     requireApart(d, 4, "donors");
     d.require(d["H"] * d["W"] <= INT32_MAX,
               "image has " + std::to_string(d["H"] * d["W"]) + " pixels; expected at most 2147483647");
   })

KERNEL(cpu, pasteCopyStep) {
  layer::Canvas canvas(call.in[0], call.in[1], call.in[2]);
  const float *own = call.in[3].floats(), *donors = call.in[4].floats();
  const int32_t* source = checkedChoices(call.in[5], "source", 2);
  const float *centres = checkedTable(call.in[6], "centre"), *origins = checkedTable(call.in[7], "origin");
  const float *turns = checkedTable(call.in[8], "turn"), *warps = checkedTable(call.in[9], "warp"), *tones = call.in[10].floats();
  RandomKey key = keyOf(call.attrs);
  int64_t channels = canvas.channels, height = canvas.height, width = canvas.width;
  forRows(call.in[0].shape[0], height, grainOf(width), [=](int64_t n, int64_t row) BLEMISH_INLINE {
    if (source[n] < 0) return;
    const float* line = canvas.layer + canvas.at(n, row);
    Columns touched = columnsAbove0(line, width);
    if (touched.from == touched.to) return;
    Displacement warp(warps[2 * n], warps[2 * n + 1], lattice::seedOf(key, n, 0));
    const float *from = source[n] == 0 ? own : donors, *turn = turns + 4 * n;
    float dx[span] = {}, dy[span] = {}, fx[span], fy[span], shown[span];
    int32_t corner[span], right[span], below[span];
    float lastX = static_cast<float>(width - 1), lastY = static_cast<float>(height - 1);
    float q = static_cast<float>(row) - centres[2 * n + 1];
    float startX = origins[2 * n] + turn[1] * q, startY = origins[2 * n + 1] + turn[3] * q;
    for (int64_t x = touched.from; x < touched.to; x += span) {
      int64_t count = std::min<int64_t>(span, touched.to - x);
      if (warp.any()) warp.row(x, row, count, dx, dy);
      for (int64_t i = 0; i < count; ++i) {
        float p = static_cast<float>(x + i) - centres[2 * n];
        float atX = inside(startX + turn[0] * p + dx[i], lastX), atY = inside(startY + turn[2] * p + dy[i], lastY);
        int32_t left = static_cast<int32_t>(atX), top = static_cast<int32_t>(atY);
        fx[i] = atX - static_cast<float>(left), fy[i] = atY - static_cast<float>(top);
        corner[i] = top * static_cast<int32_t>(width) + left;
        right[i] = left + 1 < width ? 1 : 0;
        below[i] = top + 1 < height ? static_cast<int32_t>(width) : 0;
      }
      for (int64_t c = 0; c < channels; ++c) {
        const float* plane = from + canvas.at(n, c, 0);
        float gain = tones[(2 * n + 0) * channels + c], offset = tones[(2 * n + 1) * channels + c];
        for (int64_t i = 0; i < count; ++i) {
          const float* p = plane + corner[i];
          float above = p[0] + fx[i] * (p[right[i]] - p[0]);
          float under = p[below[i]] + fx[i] * (p[below[i] + right[i]] - p[below[i]]);
          shown[i] = gain * (above + fy[i] * (under - above)) + offset;
        }
        canvas.lay(canvas.image + canvas.at(n, c, row) + x, line + x, shown, count);
      }
      canvas.join(n, row, x, count);
    }
  });
}

}  // namespace blemish
