// Connected regions of masks: their numbers and sizes, and pixels taken apart by them.
#include <cstring>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"

namespace blemish {
namespace {

// Marked pixels [first, last) of one row, and a run of the same region that comes earlier, or itself.
struct Run {
  int32_t first, last;
  int64_t parent;
};

// Calls f(first, last) for every run of a row.
template <class T, class F> BLEMISH_INLINE inline void eachRun(const T* row, int64_t width, const F& f) {
  constexpr int64_t stride = 32;
  for (int64_t j = 0; j < width;) {
    // Masks are mostly empty: whole strides are passed by, as that is a loop without a branch.
    while (j + stride <= width) {
      int32_t any = 0;
      for (int64_t k = 0; k < stride; ++k) any |= row[j + k] != T(0);
      if (any) break;
      j += stride;
    }
    while (j < width && row[j] == T(0)) ++j;
    if (j == width) return;
    int64_t first = j;
    while (j < width && row[j] != T(0)) ++j;
    f(first, j);
  }
}

BLEMISH_INLINE inline int64_t rootOf(Run* runs, int64_t run) {
  while (runs[run].parent != run) run = runs[run].parent = runs[runs[run].parent].parent;
  return run;
}

struct Pictures {
  int64_t count, height, width;
};

Pictures picturesOf(const Tensor& mask) {
  const Shape& shape = mask.shape;
  int rank = shape.rank;
  return {shape.product(0, rank - 2), shape[rank - 2], shape[rank - 1]};
}

// Finds the 8-connected runs of all pictures; then calls write(picture, runs, starts of the picture's rows among them) in
// parallel, with every run's parent its region's first run. Regions are thus in the order of their first pixels.
template <class T, class Write> void eachPicture(const T* mask, Pictures pictures, const Write& write) {
  auto [count, height, width] = pictures;
  int64_t rows = count * height;
  int64_t* starts = scratchOf<int64_t>(rows + 1);
  starts[0] = 0;
  parallelFor(rows, grainOf(width / 4), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      int64_t runs = 0;
      eachRun(mask + row * width, width, [&](int64_t, int64_t) BLEMISH_INLINE { ++runs; });
      starts[row + 1] = runs;
    }
  });
  for (int64_t row = 0; row < rows; ++row) starts[row + 1] += starts[row];
  Run* all = scratchOf<Run>(std::max<int64_t>(starts[rows], 1));
  parallelFor(count, grainOf(height * width / 4), [=](int64_t firstPicture, int64_t lastPicture) BLEMISH_INLINE {
    for (int64_t picture = firstPicture; picture < lastPicture; ++picture) {
      const int64_t* rowStarts = starts + picture * height;
      Run* runs = all + rowStarts[0];
      int64_t base = rowStarts[0];
      for (int64_t i = 0; i < height; ++i) {
        int64_t at = rowStarts[i] - base, above = i ? rowStarts[i - 1] - base : at, aboveEnd = at;
        if (rowStarts[i + 1] - base == at) continue;
        eachRun(mask + (picture * height + i) * width, width, [&](int64_t first, int64_t last) BLEMISH_INLINE {
          runs[at] = {static_cast<int32_t>(first), static_cast<int32_t>(last), at};
          // Runs that touch, corners included. The last of them may touch the next run of this row as well.
          while (above < aboveEnd && runs[above].last < first) ++above;
          for (int64_t other = above; other < aboveEnd && runs[other].first <= last; ++other) {
            int64_t mine = rootOf(runs, at), theirs = rootOf(runs, other);
            runs[mine > theirs ? mine : theirs].parent = mine > theirs ? theirs : mine;
          }
          ++at;
        });
      }
      int64_t found = rowStarts[height] - base;
      for (int64_t run = 0; run < found; ++run) runs[run].parent = rootOf(runs, run);
      write(picture, runs, found, rowStarts);
    }
  });
}

// Zeros, and value(run) where the runs of a picture lie.
template <class Value>
BLEMISH_INLINE inline void paint(int32_t* out, Pictures pictures, const Run* runs, const int64_t* rowStarts, const Value& value) {
  std::memset(out, 0, static_cast<size_t>(pictures.height * pictures.width) * sizeof(int32_t));
  for (int64_t i = 0; i < pictures.height; ++i)
    for (int64_t run = rowStarts[i] - rowStarts[0]; run < rowStarts[i + 1] - rowStarts[0]; ++run) {
      int32_t* row = out + i * pictures.width;
      int32_t own = value(run);
      for (int64_t j = runs[run].first; j < runs[run].last; ++j) row[j] = own;
    }
}

template <class F> void byMaskType(const Tensor& mask, const F& f) {
  switch (mask.dtype) {
    case Dtype::u8: return f(mask.as<uint8_t>());
    case Dtype::i32: return f(mask.as<int32_t>());
    case Dtype::f32: return f(mask.as<float>());
    case Dtype::f64: return f(mask.as<double>());
  }
}

