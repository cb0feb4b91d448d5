// Eigenvalues and eigenvectors of symmetric matrices.
#include "cpu/symmetric-eigen.h"

#include "ops/entropy/numbers.h"
#include "ops/nn/batched-matrices.h"

namespace blemish {

OP("symmetricEigen(a: T[...b N N]) -> (values: f64[...b N], vectors: f64[...b N N])",
   "Eigenvalues of the symmetric part (a + aᵀ) / 2 in rising order, and in the same order the unit eigenvectors as rows: "
   "vectorsᵀ diag(values) vectors. f32 or f64, computed in float64. The sign of a vector is arbitrary. Fails with "
   "NUMERICAL_FAILURE where a number is NaN or infinite.",
   [](Dims& d, const Attrs&) { requireReal(d, "a"); })

KERNEL(cpu, symmetricEigen) {
  int rank = call.in[0].shape.rank;
  int64_t n = call.in[0].shape[rank - 1], batch = call.in[0].shape.product(0, rank - 2);
  double *values = call.out[0].as<double>(), *vectors = call.out[1].as<double>();
  const double* a = finiteNumbers(call.in[0], "a");
  eachMatrix(batch, n, symmetricEigenScratch(n), [=](int64_t item, double* scratch, bool) {
    const double* from = a + item * n * n;
    double* to = vectors + item * n * n;
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j) to[i * n + j] = 0.5 * from[i * n + j] + 0.5 * from[j * n + i];
    symmetricEigen(to, n, values + item * n, true, scratch);
  });
}

}  // namespace blemish
