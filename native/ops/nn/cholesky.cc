// Cholesky factors of batches of symmetric matrices, and what follows from them: inverse, log-determinant, gradients.
#include <cmath>

#include "cpu/batched-matrices.h"

namespace blemish {
namespace {

struct Batch {
  int64_t count, n, size;
  int rank;
  explicit Batch(const Tensor& a)
      : count(a.shape.product(0, a.shape.rank - 2)), n(a.shape[a.shape.rank - 1]), size(dense::padded(n)), rank(a.shape.rank) {}
};

// body(item, factor, work, threaded) after each symmetric part has been factored; `work` is `more` further numbers.
template <class Body> void eachFactor(const Tensor& a, int64_t more, const Body& body) {
  Batch batch(a);
  const float* x = a.floats();
  auto* pivots = scratchOf<dense::Pivot>(batch.count);
  int64_t square = batch.size * batch.size;
  eachMatrix(batch.count, batch.n, square + std::max(more, dense::factorScratch(batch.size)),
             [=](int64_t item, double* matrix, bool threaded) {
               dense::load(x + item * batch.n * batch.n, batch.n, dense::Part::symmetric, matrix);
               pivots[item] = dense::factor(matrix, batch.n, matrix + square, threaded);
               if (pivots[item].row < 0) body(item, matrix, matrix + square, threaded);
             });
  requirePivots(pivots, batch.count, batch.rank);
}

// body(strip, left) for every strip of `tile` columns of a matrix of `size`, with a scratch of its own.
template <class Body> void eachStrip(int64_t size, bool threaded, double* scratch, const Body& body) {
  int64_t strips = size / dense::tile;
  if (!threaded) {
    for (int64_t item = 0; item < strips; ++item) body(scratch, item * dense::tile);
    return;
  }
  parallelFor(strips, 1, [=](int64_t first, int64_t last) {
    for (int64_t item = first; item < last; ++item) body(scratch + size * dense::tile * omp_get_thread_num(), item * dense::tile);
  });
}

int64_t stripScratch(int64_t size) { return size * dense::tile * omp_get_max_threads(); }

}  // namespace

OP("cholesky(a: f32[...b N N]) -> f32[...b N N]",
   "Lower triangular l with l lᵀ = (a + aᵀ) / 2, the symmetric part of a. Computed in float64 and rounded once. Fails with "
   "NUMERICAL_FAILURE where that part is not positive definite.")

KERNEL(cpu, cholesky) {
  Batch batch(call.in[0]);
  float* l = call.out[0].floats();
  eachFactor(call.in[0], 0, [=](int64_t item, const double* factor, double*, bool) {
    for (int64_t i = 0; i < batch.n; ++i) {
      float* row = l + (item * batch.n + i) * batch.n;
      for (int64_t j = 0; j <= i; ++j) row[j] = static_cast<float>(factor[i * batch.size + j]);
      for (int64_t j = i + 1; j < batch.n; ++j) row[j] = 0;
    }
  });
}

OP("choleskyGrad(l: f32[...b N N], dl: f32[...b N N]) -> f32[...b N N]",
   "Gradient of cholesky with result l: the symmetric l⁻ᵀ s l⁻¹, where s is half of lᵀ dl's lower triangle mirrored. (Murray, "
   "Differentiation of the Cholesky decomposition, 2016, eq. 10.)")

KERNEL(cpu, choleskyGrad) {
  Batch batch(call.in[0]);
  const float *l = call.in[0].floats(), *dl = call.in[1].floats();
  float* da = call.out[0].floats();
  int64_t n = batch.n, size = batch.size, square = size * size;
  eachMatrix(batch.count, n, 3 * square + dense::block * size + stripScratch(size),
             [=](int64_t item, double* factor, bool threaded) {
               double *given = factor + square, *product = given + square, *inverses = product + square,
                      *strips = inverses + dense::block * size;
               dense::load(l + item * n * n, n, dense::Part::lower, factor);
               dense::load(dl + item * n * n, n, dense::Part::lower, given);
               dense::invertBlocks(factor, n, inverses, threaded);
               dense::multiplyTransposed(factor, given, size, product, threaded);
               dense::Triangle triangle{factor, inverses, size};
               // Columns of the mirrored product; the solutions y replace `given`, lying down.
               eachStrip(size, threaded, strips, [=](double* strip, int64_t left) {
                 for (int64_t k = 0; k < size; ++k)
                   for (int64_t c = 0; c < dense::tile; ++c) {
                     int64_t column = left + c;
                     strip[k * dense::tile + c] = 0.5 * (k >= column ? product[k * size + column] : product[column * size + k]);
                   }
                 dense::solve(triangle, true, strip);
                 for (int64_t k = 0; k < size; ++k)
                   for (int64_t c = 0; c < dense::tile; ++c) given[k * size + left + c] = strip[k * dense::tile + c];
               });
               // y l⁻¹ = (l⁻ᵀ yᵀ)ᵀ, which is symmetric: its lower triangle is written twice.
               float* out = da + item * n * n;
               eachStrip(size, threaded, strips, [=](double* strip, int64_t left) {
                 for (int64_t k = 0; k < size; ++k)
                   for (int64_t c = 0; c < dense::tile; ++c) strip[k * dense::tile + c] = given[(left + c) * size + k];
                 dense::solve(triangle, true, strip);
                 for (int64_t c = 0; c < dense::tile && left + c < n; ++c)
                   for (int64_t k = left + c; k < n; ++k)
                     out[k * n + left + c] = out[(left + c) * n + k] = static_cast<float>(strip[k * dense::tile + c]);
               });
             });
}

OP("logDet(a: f32[...b N N]) -> f32[...b]",
   "Logarithm of the determinant of the symmetric part of a, through its Cholesky factor in float64. Fails with "
   "NUMERICAL_FAILURE "
   "where that part is not positive definite.")

KERNEL(cpu, logDet) {
  Batch batch(call.in[0]);
  float* y = call.out[0].floats();
  eachFactor(call.in[0], 0, [=](int64_t item, const double* factor, double*, bool) {
    double sum = 0;
    for (int64_t i = 0; i < batch.n; ++i) sum += std::log(factor[i * batch.size + i]);
    y[item] = static_cast<float>(2 * sum);
  });
}

OP("spdInverse(a: f32[...b N N]) -> f32[...b N N]",
   "Inverse of the symmetric part of a, through its Cholesky factor in float64; exactly symmetric. Fails with NUMERICAL_FAILURE "
   "where "
   "that part is not positive definite.")

KERNEL(cpu, spdInverse) {
  Batch batch(call.in[0]);
  float* y = call.out[0].floats();
  int64_t n = batch.n, size = batch.size;
  eachFactor(call.in[0], dense::block * size + stripScratch(size),
             [=](int64_t item, const double* factor, double* inverses, bool threaded) {
               dense::invertBlocks(factor, n, inverses, threaded);
               dense::Triangle triangle{factor, inverses, size};
               float* out = y + item * n * n;
               eachStrip(size, threaded, inverses + dense::block * size, [=](double* strip, int64_t left) {
                 std::fill_n(strip, size * dense::tile, 0.0);
                 for (int64_t c = 0; c < dense::tile; ++c) strip[(left + c) * dense::tile + c] = 1;
                 dense::solve(triangle, false, strip, left);
                 dense::solve(triangle, true, strip);
                 for (int64_t c = 0; c < dense::tile && left + c < n; ++c)
                   for (int64_t k = left + c; k < n; ++k)
                     out[k * n + left + c] = out[(left + c) * n + k] = static_cast<float>(strip[k * dense::tile + c]);
               });
             });
}

OP("symmetrize(x: f32[...b N N]) -> f32[...b N N]", "(x + xᵀ) / 2")

KERNEL(cpu, symmetrize) {
  Batch batch(call.in[0]);
  const float* x = call.in[0].floats();
  float* y = call.out[0].floats();
  int64_t n = batch.n;
  parallelFor(batch.count * n, grainOf(2 * n), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      const float* matrix = x + row / n * n * n;
      int64_t i = row % n;
      for (int64_t j = 0; j < n; ++j) y[row * n + j] = 0.5f * (matrix[i * n + j] + matrix[j * n + i]);
    }
  });
}

}  // namespace blemish
