// Square matrices in a batch: how a team shares them, and the message where one of them fails.
#pragma once
#include <string>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/dense.h"
#include "cpu/parallel.h"

namespace blemish {

// body(item, scratch, threaded) for every matrix of n rows, each with `needed` float64 of scratch: many matrices or small ones
// are dealt out to the team, few large ones are worked on by all of it together.
template <class Body> void eachMatrix(int64_t batch, int64_t n, int64_t needed, const Body& body) {
  needed = (needed + 7) / 8 * 8;
  int64_t threads = omp_get_max_threads();
  if (batch < 2 * threads && n > 96) {
    double* scratch = scratchOf<double>(needed);
    for (int64_t item = 0; item < batch; ++item) body(item, scratch, true);
    return;
  }
  double* scratch = scratchOf<double>(needed * std::min(threads, batch));
  parallelFor(batch, grainOf(n * n * n / 4 + n * n), [=](int64_t first, int64_t last) {
    double* own = scratch + needed * omp_get_thread_num();
    for (int64_t item = first; item < last; ++item) body(item, own, false);
  });
}

// Throws NUMERICAL_FAILURE for the first matrix whose pivot is not positive.
inline void requirePivots(const dense::Pivot* pivots, int64_t batch, int matrixRank) {
  for (int64_t item = 0; item < batch; ++item) {
    if (pivots[item].row < 0) continue;
    std::string which = matrixRank > 2 ? "batch item " + std::to_string(item) : "a";
    throw Error(Code::NUMERICAL_FAILURE, which + " is not positive definite: pivot " + std::to_string(pivots[item].row) + " is " +
                                             std::to_string(pivots[item].value) + "; expected positive pivots");
  }
}

}  // namespace blemish
