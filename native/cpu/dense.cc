// Dense triangular algebra in float64.
#include "cpu/dense.h"

#include <cmath>

#include "cpu/parallel.h"

namespace blemish::dense {
namespace {

enum class Store { set, subtract };

// c[rows tile] = or -= a p over `inner`, a with steps (1, stride) where it is transposed, (stride, 1) where not. The accumulators
// stay in registers: 6 rows fill those of AVX-512, 3 those of AVX2.
template <int rows, Store store, bool transposed> BLEMISH_INLINE inline void product(double* c, int64_t ldc, const double* a,
                                                                                     int64_t stride, const double* p, int64_t ldp,
                                                                                     int64_t inner) {
  asm("" : "+r"(stride), "+r"(ldc), "+r"(ldp));  // where these are constants, GCC 12 finds a form five times slower
  double sum[rows][tile];
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < tile; ++j) sum[i][j] = 0;
  for (int64_t k = 0; k < inner; ++k) {
    const double* row = p + k * ldp;
    for (int i = 0; i < rows; ++i) {
      double factor = transposed ? a[k * stride + i] : a[i * stride + k];
      for (int j = 0; j < tile; ++j) sum[i][j] += factor * row[j];
    }
  }
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < tile; ++j) c[i * ldc + j] = store == Store::set ? sum[i][j] : c[i * ldc + j] - sum[i][j];
}

constexpr int64_t six = 6;
template <Store store, bool transposed> BLEMISH_INLINE inline void sixRows(bool wide, double* c, int64_t ldc, const double* a,
                                                                           int64_t stride, const double* p, int64_t ldp,
                                                                           int64_t inner) {
  if (wide) return product<6, store, transposed>(c, ldc, a, stride, p, ldp, inner);
  product<3, store, transposed>(c, ldc, a, stride, p, ldp, inner);
  product<3, store, transposed>(c + 3 * ldc, ldc, a + 3 * (transposed ? 1 : stride), stride, p, ldp, inner);
}

template <class Body> void loop(bool threaded, int64_t count, int64_t cost, const Body& body) {
  if (threaded) parallelFor(count, grainOf(cost), body);
  else multiversion(body, int64_t(0), count);
}

// Row tiles of a triangle cost the more the lower they stand: each item is one from above and one from below.
template <class Body> void overTriangle(bool threaded, int64_t size, int64_t inner, const Body& body) {
  int64_t tiles = size / six;
  loop(threaded, (tiles + 1) / 2, size * six * inner / 8, [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t item = first; item < last; ++item) {
      body(item * six);
      if (tiles - 1 - item != item) body((tiles - 1 - item) * six);
    }
  });
}

// The first n rows of one tile, unblocked. Whole rows at once: what is above the diagonal is never read again.
BLEMISH_INLINE inline Pivot factorTile(double* a, int64_t stride, int64_t n) {
  double column[tile];
  for (int64_t j = 0; j < n; ++j) {
    double pivot = a[j * stride + j];
    if (!(pivot > 0) || pivot == __builtin_inf()) return {j, pivot};
    double root = std::sqrt(pivot), inverse = 1 / root;
    a[j * stride + j] = root;
    for (int64_t i = 0; i < tile; ++i) column[i] = 0;
    for (int64_t i = j + 1; i < n; ++i) a[i * stride + j] = column[i] = a[i * stride + j] * inverse;
    for (int64_t i = j + 1; i < n; ++i) {
      double factor = column[i];
      double* row = a + i * stride;
      for (int64_t k = 0; k < tile; ++k) row[k] -= factor * column[k];
    }
  }
  return {};
}

// The inverse of a lower triangle of one tile, at steps of `block`, with zeros above the diagonal.
BLEMISH_INLINE inline void invertTile(const double* l, int64_t stride, double* out) {
  for (int64_t i = 0; i < tile; ++i) {
    double sum[tile];
    for (int64_t j = 0; j < tile; ++j) sum[j] = 0;
    for (int64_t k = 0; k < i; ++k) {
      double factor = l[i * stride + k];
      for (int64_t j = 0; j < tile; ++j) sum[j] += factor * out[k * block + j];
    }
    double inverse = 1 / l[i * stride + i];
    for (int64_t j = 0; j < tile; ++j) out[i * block + j] = -inverse * sum[j];
    out[i * block + i] = inverse;
  }
}

BLEMISH_INLINE inline void transposeTile(const double* a, int64_t lda, double* out, int64_t ldo) {
  for (int64_t i = 0; i < tile; ++i)
    for (int64_t j = 0; j < tile; ++j) out[j * ldo + i] = a[i * lda + j];
}

