// Neighbours: along a line by sorting, in few dimensions by a tree, else by looking at all.
#include "ops/entropy/neighbors.h"

#include <omp.h>

#include <algorithm>

#include "cpu/parallel.h"
#include "ops/entropy/kd-tree.h"
#include "cpu/radix-sort.h"
#include "cpu/sort-keys.h"

namespace blemish {
namespace {

// Numbers in falling order and where each stood.
struct Line {
  const double* x;
  const int32_t* from;
  int64_t count;
};

Line sortedLine(const double* x, int64_t n) {
  auto* keys = scratchOf<uint64_t>(n);
  for (int64_t i = 0; i < n; ++i) keys[i] = keyOf(x[i]);
  Sorted<uint64_t> sorted = sortWithPlaces(keys, n);
  double* numbers = scratchOf<double>(n);
  for (int64_t i = 0; i < n; ++i) numbers[i] = scoreOf(sorted.keys[i]);
  return {numbers, sorted.from, n};
}

// Of a number and those beside it, every run of k + 1 holds k others: the k-th nearest is the farther end of the best run.
void nearestOnLine(const double* x, int64_t n, int64_t k, double* distances) {
  Line line = sortedLine(x, n);
  parallelFor(n, grainOf(64), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) {
      // As a run moves on, its near end comes closer and its far end goes away: the best one is where they change places.
      int64_t low = std::max(i - k, int64_t(0)), high = std::min(i, n - 1 - k), from = low;
      while (low < high) {
        int64_t left = (low + high) / 2;
        bool later = line.x[left] - line.x[i] > line.x[i] - line.x[left + k];
        low = later ? left + 1 : low;
        high = later ? high : left;
      }
      double best = std::max(line.x[low] - line.x[i], line.x[i] - line.x[low + k]);
      if (low > from) best = std::min(best, line.x[low - 1] - line.x[i]);
      distances[line.from[i]] = best;
    }
  });
}

void countOnLine(const double* x, int64_t n, const double* radii, bool strict, int32_t* counts) {
  Line line = sortedLine(x, n);
  parallelFor(n, grainOf(64), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) {
      double at = line.x[i], radius = radii[line.from[i]];
      // How far the neighbours reach in one direction: first in doubling steps, then by halves. Rounded differences
      // never fall along the line, so the last one inside is the last of all.
      auto reach = [&](int64_t sign, int64_t room) BLEMISH_INLINE {
        auto inside = [&](int64_t steps) BLEMISH_INLINE {
          double apart = static_cast<double>(sign) * (at - line.x[i + sign * steps]);
          return strict ? apart < radius : apart <= radius;
        };
        int64_t step = 1;
        while (step <= room && inside(step)) step *= 2;
        int64_t low = step / 2, high = std::min(step, room + 1);  // low is inside, high is not
        while (high - low > 1) {
          int64_t middle = (low + high) / 2;
          bool in = inside(middle);
          low = in ? middle : low;
          high = in ? high : middle;
        }
        return low;
      };
      counts[line.from[i]] = static_cast<int32_t>(reach(1, n - 1 - i) + reach(-1, i));
    }
  });
}

// A list of k for each thread.
class Lists {
 public:
  explicit Lists(int64_t k)
      : k_(k),
        room_((k + 15) / 8 * 8),
        distances_(scratchOf<double>(room_ * omp_get_max_threads())),
        indices_(scratchOf<int32_t>(room_ * omp_get_max_threads())) {}
  BLEMISH_INLINE inline Nearest own() const {
    int64_t at = room_ * omp_get_thread_num();
    return {k_, distances_ + at, indices_ + at, -1};
  }

 private:
  int64_t k_, room_;
  double* distances_;
  int32_t* indices_;
};

// each(i, list) for every query, in the order of the tree where the queries are its points.
template <class Metric, bool ties, int64_t width, class Each>
void byTree(const KdTree<width>& tree, const Points& queries, bool self, int64_t k, const Each& each) {
  Lists lists(k);
  const int32_t* order = self ? tree.order() : nullptr;
  parallelFor(queries.count, 64, [=, &tree](int64_t first, int64_t last) BLEMISH_INLINE {
    Nearest list = lists.own();
    for (int64_t p = first; p < last; ++p) {
      int64_t i = order ? order[p] : p;
      list.clear();
      tree.template nearest<Metric, ties>(queries.row(i), self ? static_cast<int32_t>(i) : -1, list);
      each(i, list);
    }
  });
}

