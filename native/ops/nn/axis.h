// What rules say about axes and indices.
#pragma once
#include <string>

#include "core/signature.h"

namespace blemish {

// "expected 0 to 4", or that there is nothing to choose from.
inline std::string expectedBelow(int64_t count, const char* none) {
  return count > 0 ? "expected 0 to " + std::to_string(count - 1) : std::string("expected ") + none;
}

// Refuses an axis that `shape`, the extents of `name`, does not have.
inline void requireAxis(Dims& d, int64_t axis, const Shape& shape, const char* name) {
  if (axis < 0 || axis >= shape.rank)
    d.refuse(Code::ATTRIBUTE_INVALID, "axis is " + std::to_string(axis) + " for " + name + " " + text(shape) + "; " +
                                          expectedBelow(shape.rank, "at least one axis"));
}

}  // namespace blemish
