// Householder tridiagonalisation by panels, and implicit QL steps; rows are what every loop runs along.
//
// A step of the reduction needs the product of the whole remaining matrix with one vector; the matrix itself is changed once for
// each panel of steps, so that it comes from memory once a step and not three times. Rotations of QL are not applied to the
// vectors one by one but some thousands together, to one strip of columns after the other, so that a strip stays in cache.
#include "cpu/symmetric-eigen.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cpu/parallel.h"
#include "cpu/sums.h"

namespace blemish {
namespace {

constexpr int64_t panelRows = 32;
constexpr int64_t strip = 32;        // columns that rotations are applied to at a time
constexpr int mostSteps = 80;        // QL steps for one eigenvalue; two are usual
constexpr int64_t atOnce = 1 << 15;  // rotations that are kept before they are applied

// Columns of a strip. Spelt out, so that the compiler keeps them in registers.
template <int bytes> struct Strip {
  typedef double Columns __attribute__((vector_size(bytes)));
  static constexpr int parts = strip * sizeof(double) / bytes;
};

struct Rotation {
  double c, s;
  int64_t row;  // this and the next
};

constexpr int lanes = 16;

// p = a v for the leading block of m rows, of which the lower triangle is kept: each of its rows is read once.
BLEMISH_INLINE inline void symmetricProduct(const double* a, int64_t n, int64_t m, const double* v, double* p) {
  for (int64_t i = 0; i < m; ++i) p[i] = 0;
  for (int64_t i = 0; i < m; ++i) {
    const double* row = a + i * n;
    double own = v[i], lane[lanes] = {};
    int64_t j = 0;
    for (; j + lanes <= i; j += lanes)
      for (int l = 0; l < lanes; ++l) {
        lane[l] += row[j + l] * v[j + l];
        p[j + l] += row[j + l] * own;
      }
    double sum = 0;
    for (int l = 0; l < lanes; ++l) sum += lane[l];
    for (; j < i; ++j) {
      sum += row[j] * v[j];
      p[j] += row[j] * own;
    }
    p[i] += sum + row[i] * own;
  }
}

template <class Body> void loop(bool threaded, int64_t count, int64_t cost, const Body& body) {
  if (threaded) parallelFor(count, grainOf(cost), body);
  else multiversion(body, int64_t(0), count);
}

struct Symmetric {
  int64_t n;
  double* a;  // row i keeps the reflector v of step i: H = 1 - v vᵀ / half
  double *diagonal, *beside,
      *halves;             // beside[i]: between diagonal[i - 1] and diagonal[i]; halves: 0 where there is no reflector
  double *panel, *blocks;  // panel: w of each step, a <- a - v wᵀ - w vᵀ
  bool threaded;

  double* other(int64_t i) const { return panel + i % panelRows * n; }

  // Row i with what the panel's steps before it, up to row `high`, do to it; then its reflector, and its w.
  BLEMISH_INLINE inline void step(int64_t i, int64_t high) const {
    double *row = a + i * n, *w = other(i);
    for (int64_t k = i + 1; k < high; ++k) {
      if (halves[k] == 0) continue;
      const double *v = a + k * n, *u = other(k);
      double vi = v[i], ui = u[i];
      for (int64_t j = 0; j <= i; ++j) row[j] -= vi * u[j] + ui * v[j];
    }
    diagonal[i] = row[i];
    beside[i] = row[i - 1];
    halves[i] = 0;
    double scale = 0, rest = 0;
    for (int64_t j = 0; j + 1 < i; ++j) rest = std::max(rest, std::fabs(row[j]));
    if (rest == 0) return;
    scale = std::max(rest, std::fabs(row[i - 1]));
    for (int64_t j = 0; j < i; ++j) row[j] /= scale;
    double square = dot(row, row, i), length = row[i - 1] > 0 ? -std::sqrt(square) : std::sqrt(square);
    beside[i] = scale * length;
    double half = halves[i] = square - row[i - 1] * length;
    row[i - 1] -= length;
    // w = p / half - (v·p) v / (2 half²), p = a v.
    symmetricProduct(a, n, i, row, w);
    for (int64_t k = i + 1; k < high; ++k) {
      if (halves[k] == 0) continue;
      const double *v = a + k * n, *u = other(k);
      double alongV = dot(v, row, i), alongU = dot(u, row, i);
      for (int64_t j = 0; j < i; ++j) w[j] -= v[j] * alongU + u[j] * alongV;
    }
    double share = dot(row, w, i) / (2 * half);
    for (int64_t j = 0; j < i; ++j) w[j] = (w[j] - share * row[j]) / half;
    for (int64_t j = i; j < n; ++j) w[j] = 0;
  }

