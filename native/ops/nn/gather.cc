// Picking rows by index, and adding rows back where they came from.
#include <cstring>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/nn/axis.h"

namespace blemish {
namespace {

// Extents of x with those of the indices in place of the axis.
Shape replaced(Dims& d, const Shape& x, const Shape& indices, int axis) {
  Shape out;
  d.require(x.rank - 1 + indices.rank <= Shape::maxRank,
            "the result would have rank " + std::to_string(x.rank - 1 + indices.rank) + "; expected at most 8");
  for (int k = 0; k < axis; ++k) out.push(x[k]);
  for (int k = 0; k < indices.rank; ++k) out.push(indices[k]);
  for (int k = axis + 1; k < x.rank; ++k) out.push(x[k]);
  return out;
}

void requireIndices(const int32_t* indices, int64_t count, int64_t extent, int axis) {
  for (int64_t j = 0; j < count; ++j)
    if (indices[j] < 0 || indices[j] >= extent)
      throw Error(Code::NUMERICAL_FAILURE, "index " + std::to_string(indices[j]) + " at position " + std::to_string(j) +
                                               " is outside axis " + std::to_string(axis) + " of extent " +
                                               std::to_string(extent) + "; " + expectedBelow(extent, "no indices"));
}

template <class E>
void gatherRows(const E* x, const int32_t* indices, E* y, int64_t outer, int64_t extent, int64_t count, int64_t inner) {
  parallelFor(outer * count, grainOf(4 + inner / 4), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      const E* source = x + (row / count * extent + indices[row % count]) * inner;
      if (inner == 1) y[row] = *source;
      else std::memcpy(y + row * inner, source, static_cast<size_t>(inner) * sizeof(E));
    }
  });
}

}  // namespace

OP("gather(x: T[...x], indices: i32[...i], axis = 0) -> T[...out]",
   "Rows of x along an axis by their indices; the axis becomes the axes of `indices`. An index out of range is "
   "NUMERICAL_FAILURE.",
   [](Dims& d, const Attrs& a) {
     int64_t axis = a.integer("axis");
     const Shape x = d.run("x");
     requireAxis(d, axis, x, "x");
     d.run("out") = replaced(d, x, d.run("i"), static_cast<int>(axis));
   })

KERNEL(cpu, gather) {
  const Tensor &x = call.in[0], &y = call.out[0];
  int axis = static_cast<int>(call.attrs.integer("axis"));
  const int32_t* indices = call.in[1].as<int32_t>();
  int64_t outer = x.shape.product(0, axis), extent = x.shape[axis], inner = x.shape.product(axis + 1, x.shape.rank);
  int64_t count = call.in[1].size();
  requireIndices(indices, count, extent, axis);
  if (y.size() == 0) return;
  if (sizeOf(x.dtype) == 1) gatherRows(x.as<uint8_t>(), indices, y.as<uint8_t>(), outer, extent, count, inner);
  else if (sizeOf(x.dtype) == 4) gatherRows(x.as<uint32_t>(), indices, y.as<uint32_t>(), outer, extent, count, inner);
  else gatherRows(x.as<uint64_t>(), indices, y.as<uint64_t>(), outer, extent, count, inner);
}

OP("scatterAdd(updates: f32[...u], indices: i32[...i], shape: ints, axis = 0) -> f32[...out]",
   "Zeros of `shape`, and to its row indices[j] along the axis row j of the updates added: what gather does, backwards. Sums in "
   "float64, in order of j. An index out of range is NUMERICAL_FAILURE.",
   [](Dims& d, const Attrs& a) {
     auto list = a.list("shape");
     if (list.size() > Shape::maxRank)
       d.refuse(Code::ATTRIBUTE_INVALID, "shape has " + std::to_string(list.size()) + " extents; expected at most 8");
     Shape out;
     for (double extent : list) {
       if (extent < 0)
         d.refuse(Code::ATTRIBUTE_INVALID,
                  "shape holds " + std::to_string(static_cast<int64_t>(extent)) + "; expected no negative extent");
       out.push(static_cast<int64_t>(extent));
     }
     int64_t axis = a.integer("axis");
     requireAxis(d, axis, out, "shape");
     Shape expected = replaced(d, out, d.run("i"), static_cast<int>(axis));
     d.require(d.run("u") == expected, "updates is " + text(d.run("u")) + "; expected " + text(expected) + " for shape " +
                                           text(out) + ", axis " + std::to_string(axis) + " and indices " + text(d.run("i")));
     d.run("out") = out;
   })

KERNEL(cpu, scatterAdd) {
  const Tensor& y = call.out[0];
  int axis = static_cast<int>(call.attrs.integer("axis"));
  const int32_t* indices = call.in[1].as<int32_t>();
  int64_t outer = y.shape.product(0, axis), extent = y.shape[axis], inner = y.shape.product(axis + 1, y.shape.rank);
  int64_t count = call.in[1].size();
  requireIndices(indices, count, extent, axis);
  if (y.size() == 0) return;
  // The updates of each row by counting sort, in their order: rows are then independent, whoever sums them.
  int64_t* start = scratchOf<int64_t>(extent + 2);
  int64_t* order = scratchOf<int64_t>(std::max<int64_t>(count, 1));
  std::memset(start, 0, static_cast<size_t>(extent + 2) * sizeof(int64_t));
  for (int64_t j = 0; j < count; ++j) ++start[indices[j] + 2];
  for (int64_t k = 2; k < extent + 2; ++k) start[k] += start[k - 1];
  for (int64_t j = 0; j < count; ++j) order[start[indices[j] + 1]++] = j;
  const float* updates = call.in[0].floats();
  float* out = y.floats();
  int64_t each = inner * (1 + count / std::max<int64_t>(extent, 1));
  parallelFor(outer * extent, grainOf(8 + each), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      int64_t k = row % extent;
      const float* source = updates + row / extent * count * inner;
      float* target = out + row * inner;
      if (start[k + 1] - start[k] < 2) {
        if (start[k] == start[k + 1]) std::memset(target, 0, static_cast<size_t>(inner) * sizeof(float));
        else std::memcpy(target, source + order[start[k]] * inner, static_cast<size_t>(inner) * sizeof(float));
        continue;
      }
      for (int64_t begin = 0; begin < inner; begin += 64) {
        int64_t width = inner - begin < 64 ? inner - begin : 64;
        double sum[64];
        for (int64_t i = 0; i < width; ++i) sum[i] = 0;
        for (int64_t n = start[k]; n < start[k + 1]; ++n) {
          const float* update = source + order[n] * inner + begin;
          for (int64_t i = 0; i < width; ++i) sum[i] += update[i];
        }
        for (int64_t i = 0; i < width; ++i) target[begin + i] = static_cast<float>(sum[i]);
      }
    }
  });
}

}  // namespace blemish
