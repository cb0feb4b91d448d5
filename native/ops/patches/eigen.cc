// Eigenvalues and eigenvectors of symmetric matrices.
#include <cmath>
#include <string>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "cpu/real.h"
#include "cpu/symmetric-eigen.h"

namespace blemish {

OP("symmetricEigen(a: T[...b N N]) -> (values: f64[...b N], vectors: f64[...b N N])",
   "Eigenvalues, largest first, and eigenvectors in rows, of unit length and with their largest number positive, of symmetric "
   "matrices, f32 or f64; only the lower triangle is read. Householder and implicit QL in float64, errors of about 1e-15 of the "
   "largest value; about 9 N³ operations in one call. Fails with NUMERICAL_FAILURE for numbers that are not finite. Scratch: 34 "
   "N "
   "numbers, and 32 N for each thread.",
   [](Dims& d, const Attrs&) { requireReal(d, "a"); })

KERNEL(cpu, symmetricEigen) {
  const Tensor& input = call.in[0];
  int64_t n = input.shape[input.shape.rank - 1], batch = input.shape.product(0, input.shape.rank - 2);
  if (n == 0) return;
  double* scratch = scratchOf<double>(symmetricEigenScratch(n, true, true));
  for (int64_t item = 0; item < batch; ++item) {
    double *values = call.out[0].as<double>() + item * n, *vectors = call.out[1].as<double>() + item * n * n;
    bool finite = true;
    byReal(input, [&]<class T>() {
      const T* from = input.as<T>() + item * n * n;
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j <= i; ++j) finite &= std::isfinite(vectors[i * n + j] = from[i * n + j]);
    });
    std::string which = input.shape.rank > 2 ? "batch item " + std::to_string(item) : "a";
    if (!finite) throw Error(Code::NUMERICAL_FAILURE, which + " holds NaN or infinity; expected finite numbers");
    if (!symmetricEigen(vectors, n, values, true, scratch, true))
      throw Error(Code::NUMERICAL_FAILURE, which + " has an eigenvalue that did not settle; expected a symmetric matrix");
    for (int64_t i = 0; i < n; ++i) {
      double* row = vectors + i * n;
      int64_t at = 0;
      for (int64_t j = 1; j < n; ++j)
        if (std::fabs(row[j]) > std::fabs(row[at])) at = j;
      if (row[at] < 0)
        for (int64_t j = 0; j < n; ++j) row[j] = -row[j];
    }
  }
}

OP("symmetricFromTriangle(x: T[P M]) -> T[P N N]",
   "The symmetric matrices of which x holds the lower triangles by rows, M = N (N + 1) / 2; f32 or f64.",
   [](Dims& d, const Attrs&) {
     requireReal(d, "x");
     int64_t numbers = d["M"], n = static_cast<int64_t>((std::sqrt(8.0 * static_cast<double>(numbers) + 1) - 1) / 2 + 0.5);
     d.require(n * (n + 1) / 2 == numbers, "x " + text(d.input(0).shape) + " has " + std::to_string(numbers) +
                                               " numbers in a row; expected a triangular number");
     d["N"] = n;
   })

KERNEL(cpu, symmetricFromTriangle) {
  int64_t n = call.out[0].shape[1];
  byReal(call.in[0], [&]<class T>() {
    const T* x = call.in[0].as<T>();
    T* y = call.out[0].as<T>();
    parallelFor(call.out[0].shape[0] * n, grainOf(2 * n), [=](int64_t first, int64_t last) {
      for (int64_t row = first; row < last; ++row) {
        int64_t i = row % n;
        const T* triangle = x + row / n * (n * (n + 1) / 2);
        for (int64_t j = 0; j < n; ++j) {
          int64_t p = std::max(i, j), q = std::min(i, j);
          y[row * n + j] = triangle[p * (p + 1) / 2 + q];
        }
      }
    });
  });
}

}  // namespace blemish