  // What the steps of rows low … high - 1 do to `rows` rows of the block above; what is written right of the diagonal is never
  // read.
  template <int rows> BLEMISH_INLINE inline void change(int64_t first, int64_t low, int64_t high) const {
    constexpr int64_t width = 16;
    int64_t end = first + rows, j = 0;
    for (; j < end && j + width <= n; j += width) {
      double sum[rows][width];
      for (int r = 0; r < rows; ++r)
        for (int c = 0; c < width; ++c) sum[r][c] = a[(first + r) * n + j + c];
      for (int64_t k = low; k < high; ++k) {
        if (halves[k] == 0) continue;
        const double *v = a + k * n, *u = other(k);
        for (int r = 0; r < rows; ++r) {
          double vr = v[first + r], ur = u[first + r];
          for (int c = 0; c < width; ++c) sum[r][c] -= vr * u[j + c] + ur * v[j + c];
        }
      }
      for (int r = 0; r < rows; ++r)
        for (int c = 0; c < width; ++c) a[(first + r) * n + j + c] = sum[r][c];
    }
    for (; j < end; ++j)
      for (int64_t k = low; k < high; ++k) {
        if (halves[k] == 0) continue;
        const double *v = a + k * n, *u = other(k);
        for (int r = 0; r < rows; ++r) a[(first + r) * n + j] -= v[first + r] * u[j] + u[first + r] * v[j];
      }
  }

  void tridiagonalise() {
    for (int64_t high = n, low; high > 1; high = low) {
      low = std::max<int64_t>(1, high - panelRows);
      int64_t from = low, to = high;
      multiversion([=, this]() BLEMISH_INLINE {
        for (int64_t i = to - 1; i >= from; --i) step(i, to);
      });
      loop(threaded, low / 4, 8 * low * panelRows, [=, this](int64_t first, int64_t last) BLEMISH_INLINE {
        for (int64_t four = first; four < last; ++four) change<4>(4 * four, from, to);
      });
      multiversion([=, this]() BLEMISH_INLINE {
        for (int64_t row = from / 4 * 4; row < from; ++row) change<1>(row, from, to);
      });
    }
    diagonal[0] = a[0];
  }

  // The orthogonal matrix of all reflectors in the place of the reduced one, transposed: its rows are what QL turns into
  // eigenvectors. Reflector i acts on the leading i coordinates.
  void accumulate() {
    for (int64_t i = 0; i < n; ++i) {
      double *v = a + i * n, half = halves[i];
      if (half != 0)
        loop(threaded, i, 4 * i, [=, this](int64_t first, int64_t last) BLEMISH_INLINE {
          for (int64_t r = first; r < last; ++r) {
            double *row = a + r * n, along = dot(row, v, i) / half;
            for (int64_t j = 0; j < i; ++j) row[j] -= along * v[j];
          }
        });
      for (int64_t j = 0; j < i; ++j) v[j] = 0, a[j * n + i] = 0;
      v[i] = 1;
    }
  }

  // Of one strip; the row that a rotation shares with the next stays in registers.
  template <int bytes> BLEMISH_INLINE static inline void rotate(const Rotation* list, int64_t count, double* block) {
    using Columns = typename Strip<bytes>::Columns;
    constexpr int parts = Strip<bytes>::parts;
    auto lines = [=](int64_t i) BLEMISH_INLINE { return reinterpret_cast<Columns*>(block + i * strip); };
    Columns held[parts];
    int64_t row = list[0].row + 1;
#pragma GCC unroll 16
    for (int p = 0; p < parts; ++p) held[p] = lines(row)[p];
    for (int64_t r = 0; r < count; ++r) {
      double c = list[r].c, s = list[r].s;
      if (list[r].row + 1 != row) {
#pragma GCC unroll 16
        for (int p = 0; p < parts; ++p) lines(row)[p] = held[p];
        row = list[r].row + 1;
#pragma GCC unroll 16
        for (int p = 0; p < parts; ++p) held[p] = lines(row)[p];
      }
      Columns *lower = lines(row), *upper = lines(--row);
#pragma GCC unroll 16
      for (int p = 0; p < parts; ++p) {
        Columns x = upper[p];
        lower[p] = s * x + c * held[p];
        held[p] = c * x - s * held[p];
      }
    }
#pragma GCC unroll 16
    for (int p = 0; p < parts; ++p) lines(row)[p] = held[p];
  }

