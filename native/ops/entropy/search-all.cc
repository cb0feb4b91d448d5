// Neighbours in many dimensions: every point is measured, four queries at a time against blocks of points that lie coordinate
// by coordinate.
#include <omp.h>

#include <algorithm>

#include "cpu/parallel.h"
#include "ops/entropy/neighbors.h"

namespace blemish {
namespace {

constexpr int64_t wide = 32;     // points of a block
constexpr int64_t together = 4;  // queries

struct Blocks {
  const double* at;
  int64_t count, width;
};

Blocks blocksOf(const Points& points) {
  int64_t count = (points.count + wide - 1) / wide, width = points.width;
  double* blocks = scratchOf<double>(count * width * wide);
  parallelFor(count, grainOf(2 * wide * width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t block = first; block < last; ++block)
      for (int64_t j = 0; j < wide; ++j) {
        int64_t i = block * wide + j;
        for (int64_t c = 0; c < width; ++c)
          blocks[(block * width + c) * wide + j] = i < points.count ? points.row(i)[c] : boundless;
      }
  });
  return {blocks, count, width};
}

// Distances, before the root, of four queries from the points of a block.
template <class Metric> BLEMISH_INLINE inline void measure(const double* block, int64_t width, const double* const* queries,
                                                           double (&sums)[together][wide]) {
  for (int64_t q = 0; q < together; ++q)
    for (int64_t j = 0; j < wide; ++j) sums[q][j] = 0;
  for (int64_t c = 0; c < width; ++c)
    for (int64_t q = 0; q < together; ++q)
      for (int64_t j = 0; j < wide; ++j) sums[q][j] = Metric::step(sums[q][j], block[c * wide + j] - queries[q][c]);
}

// body(group's queries by pointer, their numbers, how many): the last group repeats its last query.
template <class Body>
BLEMISH_INLINE inline void eachGroup(const Queries& queries, int64_t first, int64_t last, const Body& body) {
  for (int64_t group = first; group < last; ++group) {
    int64_t from = group * together, count = std::min(together, queries.count - from), numbers[together];
    const double* rows[together];
    for (int64_t q = 0; q < together; ++q) {
      numbers[q] = queries.number(from + std::min(q, count - 1));
      rows[q] = queries.points.row(numbers[q]);
    }
    body(rows, numbers, count);
  }
}

template <class Metric> void search(const Points& points, const Queries& queries, bool self, int64_t k, double* distances,
                                    int32_t* neighbors, uint8_t* tied) {
  Blocks blocks = blocksOf(points);
  int64_t room = (k + 15) / 8 * 8, groups = (queries.count + together - 1) / together;
  double* listDistances = scratchOf<double>(together * room * omp_get_max_threads());
  int32_t* listIndices = scratchOf<int32_t>(together * room * omp_get_max_threads());
  parallelFor(groups, grainOf(8 * points.count * (points.width + 1)), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    int64_t own = together * room * omp_get_thread_num();
    eachGroup(queries, first, last, [=](const double* const* rows, const int64_t* numbers, int64_t count) BLEMISH_INLINE {
      Nearest lists[together];
      for (int64_t q = 0; q < together; ++q) {
        lists[q] = {k, listDistances + own + q * room, listIndices + own + q * room, -1};
        lists[q].clear();
      }
      for (int64_t block = 0; block < blocks.count; ++block) {
        double sums[together][wide];
        measure<Metric>(blocks.at + block * blocks.width * wide, blocks.width, rows, sums);
        int64_t size = std::min(wide, points.count - block * wide);
        for (int64_t q = 0; q < count; ++q) {
          double least = boundless, worst = lists[q].worst();
          for (int64_t j = 0; j < wide; ++j) least = sums[q][j] < least ? sums[q][j] : least;
          if (least > worst) continue;
          for (int64_t j = 0; j < size; ++j)
            if (sums[q][j] <= lists[q].worst() && !(self && block * wide + j == numbers[q]))
              lists[q].offer(sums[q][j], static_cast<int32_t>(block * wide + j));
        }
      }
      for (int64_t q = 0; q < count; ++q) {
        int64_t i = numbers[q];
        distances[i] = Metric::length(lists[q].worst());
        for (int64_t j = 0; neighbors && j < k; ++j) neighbors[i * k + j] = lists[q].index[j];
        if (tied) tied[i] = lists[q].tied() && lists[q].worst() > 0;
      }
    });
  });
}

}  // namespace

void searchAll(const Points& points, const Queries& queries, bool self, int64_t k, Norm norm, double* distances,
               int32_t* neighbors, uint8_t* tied) {
  if (norm == Norm::euclidean) return search<Euclidean>(points, queries, self, k, distances, neighbors, tied);
  search<Chebyshev>(points, queries, self, k, distances, neighbors, tied);
}

void countAll(const Points& points, const double* radii, bool strict, int32_t* counts) {
  Blocks blocks = blocksOf(points);
  Queries all(points);
  int64_t groups = (points.count + together - 1) / together;
  parallelFor(groups, grainOf(8 * points.count * (points.width + 1)), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    eachGroup(all, first, last, [=](const double* const* rows, const int64_t* numbers, int64_t count) BLEMISH_INLINE {
      int64_t found[together] = {};
      for (int64_t block = 0; block < blocks.count; ++block) {
        double sums[together][wide];
        measure<Chebyshev>(blocks.at + block * blocks.width * wide, blocks.width, rows, sums);
        int64_t size = std::min(wide, points.count - block * wide);
        for (int64_t q = 0; q < count; ++q) {
          double radius = radii[numbers[q]];
          for (int64_t j = 0; j < size; ++j) found[q] += (strict ? sums[q][j] < radius : sums[q][j] <= radius) ? 1 : 0;
        }
      }
      for (int64_t q = 0; q < count; ++q)  // its own distance, 0, was counted too
        counts[numbers[q]] = static_cast<int32_t>(found[q] - (!strict || radii[numbers[q]] > 0 ? 1 : 0));
    });
  });
}

}  // namespace blemish
