// What the kernels of this room share: rows in a fair order, checks of tables, extents from attributes.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>

#include "core/call.h"
#include "core/error.h"
#include "cpu/parallel.h"

namespace blemish {

// Binds H and W to the attributes height and width.
inline void requireExtents(Dims& d, const Attrs& attrs) {
  for (const char* name : {"height", "width"}) {
    int64_t extent = attrs.integer(name);
    if (extent < 1 || extent > 1 << 20)
      d.refuse(Code::ATTRIBUTE_INVALID, std::string(name) + " is " + std::to_string(extent) + "; expected 1 to 1048576");
  }
  d["H"] = attrs.integer("height");
  d["W"] = attrs.integer("width");
}

// Octaves of noise: beyond these a cell of the finest is far below a pixel.
inline void requireOctaves(Dims& d, const Attrs& attrs) {
  constexpr int64_t most = 12;
  int64_t octaves = attrs.integer("octaves");
  if (octaves < 1 || octaves > most)
    d.refuse(Code::ATTRIBUTE_INVALID, "octaves is " + std::to_string(octaves) + "; expected 1 to " + std::to_string(most));
}

// A picture x [N C H W] to look at.
inline void requirePixels(Dims& d) {
  d.require(d["H"] > 0 && d["W"] > 0,
            "x has no pixels: " + std::to_string(d["H"]) + " by " + std::to_string(d["W"]) + "; expected at least one");
}

// Positions beyond this many cells or pixels have lost their fractions, and at last do not fit an integer.
constexpr float farthest = 1 << 24;

// A table's numbers, which steer positions: finite, and below `farthest`.
inline const float* checkedTable(const Tensor& table, const char* name) {
  const float* data = table.floats();
  for (int64_t i = 0; i < table.size(); ++i)
    if (!(std::fabs(data[i]) <= farthest))
      throw Error(Code::NUMERICAL_FAILURE, std::string(name) + " holds " + std::to_string(data[i]) + " at position " +
                                               std::to_string(i) + "; expected numbers within 2^24");
  return data;
}

// Choices by number, one for each picture.
inline const int32_t* checkedChoices(const Tensor& table, const char* name, int32_t count) {
  const int32_t* data = table.as<int32_t>();
  for (int64_t i = 0; i < table.size(); ++i)
    if (data[i] < -1 || data[i] >= count)
      throw Error(Code::NUMERICAL_FAILURE, std::string(name) + " holds " + std::to_string(data[i]) + " at position " +
                                               std::to_string(i) + "; expected -1 to " + std::to_string(count - 1));
  return data;
}

// The columns of a row from one position to another, as far as the row goes.
struct Columns {
  int64_t from, to;
  Columns(int64_t first, int64_t end) : from(first), to(end) {}
  Columns(float first, float last, int64_t width)
      : from(std::max<int64_t>(0, static_cast<int64_t>(std::floor(first)))),
        to(std::min<int64_t>(width, static_cast<int64_t>(std::ceil(last)) + 1)) {}
};

// The columns outside of which a row is 0.
inline Columns columnsAbove0(const float* line, int64_t width) {
  Columns found(0, width);
  while (found.from < found.to && !(line[found.from] > 0)) ++found.from;
  while (found.to > found.from && !(line[found.to - 1] > 0)) --found.to;
  return found;
}

// body(picture, row) for every row of every picture. A defect touches some rows of some pictures: a thread's part takes every
// sixteenth row, so that all threads get their share of each.
template <class Body> void forRows(int64_t pictures, int64_t height, int64_t grain, const Body& body) {
  constexpr int64_t stripes = 16;
  int64_t rows = pictures * height, each = (rows + stripes - 1) / stripes;
  parallelFor(each * stripes, grain, [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t item = first; item < last; ++item) {
      int64_t row = item % each * stripes + item / each;
      if (row < rows) body(row / height, row % height);
    }
  });
}

}  // namespace blemish
