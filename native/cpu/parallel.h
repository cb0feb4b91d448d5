// parallelFor over rows, on the OpenMP team that oneDNN also uses, each part compiled for several instruction sets.
#pragma once
#include <omp.h>

#include <algorithm>
#include <cstdint>

#include "cpu/multiversion.h"

namespace blemish {

// Calls body(first, last) on parts of [0, count). `grain` is the least number of items worth a part of their own: choose it
// so that a part is some 16 thousand elementary operations. The split depends on count, grain and the number of threads
// only; a body that adds up across items must therefore keep one sum per item and not per part.
template <class Body> void parallelFor(int64_t count, int64_t grain, const Body& body) {
  if (count <= 0) return;
  int64_t parts = std::min<int64_t>(omp_get_max_threads(), (count + grain - 1) / std::max<int64_t>(grain, 1));
  if (parts <= 1) {
    multiversion(body, int64_t(0), count);
    return;
  }
#pragma omp parallel num_threads(static_cast <int>(parts))
  {
    // The team may come out smaller than asked for.
    int64_t team = omp_get_num_threads(), me = omp_get_thread_num();
    int64_t first = count * me / team, last = count * (me + 1) / team;
    if (first < last) multiversion(body, first, last);
  }
}

// The grain for items of `cost` elementary operations each.
inline int64_t grainOf(int64_t cost) { return std::max<int64_t>(1, 16384 / std::max<int64_t>(1, cost)); }

}  // namespace blemish