void rule(Dims& d, const Attrs&) {
  d.require(d["H"] * d["W"] < int64_t(1) << 31,
            "a picture has " + std::to_string(d["H"] * d["W"]) + " pixels; expected fewer than 2^31, as an i32 counts them");
}

}  // namespace

OP("components(mask: T[...n H W]) -> (labels: i32[...n H W], counts: i32[...n])",
   "Numbers the 8-connected regions of the pixels that are not 0, in each picture from 1 in the order of their first pixels; 0 "
   "outside. And how many there are.",
   rule)

KERNEL(cpu, components) {
  Pictures pictures = picturesOf(call.in[0]);
  int32_t *labels = call.out[0].as<int32_t>(), *counts = call.out[1].as<int32_t>();
  byMaskType(call.in[0], [&](const auto* mask) {
    eachPicture(mask, pictures, [=](int64_t picture, Run* runs, int64_t found, const int64_t* rowStarts) BLEMISH_INLINE {
      // A region's number goes where its first run has no more need of a parent.
      int32_t regions = 0;
      for (int64_t run = 0; run < found; ++run)
        runs[run].parent = runs[run].parent == run ? -++regions : runs[runs[run].parent].parent;
      counts[picture] = regions;
      paint(labels + picture * pictures.height * pictures.width, pictures, runs, rowStarts,
            [=](int64_t run) BLEMISH_INLINE { return static_cast<int32_t>(-runs[run].parent); });
    });
  });
}

OP("regionSizes(mask: T[...n H W]) -> i32[...n H W]",
   "For every pixel that is not 0 the number of pixels of its 8-connected region; 0 for the others.", rule)

KERNEL(cpu, regionSizes) {
  Pictures pictures = picturesOf(call.in[0]);
  int32_t* sizes = call.out[0].as<int32_t>();
  byMaskType(call.in[0], [&](const auto* mask) {
    eachPicture(mask, pictures, [=](int64_t picture, Run* runs, int64_t found, const int64_t* rowStarts) BLEMISH_INLINE {
      // A first run comes before all others of its region, so its parent can turn into minus the size once it has been met.
      for (int64_t run = 0; run < found; ++run) {
        int64_t own = runs[run].last - runs[run].first;
        if (runs[run].parent == run) runs[run].parent = -own;
        else runs[runs[run].parent].parent -= own;
      }
      paint(sizes + picture * pictures.height * pictures.width, pictures, runs, rowStarts, [=](int64_t run) BLEMISH_INLINE {
        int64_t parent = runs[run].parent;
        return static_cast<int32_t>(parent < 0 ? -parent : -runs[parent].parent);
      });
    });
  });
}

OP("partition(x: T[N], sizes: i32[N], count: int) -> (inside: T[P], sizesInside: i32[P], outside: T[M])",
   "Takes numbers apart: those whose size is not 0, with their sizes, and the others, each in their order. `count` tells how "
   "many "
   "are inside; another number of them is NUMERICAL_FAILURE.",
   [](Dims& d, const Attrs& attrs) {
     int64_t count = attrs.integer("count");
     if (count < 0 || count > d["N"])
       d.refuse(Code::ATTRIBUTE_INVALID,
                "count is " + std::to_string(count) + "; expected 0 to " + std::to_string(d["N"]) + ", as x has so many numbers");
     d["P"] = count;
     d["M"] = d["N"] - count;
   })

KERNEL(cpu, partition) {
  const char* x = call.in[0].as<char>();
  const int32_t* sizes = call.in[1].as<int32_t>();
  char *inside = call.out[0].as<char>(), *outside = call.out[2].as<char>();
  int32_t* sizesInside = call.out[1].as<int32_t>();
  int64_t n = call.in[0].size(), found = 0, at = 0;
  eachRun(sizes, n, [&](int64_t first, int64_t last) { found += last - first; });
  if (found != call.out[0].size())
    throw Error(Code::NUMERICAL_FAILURE, "sizes has " + std::to_string(found) + " numbers that are not 0; expected " +
                                             std::to_string(call.out[0].size()) + ", as count says");
  auto move = [&, each = sizeOf(call.in[0].dtype)](char*& to, int64_t first, int64_t last) {
    size_t bytes = static_cast<size_t>(last - first) * each;
    if (bytes) std::memcpy(to, x + static_cast<size_t>(first) * each, bytes);
    to += bytes;
  };
  eachRun(sizes, n, [&](int64_t first, int64_t last) {
    move(outside, at, first);
    move(inside, first, last);
    std::memcpy(sizesInside, sizes + first, static_cast<size_t>(last - first) * sizeof(int32_t));
    sizesInside += last - first;
    at = last;
  });
  move(outside, at, n);
}

}  // namespace blemish