template <class Body> void byNorm(Norm norm, const Body& body) {
  if (norm == Norm::euclidean) body.template operator()<Euclidean>();
  else body.template operator()<Chebyshev>();
}

// Builds a tree where the dimensions are few and calls body(tree); else returns false.
template <int64_t width = 1, class Body> bool withTree(const Points& points, const Body& body) {
  if (points.width != width) {
    if constexpr (width < treeWidth) return withTree<width + 1>(points, body);
    return false;
  }
  KdTree<width> tree(points);
  body(tree);
  return true;
}

}  // namespace

void nearestDistances(const Points& points, const Points& queries, bool self, int64_t k, Norm norm, double* distances) {
  if (self && points.width == 1) return nearestOnLine(points.at, points.count, k, distances);
  bool done = withTree(points, [&](const auto& tree) {
    byNorm(norm, [&]<class Metric>() {
      byTree<Metric, false>(tree, queries, self, k,
                            [=](int64_t i, const Nearest& list) BLEMISH_INLINE { distances[i] = Metric::length(list.worst()); });
    });
  });
  if (done) return;
  if (norm == Norm::euclidean) return searchByProduct(points, queries, self, k, distances, nullptr);
  searchAll(points, queries, self, k, norm, distances, nullptr, nullptr);
}

void nearestNeighbors(const Points& points, int64_t k, Norm norm, double* distances, int32_t* neighbors) {
  bool done = withTree(points, [&](const auto& tree) {
    byNorm(norm, [&]<class Metric>() {
      byTree<Metric, false>(tree, points, true, k, [=](int64_t i, const Nearest& list) BLEMISH_INLINE {
        distances[i] = Metric::length(list.worst());
        for (int64_t j = 0; j < k; ++j) neighbors[i * k + j] = list.index[j];
      });
    });
  });
  if (done) return;
  if (norm == Norm::euclidean) return searchByProduct(points, points, true, k, distances, neighbors);
  searchAll(points, points, true, k, norm, distances, neighbors, nullptr);
}

void neighborExtents(const Points& points, int64_t k, int64_t split, double* left, double* right) {
  int64_t width = points.width;
  auto join = [=](int64_t i, int64_t j) BLEMISH_INLINE {
    const double *a = points.row(i), *b = points.row(j);
    left[i] = std::max(left[i], apart<Chebyshev>(a, b, split));
    right[i] = std::max(right[i], apart<Chebyshev>(a + split, b + split, width - split));
  };
  std::fill_n(left, points.count, 0.0);
  std::fill_n(right, points.count, 0.0);
  bool done = withTree(points, [&](const auto& tree) {
    byTree<Chebyshev, true>(tree, points, true, k, [=, &tree](int64_t i, const Nearest& list) BLEMISH_INLINE {
      if (list.worst() == 0) return;  // all of them coincide with it
      for (int64_t j = 0; j < k; ++j) join(i, list.index[j]);
      if (list.tied())
        tree.template within<Chebyshev>(points.row(i), list.worst(), [=](int32_t j) BLEMISH_INLINE { join(i, j); });
    });
  });
  if (done) return;
  auto* neighbors = scratchOf<int32_t>(points.count * k);
  auto* distances = scratchOf<double>(points.count);
  auto* tied = scratchOf<uint8_t>(points.count);
  searchAll(points, points, true, k, Norm::chebyshev, distances, neighbors, tied);
  parallelFor(points.count, grainOf(2 * k * width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) {
      for (int64_t j = 0; j < k; ++j) join(i, neighbors[i * k + j]);
      if (!tied[i]) continue;
      for (int64_t j = 0; j < points.count; ++j)
        if (apart<Chebyshev>(points.row(i), points.row(j), width) <= distances[i]) join(i, j);
    }
  });
}

void countNeighbors(const Points& points, const double* radii, bool strict, int32_t* counts) {
  if (points.width == 1) return countOnLine(points.at, points.count, radii, strict, counts);
  bool done = withTree(points, [&](const auto& tree) {
    const int32_t* order = tree.order();
    parallelFor(points.count, 64, [=, &tree](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t p = first; p < last; ++p) {
        int64_t i = order[p];
        const double* q = points.row(i);
        // The point itself lies within every radius but 0.
        int64_t found = strict ? tree.template count<Chebyshev, true>(q, radii[i]) - (radii[i] > 0 ? 1 : 0)
                               : tree.template count<Chebyshev, false>(q, radii[i]) - 1;
        counts[i] = static_cast<int32_t>(found);
      }
    });
  });
  if (!done) countAll(points, radii, strict, counts);
}

}  // namespace blemish
