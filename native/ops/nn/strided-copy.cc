// Copies between strided views: long rows by memcpy, transposed pairs of axes in tiles that stay in cache, the rest plainly.
#include "ops/nn/strided-copy.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include "cpu/cpu-device.h"
#include "cpu/parallel.h"

namespace blemish {

MemoryShape::MemoryShape(const Tensor& tensor) {
  const Shape& shape = tensor.shape;
  if (tensor.layout == Layout::blocked) {
    int64_t block = channelBlock();
    for (int64_t extent : {shape[0], shape[1] / block, shape[2], shape[3], block}) extents[rank++] = extent;
  } else {
    for (int axis = 0; axis < shape.rank; ++axis) extents[rank++] = shape[axis];
  }
  int64_t stride = 1;
  for (int axis = rank - 1; axis >= 0; --axis) {
    strides[axis] = stride;
    stride *= extents[axis];
  }
}

namespace {

// Outermost first by the target's strides, so that writing is sequential; neighbours that are one run become one axis.
void simplify(StridedBox& box) {
  int rank = 0;
  for (int i = 0; i < box.rank; ++i) {
    if (box.extent[i] == 1) continue;
    box.extent[rank] = box.extent[i], box.from[rank] = box.from[i], box.to[rank++] = box.to[i];
  }
  auto swap = [&](int a, int b) {
    std::swap(box.extent[a], box.extent[b]), std::swap(box.from[a], box.from[b]), std::swap(box.to[a], box.to[b]);
  };
  for (int i = 1; i < rank; ++i)
    for (int j = i; j > 0 && std::abs(box.to[j]) > std::abs(box.to[j - 1]); --j) swap(j, j - 1);
  int last = -1;
  for (int i = 0; i < rank; ++i) {
    bool joins = last >= 0 && box.from[last] == box.from[i] * box.extent[i] && box.to[last] == box.to[i] * box.extent[i];
    if (joins) {
      box.extent[last] *= box.extent[i];
    } else {
      ++last;
      box.extent[last] = box.extent[i];
    }
    box.from[last] = box.from[i], box.to[last] = box.to[i];
  }
  box.rank = last + 1;
}

// Walks over the outer axes of a box, keeping both offsets.
struct Odometer {
  const StridedBox* box;
  int rank;
  int64_t index[StridedBox::maxRank];
  int64_t from = 0, to = 0;

  BLEMISH_INLINE inline Odometer(const StridedBox& outer, int outerRank, int64_t start) : box(&outer), rank(outerRank) {
    for (int axis = rank - 1; axis >= 0; --axis) {
      index[axis] = start % box->extent[axis];
      start /= box->extent[axis];
      from += index[axis] * box->from[axis];
      to += index[axis] * box->to[axis];
    }
  }
  BLEMISH_INLINE inline void next() {
    for (int axis = rank - 1; axis >= 0; --axis) {
      from += box->from[axis];
      to += box->to[axis];
      if (++index[axis] < box->extent[axis]) return;
      from -= box->from[axis] * box->extent[axis];
      to -= box->to[axis] * box->extent[axis];
      index[axis] = 0;
    }
  }
};

int64_t outerSize(const StridedBox& box, int outerRank) {
  int64_t count = 1;
  for (int axis = 0; axis < outerRank; ++axis) count *= box.extent[axis];
  return count;
}

template <class E> void copyRows(const StridedBox& box, const E* from, E* to) {
  int outer = box.rank - 1;
  int64_t length = box.extent[outer], rows = outerSize(box, outer);
  // Few long rows are cut into pieces, so that every thread gets some.
  int64_t piece = std::min<int64_t>(length, 16384), pieces = (length + piece - 1) / piece;
  if (pieces > 1) {
    parallelFor(rows * pieces, 1, [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t item = first; item < last; ++item) {
        Odometer at(box, outer, item / pieces);
        int64_t begin = item % pieces * piece, count = std::min(piece, length - begin);
        std::memcpy(to + at.to + begin, from + at.from + begin, static_cast<size_t>(count) * sizeof(E));
      }
    });
    return;
  }
  size_t bytes = static_cast<size_t>(length) * sizeof(E);
  parallelFor(rows, grainOf(8 + length / 4), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    Odometer at(box, outer, first);
    if (bytes == 64) {  // a pixel of a blocked tensor
      for (int64_t row = first; row < last; ++row, at.next()) __builtin_memcpy(to + at.to, from + at.from, 64);
    } else if (bytes == 32) {
      for (int64_t row = first; row < last; ++row, at.next()) __builtin_memcpy(to + at.to, from + at.from, 32);
    } else {
      for (int64_t row = first; row < last; ++row, at.next()) std::memcpy(to + at.to, from + at.from, bytes);
    }
  });
}

