// Eigenvalues and eigenvectors of symmetric matrices, in float64: Householder's tridiagonal form, then implicit QL steps (Martin,
// Reinsch and Wilkinson 1968; Bowdler et al. 1968).
//
// Rotations are not applied to the vectors one by one but some thousands together, to one strip of columns after the other, so
// that a strip stays in cache and strips are dealt out to threads. What a number becomes does not depend on that.
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/error-maps/real.h"
#include "ops/patches/vectors.h"

namespace blemish {
namespace {

using namespace patches;

constexpr int64_t strip = 32;        // columns that rotations are applied to at a time
constexpr int mostSteps = 80;        // QL steps for one eigenvalue; two are usual
constexpr int64_t atOnce = 1 << 15;  // rotations that are kept before they are applied

// Spelt out, so that the compiler keeps them in registers.
typedef double Columns __attribute__((vector_size(64), aligned(8)));
constexpr int parts = strip / 8;

struct Rotation {
  double c, s;
  int64_t row;  // this and the next
};

BLEMISH_INLINE inline double dot(const double* a, const double* b, int64_t count) {
  return sumOver<double, 16>(count, [=](int64_t i) BLEMISH_INLINE { return a[i] * b[i]; });
}

struct Symmetric {
  int64_t n;
  double *a, *vectors, *diagonal, *beside;  // a: the lower triangle; vectors: in rows
  double *v, *p, *factors, *blocks;

  // Row i of `a` becomes its Householder vector, of i numbers: H = 1 - factor v vᵀ takes the row to beside[i - 1] at its last
  // place.
  BLEMISH_INLINE void reduce(int64_t i) {
    double *row = a + i * n, scale = 0;
    for (int64_t j = 0; j < i; ++j) scale = std::max(scale, std::fabs(row[j]));
    diagonal[i] = row[i];
    factors[i] = 0;
    beside[i - 1] = row[i - 1];
    double rest = 0;
    for (int64_t j = 0; j + 1 < i; ++j) rest = std::max(rest, std::fabs(row[j]));
    if (rest == 0) return;
    for (int64_t j = 0; j < i; ++j) row[j] /= scale;
    double square = dot(row, row, i), length = row[i - 1] > 0 ? -std::sqrt(square) : std::sqrt(square);
    beside[i - 1] = scale * length;
    double factor = factors[i] = 1 / (square - row[i - 1] * length);
    row[i - 1] -= length;
    // a = H a H: p = factor a v, then a -= v wᵀ + w vᵀ with w = p - factor/2 (p·v) v.
    for (int64_t j = 0; j < i; ++j) v[j] = row[j], p[j] = 0;
    for (int64_t j = 0; j < i; ++j) {
      const double* line = a + j * n;
      double own = v[j];
      p[j] += dot(line, v, j) + line[j] * own;
      for (int64_t k = 0; k < j; ++k) p[k] += line[k] * own;
    }
    double half = 0.5 * factor * factor * dot(p, v, i);
    for (int64_t j = 0; j < i; ++j) p[j] = factor * p[j] - half * v[j];
    for (int64_t j = 0; j < i; ++j) {
      double *line = a + j * n, x = v[j], y = p[j];
      for (int64_t k = 0; k <= j; ++k) line[k] -= x * p[k] + y * v[k];
    }
  }

  // The product of the reflections, transposed: row i ends as what QL turns into an eigenvector.
  void accumulate() {
    for (int64_t i = 0; i < n; ++i) {
      std::fill_n(vectors + i * n, n, 0.0);
      vectors[i * n + i] = 1;
    }
    for (int64_t i = 1; i < n; ++i) {
      if (factors[i] == 0) continue;
      const double *row = a + i * n, factor = factors[i];
      parallelFor(i, grainOf(4 * i), [=, this](int64_t first, int64_t last) BLEMISH_INLINE {
        for (int64_t j = first; j < last; ++j) {
          double *line = vectors + j * n, along = factor * dot(line, row, i);
          for (int64_t k = 0; k < i; ++k) line[k] -= along * row[k];
        }
      });
    }
  }

  // A strip of columns is copied together, so that rows do not push one another out of cache; the row that a rotation shares with
  // the next stays in registers.
  void apply(const std::vector<Rotation>& rotations) {
    const Rotation* list = rotations.data();
    int64_t count = static_cast<int64_t>(rotations.size()), strips = (n + strip - 1) / strip;
    if (count == 0) return;
    parallelFor(strips, grainOf(6 * strip * count), [=, this](int64_t first, int64_t last) BLEMISH_INLINE {
      double* block = blocks + omp_get_thread_num() * n * strip;
      for (int64_t item = first; item < last; ++item) {
        int64_t left = item * strip, width = std::min(strip, n - left);
        for (int64_t i = 0; i < n; ++i) {
          double* to = block + i * strip;
          for (int64_t k = 0; k < width; ++k) to[k] = vectors[i * n + left + k];
          for (int64_t k = width; k < strip; ++k) to[k] = 0;
        }
        Columns held[parts];
        int64_t row = list[0].row + 1;
        auto lines = [=](int64_t i) BLEMISH_INLINE { return reinterpret_cast<Columns*>(block + i * strip); };
        for (int p = 0; p < parts; ++p) held[p] = lines(row)[p];
        for (int64_t r = 0; r < count; ++r) {
          double c = list[r].c, s = list[r].s;
          if (list[r].row + 1 != row) {
            for (int p = 0; p < parts; ++p) lines(row)[p] = held[p];
            row = list[r].row + 1;
            for (int p = 0; p < parts; ++p) held[p] = lines(row)[p];
          }
          Columns *lower = lines(row), *upper = lines(--row);
          for (int p = 0; p < parts; ++p) {
            Columns x = upper[p];
            lower[p] = s * x + c * held[p];
            held[p] = c * x - s * held[p];
          }
        }
        for (int p = 0; p < parts; ++p) lines(row)[p] = held[p];
        for (int64_t i = 0; i < n; ++i)
          for (int64_t k = 0; k < width; ++k) vectors[i * n + left + k] = block[i * strip + k];
      }
    });
  }

