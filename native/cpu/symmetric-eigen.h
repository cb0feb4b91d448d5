// Eigenvalues and eigenvectors of symmetric matrices in float64.
#pragma once
#include <cstdint>

namespace blemish {

// Numbers of float64 that `symmetricEigen` works with besides its operands.
constexpr int64_t symmetricEigenScratch(int64_t n) { return 3 * n; }

// The matrix [n n], row-major, of which the lower triangle counts, is overwritten: with `vectors`, row k becomes the unit
// eigenvector of the k-th eigenvalue; without, by nothing of use. Eigenvalues come in rising order. Householder's reduction to a
// tridiagonal matrix, then QL steps with Wilkinson's shift (Golub and Van Loan, Matrix Computations, 8.3); the same bits for
// any number of threads. Returns false where it does not settle, which only NaN or infinite numbers bring about.
bool symmetricEigen(double* matrix, int64_t n, double* values, bool vectors, double* scratch);

}  // namespace blemish