template <Store store> BLEMISH_INLINE inline void tileProduct(bool wide, double* c, int64_t ldc, const double* a, int64_t lda,
                                                              const double* p, int64_t ldp) {
  for (int64_t i = 0; i < tile; i += six) sixRows<store, false>(wide, c + i * ldc, ldc, a + i * lda, lda, p, ldp, tile);
}

// What the inverse of a block holds besides those of its two tiles: -second · below · first.
BLEMISH_INLINE inline void joinInverses(bool wide, const double* below, int64_t stride, double* out) {
  double middle[tile * tile];
  double* corner = out + tile * block;
  for (int64_t i = 0; i < tile; ++i)
    for (int64_t j = 0; j < tile; ++j) corner[i * block + j] = out[i * block + tile + j] = 0;
  tileProduct<Store::set>(wide, middle, tile, below, stride, out, block);
  tileProduct<Store::subtract>(wide, corner, block, corner + tile, block, middle, tile);
}

// The inverse of a lower triangle of one or two tiles, at steps of `block`, with zeros above the diagonal.
BLEMISH_INLINE inline void invertBlock(bool wide, const double* l, int64_t stride, int64_t width, double* out) {
  invertTile(l, stride, out);
  if (width == tile) return;
  invertTile(l + tile * stride + tile, stride, out + tile * block + tile);
  joinInverses(wide, l + tile * stride, stride, out);
}

// Factors a block of one or two tiles, of which n rows count, and inverts it if asked to.
BLEMISH_INLINE inline Pivot factorBlock(bool wide, double* a, int64_t stride, int64_t n, double* inverse, bool invert) {
  Pivot failed = factorTile(a, stride, std::min(n, tile));
  if (failed.row >= 0) return failed;
  if (n > tile || invert) invertTile(a, stride, inverse);
  if (n <= tile) return {};
  double *below = a + tile * stride, *second = below + tile;
  double across[tile * tile], old[tile * tile];
  for (int64_t i = 0; i < tile; ++i)
    for (int64_t j = 0; j < tile; ++j) old[i * tile + j] = below[i * stride + j];
  transposeTile(inverse, block, across, tile);
  tileProduct<Store::set>(wide, below, stride, old, tile, across, tile);
  transposeTile(below, stride, across, tile);
  tileProduct<Store::subtract>(wide, second, stride, below, stride, across, tile);
  failed = factorTile(second, stride, n - tile);
  if (failed.row >= 0) return {failed.row + tile, failed.value};
  if (invert) {
    invertTile(second, stride, inverse + tile * block + tile);
    joinInverses(wide, below, stride, inverse);
  }
  return {};
}

}  // namespace

void load(const float* a, int64_t n, Part part, double* out) {
  int64_t size = padded(n);
  multiversion([=]() BLEMISH_INLINE {
    constexpr int64_t side = 32;  // reading across rows is done by squares that stay in cache
    for (int64_t top = 0; top < n; top += side)
      for (int64_t left = 0; left <= top; left += side)
        for (int64_t i = top; i < std::min(n, top + side); ++i) {
          double* row = out + i * size;
          int64_t end = std::min(i + 1, left + side);
          if (part == Part::lower)
            for (int64_t j = left; j < end; ++j) row[j] = a[i * n + j];
          else if (part == Part::upper)
            for (int64_t j = left; j < end; ++j) row[j] = a[j * n + i];
          else
            for (int64_t j = left; j < end; ++j) row[j] = 0.5 * (double(a[i * n + j]) + a[j * n + i]);
        }
    for (int64_t i = 0; i < size; ++i) {
      double* row = out + i * size;
      if (i >= n) {
        for (int64_t j = 0; j < i; ++j) row[j] = 0;
        row[i] = 1;
      }
      for (int64_t j = i + 1; j < padded(i + 1); ++j) row[j] = 0;
    }
  });
}

