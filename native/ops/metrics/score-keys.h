// Scores as integers that sort like them, and checks of scores.
#pragma once
#include <atomic>
#include <string>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "cpu/sort-keys.h"

namespace blemish {

// Keys of n scores; a score that is NaN is NUMERICAL_FAILURE, told by its place.
template <class T> void makeKeys(const T* scores, int64_t n, typename KeyOf<T>::type* keys, const char* name) {
  std::atomic<int64_t> place{n};
  parallelFor(n, grainOf(2), [=, &place](int64_t first, int64_t last) BLEMISH_INLINE {
    int32_t nans = 0;
    for (int64_t i = first; i < last; ++i) {
      nans |= scores[i] != scores[i];
      keys[i] = keyOf(scores[i]);
    }
    if (!nans) return;
    int64_t at = first;
    while (scores[at] == scores[at]) ++at;
    int64_t seen = place.load();
    while (at < seen && !place.compare_exchange_weak(seen, at)) {}
  });
  if (place < n)
    throw Error(Code::NUMERICAL_FAILURE,
                std::string(name) + "[" + std::to_string(place.load()) + "] is NaN; expected numbers or infinities");
}

// In a rule: operand `index`, of any type so far, holds floating numbers, and all together there are few enough to count.
inline void requireScores(Dims& d, int index, const char* name) {
  Dtype dtype = d.input(index).dtype;
  if (dtype != Dtype::f32 && dtype != Dtype::f64)
    d.refuse(Code::DTYPE_MISMATCH, std::string(name) + " is " + nameOf(dtype) + "; expected f32 or f64");
}
inline void requireCount(Dims& d, int64_t count) {
  d.require(count < int64_t(1) << 31,
            "there are " + std::to_string(count) + " scores; expected fewer than 2^31, as an i32 counts them");
}

// Calls f with a null pointer of the scores' type.
template <class F> void byType(const Tensor& scores, const F& f) {
  if (scores.dtype == Dtype::f64) f(static_cast<double*>(nullptr));
  else f(static_cast<float*>(nullptr));
}

}  // namespace blemish
