// Greedy k-centre: each pick is the row farthest from all picks before it (Gonzalez 1985).
//
// Distances to the picks only ever fall, so what was computed against fewer picks is an upper bound. A row is brought nearer to
// date only while its bound is the greatest of all; most rows fall behind after a few picks and are not looked at again. The
// picks are those of the plain loop: a row is picked once its bound has seen all picks and is still the greatest.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/bits.h"
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/patches/vectors.h"

namespace blemish {
namespace {

using namespace patches;

constexpr int64_t tile = 64;      // rows whose greatest bound is kept
constexpr int64_t lanes = 16;     // picks that stand side by side
constexpr int64_t stretch = 128;  // picks that a row is held against before others may have a greater bound
constexpr int32_t always = std::numeric_limits<int32_t>::max();

struct State {
  const float* x;
  int64_t rows, width;
  int32_t* indices;  // the picks
  float* squares;    // upper bounds of squared distances to the picks; -1 for a pick
  int32_t* seen;     // how many picks a bound has seen
  float* centres;    // the picks, [blocks width lanes]; infinite where none is yet
  float* highest;    // greatest bound of each tile
};

// Sixteen picks side by side, in vectors of as many bytes as there are. Spelt out, because of plain loops the compiler makes
// vectors of columns instead, ten times slower.
template <int bytes> struct Picks {
  typedef float Part __attribute__((vector_size(bytes), aligned(sizeof(float))));
  static constexpr int each = bytes / sizeof(float), parts = lanes / each;
};

// The least squared distance of a row to `blocks` blocks of picks. Even and odd columns are summed apart, so that two sums of
// each pick are under way; the order does not depend on how many blocks there are.
template <int bytes, int blocks> BLEMISH_INLINE inline float leastSquare(const float* a, const float* centres, int64_t width) {
  using Part = typename Picks<bytes>::Part;
  constexpr int parts = Picks<bytes>::parts;
  Part even[blocks * parts] = {}, odd[blocks * parts] = {};
  auto centre = [=](int b, int64_t i) BLEMISH_INLINE {
    return reinterpret_cast<const Part*>(centres + ((b / parts) * width + i) * lanes)[b % parts];
  };
  int64_t i = 0;
  for (; i + 2 <= width; i += 2)
#pragma GCC unroll 8
    for (int b = 0; b < blocks * parts; ++b) {
      Part p = a[i] - centre(b, i), q = a[i + 1] - centre(b, i + 1);
      even[b] += p * p;
      odd[b] += q * q;
    }
  int32_t least = std::numeric_limits<int32_t>::max();
#pragma GCC unroll 8
  for (int b = 0; b < blocks * parts; ++b) {
    if (i < width) {
      Part p = a[i] - centre(b, i);
      even[b] += p * p;
    }
    even[b] += odd[b];
    // Numbers of one sign are in the order of their bits, and integers make a minimum that the compiler may take in any order.
    for (int l = 0; l < Picks<bytes>::each; ++l) least = std::min(least, bitsOf(static_cast<float>(even[b][l])));
  }
  return floatOf(least);
}

// Holds a row against the picks that it has missed, up to number `to`. Two blocks at a time, where that fits into registers.
template <int bytes> BLEMISH_INLINE inline void advance(const State& s, int64_t row, int64_t to) {
  constexpr int blocks = bytes >= 32 ? 2 : 1;
  const float* a = s.x + row * s.width;
  int64_t block = s.seen[row] / lanes, end = (to + lanes - 1) / lanes;
  float least = s.squares[row];
  for (; block + blocks <= end; block += blocks)
    least = std::min(least, leastSquare<bytes, blocks>(a, s.centres + block * s.width * lanes, s.width));
  if (block < end) least = std::min(least, leastSquare<bytes, 1>(a, s.centres + block * s.width * lanes, s.width));
  s.squares[row] = least;
  s.seen[row] = static_cast<int32_t>(to);
}

// Bounds are at least 0, or -1: integers of the same bits have the same order.
BLEMISH_INLINE inline float highestOf(const float* values, int64_t count) {
  int32_t most = bitsOf(-1.0f);
  for (int64_t i = 0; i < count; ++i) most = std::max(most, bitsOf(values[i]));
  return floatOf(most);
}

BLEMISH_INLINE inline void retile(const State& s, int64_t which) {
  s.highest[which] = highestOf(s.squares + which * tile, std::min(tile, s.rows - which * tile));
}

BLEMISH_INLINE inline int64_t firstOf(const float* values, int64_t count, float wanted) {
  int32_t first = always, bits = bitsOf(wanted), length = static_cast<int32_t>(count);
  for (int32_t i = 0; i < length; ++i) first = std::min(first, i | (-static_cast<int32_t>(bitsOf(values[i]) != bits) & always));
  return first;
}

// The first row of the greatest bound.
BLEMISH_INLINE inline int64_t firstHighest(const State& s) {
  int64_t tiles = (s.rows + tile - 1) / tile;
  float most = highestOf(s.highest, tiles);
  int64_t from = firstOf(s.highest, tiles, most) * tile;
  return from + firstOf(s.squares + from, std::min(tile, s.rows - from), most);
}

// By one thread: whichever row has the greatest bound goes on, until one of them has seen everything.
int64_t farthestAlone(const State& s, int64_t picks) {
  int64_t best = 0;
  int64_t* out = &best;
  Isa used = isa();
  multiversion([=]() BLEMISH_INLINE {
    int64_t row = firstHighest(s);
    while (s.seen[row] < picks) {
      int64_t to = std::min(picks, (s.seen[row] / lanes) * lanes + stretch);
      withVectors(used, [=]<int bytes>() BLEMISH_INLINE { advance<bytes>(s, row, to); });
      retile(s, row / tile);
      row = firstHighest(s);
    }
    *out = row;
  });
  return best;
}

// By several: the rows of the greatest bounds in the best few tiles are brought up to date together. Which rows are, decides how
// much is computed, never what is picked.
int64_t farthestTogether(const State& s, int64_t picks, float* order) {
  int64_t tiles = (s.rows + tile - 1) / tile, wanted = std::min<int64_t>(tiles, 8 * omp_get_max_threads());
  int64_t best = firstHighest(s);
  Isa used = isa();
  while (s.seen[best] < picks) {
    std::copy_n(s.highest, tiles, order);
    std::nth_element(order, order + wanted - 1, order + tiles, std::greater<>());
    float least = order[wanted - 1];
    parallelFor(tiles, std::max<int64_t>(1, tiles / (8 * wanted)), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t t = first; t < last; ++t) {
        if (s.highest[t] < least) continue;
        int64_t row = t * tile + firstOf(s.squares + t * tile, std::min(tile, s.rows - t * tile), s.highest[t]);
        if (s.seen[row] >= picks) continue;
        withVectors(used, [=]<int bytes>() BLEMISH_INLINE { advance<bytes>(s, row, picks); });
        retile(s, t);
      }
    });
    best = firstHighest(s);
  }
  return best;
}

