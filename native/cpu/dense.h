// Dense triangular algebra in float64 for operands that come and go as float32: Cholesky factors and triangular solves.
//
// Matrices are row-major with extents padded to whole tiles by an identity, so no loop has an edge. Arithmetic is the same
// whether a matrix is shared by the team or belongs to one thread.
#pragma once
#include <algorithm>
#include <cstdint>

namespace blemish::dense {

constexpr int64_t tile = 24;   // columns of a register tile, and what extents are padded to
constexpr int64_t block = 48;  // rows of a block that is inverted as a whole

constexpr int64_t padded(int64_t n) { return (n + tile - 1) / tile * tile; }

enum class Part { lower, upper, symmetric };

// out, [size size] with size = padded(n): the lower triangle of a, the transpose of its upper one, or the lower half of (a + aᵀ)
// / 2; zeros above the diagonal of its tiles and ones on the diagonal of the padding.
void load(const float* a, int64_t n, Part part, double* out);

struct Pivot {
  int64_t row = -1;  // of the first pivot that is not positive, or -1
  double value = 0;
};

// Numbers that `factor` needs besides the matrix.
constexpr int64_t factorScratch(int64_t size) { return block * size + 2 * block * block; }

// The Cholesky factor in the place of a loaded matrix of n rows; what stands above the diagonal is left undefined.
Pivot factor(double* a, int64_t n, double* scratch, bool threaded);

// Inverses of the diagonal blocks of a loaded lower triangle; `block * size` numbers.
void invertBlocks(const double* l, int64_t n, double* inverses, bool threaded);

// A lower triangle ready for solving.
struct Triangle {
  const double* l;
  const double* inverses;
  int64_t size;  // padded
};

// Solves l y = x (or lᵀ y = x) in place for a strip of `tile` columns, [size tile], whose first `zeros` rows are known to be
// zero.
void solve(const Triangle& triangle, bool transposed, double* strip, int64_t zeros = 0);

// out = pᵀ q below and on the diagonal's tiles, for lower triangles p and q, all [size size].
void multiplyTransposed(const double* p, const double* q, int64_t size, double* out, bool threaded);

// out -= p q for p [size inner] and q [inner size], below and on the diagonal's tiles.
void subtractProduct(const double* p, const double* q, int64_t size, int64_t inner, double* out, bool threaded);

}  // namespace blemish::dense
