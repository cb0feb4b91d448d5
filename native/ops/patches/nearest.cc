// Exact distances to the k nearest vectors of a bank, without a matrix of distances.
//
// A blocked product gives each pair a score in float32; per query the best few are kept as the blocks go by. The distances of
// those are then recomputed from differences in float64, and a bound on the scores' rounding errors says whether one that was
// dropped could belong to the k nearest. Where it could (many near ties), the query looks through the bank once more, exactly.
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/bits.h"
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/onednn.h"
#include "cpu/parallel.h"
#include "ops/patches/vectors.h"

namespace blemish {
namespace {

using namespace patches;

constexpr int64_t queryBlock = 1024, bankBlock = 256;  // the products of a pair of blocks are 1 MiB
constexpr int64_t group = 64;                          // scores that are held against the threshold together
constexpr int64_t keysInAll = int64_t(1) << 21;        // candidates of a block of queries; it has fewer rows where k is large

struct Search {
  const float *x, *bank;
  int64_t queries, vectors, width, k;
  int64_t self;  // the bank's row that query 0 is, or below 0
  bool cosine;
  double *squares, *bankSquares;  // squared norms
  float *scale, *shift;           // score = shift - scale * product, increasing with the distance
  double longest, shortest;       // norms in the bank, without those that are 0
};

// The candidates of one query, as integers in the order of (score, index).
struct Candidates {
  uint64_t* keys;
  int64_t held, room, count = 0;
  float threshold = __builtin_inff();

  BLEMISH_INLINE static uint64_t keyOf(float score, int64_t index) {
    uint32_t bits = static_cast<uint32_t>(bitsOf(score));
    bits = bits >> 31 ? ~bits : bits | 0x80000000u;
    return uint64_t(bits) << 32 | static_cast<uint64_t>(index);
  }
  BLEMISH_INLINE static float scoreOf(uint64_t key) {
    uint32_t bits = static_cast<uint32_t>(key >> 32);
    return floatOf(static_cast<int32_t>(bits >> 31 ? bits & 0x7fffffffu : ~bits));
  }
  static int64_t indexOf(uint64_t key) { return static_cast<int64_t>(key & 0xffffffffu); }
  static int64_t heldFor(int64_t k) { return k + std::max<int64_t>(8, k / 4); }
  static int64_t roomFor(int64_t k) { return 2 * heldFor(k) + group; }

  // Keeps the `held` best. Those that come later have larger indices, so that an equal score does not get in.
  void shrink() {
    if (count <= held) return;
    std::nth_element(keys, keys + held - 1, keys + count);
    count = held;
    threshold = scoreOf(keys[held - 1]);
  }
};

// The squared distance, or for cosine twice the distance, by differences; at least `limit` where the sum passes it on the way.
BLEMISH_INLINE inline double exactSquare(const float* a, const float* b, int64_t width, double ofA, double ofB, double limit) {
  constexpr int64_t stretch = 128;
  double sum = 0;
  for (int64_t from = 0; from < width && sum <= limit; from += stretch) {
    const float *p = a + from, *q = b + from;
    sum += sumOver<double, 16>(std::min(stretch, width - from), [=](int64_t i) BLEMISH_INLINE {
      double difference = p[i] * ofA - q[i] * ofB;
      return difference * difference;
    });
  }
  return sum;
}

// The k nearest so far, in order of (square, index).
struct Nearest {
  double* squares;
  int32_t* indices;
  int64_t k, count = 0;

