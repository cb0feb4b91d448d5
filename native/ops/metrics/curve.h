// What curves share: means along them, and the choice of points where there are more than anyone can see.
#pragma once
#include <algorithm>
#include <cmath>

#include "core/registry.h"
#include "cpu/sums.h"

namespace blemish {

// Mean of y(j) over x from `low` to `high`, where y is `before` up to the first of the rising x, then linear between them, then
// constant.
template <class Y>
BLEMISH_INLINE inline double meanBetween(const double* x, int64_t count, double low, double high, double before, const Y& y) {
  double area = before * std::max(0.0, std::min(x[0], high) - low), y0 = y(0);
  for (int64_t j = 1; j < count; ++j) {
    double y1 = y(j), from = std::max(x[j - 1], low), to = std::min(x[j], high), slope = (y1 - y0) / (x[j] - x[j - 1]);
    if (to > from) area += (to - from) * 0.5 * (2 * y0 + slope * ((from - x[j - 1]) + (to - x[j - 1])));
    y0 = y1;
  }
  area += y0 * std::max(0.0, high - std::max(x[count - 1], low));
  return area / (high - low);
}

struct CurvePoint {
  double threshold, x, y;
};

// In a rule: attribute `points`, as many as a curve may have.
inline int64_t requirePoints(Dims& d, const Attrs& attrs) {
  int64_t points = attrs.integer("points");
  if (points < 4 || points > 1 << 24)
    d.refuse(Code::ATTRIBUTE_INVALID, "points is " + std::to_string(points) + "; expected 4 … 16777216");
  return points;
}

// Writes the points that `corners(visit)` visits to results threshold, x and y, and to the last how many they are. If they are
// too many: the first, the last, and between them those that are a step further `along` the curve than the last kept, which grows
// from 0 to at most 2; before a longer stride also the point where it begins, so that it is drawn in its place.
template <class Corners, class Along> void thin(const Call& call, const Corners& corners, const Along& along) {
  double *threshold = call.out[0].as<double>(), *x = call.out[1].as<double>(), *y = call.out[2].as<double>();
  int64_t points = call.out[0].size(), all = 0, kept = 0;
  corners([&](const CurvePoint&) { ++all; });
  auto keep = [&](const CurvePoint& point) {
    threshold[kept] = point.threshold, x[kept] = point.x, y[kept] = point.y;
    ++kept;
  };
  if (all <= points) {
    corners(keep);
  } else {
    double step = 4.0 / static_cast<double>(points - 3), last = 0;  // at most two points a step
    CurvePoint passed{};
    bool pending = false;
    corners([&](const CurvePoint& point) {
      double at = along(point);
      if (kept > 0 && at - last < step) {
        passed = point, pending = true;
        return;
      }
      if (pending && at - along(passed) >= step) keep(passed);
      keep(point);
      last = at, pending = false;
    });
    if (pending) keep(passed);
  }
  *call.out.back().as<int32_t>() = static_cast<int32_t>(kept);
  for (int64_t i = kept; i < points; ++i) threshold[i] = x[i] = y[i] = __builtin_nan("");
}

}  // namespace blemish
