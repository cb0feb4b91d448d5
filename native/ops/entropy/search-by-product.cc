// Euclidean neighbours in many dimensions: products of matrices in float32 leave a few candidates, which float64 decides on.
//
// |x - y|^2 = |x|^2 + |y|^2 - 2 x.y loses digits where points are close compared with their lengths. The loss has a bound, so
// whatever might be among the k nearest is kept, and measured anew: the result is that of float64 alone. Where the bound
// lets too many through, all points are measured in float64.
#include <omp.h>

#include <algorithm>
#include <cmath>

#include "cpu/onednn.h"
#include "cpu/parallel.h"
#include "ops/entropy/neighbors.h"

namespace blemish {
namespace {

constexpr int64_t queryRows = 512, pointRows = 1024;  // of one product: two MiB
constexpr double unit = 1.0 / 16777216;               // half a step of float32 at 1

struct Operand {
  float *x, *squares;  // centred and scaled, with squared lengths
  double longest;      // of all
};

struct Frame {
  double *center, scale, farthest;
};

// The points' mean, and a power of two that brings every coordinate into [-1, 1].
Frame frameOf(const Points& points, const Points& queries) {
  Frame frame{scratchOf<double>(points.width), 1, 0};
  std::fill_n(frame.center, points.width, 0.0);
  for (int64_t i = 0; i < points.count; ++i)
    for (int64_t c = 0; c < points.width; ++c) frame.center[c] += points.row(i)[c] / static_cast<double>(points.count);
  double most = 0;
  for (const Points* set : {&points, &queries})
    for (int64_t i = 0; i < set->count; ++i)
      for (int64_t c = 0; c < set->width; ++c) {
        most = std::max(most, std::fabs(set->row(i)[c] - frame.center[c]));
        frame.farthest = std::max(frame.farthest, std::fabs(set->row(i)[c]));
      }
  int exponent = 0;
  std::frexp(most, &exponent);
  if (most > 0) frame.scale = std::ldexp(1.0, std::clamp(-exponent, -1020, 1020));
  frame.farthest *= frame.scale;
  return frame;
}

Operand operandOf(const Points& points, const Frame& frame) {
  int64_t width = points.width;
  Operand out{scratchOf<float>(points.count * width), scratchOf<float>(points.count), 0};
  parallelFor(points.count, grainOf(4 * width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) {
      double square = 0;
      for (int64_t c = 0; c < width; ++c) {
        float x = static_cast<float>((points.row(i)[c] - frame.center[c]) * frame.scale);
        out.x[i * width + c] = x;
        square += double(x) * x;
      }
      out.squares[i] = static_cast<float>(square);
    }
  });
  double most = 0;
  for (int64_t i = 0; i < points.count; ++i) most = std::max(most, static_cast<double>(out.squares[i]));
  out.longest = std::sqrt(most * (1 + 2 * unit));
  return out;
}

// By how much |y|^2 - 2 x.y, as computed, may be off from what the exact points give, for a query of length `own`.
double doubt(double own, const Operand& points, const Frame& frame, int64_t width) {
  double n = static_cast<double>(width), both = own + points.longest;
  double moved = unit * both + 4e-16 * frame.farthest * std::sqrt(n);  // by which rounding has shifted the two points
  return 2 * moved * both + moved * moved + unit * ((n + 8) * 2 * own * points.longest + 4 * both * both) + 1e-30 * n;
}

// Of one query: the k least values so far, rising, and whoever may belong to them.
struct Candidates {
  float* least;
  int32_t* index;
  float* value;
  int64_t count;
  float slack;
  bool lost;  // too many
};

BLEMISH_INLINE inline void offer(Candidates& own, int64_t k, int64_t room, float value, int32_t index) {
  float limit = own.least[k - 1] + own.slack;
  if (!(value <= limit) || own.lost) return;
  if (value < own.least[k - 1]) {
    int64_t place = k - 1;
    for (; place > 0 && own.least[place - 1] > value; --place) own.least[place] = own.least[place - 1];
    own.least[place] = value;
  }
  if (own.count == room) {
    limit = own.least[k - 1] + own.slack;
    int64_t kept = 0;
    for (int64_t j = 0; j < own.count; ++j)
      if (own.value[j] <= limit) own.value[kept] = own.value[j], own.index[kept++] = own.index[j];
    own.count = kept;
    own.lost = kept == room;
    if (own.lost) return;
  }
  own.value[own.count] = value;
  own.index[own.count++] = index;
}

}  // namespace