// Eight rows of eight words in registers: to[j * toStride + i] = from[i * fromStride + j].
BLEMISH_INLINE inline void transpose8(const uint32_t* from, int64_t fromStride, uint32_t* to, int64_t toStride) {
  typedef uint32_t Words __attribute__((vector_size(32)));
  Words row[8], pair[8], quad[8];
  for (int i = 0; i < 8; ++i) __builtin_memcpy(&row[i], from + i * fromStride, 32);
  for (int i = 0; i < 8; i += 2) {
    pair[i] = __builtin_shufflevector(row[i], row[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pair[i + 1] = __builtin_shufflevector(row[i], row[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < 8; i += 4)
    for (int k = 0; k < 2; ++k) {
      quad[i + 2 * k] = __builtin_shufflevector(pair[i + k], pair[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      quad[i + 2 * k + 1] = __builtin_shufflevector(pair[i + k], pair[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int i = 0; i < 4; ++i) {
    row[i] = __builtin_shufflevector(quad[i], quad[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    row[i + 4] = __builtin_shufflevector(quad[i], quad[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
  for (int j = 0; j < 8; ++j) __builtin_memcpy(to + j * toStride, &row[j], 32);
}

// to[j * toStride + i] = from[i * fromStride + j] for i < ni, j < nj. Long strides are often powers of two, and then all cache
// lines of a column share a few sets: the axis with the longer stride is taken eight lines at a time, each for the whole
// tile, while the other side of the tile lies together and stays in cache. Where both strides are long, blocks of sixteen
// squared read and write whole lines.
template <class E>
BLEMISH_INLINE inline void transposeTile(const E* from, int64_t fromStride, E* to, int64_t toStride, int64_t ni, int64_t nj) {
  int64_t evenI = 0, evenJ = 0;
  if constexpr (sizeof(E) == 4) {
    evenI = ni & ~int64_t(7), evenJ = nj & ~int64_t(7);
    bool bothLong = std::min(fromStride, toStride) > 256;
    int64_t stepI = bothLong ? 16 : fromStride > toStride ? 8 : evenI, stepJ = bothLong ? 16 : fromStride > toStride ? evenJ : 8;
    for (int64_t i0 = 0; i0 < evenI; i0 += stepI)
      for (int64_t j0 = 0; j0 < evenJ; j0 += stepJ)
        for (int64_t j = j0; j < evenJ && j < j0 + stepJ; j += 8)
          for (int64_t i = i0; i < evenI && i < i0 + stepI; i += 8)
            transpose8(from + i * fromStride + j, fromStride, to + j * toStride + i, toStride);
  }
  for (int64_t j = 0; j < nj; ++j)
    for (int64_t i = j < evenJ ? evenI : 0; i < ni; ++i) to[j * toStride + i] = from[i * fromStride + j];
}

// The innermost axis of the target against the axis `other`, which is contiguous in the source.
template <class E> void copyTransposed(StridedBox box, int other, const E* from, E* to) {
  int inner = box.rank - 1;
  int64_t ni = box.extent[inner], nj = box.extent[other], fromStride = box.from[inner], toStride = box.to[other];
  for (int axis = other; axis + 1 < inner; ++axis)
    box.extent[axis] = box.extent[axis + 1], box.from[axis] = box.from[axis + 1], box.to[axis] = box.to[axis + 1];
  int outer = box.rank - 2;
  // Tiles of about 4096 elements; a short axis lengthens the other.
  int64_t tileI = std::min<int64_t>(ni, 64), tileJ = std::min<int64_t>(nj, 64);
  if (tileI < 64) tileJ = std::min(nj, 4096 / tileI);
  else if (tileJ < 64) tileI = std::min(ni, 4096 / tileJ);
  int64_t tilesI = (ni + tileI - 1) / tileI, tilesJ = (nj + tileJ - 1) / tileJ;
  parallelFor(outerSize(box, outer) * tilesI * tilesJ, grainOf(tileI * tileJ), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t item = first; item < last; ++item) {
      Odometer at(box, outer, item / (tilesI * tilesJ));
      int64_t i = item % tilesI * tileI, j = item / tilesI % tilesJ * tileJ;
      transposeTile(from + at.from + i * fromStride + j, fromStride, to + at.to + j * toStride + i, toStride,
                    std::min(tileI, ni - i), std::min(tileJ, nj - j));
    }
  });
}

template <class E> void copyStrided(const StridedBox& box, const E* from, E* to) {
  int outer = box.rank - 1;
  int64_t length = box.extent[outer], fromStride = box.from[outer], toStride = box.to[outer];
  parallelFor(outerSize(box, outer), grainOf(8 + length), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    Odometer at(box, outer, first);
    for (int64_t row = first; row < last; ++row, at.next()) {
      const E* source = from + at.from;
      E* target = to + at.to;
      if (toStride == 1 && fromStride == -1)
        for (int64_t i = 0; i < length; ++i) target[i] = source[-i];
      else if (toStride == 1)
        for (int64_t i = 0; i < length; ++i) target[i] = source[i * fromStride];
      else
        for (int64_t i = 0; i < length; ++i) target[i * toStride] = source[i * fromStride];
    }
  });
}

template <class E> void copy(StridedBox box, const E* from, E* to) {
  for (int axis = 0; axis < box.rank; ++axis)
    if (box.extent[axis] == 0) return;
  simplify(box);
  if (box.rank == 0) {
    *to = *from;
    return;
  }
  int inner = box.rank - 1;
  if (box.from[inner] == 1 && box.to[inner] == 1) return copyRows(box, from, to);
  if (box.to[inner] == 1)
    for (int axis = inner - 1; axis >= 0; --axis)
      if (box.from[axis] == 1) return copyTransposed(box, axis, from, to);
  copyStrided(box, from, to);
}

}  // namespace

void copyBox(StridedBox box, const void* from, void* to, size_t elementSize) {
  if (elementSize == 1) copy(box, static_cast<const uint8_t*>(from), static_cast<uint8_t*>(to));
  else if (elementSize == 4) copy(box, static_cast<const uint32_t*>(from), static_cast<uint32_t*>(to));
  else copy(box, static_cast<const uint64_t*>(from), static_cast<uint64_t*>(to));
}

}  // namespace blemish
