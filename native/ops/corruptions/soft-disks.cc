// One disk or rectangle a picture, its border fading and its outline warped: the shape of a stain.
#include <algorithm>

#include "core/registry.h"
#include "ops/corruptions/displacement.h"
#include "ops/corruptions/fields.h"
#include "ops/corruptions/layer.h"
#include "ops/nn/random-key.h"

namespace blemish {
namespace {

// A row of the table `disks`.
struct Disk {
  float x, y, along, across, cosine, sine, softness, opacity;
  Displacement warp;
  float reachX, reachY;  // how far it can extend from its centre

  Disk(const float* row, bool rectangle, uint32_t seed)
      : x(row[0]),
        y(row[1]),
        along(row[2]),
        across(row[3]),
        cosine(std::cos(row[4])),
        sine(std::sin(row[4])),
        softness(std::max(row[5], 1e-6f)),
        opacity(row[8]),
        warp(row[6], row[7], seed) {
    float ax = std::fabs(along * cosine), bx = std::fabs(across * sine);
    float ay = std::fabs(along * sine), by = std::fabs(across * cosine);
    reachX = (rectangle ? ax + bx : std::hypot(ax, bx)) + warp.bound();
    reachY = (rectangle ? ay + by : std::hypot(ay, by)) + warp.bound();
  }
  bool any() const { return along > 0 && across > 0 && opacity > 0; }
};

}  // namespace

OP("softDisks(disks: f32[N 9], key: ints, height: int, width: int, outline = disk|rectangle) -> f32[N 1 H W]",
   "Opacity of one ellipse or rectangle a picture, a row of `disks` each: column and row of its centre, half its length and half "
   "its breadth in pixels, the angle of its length (radians), softness, sigma and amplitude in pixels of the displacement field that "
   "warps it, opacity of its middle. With r the distance from the centre, 1 on the outline: opacity smoothstep((1 - r) / softness), and 0 where that is "
   "below 1/128.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     requireExtents(d, attrs);
   })

KERNEL(cpu, softDisks) {
  const Tensor& y = call.out[0];
  const float* disks = checkedTable(call.in[0], "disks");
  bool rectangle = call.attrs.choice("outline") == "rectangle";
  int64_t height = y.shape[2], width = y.shape[3];
  RandomKey key = keyOf(call.attrs);
  float* out = y.floats();
  forRows(y.shape[0], height, grainOf(4 * width), [=](int64_t n, int64_t row) BLEMISH_INLINE {
    Disk disk(disks + 9 * n, rectangle, lattice::seedOf(key, n, 0));
    float *line = out + (n * height + row) * width, down = static_cast<float>(row) - disk.y;
    std::fill_n(line, width, 0.f);
    if (!disk.any() || std::fabs(down) > disk.reachY) return;
    int64_t from = std::max<int64_t>(0, static_cast<int64_t>(std::floor(disk.x - disk.reachX)));
    int64_t to = std::min<int64_t>(width, static_cast<int64_t>(std::ceil(disk.x + disk.reachX)) + 1);
    float dx[Displacement::span] = {}, dy[Displacement::span] = {};
    float perAlong = 1 / disk.along, perAcross = 1 / disk.across, perSoftness = 1 / disk.softness;
    for (int64_t x = from; x < to; x += Displacement::span) {
      int64_t count = std::min<int64_t>(Displacement::span, to - x);
      if (disk.warp.any()) disk.warp.row(x, row, count, dx, dy);
      float right = static_cast<float>(x) - disk.x;
      for (int64_t i = 0; i < count; ++i) {
        float p = right + static_cast<float>(i) + dx[i], q = down + dy[i];
        float u = math::abs((disk.cosine * p + disk.sine * q) * perAlong);
        float v = math::abs((disk.cosine * q - disk.sine * p) * perAcross);
        float r = rectangle ? select(u > v, u, v) : math::sqrt(u * u + v * v);
        line[x + i] = layer::visible(disk.opacity * layer::smoothstep((1 - r) * perSoftness));
      }
    }
  });
}

}  // namespace blemish