void begin(const State& s, int64_t room) {
  auto* norms = scratchOf<double>(s.rows);
  parallelFor(s.rows, grainOf(s.width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) {
      norms[i] = squareNorm(s.x + i * s.width, s.width);
      s.squares[i] = __builtin_inff();
      s.seen[i] = 0;
    }
  });
  requireFinite(norms, s.rows, "x");
  std::fill_n(s.centres, room * s.width, __builtin_inff());
}

// What says where to read must be what earlier steps left.
void requireSeen(const State& s, int64_t picks) {
  for (int64_t i = 0; i < s.rows; ++i)
    if (s.seen[i] != always && (s.seen[i] < 0 || s.seen[i] > picks))
      throw Error(Code::NUMERICAL_FAILURE, "seen holds " + std::to_string(s.seen[i]) + " in row " + std::to_string(i) +
                                               " after " + std::to_string(picks) +
                                               " picks; expected what the steps before left there");
}

}  // namespace

OP("kCentreStep(x: f32[N D], indices!: i32[M], radii!: f32[M], squares!: f32[R], seen!: i32[R], centres!: f32[B D 16], from: "
   "int, count "
   "= 1, first = 0) -> ()",
   "Picks from … from + count - 1 of the greedy k-centre (Gonzalez 1985) of the first R rows: row `first`, then always the row "
   "farthest from all "
   "picks, the lowest of equals; none twice. indices gets the rows, radii the distance of each to the picks before it (infinite "
   "for the first), "
   "which no row that is not picked exceeds. squares, seen and centres (with 16 B at least M) are what later steps go on from; "
   "step 0 sets "
   "them. A step costs at most count N D products, mostly less than half. Fails with NUMERICAL_FAILURE for numbers that are not "
   "finite.",
   [](Dims& d, const Attrs& attrs) {
     int64_t from = attrs.integer("from"), count = attrs.integer("count"), first = attrs.integer("first"), rows = d["R"],
             room = d["M"];
     d.require(rows <= d["N"], "squares has " + std::to_string(rows) + " numbers for x " + text(d.input(0).shape) +
                                   "; expected one for each row that counts");
     d.require(rows < always, "x " + text(d.input(0).shape) + " is too large; expected below 2^31 rows");
     d.require(d["B"] * lanes >= room, "centres " + text(d.input(5).shape) + " has room for " + std::to_string(d["B"] * lanes) +
                                           " rows; expected at least the " + std::to_string(room) + " of indices");
     if (from < 0 || count < 0 || from + count > std::min(rows, room))
       d.refuse(Code::ATTRIBUTE_INVALID, "from is " + std::to_string(from) + " and count " + std::to_string(count) + " for " +
                                             std::to_string(rows) + " rows and room for " + std::to_string(room) +
                                             " picks; expected no more picks than either");
     if (first < 0 || first >= std::max<int64_t>(rows, 1))
       d.refuse(Code::ATTRIBUTE_INVALID,
                "first is " + std::to_string(first) + " for " + std::to_string(rows) + " rows; expected one of them");
   })