  BLEMISH_INLINE double worst() const { return count < k ? __builtin_inf() : squares[k - 1]; }
  BLEMISH_INLINE void offer(double square, int64_t index) {
    if (count == k && (square > squares[k - 1] || (square == squares[k - 1] && index > indices[k - 1]))) return;
    int64_t at = count < k ? count++ : k - 1;
    for (; at > 0 && (square < squares[at - 1] || (square == squares[at - 1] && index < indices[at - 1])); --at) {
      squares[at] = squares[at - 1];
      indices[at] = indices[at - 1];
    }
    squares[at] = square;
    indices[at] = static_cast<int32_t>(index);
  }
};

BLEMISH_INLINE inline double inverseNorm(double square) { return square > 0 ? 1 / std::sqrt(square) : 0; }

// How far half a squared distance may lie from score + |x|² / 2: the worst case of a product summed in any order.
double errorOf(const Search& s, double square) {
  constexpr double unit = 0x1p-24, least = 0x1p-126;
  double norm = std::sqrt(square), width = static_cast<double>(s.width);
  if (norm > 1e18 || s.longest > 1e18) return __builtin_inf();  // products may pass what float32 holds
  // Products may also fall below the least normal number.
  if (s.cosine) return s.shortest < 1e-30 ? __builtin_inf() : 1.01 * (width + 8) * (unit * norm + least / s.shortest);
  return 1.01 * ((width + 4) * unit * norm * s.longest + 2 * unit * (s.longest * s.longest + square) + (width + 4) * least);
}

BLEMISH_INLINE inline void scan(const Search& s, const float* products, int64_t from, int64_t count, int64_t skipped,
                                Candidates& found) {
  const float *scale = s.scale + from, *shift = s.shift + from;
  for (int64_t j = 0; j < count; j += group) {
    float scores[group];
    int64_t width = std::min(group, count - j);
    float threshold = found.threshold;
    int32_t any = 0;
    auto rate = [&](int64_t length) BLEMISH_INLINE {
      for (int64_t l = 0; l < length; ++l) {
        scores[l] = shift[j + l] - scale[j + l] * products[j + l];
        any |= scores[l] < threshold;
      }
    };
    if (width == group) rate(group);
    else rate(width);
    if (!any) continue;
    for (int64_t l = 0; l < width; ++l)
      if (scores[l] < threshold && from + j + l != skipped)
        found.keys[found.count++] = Candidates::keyOf(scores[l], from + j + l);
    if (found.count > found.room - group) found.shrink();
  }
}

// The exact phase of one query.
BLEMISH_INLINE inline void settle(const Search& s, int64_t query, double error, Candidates& found, Nearest& nearest) {
  const float* a = s.x + query * s.width;
  int64_t skipped = s.self < 0 ? -1 : s.self + query, others = s.vectors - (skipped >= 0);
  double square = s.squares[query], ofA = s.cosine ? inverseNorm(square) : 1;
  auto measure = [&](int64_t j, double limit) BLEMISH_INLINE {
    double ofB = s.cosine ? inverseNorm(s.bankSquares[j]) : 1;
    if (s.cosine && (ofA == 0 || ofB == 0)) return 2.0;
    return exactSquare(a, s.bank + j * s.width, s.width, ofA, ofB, limit);
  };
  // The least square that a score allows. By angle, score = -|x| cos.
  auto least = [&](float score)
                   BLEMISH_INLINE { return s.cosine ? 2 + 2 * (score - error) * ofA : 2 * (score - error) + square; };
  found.shrink();
  std::sort(found.keys, found.keys + found.count);
  bool sure = error < __builtin_inf() && !(s.cosine && ofA == 0);
  bool open = !sure || found.count < others;
  for (int64_t t = 0; t < found.count; ++t) {
    uint64_t key = found.keys[t];
    if (sure && least(Candidates::scoreOf(key)) > nearest.worst()) {
      open = false;
      break;
    }
    nearest.offer(measure(Candidates::indexOf(key), nearest.worst()), Candidates::indexOf(key));
  }
  if (open && sure && found.count == found.held && least(found.threshold) > nearest.worst()) open = false;
  if (!open) return;
  nearest.count = 0;
  for (int64_t j = 0; j < s.vectors; ++j)
    if (j != skipped) nearest.offer(measure(j, nearest.worst()), j);
}

void readBank(Search& s, int64_t from, int64_t count) {
  parallelFor(count, grainOf(s.width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t j = from + first; j < from + last; ++j) {
      double square = squareNorm(s.bank + j * s.width, s.width);
      s.bankSquares[j] = square;
      s.scale[j] = s.cosine ? static_cast<float>(inverseNorm(square)) : 1.0f;
      s.shift[j] = s.cosine ? 0.0f : static_cast<float>(0.5 * square);
    }
  });
  requireFinite(s.bankSquares + from, count, "bank", from);
  for (int64_t j = from; j < from + count; ++j) {
    double norm = std::sqrt(s.bankSquares[j]);
    s.longest = std::max(s.longest, norm);
    if (norm > 0) s.shortest = std::min(s.shortest, norm);
  }
}

void search(Search& s, float* distances, int32_t* indices) {
  s.squares = scratchOf<double>(s.queries);
  s.bankSquares = scratchOf<double>(s.vectors);
  s.scale = scratchOf<float>(s.vectors);
  s.shift = scratchOf<float>(s.vectors);
  s.longest = 0;
  s.shortest = __builtin_inf();
  parallelFor(s.queries, grainOf(s.width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) s.squares[i] = squareNorm(s.x + i * s.width, s.width);
  });
  requireFinite(s.squares, s.queries, "x");
  int64_t room = Candidates::roomFor(s.k), columns = std::min(bankBlock, s.vectors);
  int64_t rows = std::min({queryBlock, s.queries, std::max<int64_t>(1, keysInAll / room)});
  auto* products = scratchOf<float>(rows * columns);
  auto* keys = scratchOf<uint64_t>(rows * room);
  auto* found = scratchOf<Candidates>(rows);
  auto* squares = scratchOf<double>(s.k * omp_get_max_threads());
  for (int64_t top = 0; top < s.queries; top += rows) {
    int64_t height = std::min(rows, s.queries - top);
    for (int64_t i = 0; i < height; ++i) found[i] = {keys + i * room, Candidates::heldFor(s.k), room};
    for (int64_t left = 0; left < s.vectors; left += bankBlock) {
      int64_t count = std::min(bankBlock, s.vectors - left);
      if (top == 0) readBank(s, left, count);
      onednn::multiply(s.x + top * s.width, s.bank + left * s.width, products,
                       {1, height, count, s.width, false, true, false, false});
      parallelFor(height, grainOf(count), [=](int64_t first, int64_t last) BLEMISH_INLINE {
        for (int64_t i = first; i < last; ++i)
          scan(s, products + i * count, left, count, s.self < 0 ? -1 : s.self + top + i, found[i]);
      });
    }
    parallelFor(height, 1, [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t i = first; i < last; ++i) {
        int64_t query = top + i;
        Nearest nearest{squares + s.k * omp_get_thread_num(), indices + query * s.k, s.k};
        settle(s, query, errorOf(s, s.squares[query]), found[i], nearest);
        for (int64_t t = 0; t < s.k; ++t)
          distances[query * s.k + t] = static_cast<float>(s.cosine ? 0.5 * nearest.squares[t] : std::sqrt(nearest.squares[t]));
      }
    });
  }
}

}  // namespace

