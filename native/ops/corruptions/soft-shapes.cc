// One shape a picture, between disk and rectangle, its border fading and its outline warped: the outline of a stain.
#include <algorithm>

#include "core/registry.h"
#include "ops/corruptions/displacement.h"
#include "ops/corruptions/fields.h"
#include "ops/corruptions/layer.h"
#include "cpu/random-key.h"

namespace blemish {
namespace {

// A row of the table `shapes`.
struct SoftShape {
  float perLength, perBreadth, cosine, sine, squareness, perSoftness;
  Displacement warp;
  float opacity, reachX, reachY;  // how far it can extend from its centre

  SoftShape(const float* row, uint32_t seed)
      : perLength(1 / row[0]),
        perBreadth(1 / row[1]),
        cosine(std::cos(row[2])),
        sine(std::sin(row[2])),
        squareness(std::clamp(row[3], 0.f, 1.f)),
        perSoftness(1 / std::max(row[4], 1e-6f)),
        warp(row[5], row[6], seed),
        opacity(row[0] > 0 && row[1] > 0 ? std::min(row[7], 1.f) : 0),
        reachX(std::fabs(row[0] * cosine) + std::fabs(row[1] * sine) + warp.bound()),
        reachY(std::fabs(row[0] * sine) + std::fabs(row[1] * cosine) + warp.bound()) {}

  BLEMISH_BOTH float at(float x, float y) const {
    float u = math::abs((cosine * x + sine * y) * perLength), v = math::abs((cosine * y - sine * x) * perBreadth);
    float disk = math::sqrt(u * u + v * v), rectangle = select(u > v, u, v);
    float r = disk + squareness * (rectangle - disk);
    return layer::visible(opacity * layer::smoothstep((1 - r) * perSoftness));
  }
};

}  // namespace

OP("softShapes(shapes: f32[N 8], centre: f32[N 2], key: ints, height: int, width: int) -> f32[N 1 H W]",
   "Opacity of one shape a picture around centre[n] = (column, row). A row of `shapes`: half its length and half its breadth in "
   "pixels, the angle of its length in radians, squareness, softness, sigma and amplitude in pixels of the displacement field "
   "that warps it, opacity of its middle. With r the distance from the centre, 1 on the outline of the ellipse (squareness 0) or "
   "the rectangle (1), or a mean of both: opacity smoothstep((1 - r) / softness), and 0 where that is below 1/128.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     requireExtents(d, attrs);
   })

KERNEL(cpu, softShapes) {
  const Tensor& y = call.out[0];
  const float *shapes = checkedTable(call.in[0], "shapes"), *centre = checkedTable(call.in[1], "centre");
  int64_t height = y.shape[2], width = y.shape[3];
  RandomKey key = keyOf(call.attrs);
  float* out = y.floats();
  forRows(y.shape[0], height, grainOf(4 * width), [=](int64_t n, int64_t row) BLEMISH_INLINE {
    SoftShape shape(shapes + 8 * n, lattice::seedOf(key, n, 0));
    float *line = out + (n * height + row) * width, x = centre[2 * n], down = static_cast<float>(row) - centre[2 * n + 1];
    std::fill_n(line, width, 0.f);
    if (!(shape.opacity > 0) || std::fabs(down) > shape.reachY) return;
    Columns touched(x - shape.reachX, x + shape.reachX, width);
    float dx[Displacement::span] = {}, dy[Displacement::span] = {};
    for (int64_t from = touched.from; from < touched.to; from += Displacement::span) {
      int64_t count = std::min<int64_t>(Displacement::span, touched.to - from);
      if (shape.warp.any()) shape.warp.row(from, row, count, dx, dy);
      float right = static_cast<float>(from) - x;
      for (int64_t i = 0; i < count; ++i) line[from + i] = shape.at(right + static_cast<float>(i) + dx[i], down + dy[i]);
    }
  });
}

}  // namespace blemish