void searchByProduct(const Points& points, const Points& queries, bool self, int64_t k, double* distances, int32_t* neighbors) {
  if (points.width == 0 || points.count <= 4 * k + 64)
    return searchAll(points, queries, self, k, Norm::euclidean, distances, neighbors, nullptr);
  Frame frame = frameOf(points, queries);
  Operand right = operandOf(points, frame), left = points.at == queries.at ? right : operandOf(queries, frame);
  int64_t width = points.width, room = 4 * k + 64;
  float* product = scratchOf<float>(queryRows * pointRows);
  auto* candidates = scratchOf<Candidates>(queryRows);
  for (int64_t q = 0; q < queryRows; ++q)
    candidates[q] = {scratchOf<float>(k), scratchOf<int32_t>(room), scratchOf<float>(room), 0, 0, false};
  double* listDistances = scratchOf<double>(k * queryRows);
  int32_t* listIndices = scratchOf<int32_t>(k * queryRows);
  auto* lost = scratchOf<int32_t>(queries.count);
  int64_t lostCount = 0;
  for (int64_t from = 0; from < queries.count; from += queryRows) {
    int64_t rows = std::min(queryRows, queries.count - from);
    for (int64_t q = 0; q < rows; ++q) {
      Candidates& own = candidates[q];
      std::fill_n(own.least, k, __builtin_inff());
      own.count = 0;
      // Twice the doubt, rounded up: of the k-th, and of whoever may be nearer than it.
      own.slack = static_cast<float>(2 * doubt(std::sqrt(left.squares[from + q] * (1 + 2 * unit)), right, frame, width)) * 1.001f;
      own.lost = false;
    }
    for (int64_t start = 0; start < points.count; start += pointRows) {
      int64_t columns = std::min(pointRows, points.count - start);
      onednn::multiply(left.x + from * width, right.x + start * width, product,
                       {1, rows, columns, width, false, true, false, false});
      parallelFor(rows, grainOf(2 * columns), [=](int64_t first, int64_t last) BLEMISH_INLINE {
        constexpr int64_t lanes = 16, strip = 4 * lanes;
        for (int64_t q = first; q < last; ++q) {
          Candidates& own = candidates[q];
          const float *row = product + q * columns, *squares = right.squares + start;
          auto value = [=](int64_t j) BLEMISH_INLINE { return squares[j] - 2 * row[j]; };
          for (int64_t j = 0; j < columns && !own.lost; j += strip) {
            if (j + strip <= columns) {
              // Nearly always none of them counts.
              float limit = own.least[k - 1] + own.slack;
              int32_t below = 0;
              for (int64_t l = j; l < j + lanes; ++l) {
                float a = value(l), b = value(l + lanes), c = value(l + 2 * lanes), d = value(l + 3 * lanes);
                a = a < b ? a : b, c = c < d ? c : d;
                below += (a < c ? a : c) <= limit ? 1 : 0;
              }
              if (below == 0) continue;
            }
            for (int64_t l = j; l < std::min(j + strip, columns); ++l)
              if (!(self && start + l == from + q)) offer(own, k, room, value(l), static_cast<int32_t>(start + l));
          }
        }
      });
    }
    parallelFor(rows, grainOf(4 * width * k), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t q = first; q < last; ++q) {
        const Candidates& own = candidates[q];
        Nearest list{k, listDistances + q * k, listIndices + q * k, -1};
        list.clear();
        const double* query = queries.row(from + q);
        float limit = own.least[k - 1] + own.slack;
        if (own.lost) continue;
        for (int64_t j = 0; j < own.count; ++j)
          if (own.value[j] <= limit) list.offer(apart<Euclidean>(query, points.row(own.index[j]), width), own.index[j]);
        distances[from + q] = Euclidean::length(list.worst());
        for (int64_t j = 0; neighbors && j < k; ++j) neighbors[(from + q) * k + j] = list.index[j];
      }
    });
    for (int64_t q = 0; q < rows; ++q)
      if (candidates[q].lost) lost[lostCount++] = static_cast<int32_t>(from + q);
  }
  if (lostCount) searchAll(points, Queries(queries, lost, lostCount), self, k, Norm::euclidean, distances, neighbors, nullptr);
}

}  // namespace blemish
