// Systems with triangular matrices, in batches, with gradients.
#include "cpu/batched-matrices.h"

namespace blemish {
namespace {

// With so few right-hand sides the matrix is read once, as it is; else it is worth a float64 copy and its block inverses.
constexpr int64_t few = 4;

// One right-hand side, x[i * step] = b[i * step], against the triangle as it lies. A row is either the coefficients of one
// unknown (a dot product) or, transposed, what one unknown takes from the others.
void solveDirectly(const float* a, int64_t n, bool upper, bool transpose, const float* b, float* x, int64_t step, double* work) {
  multiversion([=]() BLEMISH_INLINE {
    constexpr int64_t lanes = 32;
    for (int64_t i = 0; i < n; ++i) work[i] = b[i * step];
    bool forward = upper == transpose;
    for (int64_t count = 0; count < n; ++count) {
      int64_t i = forward ? count : n - 1 - count;
      const float* row = a + i * n;
      int64_t from = upper ? i + 1 : 0, to = upper ? n : i;
      if (transpose) {
        double value = work[i] /= row[i];
        for (int64_t k = from; k < to; ++k) work[k] -= value * row[k];
      } else {
        double sums[lanes];
        for (int64_t l = 0; l < lanes; ++l) sums[l] = 0;
        int64_t k = from;
        for (; k + lanes <= to; k += lanes)
          for (int64_t l = 0; l < lanes; ++l) sums[l] += row[k + l] * work[k + l];
        for (int64_t half = lanes / 2; half; half /= 2)
          for (int64_t l = 0; l < half; ++l) sums[l] += sums[l + half];
        double sum = sums[0];
        for (; k < to; ++k) sum += row[k] * work[k];
        work[i] = (work[i] - sum) / row[i];
      }
    }
    for (int64_t i = 0; i < n; ++i) x[i * step] = static_cast<float>(work[i]);
  });
}

void requireDiagonal(const float* a, int64_t batch, int64_t n, int rank) {
  for (int64_t item = 0; item < batch; ++item)
    for (int64_t i = 0; i < n; ++i)
      if (a[(item * n + i) * n + i] == 0)
        throw Error(Code::NUMERICAL_FAILURE, (rank > 2 ? "batch item " + std::to_string(item) : std::string("a")) +
                                                 " is singular: diagonal element " + std::to_string(i) +
                                                 " is 0; expected none to be");
}

}  // namespace

OP("triangularSolve(a: f32[...b N N], b: f32[...b N M], upper = false, transpose = false) -> f32[...b N M]",
   "x with t x = b, or tᵀ x = b (`transpose`), where t is the lower triangle of a, or the upper one (`upper`); the rest of a is "
   "not read. "
   "Computed in float64 and rounded once. Fails with NUMERICAL_FAILURE where the diagonal holds a 0.")

KERNEL(cpu, triangularSolve) {
  const Tensor &matrix = call.in[0], &right = call.in[1];
  const float *a = matrix.floats(), *b = right.floats();
  float* x = call.out[0].floats();
  int rank = matrix.shape.rank;
  int64_t batch = matrix.shape.product(0, rank - 2), n = matrix.shape[rank - 1], m = right.shape[rank - 1],
          size = dense::padded(n);
  bool upper = call.attrs.flag("upper"), transpose = call.attrs.flag("transpose");
  requireDiagonal(a, batch, n, rank);
  if (m <= few) {
    int64_t threads = std::min<int64_t>(omp_get_max_threads(), batch * m);
    double* work = scratchOf<double>(n * std::max<int64_t>(threads, 1));
    parallelFor(batch * m, grainOf(n * n / 4), [=](int64_t first, int64_t last) {
      for (int64_t item = first; item < last; ++item) {
        int64_t which = item / m, at = which * n * m + item % m;
        solveDirectly(a + which * n * n, n, upper, transpose, b + at, x + at, m, work + n * omp_get_thread_num());
      }
    });
    return;
  }
  int64_t square = size * size, strips = (m + dense::tile - 1) / dense::tile, inverseSize = dense::block * size,
          stripSize = size * dense::tile;
  eachMatrix(batch, n, square + inverseSize + stripSize * omp_get_max_threads(), [=](int64_t item, double* l, bool threaded) {
    double *inverses = l + square, *space = inverses + inverseSize;
    dense::load(a + item * n * n, n, upper ? dense::Part::upper : dense::Part::lower, l);
    dense::invertBlocks(l, n, inverses, threaded);
    dense::Triangle triangle{l, inverses, size};
    const float* from = b + item * n * m;
    float* to = x + item * n * m;
    auto solve = [=](int64_t index, double* strip) {
      int64_t left = index * dense::tile, width = std::min(dense::tile, m - left);
      for (int64_t i = 0; i < size; ++i)
        for (int64_t j = 0; j < dense::tile; ++j) strip[i * dense::tile + j] = i < n && j < width ? from[i * m + left + j] : 0.0f;
      // The upper triangle was loaded lying down.
      dense::solve(triangle, transpose != upper, strip);
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < width; ++j) to[i * m + left + j] = static_cast<float>(strip[i * dense::tile + j]);
    };
    if (!threaded) {
      for (int64_t index = 0; index < strips; ++index) solve(index, space);
    } else {
      parallelFor(strips, 1, [=](int64_t first, int64_t last) {
        for (int64_t index = first; index < last; ++index) solve(index, space + stripSize * omp_get_thread_num());
      });
    }
  });
}