Pivot factor(double* a, int64_t n, double* scratch, bool threaded) {
  int64_t size = padded(n);
  Pivot failed;
  Pivot* result = &failed;
  bool wide = isa() == Isa::avx512;
  double *panel = scratch, *inverse = panel + block * size, *across = inverse + block * block;
  for (int64_t from = 0; from < size; from += block) {
    int64_t width = std::min(block, size - from), below = from + width, rest = size - below;
    double* corner = a + from * size + from;
    multiversion([=]() BLEMISH_INLINE {
      *result = factorBlock(wide, corner, size, std::min(n - from, width), inverse, rest > 0);
      if (result->row >= 0 || rest == 0) return;
      for (int64_t i = 0; i < width; ++i)
        for (int64_t j = 0; j < width; ++j) across[j * block + i] = inverse[i * block + j];
    });
    if (failed.row >= 0) return {failed.row + from, failed.value};
    // The panel below: times the transposed inverse; kept a second time lying down, as the right factor of the update.
    loop(threaded, rest / six, six * width * width / 8, [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t item = first; item < last; ++item) {
        double* rows = corner + (width + item * six) * size;
        double old[six * block];
        for (int64_t i = 0; i < six; ++i)
          for (int64_t k = 0; k < width; ++k) old[i * block + k] = rows[i * size + k];
        for (int64_t j = 0; j < width; j += tile)
          sixRows<Store::set, false>(wide, rows + j, size, old, block, across + j, block, j + tile);
        for (int64_t k = 0; k < width; ++k)
          for (int64_t i = 0; i < six; ++i) panel[k * size + item * six + i] = rows[i * size + k];
      }
    });
    overTriangle(threaded, rest, width, [=](int64_t row) BLEMISH_INLINE {
      const double* left = corner + (width + row) * size;
      double* out = a + (below + row) * size + below;
      for (int64_t j = 0; j < row + six; j += tile)
        sixRows<Store::subtract, false>(wide, out + j, size, left, size, panel + j, size, width);
    });
  }
  return {};
}

void invertBlocks(const double* l, int64_t n, double* inverses, bool threaded) {
  int64_t size = padded(n);
  bool wide = isa() == Isa::avx512;
  loop(threaded, (size + block - 1) / block, block * block * block / 3, [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t item = first; item < last; ++item) {
      int64_t from = item * block;
      invertBlock(wide, l + from * size + from, size, std::min(block, size - from), inverses + from * block);
    }
  });
}

void solve(const Triangle& triangle, bool transposed, double* strip, int64_t zeros) {
  bool wide = isa() == Isa::avx512;
  const double *l = triangle.l, *inverses = triangle.inverses;
  int64_t size = triangle.size;
  multiversion([=]() BLEMISH_INLINE {
    double old[block * tile];
    if (!transposed) {
      for (int64_t from = zeros / block * block; from < size; from += block) {
        int64_t width = std::min(block, size - from);
        double* own = strip + from * tile;
        for (int64_t i = 0; i < width * tile; ++i) old[i] = own[i];
        for (int64_t i = 0; i < width; i += six)
          sixRows<Store::set, false>(wide, own + i * tile, tile, inverses + (from + i) * block, block, old, tile, i + six);
        for (int64_t i = from + width; i < size; i += six)
          sixRows<Store::subtract, false>(wide, strip + i * tile, tile, l + i * size + from, size, own, tile, width);
      }
    } else {
      for (int64_t from = (size - 1) / block * block; from >= 0; from -= block) {
        int64_t width = std::min(block, size - from);
        double* own = strip + from * tile;
        for (int64_t i = 0; i < width * tile; ++i) old[i] = own[i];
        for (int64_t i = 0; i < width; i += six)
          sixRows<Store::set, true>(wide, own + i * tile, tile, inverses + (from + i) * block + i, block, old + i * tile, tile,
                                    width - i);
        for (int64_t i = 0; i < from; i += six)
          sixRows<Store::subtract, true>(wide, strip + i * tile, tile, l + from * size + i, size, own, tile, width);
      }
    }
  });
}

void multiplyTransposed(const double* p, const double* q, int64_t size, double* out, bool threaded) {
  bool wide = isa() == Isa::avx512;
  overTriangle(threaded, size, size / 2, [=](int64_t row) BLEMISH_INLINE {
    for (int64_t j = 0; j < row + six; j += tile)
      // Above row `row` the columns of p are zero.
      sixRows<Store::set, true>(wide, out + row * size + j, size, p + row * size + row, size, q + row * size + j, size,
                                size - row);
  });
}

void subtractProduct(const double* p, const double* q, int64_t size, int64_t inner, double* out, bool threaded) {
  bool wide = isa() == Isa::avx512;
  overTriangle(threaded, size, inner, [=](int64_t row) BLEMISH_INLINE {
    for (int64_t j = 0; j < row + six; j += tile)
      sixRows<Store::subtract, false>(wide, out + row * size + j, size, p + row * inner, inner, q + j, size, inner);
  });
}

}  // namespace blemish::dense
