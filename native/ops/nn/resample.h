// Separable resampling of image planes: each axis has a table of windows, applied along rows and along columns.
#pragma once
#include <cstdint>
#include <vector>

namespace blemish {

// out[i] = Σ_t weight[start[i] + t] in[first[i] + t], t < start[i + 1] - start[i].
struct AxisTable {
  int64_t in = 0, out = 0;
  std::vector<int32_t> first, start;
  std::vector<float> weight;

  int32_t taps(int64_t i) const { return start[i + 1] - start[i]; }
  bool identity() const;         // out = in
  AxisTable transposed() const;  // windows from the other side, for the gradient
};

enum class Interpolation { nearest, nearestExact, bilinear, bicubic };

AxisTable makeAxisTable(int64_t in, int64_t out, Interpolation interpolation, bool alignCorners, bool antialias);

// x: `planes` of [rows.in columns.in inner], y: `planes` of [rows.out columns.out inner]; inner is 1, 8 or 16.
void resample(const float* x, float* y, int64_t planes, const AxisTable& rows, const AxisTable& columns, int inner);

}  // namespace blemish
