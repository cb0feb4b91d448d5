// What the kernels of this room share: rows in a fair order, checks of tables, extents from attributes.
#pragma once
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
