// A stable radix sort of integer keys over threads, with or without the place that each came from.
#pragma once
#include <cstring>

#include "cpu/cpu-device.h"
#include "cpu/parallel.h"

namespace blemish {

// Sorted keys, and `from[i]`, where the i-th stood before; null where nobody asked.
template <class Key> struct Sorted {
  const Key* keys;
  const int32_t* from;
  int64_t count;
};

namespace radix {

constexpr int digitBits = 11, digits = 1 << digitBits;

// One pass: counts per part and digit, then every part writes where the parts before it leave off.
template <class Key, bool places> bool pass(const Key* keys, const int32_t* from, Key* toKeys, int32_t* toFrom, int64_t n,
                                            int shift, int64_t parts, int32_t* counts) {
  parallelFor(parts, 1, [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t part = first; part < last; ++part) {
      int32_t* own = counts + part * digits;
      std::memset(own, 0, digits * sizeof(int32_t));
      for (int64_t i = n * part / parts, end = n * (part + 1) / parts; i < end; ++i) ++own[keys[i] >> shift & (digits - 1)];
    }
  });
  int32_t at = 0;
  for (int digit = 0; digit < digits; ++digit) {
    int32_t before = at;
    for (int64_t part = 0; part < parts; ++part) {
      int32_t own = counts[part * digits + digit];
      counts[part * digits + digit] = at;
      at += own;
    }
    if (at - before == n) return false;  // all keys have this digit: nothing moves
  }
  parallelFor(parts, 1, [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t part = first; part < last; ++part) {
      int32_t* own = counts + part * digits;
      for (int64_t i = n * part / parts, end = n * (part + 1) / parts; i < end; ++i) {
        Key key = keys[i];
        int32_t place = own[key >> shift & (digits - 1)]++;
        toKeys[place] = key;
        if constexpr (places) toFrom[place] = from[i];
      }
    }
  });
  return true;
}

template <class Key, bool places> Sorted<Key> sort(Key* keys, int64_t n) {
  int64_t parts = std::max<int64_t>(1, std::min<int64_t>(omp_get_max_threads(), n / (4 * digits)));
  Key* spare = scratchOf<Key>(n);
  int32_t* counts = scratchOf<int32_t>(parts * digits);
  int32_t *from = nullptr, *spareFrom = nullptr;
  if constexpr (places) {
    from = scratchOf<int32_t>(n);
    spareFrom = scratchOf<int32_t>(n);
    for (int64_t i = 0; i < n; ++i) from[i] = static_cast<int32_t>(i);
  }
  for (int shift = 0; shift < static_cast<int>(8 * sizeof(Key)); shift += digitBits)
    if (pass<Key, places>(keys, from, spare, spareFrom, n, shift, parts, counts)) {
      std::swap(keys, spare);
      std::swap(from, spareFrom);
    }
  return {keys, from, n};
}

}  // namespace radix

// Sorts n < 2^31 keys, smallest first; equal ones keep their order. The keys' own memory is used and changed.
template <class Key> Sorted<Key> sortKeys(Key* keys, int64_t n) { return radix::sort<Key, false>(keys, n); }
template <class Key> Sorted<Key> sortWithPlaces(Key* keys, int64_t n) { return radix::sort<Key, true>(keys, n); }

}  // namespace blemish
