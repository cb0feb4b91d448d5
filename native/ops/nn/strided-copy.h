// Copies a box of numbers between two strided views, whatever the order of their axes: the work of slice, concat, transpose.
#pragma once
#include "core/tensor.h"

namespace blemish {

// Axes in any order, each with its extent and its two strides in elements. Strides of the source may be negative; those of
// the target must not make elements meet.
struct StridedBox {
  static constexpr int maxRank = Shape::maxRank + 1;  // a blocked channel axis counts as two
  int rank = 0;
  int64_t extent[maxRank], from[maxRank], to[maxRank];

  void axis(int64_t count, int64_t fromStride, int64_t toStride) {
    extent[rank] = count;
    from[rank] = fromStride;
    to[rank++] = toStride;
  }
};

// `from` and `to` point at the box's first element; `elementSize` is 1, 4 or 8.
void copyBox(StridedBox box, const void* from, void* to, size_t elementSize);

// Extents as they lie in memory: [N C/B H W B] for a blocked image tensor, else the tensor's own.
struct MemoryShape {
  int rank = 0;
  int64_t extents[StridedBox::maxRank], strides[StridedBox::maxRank];
  explicit MemoryShape(const Tensor& tensor);
};

}  // namespace blemish
