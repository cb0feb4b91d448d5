// Eigenvalues and eigenvectors of symmetric matrices in float64.
#pragma once
#include <cstdint>

namespace blemish {

// Numbers of float64, aligned to 64 bytes, that `symmetricEigen` works with besides its operands: 34 n, and with vectors 32 n for
// each thread.
int64_t symmetricEigenScratch(int64_t n, bool vectors, bool threaded);

// The matrix [n n], row-major, of which the lower triangle counts, is overwritten: with `vectors`, row k becomes the unit
// eigenvector of the k-th eigenvalue; without, by nothing of use. Eigenvalues come in falling order. Householder's reduction to a
// tridiagonal matrix, by panels (Dongarra, Sorensen and Hammarling 1989), then QL steps with Wilkinson's shift (Golub and Van
// Loan, Matrix Computations, 8.3); the same bits for any number of threads. About 4/3 n³ operations, with vectors 9 n³. Returns
// false where it does not settle, which only NaN or infinite numbers bring about.
bool symmetricEigen(double* matrix, int64_t n, double* values, bool vectors, double* scratch, bool threaded);

}  // namespace blemish