  // Implicit QL steps with Wilkinson's shift; false where one eigenvalue takes too many.
  bool diagonalise() {
    std::vector<Rotation> rotations;
    double *d = diagonal, *e = beside;
    if (n > 0) e[n - 1] = 0;
    for (int64_t l = 0; l < n; ++l)
      for (int step = 0;; ++step) {
        int64_t m = l;
        while (m < n - 1 && std::fabs(e[m]) > 0x1p-53 * (std::fabs(d[m]) + std::fabs(d[m + 1]))) ++m;
        if (m == l) break;
        if (step == mostSteps) return false;
        double g = (d[l + 1] - d[l]) / (2 * e[l]), r = std::hypot(g, 1.0);
        g = d[m] - d[l] + e[l] / (g + std::copysign(r, g));
        double s = 1, c = 1, shift = 0;
        int64_t i = m - 1;
        for (; i >= l; --i) {
          double f = s * e[i], b = c * e[i];
          r = std::hypot(f, g);
          e[i + 1] = r;
          if (r == 0) {  // the matrix falls apart here
            d[i + 1] -= shift;
            e[m] = 0;
            break;
          }
          s = f / r;
          c = g / r;
          g = d[i + 1] - shift;
          double t = (d[i] - g) * s + 2 * c * b;
          shift = s * t;
          d[i + 1] = g + shift;
          g = c * t - b;
          rotations.push_back({c, s, i});
        }
        if (i < l) {
          d[l] -= shift;
          e[l] = g;
          e[m] = 0;
        }
        if (static_cast<int64_t>(rotations.size()) >= atOnce) {
          apply(rotations);
          rotations.clear();
        }
      }
    apply(rotations);
    return true;
  }
};

}  // namespace

OP("symmetricEigen(a: T[...b N N]) -> (values: f64[...b N], vectors: f64[...b N N])",
   "Eigenvalues, largest first, and eigenvectors in rows, of unit length and with their largest number positive, of symmetric "
   "matrices, f32 or "
   "f64; only the lower triangle is read. Householder and implicit QL in float64, errors of about 1e-15 of the largest value; "
   "about 9 N³ "
   "operations: some 0.2 s at N = 768 and 2 s at N = 1536 on one core. Fails with NUMERICAL_FAILURE for numbers that are not "
   "finite.",
   [](Dims& d, const Attrs&) { requireReal(d, "a"); })

KERNEL(cpu, symmetricEigen) {
  const Tensor& input = call.in[0];
  int64_t n = input.shape[input.shape.rank - 1], batch = input.shape.product(0, input.shape.rank - 2);
  if (n == 0) return;
  double* numbers = scratchOf<double>(n * n);
  double* work = scratchOf<double>(5 * n);
  double* unsorted = scratchOf<double>(n * n);
  double* blocks = scratchOf<double>(n * strip * omp_get_max_threads());
  std::vector<int64_t> order(static_cast<size_t>(n));
  for (int64_t item = 0; item < batch; ++item) {
    double largest = 0;
    bool finite = true;
    byReal(input, [&]<class T>() {
      const T* from = input.as<T>() + item * n * n;
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j <= i; ++j) {
          double value = numbers[i * n + j] = from[i * n + j];
          finite &= std::fabs(value) < __builtin_inf();
          largest = std::max(largest, std::fabs(value));
        }
    });
    std::string which = input.shape.rank > 2 ? "batch item " + std::to_string(item) : "a";
    if (!finite) throw Error(Code::NUMERICAL_FAILURE, which + " holds NaN or infinity; expected finite numbers");
    // By a power of two, so that squares stay within range and nothing is rounded.
    double scale = largest > 0 ? std::ldexp(1.0, -std::ilogb(largest)) : 1;
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j <= i; ++j) numbers[i * n + j] *= scale;
    Symmetric s{n, numbers, unsorted, work, work + n, work + 2 * n, work + 3 * n, work + 4 * n, blocks};
    multiversion(
        [](Symmetric* s) BLEMISH_INLINE {
          for (int64_t i = s->n - 1; i >= 1; --i) s->reduce(i);
          s->diagonal[0] = s->a[0];
        },
        &s);
    s.accumulate();
    if (!s.diagonalise())
      throw Error(Code::NUMERICAL_FAILURE, which + " has an eigenvalue that did not settle in " + std::to_string(mostSteps) +
                                               " steps; expected a symmetric matrix");
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int64_t p, int64_t q) { return s.diagonal[p] > s.diagonal[q]; });
    double *values = call.out[0].as<double>() + item * n, *vectors = call.out[1].as<double>() + item * n * n;
    for (int64_t i = 0; i < n; ++i) {
      const double* from = unsorted + order[static_cast<size_t>(i)] * n;
      values[i] = s.diagonal[order[static_cast<size_t>(i)]] / scale;
      int64_t at = 0;
      for (int64_t j = 1; j < n; ++j)
        if (std::fabs(from[j]) > std::fabs(from[at])) at = j;
      double sign = from[at] < 0 ? -1 : 1;
      for (int64_t j = 0; j < n; ++j) vectors[i * n + j] = sign * from[j];
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