KERNEL(cpu, kCentreStep) {
  auto [x, indices, radii, squares, seen, centres] = call.inputs<6>();
  int64_t from = call.attrs.integer("from"), count = call.attrs.integer("count");
  if (count == 0) return;
  int64_t rows = squares.shape[0], tiles = (rows + tile - 1) / tile;
  State s{x.floats(),       rows,
          x.shape[1],       indices.as<int32_t>(),
          squares.floats(), seen.as<int32_t>(),
          centres.floats(), scratchOf<float>(tiles)};
  if (from == 0) begin(s, centres.shape[0] * lanes);
  else requireSeen(s, from);
  multiversion([=]() BLEMISH_INLINE {
    for (int64_t t = 0; t < tiles; ++t) retile(s, t);
  });
  bool together = omp_get_max_threads() > 1 && tiles >= 64 * omp_get_max_threads() && s.width >= 64;
  auto* order = scratchOf<float>(together ? tiles : 0);
  for (int64_t pick = from; pick < from + count; ++pick) {
    int64_t best = pick == 0 ? call.attrs.integer("first") : together ? farthestTogether(s, pick, order) : farthestAlone(s, pick);
    s.indices[pick] = static_cast<int32_t>(best);
    radii.floats()[pick] = std::sqrt(s.squares[best]);
    s.squares[best] = -1;
    s.seen[best] = always;
    retile(s, best / tile);
    float* centre = s.centres + pick / lanes * lanes * s.width + pick % lanes;
    for (int64_t i = 0; i < s.width; ++i) centre[i * lanes] = s.x[best * s.width + i];
  }
}

}  // namespace blemish
