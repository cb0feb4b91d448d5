// Strokes along chains of points, their width and opacity changing on the way: scratches, cracks, fibres.
#include <algorithm>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "ops/corruptions/fields.h"
#include "ops/corruptions/layer.h"

namespace blemish {
namespace {

// From one point of a chain to the next.
struct Segment {
  float x, y, dx, dy, halfWidth, widening, opacity, gain, edge, perEdge, perSquare, reach;

  Segment(const float* a, const float* b, const float* centre, float softness)
      : x(a[0] + centre[0]),
        y(a[1] + centre[1]),
        dx(b[0] - a[0]),
        dy(b[1] - a[1]),
        halfWidth(std::max(a[2], 0.f)),
        widening(std::max(b[2], 0.f) - halfWidth),
        opacity(std::clamp(a[3], 0.f, 1.f)),
        gain(std::clamp(b[3], 0.f, 1.f) - opacity),
        edge(std::max(softness, 1e-3f)),
        perEdge(1 / edge),
        perSquare(dx * dx + dy * dy > 0 ? 1 / (dx * dx + dy * dy) : 0),
        reach(std::max(halfWidth, halfWidth + widening) + 0.5f * edge) {}

  bool any() const { return opacity > 0 || opacity + gain > 0; }
  float top() const { return std::min(y, y + dy) - reach; }
  float bottom() const { return std::max(y, y + dy) + reach; }

  // Columns of a row that it can touch: those of the part of it that is near enough to the row.
  Columns columns(float row, int64_t width) const {
    float from = 0, to = 1;
    if (dy != 0) {
      float a = (row - reach - y) / dy, b = (row + reach - y) / dy;
      from = std::clamp(std::min(a, b), 0.f, 1.f), to = std::clamp(std::max(a, b), 0.f, 1.f);
    }
    float a = x + from * dx, b = x + to * dx;
    return Columns(std::min(a, b) - reach, std::max(a, b) + reach, width);
  }
  BLEMISH_BOTH float at(float column, float row) const {
    float px = column - x, py = row - y, t = math::clamp((px * dx + py * dy) * perSquare, 0.f, 1.f);
    float qx = px - t * dx, qy = py - t * dy, distance = math::sqrt(qx * qx + qy * qy);
    float inside = math::clamp((halfWidth + t * widening - distance) * perEdge + 0.5f, 0.f, 1.f);
    return layer::visible((opacity + t * gain) * inside);
  }
};

// The segments of one picture that show, and the rows that they touch.
struct Drawing {
  Segment* segments;
  int64_t count;
  float top, bottom;
};

}  // namespace

OP("strokes(points: f32[N S M 4], edge: f32[N S], centre: f32[N 2], height: int, width: int) -> f32[N 1 H W]",
   "Opacity of S strokes a picture, each a chain of M points: column and row from centre[n], half the width in pixels, opacity; "
   "all "
   "linear between points. At distance d from its middle a stroke covers clamp((half width - d) / edge[n, s] + 1/2, 0, 1) of its "
   "opacity, edge in pixels; the most opaque stroke counts, and what is below 1/128 is 0.",
   [](Dims& d, const Attrs& attrs) {
     requireExtents(d, attrs);
     d.require(d["M"] > 0 || d["S"] == 0, "points has strokes of no points; expected at least one for each");
   })

KERNEL(cpu, strokes) {
  const Tensor &points = call.in[0], &y = call.out[0];
  const float *point = checkedTable(points, "points"), *edge = checkedTable(call.in[1], "edge");
  const float* centre = checkedTable(call.in[2], "centre");
  int64_t pictures = points.shape[0], strokes = points.shape[1], chain = points.shape[2];
  int64_t height = y.shape[2], width = y.shape[3], most = strokes * std::max<int64_t>(chain - 1, 1);
  Segment* all = scratchOf<Segment>(pictures * most);
  Drawing* drawings = scratchOf<Drawing>(pictures);
  for (int64_t n = 0; n < pictures; ++n) {
    Drawing drawing{all + n * most, 0, 1e9f, -1e9f};
    for (int64_t s = 0; s < strokes; ++s)
      for (int64_t m = 0; m < std::max<int64_t>(chain - 1, 1); ++m) {
        const float* a = point + ((n * strokes + s) * chain + m) * 4;
        Segment segment(a, chain > 1 ? a + 4 : a, centre + 2 * n, edge[n * strokes + s]);
        if (!segment.any()) continue;
        drawing.segments[drawing.count++] = segment;
        drawing.top = std::min(drawing.top, segment.top()), drawing.bottom = std::max(drawing.bottom, segment.bottom());
      }
    drawings[n] = drawing;
  }
  float* out = y.floats();
  forRows(pictures, height, grainOf(4 * width), [=](int64_t n, int64_t row) BLEMISH_INLINE {
    const Drawing& drawing = drawings[n];
    float *line = out + (n * height + row) * width, down = static_cast<float>(row);
    std::fill_n(line, width, 0.f);
    if (down < drawing.top || down > drawing.bottom) return;
    for (int64_t k = 0; k < drawing.count; ++k) {
      const Segment segment = drawing.segments[k];
      if (down < segment.top() || down > segment.bottom()) continue;
      Columns touched = segment.columns(down, width);
      for (int64_t x = touched.from; x < touched.to; ++x) {
        float o = segment.at(static_cast<float>(x), down);
        line[x] = select(o > line[x], o, line[x]);
      }
    }
  });
}

}  // namespace blemish
