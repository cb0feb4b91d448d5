// Text form of extents.
#include "core/shape.h"

namespace blemish {

std::string text(const Shape& shape) {
  std::string out = "[";
  for (int axis = 0; axis < shape.rank; ++axis) out += (axis ? " " : "") + std::to_string(shape[axis]);
  return out + "]";
}

}  // namespace blemish