  // A strip of columns is copied together, so that rows do not push one another out of cache.
  void apply(const std::vector<Rotation>& rotations) {
    const Rotation* list = rotations.data();
    int64_t count = static_cast<int64_t>(rotations.size()), strips = (n + strip - 1) / strip;
    if (count == 0) return;
    Isa used = isa();
    loop(threaded, strips, 6 * strip * count, [=, this](int64_t first, int64_t last) BLEMISH_INLINE {
      double* block = blocks + (threaded ? omp_get_thread_num() : 0) * n * strip;
      for (int64_t item = first; item < last; ++item) {
        int64_t left = item * strip, width = std::min(strip, n - left);
        for (int64_t i = 0; i < n; ++i) {
          double* to = block + i * strip;
          for (int64_t k = 0; k < width; ++k) to[k] = a[i * n + left + k];
          for (int64_t k = width; k < strip; ++k) to[k] = 0;
        }
        withVectors(used, [=]<int bytes>() BLEMISH_INLINE { rotate<bytes>(list, count, block); });
        for (int64_t i = 0; i < n; ++i)
          for (int64_t k = 0; k < width; ++k) a[i * n + left + k] = block[i * strip + k];
      }
    });
  }

  // Implicit QL steps with Wilkinson's shift; false where one eigenvalue takes too many.
  bool diagonalise(bool vectors) {
    std::vector<Rotation> rotations;
    double *d = diagonal, *e = beside;
    for (int64_t i = 1; i < n; ++i) e[i - 1] = e[i];
    e[n - 1] = 0;
    for (int64_t l = 0; l < n; ++l)
      for (int turn = 0;; ++turn) {
        int64_t m = l;
        while (m < n - 1 && std::fabs(e[m]) > 0x1p-53 * (std::fabs(d[m]) + std::fabs(d[m + 1]))) ++m;
        if (m == l) break;
        if (turn == mostSteps) return false;
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
          if (vectors) rotations.push_back({c, s, i});
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

int64_t blocksOf(int64_t n, bool vectors, bool threaded) {
  return vectors ? strip * n * (threaded ? omp_get_max_threads() : 1) : 0;
}

}  // namespace

int64_t symmetricEigenScratch(int64_t n, bool vectors, bool threaded) {
  return blocksOf(n, vectors, threaded) + (panelRows + 2) * n;
}

bool symmetricEigen(double* matrix, int64_t n, double* values, bool vectors, double* scratch, bool threaded) {
  if (n == 0) return true;
  double largest = 0;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j <= i; ++j) {
      double size = std::fabs(matrix[i * n + j]);
      if (!(size < __builtin_inf())) return false;
      largest = std::max(largest, size);
    }
  // By a power of two, so that squares stay within range and nothing is rounded.
  int exponent = largest > 0 ? std::ilogb(largest) : 0;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j <= i; ++j) matrix[i * n + j] = std::ldexp(matrix[i * n + j], -exponent);
  double *blocks = scratch, *panel = blocks + blocksOf(n, vectors, threaded), *beside = panel + panelRows * n,
         *halves = beside + n;
  Symmetric s{n, matrix, values, beside, halves, panel, blocks, threaded};
  beside[0] = halves[0] = 0;
  s.tridiagonalise();
  if (vectors) s.accumulate();
  if (!s.diagonalise(vectors)) return false;
  for (int64_t i = 0; i < n; ++i) {
    int64_t most = std::max_element(values + i, values + n) - values;
    if (most != i) {
      std::swap(values[i], values[most]);
      if (vectors) std::swap_ranges(matrix + i * n, matrix + (i + 1) * n, matrix + most * n);
    }
    values[i] = std::ldexp(values[i], exponent);
  }
  return true;
}

}  // namespace blemish
