// The radix sort against std::stable_sort, and the order of score keys, at sizes around one and several parts.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "../../check.h"
#include "cpu/radix-sort.h"
#include "ops/metrics/score-keys.h"

namespace blemish {
namespace {

// Words of a Weyl sequence, mixed: as random as a sort can tell.
uint64_t mixed(uint64_t i) {
  uint64_t z = (i + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  return z ^ (z >> 27);
}

template <class Key> void sortsLikeTheLibrary(int64_t n, uint64_t mask) {
  std::vector<Key> keys(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) keys[i] = static_cast<Key>(mixed(static_cast<uint64_t>(i)) & mask);
  std::vector<int32_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return keys[a] < keys[b]; });
  std::vector<Key> first = keys, second = keys;
  Sorted<Key> plain = sortKeys(first.data(), n), placed = sortWithPlaces(second.data(), n);
  CHECK_EQUAL(plain.count, n);
  bool same = true;
  for (int64_t i = 0; i < n; ++i)
    same &= plain.keys[i] == keys[order[i]] && placed.keys[i] == keys[order[i]] && placed.from[i] == order[i];
  CHECK(same);
}

}  // namespace

TEST(radixSort, "every size up to a few, and sizes that several threads share") {
  for (int64_t n = 0; n < 40; ++n) {
    sortsLikeTheLibrary<uint32_t>(n, ~uint64_t(0));
    sortsLikeTheLibrary<uint64_t>(n, 7);
  }
  for (int64_t n : {8191, 8192, 40001, 100003}) {
    sortsLikeTheLibrary<uint32_t>(n, ~uint64_t(0));
    sortsLikeTheLibrary<uint64_t>(n, ~uint64_t(0));
    // Many equal keys, and digits that all keys share.
    sortsLikeTheLibrary<uint32_t>(n, 0xff000);
    sortsLikeTheLibrary<uint64_t>(n, 0xff00000000000000u);
    sortsLikeTheLibrary<uint64_t>(n, 0);
  }
}

TEST(scoreKeys, "fall as scores rise, are one for both zeros, and give the score back") {
  double most = std::numeric_limits<double>::infinity(), tiny = std::numeric_limits<double>::denorm_min();
  std::vector<double> rising = {-most, -1e300, -1, -tiny, 0, tiny, 1, 1 + 1e-15, 1e300, most};
  for (size_t i = 0; i < rising.size(); ++i) {
    CHECK_EQUAL(scoreOf(keyOf(rising[i])), rising[i]);
    if (i) CHECK(keyOf(rising[i]) < keyOf(rising[i - 1]));
    float single = static_cast<float>(rising[i]);
    CHECK_EQUAL(scoreOf(keyOf(single)), static_cast<double>(single));
  }
  CHECK_EQUAL(keyOf(-0.0), keyOf(0.0));
  CHECK_EQUAL(keyOf(-0.0f), keyOf(0.0f));
  CHECK(keyOf(std::nextafter(1.0f, 2.0f)) < keyOf(1.0f));
}

}  // namespace blemish
