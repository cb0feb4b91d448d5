// A balanced k-d tree over points of few dimensions, with tight boxes and leaves that lie coordinate by coordinate.
#pragma once
#include <algorithm>
#include <numeric>
#include <utility>

#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/entropy/points.h"

namespace blemish {

// The number of dimensions is fixed when it is compiled: loops over so few coordinates are worth unrolling.
template <int64_t width> class KdTree {
 public:
  static constexpr int64_t leafSize = 32;

  explicit KdTree(const Points& points) : points_(points) {
    while (leaves_ * leafSize < points.count) leaves_ *= 2;
    order_ = scratchOf<int32_t>(points.count);
    std::iota(order_, order_ + points.count, 0);
    boxes_ = scratchOf<double>(2 * leaves_ * 2 * width);
    blocks_ = scratchOf<double>(leaves_ * width * leafSize);
    auto* keyed = scratchOf<std::pair<double, int32_t>>(points.count);
    for (int64_t nodes = 1; nodes <= leaves_; nodes *= 2)
      parallelFor(nodes, grainOf(8 * points.count / nodes), [=, this](int64_t first, int64_t last) {
        for (int64_t m = first; m < last; ++m) settle(nodes, m, keyed);
      });
    parallelFor(leaves_, grainOf(leafSize * width), [=, this](int64_t first, int64_t last) {
      for (int64_t leaf = first; leaf < last; ++leaf) {
        double* block = blocks_ + leaf * width * leafSize;
        int64_t from = start(leaf), size = start(leaf + 1) - from;
        for (int64_t c = 0; c < width; ++c)
          for (int64_t j = 0; j < leafSize; ++j)
            block[c * leafSize + j] = j < size ? points_.row(order_[from + j])[c] : boundless;
      }
    });
  }

  // The points in the order of the leaves: neighbours in it are neighbours in space.
  const int32_t* order() const { return order_; }

  // Fills `list` with what is nearest to q and is not point `self`. With `ties` it also learns whether others are as far as
  // the k-th, unless that coincides with q.
  template <class Metric, bool ties> BLEMISH_INLINE inline void nearest(const double* q, int32_t self, Nearest& list) const {
    Waiting stack[deepest];
    int depth = 0;
    stack[depth++] = {0, 1};
    while (depth > 0) {
      auto [bound, node] = stack[--depth];
      double worst = list.worst();
      if (ties ? bound > worst || worst == 0 : bound >= worst) continue;
      if (node >= leaves_) {
        scan<Metric>(
            node - leaves_, q,
            [&](double d, int32_t i) BLEMISH_INLINE {
              if (i != self) list.offer(d, i);
            },
            [&]() BLEMISH_INLINE { return list.worst(); });
        continue;
      }
      double left = boundOf<Metric>(2 * node, q), right = boundOf<Metric>(2 * node + 1, q);
      bool leftFirst = left <= right;
      stack[depth++] = leftFirst ? Waiting{right, 2 * node + 1} : Waiting{left, 2 * node};
      stack[depth++] = leftFirst ? Waiting{left, 2 * node} : Waiting{right, 2 * node + 1};
    }
  }

  // Calls visit(index) for every point at most `radius` from q, q's own included.
  template <class Metric, class Visit>
  BLEMISH_INLINE inline void within(const double* q, double radius, const Visit& visit) const {
    int64_t stack[deepest];
    int depth = 0;
    stack[depth++] = 1;
    while (depth > 0) {
      int64_t node = stack[--depth];
      if (boundOf<Metric>(node, q) > radius) continue;
      if (node >= leaves_) {
        scan<Metric>(
            node - leaves_, q,
            [&](double d, int32_t i) BLEMISH_INLINE {
              if (d <= radius) visit(i);
            },
            [&]() BLEMISH_INLINE { return radius; });
        continue;
      }
      stack[depth++] = 2 * node;
      stack[depth++] = 2 * node + 1;
    }
  }

  // How many points lie nearer than `radius` to q (strict), or at most that far; q itself is one of them if it is a point.
  template <class Metric, bool strict> BLEMISH_INLINE inline int64_t count(const double* q, double radius) const {
    auto inside = [radius](double d) BLEMISH_INLINE { return strict ? d < radius : d <= radius; };
    int64_t stack[deepest], found = 0;
    int depth = 0;
    stack[depth++] = 1;
    while (depth > 0) {
      int64_t node = stack[--depth];
      if (!inside(boundOf<Metric>(node, q))) continue;
      if (inside(reachOf<Metric>(node, q))) {
        int64_t first = node, last = node + 1;
        while (first < leaves_) first *= 2, last *= 2;
        found += start(last - leaves_) - start(first - leaves_);
      } else if (node >= leaves_) {
        double sums[leafSize];
        measure<Metric>(node - leaves_, q, sums);
        int64_t here = 0;
        for (int64_t j = 0; j < leafSize; ++j) here += inside(sums[j]) ? 1 : 0;
        found += here;
      } else {
        stack[depth++] = 2 * node;
        stack[depth++] = 2 * node + 1;
      }
    }
    return found;
  }

 private:
  static constexpr int deepest = 64;
  struct Waiting {
    double bound;
    int64_t node;
  };

  // By value, so that it becomes one instruction and no branch.
  BLEMISH_INLINE static inline double larger(double a, double b) { return a > b ? a : b; }
  BLEMISH_INLINE inline int64_t start(int64_t leaf) const { return points_.count * leaf / leaves_; }

  // Box of node `m` of a level of `nodes`; above the leaves, its points on the two sides of the middle of its widest extent.
  void settle(int64_t nodes, int64_t m, std::pair<double, int32_t>* keyed) {
    int64_t from = start(m * (leaves_ / nodes)), to = start((m + 1) * (leaves_ / nodes)), widest = 0;
    double *low = boxes_ + (nodes + m) * 2 * width, *high = low + width;
    std::fill(low, high, boundless);
    std::fill(high, high + width, -boundless);
    for (int64_t p = from; p < to; ++p) {
      const double* x = points_.row(order_[p]);
      for (int64_t c = 0; c < width; ++c) {
        low[c] = std::min(low[c], x[c]);
        high[c] = std::max(high[c], x[c]);
      }
    }
    if (nodes == leaves_) return;
    for (int64_t c = 1; c < width; ++c)
      if (high[c] - low[c] > high[widest] - low[widest]) widest = c;
    for (int64_t p = from; p < to; ++p) keyed[p] = {points_.row(order_[p])[widest], order_[p]};
    int64_t middle = start((2 * m + 1) * (leaves_ / nodes / 2));
    std::nth_element(keyed + from, keyed + middle, keyed + to);
    for (int64_t p = from; p < to; ++p) order_[p] = keyed[p].second;
  }

  // The least distance that a point of the node's box can have from q; and the greatest.
  template <class Metric> BLEMISH_INLINE inline double boundOf(int64_t node, const double* q) const {
    const double *low = boxes_ + node * 2 * width, *high = low + width;
    double sum = 0;
    for (int64_t c = 0; c < width; ++c) sum = Metric::step(sum, larger(larger(low[c] - q[c], q[c] - high[c]), 0));
    return sum;
  }
  template <class Metric> BLEMISH_INLINE inline double reachOf(int64_t node, const double* q) const {
    const double *low = boxes_ + node * 2 * width, *high = low + width;
    double sum = 0;
    for (int64_t c = 0; c < width; ++c) sum = Metric::step(sum, larger(q[c] - low[c], high[c] - q[c]));
    return sum;
  }

  template <class Metric> BLEMISH_INLINE inline void measure(int64_t leaf, const double* q, double* sums) const {
    const double* block = blocks_ + leaf * width * leafSize;
    for (int64_t j = 0; j < leafSize; ++j) sums[j] = Metric::step(0, block[j] - q[0]);
    for (int64_t c = 1; c < width; ++c)
      for (int64_t j = 0; j < leafSize; ++j) sums[j] = Metric::step(sums[j], block[c * leafSize + j] - q[c]);
  }

  // take(distance, index) for those of a leaf that are no farther than limit() says at the time.
  template <class Metric, class Take, class Limit>
  BLEMISH_INLINE inline void scan(int64_t leaf, const double* q, const Take& take, const Limit& limit) const {
    double sums[leafSize], most = limit();
    measure<Metric>(leaf, q, sums);
    int64_t from = start(leaf), size = start(leaf + 1) - from, near = 0;
    for (int64_t j = 0; j < leafSize; ++j) near += sums[j] <= most ? 1 : 0;
    if (near == 0) return;
    for (int64_t j = 0; j < size; ++j)
      if (sums[j] <= limit()) take(sums[j], order_[from + j]);
  }

  Points points_;
  int64_t leaves_ = 1;
  int32_t* order_;
  double *boxes_, *blocks_;
};

}  // namespace blemish
