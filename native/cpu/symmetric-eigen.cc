// Householder tridiagonalisation and implicit QL steps; rows are what every loop runs along.
#include "cpu/symmetric-eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cpu/parallel.h"

namespace blemish {
namespace {

// The sum is one of 8 lanes, whatever the machine: the same bits everywhere but for fused products.
BLEMISH_INLINE inline double dot(const double* a, const double* b, int64_t n) {
  constexpr int lanes = 8;
  double lane[lanes] = {}, sum = 0;
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (int l = 0; l < lanes; ++l) lane[l] += a[i + l] * b[i + l];
  for (int half = lanes / 2; half; half /= 2)
    for (int l = 0; l < half; ++l) lane[l] += lane[l + half];
  for (sum = lane[0]; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

// p = a v for the m by m leading block, of which only the lower triangle is kept: each of its rows is read once.
void symmetricProduct(const double* a, int64_t n, int64_t m, const double* v, double* p) {
  multiversion([=]() BLEMISH_INLINE {
    for (int64_t i = 0; i < m; ++i) p[i] = 0;
    for (int64_t i = 0; i < m; ++i) {
      const double* row = a + i * n;
      double vi = v[i];
      p[i] += dot(row, v, i) + row[i] * vi;
      for (int64_t j = 0; j < i; ++j) p[j] += row[j] * vi;
    }
  });
}

// Reduces to diagonal d and off-diagonal e (e[i] between d[i - 1] and d[i]); row i of the matrix keeps the reflector v of step i
// with |v|^2 / 2 in `halves`, or 0 where there was none.
void tridiagonalise(double* a, int64_t n, double* d, double* e, double* halves) {
  for (int64_t i = n - 1; i > 0; --i) {
    double* v = a + i * n;
    double scale = 0;
    for (int64_t k = 0; k < i; ++k) scale = std::max(scale, std::fabs(v[k]));
    bool needed = false;
    for (int64_t k = 0; k + 1 < i; ++k) needed |= v[k] != 0;
    d[i] = v[i];
    halves[i] = 0;
    e[i] = v[i - 1];
    if (!needed) continue;
    for (int64_t k = 0; k < i; ++k) v[k] /= scale;
    double square = dot(v, v, i), length = std::sqrt(square), f = v[i - 1];
    double g = f >= 0 ? -length : length;
    e[i] = scale * g;
    double h = square - f * g;  // |v|^2 / 2 once v is the reflector
    v[i - 1] = f - g;
    halves[i] = h;
    // a <- a - v q^T - q v^T with q = a v / h - v (v . a v) / (2 h^2)
    double* q = e;  // entries below i are free yet
    symmetricProduct(a, n, i, v, q);
    for (int64_t j = 0; j < i; ++j) q[j] /= h;
    double k = dot(v, q, i) / (2 * h);
    for (int64_t j = 0; j < i; ++j) q[j] -= k * v[j];
    parallelFor(i, grainOf(2 * i), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t r = first; r < last; ++r) {
        double* row = a + r * n;
        double vr = v[r], qr = q[r];
        for (int64_t j = 0; j <= r; ++j) row[j] -= vr * q[j] + qr * v[j];
      }
    });
  }
  if (n) d[0] = a[0], e[0] = halves[0] = 0;
}

// The orthogonal matrix of all reflectors in the place of the reduced one, transposed: its rows are what QL steps turn.
// Reflector i acts on the leading i coordinates.
void accumulate(double* a, int64_t n, const double* halves) {
  for (int64_t i = 0; i < n; ++i) {
    double* v = a + i * n;
    double h = halves[i];
    // The leading block holds the product of the reflectors before this one, transposed: b <- (I - v v^T / h) b, by rows b_r.
    if (h != 0)
      parallelFor(i, grainOf(4 * i), [=](int64_t first, int64_t last) BLEMISH_INLINE {
        for (int64_t r = first; r < last; ++r) {
          double* row = a + r * n;
          double c = dot(row, v, i) / h;
          for (int64_t j = 0; j < i; ++j) row[j] -= c * v[j];
        }
      });
    for (int64_t j = 0; j < i; ++j) v[j] = 0, a[j * n + i] = 0;
    v[i] = 1;
  }
}

// QL steps on (d, e); rotations of one sweep are collected and then applied to the rows, strip by strip of columns.
bool settle(double* d, double* e, int64_t n, double* vectors, double* sweep) {
  for (int64_t i = 1; i < n; ++i) e[i - 1] = e[i];
  if (n) e[n - 1] = 0;
  for (int64_t l = 0; l < n; ++l)
    for (int turns = 0;; ++turns) {
      int64_t m = l;
      for (; m + 1 < n; ++m)
        if (std::fabs(e[m]) <= std::numeric_limits<double>::epsilon() / 2 * (std::fabs(d[m]) + std::fabs(d[m + 1]))) break;
      if (m == l) break;
      if (turns == 60 || !(std::fabs(e[l]) < __builtin_inf())) return false;
      double g = (d[l + 1] - d[l]) / (2 * e[l]), r = std::hypot(g, 1.0);
      g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r));
      double s = 1, c = 1, p = 0;
      int64_t i = m - 1;
      for (; i >= l; --i) {
        double f = s * e[i], b = c * e[i];
        r = std::hypot(f, g);
        e[i + 1] = r;
        if (r == 0) {  // split in the middle of a sweep
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        sweep[2 * i] = c;
        sweep[2 * i + 1] = s;
      }
      if (vectors) {
        int64_t low = i + 1, high = m;  // rotations of rows k and k + 1 for k = high - 1 ... low
        constexpr int64_t strip = 256;
        parallelFor((n + strip - 1) / strip, grainOf(6 * strip * (high - low)), [=](int64_t first, int64_t last) BLEMISH_INLINE {
          for (int64_t part = first; part < last; ++part) {
            int64_t left = part * strip, width = std::min(strip, n - left);
            for (int64_t k = high - 1; k >= low; --k) {
              double* __restrict upper = vectors + k * n + left, * __restrict lower = upper + n;
              double cosine = sweep[2 * k], sine = sweep[2 * k + 1];
              for (int64_t j = 0; j < width; ++j) {
                double u = upper[j], w = lower[j];
                lower[j] = sine * u + cosine * w;
                upper[j] = cosine * u - sine * w;
              }
            }
          }
        });
      }
      if (r == 0 && i >= l) continue;
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  return true;
}

}  // namespace

bool symmetricEigen(double* matrix, int64_t n, double* values, bool vectors, double* scratch) {
  double *e = scratch, *halves = scratch + n;
  tridiagonalise(matrix, n, values, e, halves);
  if (vectors) accumulate(matrix, n, halves);
  // The reflectors are used up: their room and more takes cosine and sine of a sweep's rotations.
  if (!settle(values, e, n, vectors ? matrix : nullptr, halves)) return false;
  for (int64_t i = 0; i < n; ++i) {
    int64_t least = std::min_element(values + i, values + n) - values;
    if (least == i) continue;
    std::swap(values[i], values[least]);
    if (vectors) std::swap_ranges(matrix + i * n, matrix + (i + 1) * n, matrix + least * n);
  }
  return true;
}

}  // namespace blemish