OP("nearest(x: f32[Q D], bank: f32[N D], k = 1, metric = l2|cosine, self = -1) -> (distances: f32[Q K], indices: i32[Q K])",
   "Distances of each query to its k nearest vectors of the bank, ascending, and their rows; of equal distances the lower row "
   "comes "
   "first. l2 is |x - b|, cosine 1 - x·b / (|x| |b|), 1 where a vector is 0. `self`: the row of the bank that query 0 is, that "
   "of the "
   "next query being the next; no query finds itself (below 0: none is in the bank). Exact: products choose, differences in "
   "float64 decide, and distances are rounded once. Fails with NUMERICAL_FAILURE for numbers that are not finite. Scratch: 1 "
   "MiB, 16 bytes "
   "for each vector of the bank, 8 for each query, and 20 k + 680 for each of 1024 queries, of fewer where that passes 16 MiB.",
   [](Dims& d, const Attrs& attrs) {
     int64_t k = attrs.integer("k"), self = attrs.integer("self"), queries = d["Q"], vectors = d["N"];
     if (self >= 0)
       d.require(self + queries <= vectors, "bank " + text(d.input(1).shape) + " has no row for each query of x " +
                                                text(d.input(0).shape) + " from row " + std::to_string(self) +
                                                "; expected at least " + std::to_string(self + queries));
     d.require(vectors <= std::numeric_limits<int32_t>::max(),
               "bank " + text(d.input(1).shape) + " is too large; expected below 2^31 rows");
     int64_t most = vectors - (self >= 0);
     d.require(most > 0, "bank " + text(d.input(1).shape) + " has no vector for a query to find; expected at least " +
                             std::to_string(1 + (self >= 0)));
     if (k < 1 || k > most)
       d.refuse(Code::ATTRIBUTE_INVALID, "k is " + std::to_string(k) + " for bank " + text(d.input(1).shape) +
                                             (self >= 0 ? ", of which a query leaves out itself" : "") + "; expected 1 to " +
                                             std::to_string(most));
     d["K"] = k;
   })

KERNEL(cpu, nearest) {
  const Tensor &x = call.in[0], &bank = call.in[1];
  Search s{};
  s.x = x.floats();
  s.bank = bank.floats();
  s.queries = x.shape[0];
  s.vectors = bank.shape[0];
  s.width = x.shape[1];
  s.k = call.attrs.integer("k");
  s.self = call.attrs.integer("self");
  s.cosine = call.attrs.choice("metric") == "cosine";
  if (s.queries > 0) search(s, call.out[0].floats(), call.out[1].as<int32_t>());
}

}  // namespace blemish
