// Two samples ranked against each other: each distinct score of the positives, and where it lies among the negatives.
#pragma once
#include "cpu/radix-sort.h"
#include "ops/metrics/score-keys.h"

namespace blemish {

// Positives [first, last) in sorted order share a score; `above` negatives are larger, `upTo` at least as large.
struct Tie {
  int32_t first, last, above, upTo;
};

template <class Key> struct Ranked {
  Sorted<Key> positives, negatives;
  const Tie* ties;
  int64_t count;
};

template <class Key> Ranked<Key> rankAgainst(const Sorted<Key>& positives, const Sorted<Key>& negatives) {
  const Key* p = positives.keys;
  Tie* ties = scratchOf<Tie>(std::max<int64_t>(positives.count, 1));
  int64_t count = 0;
  for (int64_t i = 0; i < positives.count; ++i) {
    if (i == 0 || p[i] != p[i - 1]) ties[count++].first = static_cast<int32_t>(i);
    ties[count - 1].last = static_cast<int32_t>(i + 1);
  }
  int64_t cost = 8 + 2 * negatives.count / std::max<int64_t>(count, 1);
  parallelFor(count, grainOf(cost), [=](int64_t from, int64_t to) BLEMISH_INLINE {
    const Key* n = negatives.keys;
    int64_t at = std::lower_bound(n, n + negatives.count, p[ties[from].first]) - n;
    for (int64_t i = from; i < to; ++i) {
      Key key = p[ties[i].first];
      while (at < negatives.count && n[at] < key) ++at;
      ties[i].above = static_cast<int32_t>(at);
      while (at < negatives.count && n[at] == key) ++at;
      ties[i].upTo = static_cast<int32_t>(at);
    }
  });
  return {positives, negatives, ties, count};
}

// The two samples that operands 0 and 1 hold, sorted and ranked; of which of them it is kept where each score stood.
template <class T> auto rankOperands(const Call& call, bool positivePlaces, bool negativePlaces) {
  using Key = typename KeyOf<T>::type;
  Sorted<Key> sorted[2];
  for (int side = 0; side < 2; ++side) {
    const Tensor& x = call.in[side];
    Key* keys = scratchOf<Key>(std::max<int64_t>(x.size(), 1));
    makeKeys(x.as<T>(), x.size(), keys, side == 0 ? "positives" : "negatives");
    sorted[side] = (side == 0 ? positivePlaces : negativePlaces) ? sortWithPlaces(keys, x.size()) : sortKeys(keys, x.size());
  }
  return rankAgainst(sorted[0], sorted[1]);
}

// The rule that such operands share.
inline void rankRule(Dims& d) {
  requireScores(d, 0, "positives");
  requireCount(d, d["P"] + d["N"]);
}

}  // namespace blemish