OP("triangularSolveGrad(x: f32[...b N M], db: f32[...b N M], upper = false, transpose = false) -> f32[...b N N]",
   "Gradient of triangularSolve by a, with result x and gradient db by b: the triangle of -db xᵀ, or of -x dbᵀ (`transpose`).")

KERNEL(cpu, triangularSolveGrad) {
  const float *x = call.in[0].floats(), *db = call.in[1].floats();
  float* da = call.out[0].floats();
  const Shape& shape = call.in[0].shape;
  int64_t n = shape[shape.rank - 2], m = shape[shape.rank - 1], batch = shape.product(0, shape.rank - 2), size = dense::padded(n);
  bool upper = call.attrs.flag("upper");
  // The upper triangle of p qᵀ is the lower one of q pᵀ, lying down.
  bool swapped = call.attrs.flag("transpose") != upper;
  int64_t square = size * size;
  eachMatrix(batch, n, square + 2 * size * m, [=](int64_t item, double* sum, bool threaded) {
    double *left = sum + square, *right = left + size * m;
    const float *p = (swapped ? x : db) + item * n * m, *q = (swapped ? db : x) + item * n * m;
    std::fill_n(sum, square, 0.0);
    std::fill_n(left + n * m, (size - n) * m, 0.0);
    for (int64_t i = 0; i < n * m; ++i) left[i] = p[i];
    for (int64_t k = 0; k < m; ++k)
      for (int64_t i = 0; i < size; ++i) right[k * size + i] = i < n ? q[i * m + k] : 0.0f;
    dense::subtractProduct(left, right, size, m, sum, threaded);
    float* out = da + item * n * n;
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j) {
        float value = j <= i ? static_cast<float>(sum[i * size + j]) : 0.0f;
        out[upper ? j * n + i : i * n + j] = value;
      }
  });
}

OP("triangle(x: f32[...b N N], upper = false) -> f32[...b N N]",
   "The lower triangle of x with its diagonal, or the upper one; 0 elsewhere.")

KERNEL(cpu, triangle) {
  const float* x = call.in[0].floats();
  float* y = call.out[0].floats();
  int64_t n = call.in[0].shape[call.in[0].shape.rank - 1];
  bool upper = call.attrs.flag("upper");
  parallelFor(n ? call.in[0].size() / n : 0, grainOf(n), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row)
      for (int64_t j = 0, i = row % n; j < n; ++j) y[row * n + j] = (upper ? j >= i : j <= i) ? x[row * n + j] : 0.0f;
  });
}

}  // namespace blemish
